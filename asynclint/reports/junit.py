"""JUnit's XML, which most CI servers show: a test suite for each file, a failed test for each finding.

There is no official schema; this is what https://github.com/testmoapp/junitxml describes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TextIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from asynclint.diagnostics import Diagnostic
from asynclint.reports.base import paragraphs, printable


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    top = Element("testsuites", _counts("asynclint", len(diagnostics), len(diagnostics)))
    for path, group in groupby(diagnostics, attrgetter("path")):
        found = list(group)
        suite = SubElement(top, "testsuite", _counts(printable(path), len(found), len(found)))
        for diagnostic in found:
            _add(suite, diagnostic)
    if not diagnostics:
        # Some servers take a report without a test for a run that failed.
        top.set("tests", "1")
        suite = SubElement(top, "testsuite", _counts("asynclint", 1, 0))
        SubElement(suite, "testcase", {"name": "no findings", "classname": "asynclint", "time": "0"})
    indent(top)
    # Whatever the encoding of the stream: what is not ASCII is written as references.
    stream.write(tostring(top, encoding="us-ascii", xml_declaration=True).decode("ascii") + "\n")


def _counts(name: str, tests: int, failures: int) -> dict[str, str]:
    return {"name": name, "tests": str(tests), "failures": str(failures), "errors": "0", "time": "0"}


def _add(suite: Element, diagnostic: Diagnostic) -> None:
    span = diagnostic.span
    path = printable(diagnostic.path)
    case = {
        "name": printable(f"{diagnostic.code} {diagnostic.name} {diagnostic.function}".rstrip()),
        "classname": path.removesuffix(".py").replace("/", "."),
        "file": path,
        "line": str(diagnostic.file_span.line),
        "time": "0",
    }
    first, *others = paragraphs(diagnostic)
    failure = SubElement(SubElement(suite, "testcase", case), "failure", {"message": first, "type": diagnostic.code})
    failure.text = "\n".join(
        (f"{printable(diagnostic.source)}:{span.line}:{span.column}: {diagnostic.code} {first}", *others)
    )
