"""Under the name of each file, one line a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TextIO

from asynclint.diagnostics import Diagnostic
from asynclint.reports.base import one_line, printable


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    for source, group in groupby(diagnostics, attrgetter("source")):
        found = list(group)
        places = [f"{diagnostic.span.line}:{diagnostic.span.column}" for diagnostic in found]
        width = max(map(len, places))
        lines = [
            f"  {place:<{width}}  {diagnostic.code}  {printable(one_line(diagnostic))}\n"
            for place, diagnostic in zip(places, found, strict=True)
        ]
        stream.writelines([f"{printable(source)}:\n", *lines, "\n"])
