"""Places in notebooks as their users see them: lines are those of a cell, and not of all code of the notebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import structs

from asynclint.diagnostics import Diagnostic, Span, Step
from asynclint.sources.notebooks import Cell

CellAt = Callable[[str, int], Cell | None]
"""The notebook cell that a 1-based line of the file at a path is in; `None` where that is no notebook."""


def in_cells(diagnostic: Diagnostic, cell_at: CellAt) -> Diagnostic:
    """The diagnostic with the places in notebooks that their users see."""
    chain = tuple(map(partial(_step_in_cell, cell_at), diagnostic.chain))
    span = diagnostic.span
    cell = cell_at(diagnostic.path, span.line)
    if cell is None:
        return diagnostic if chain == diagnostic.chain else structs.replace(diagnostic, chain=chain)
    above = cell.first - 1
    # What a cell lacks is missed at its end, on the line after it.
    first, last = (max(1, min(line, cell.last) - above) for line in (span.line, span.end_line))
    span = Span(first, span.column, last, span.end_column)
    function_line = diagnostic.function_line and diagnostic.function_line - above
    return structs.replace(diagnostic, span=span, function_line=function_line, cell=cell.number, chain=chain)


def _step_in_cell(cell_at: CellAt, step: Step) -> Step:
    cell = cell_at(step.path, step.line)
    return structs.replace(step, line=step.line - cell.first + 1, cell=cell.number) if cell else step
