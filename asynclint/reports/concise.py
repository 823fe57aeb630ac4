"""One line a finding, as flake8 prints it: `path:line:column: CODE message`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic
from asynclint.reports.base import one_line, printable


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    stream.writelines(_line(diagnostic) + "\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return printable(f"{diagnostic.source}:{span.line}:{span.column}: {diagnostic.code} {one_line(diagnostic)}")
