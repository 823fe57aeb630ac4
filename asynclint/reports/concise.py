"""One line a finding, as flake8 prints it: `path:line:column: CODE message`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic, Step
from asynclint.reports.base import printable


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    stream.writelines(_line(diagnostic) + "\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    line = f"{diagnostic.path}:{span.line}:{span.column}: {diagnostic.code} {diagnostic.message}"
    if len(diagnostic.chain) > 1:
        line += f" [{_folded(diagnostic.chain)}]"
    return printable(line)


def _folded(chain: Sequence[Step]) -> str:
    """`load_user -> _fetch -> requests.get`."""
    return " -> ".join(step.callee.removesuffix("()") for step in chain)
