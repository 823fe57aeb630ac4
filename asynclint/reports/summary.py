"""The end of a run: how many findings there are, and how few causes they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from asynclint.diagnostics import Diagnostic

_MOST_CAUSES = 3


def summary_lines(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """How many findings there are, and the calls at the ends of their chains that explain several of them."""
    if not diagnostics:
        return ["No findings."]
    count = _counted(len(diagnostics), "finding")
    causes = Counter(cause(diagnostic) for diagnostic in diagnostics)
    shared = [(each, explained) for each, explained in causes.most_common(_MOST_CAUSES) if explained > 1]
    if not shared:
        return [f"Found {count}."]
    explanations = ", ".join(f"{each} explains {explained}" for each, explained in shared)
    return [f"Found {count}, {_counted(len(causes), 'cause')}: {explanations}."]


def cause(diagnostic: Diagnostic) -> str:
    """The call that blocks and its place, or the finding itself where it has no chain."""
    if not diagnostic.chain:
        return f"{diagnostic.code} at {diagnostic.source}:{diagnostic.span.line}:{diagnostic.span.column}"
    last = diagnostic.chain[-1]
    return f"{last.callee} at {last.source}:{last.line}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
