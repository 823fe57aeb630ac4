"""What pylint's `parseable` format prints: `path:line: [CODE(name), function] message`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic
from asynclint.reports.base import one_line, printable


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    for diagnostic in diagnostics:
        about = f"{diagnostic.code}({diagnostic.name}), {diagnostic.function}"
        line = f"{diagnostic.source}:{diagnostic.span.line}: [{about}] {one_line(diagnostic)}"
        stream.write(printable(line) + "\n")
