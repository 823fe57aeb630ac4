"""GitHub's workflow commands, which annotate the lines of a pull request.

They are described at
https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message, and how they
are escaped in https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic
from asynclint.reports.base import paragraphs, printable


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    for diagnostic in diagnostics:
        properties = ",".join(f"{key}={_property(value)}" for key, value in _properties(diagnostic).items())
        stream.write(f"::error {properties}::{_message(diagnostic)}\n")


def _properties(diagnostic: Diagnostic) -> dict[str, str]:
    span = diagnostic.file_span
    properties = {
        "title": f"asynclint {diagnostic.code} ({diagnostic.name})",
        "file": diagnostic.path,
        "line": str(span.line),
        "endLine": str(span.end_line),
    }
    # An annotation of several lines has no columns: https://docs.github.com/rest/checks/runs#update-a-check-run
    if span.line == span.end_line:
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    return properties


def _message(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    first, *others = paragraphs(diagnostic)
    place = printable(f"{diagnostic.source}:{span.line}:{span.column}: {diagnostic.code}")
    return "%0A".join(_escaped(line) for line in (f"{place} {first}", *others))


def _property(value: str) -> str:
    return _escaped(printable(value)).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    """`text`, which has no line ends, so that GitHub reads it as it is."""
    return text.replace("%", "%25")
