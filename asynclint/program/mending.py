"""What is left of a file when a statement between its functions does not parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.extract import UnparsableTextError, explain_error
from asynclint.sources.lines import split_lines
from asynclint.sources.outline import statement_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.sources.outline import Outline, Skeleton


def mend(skeleton: Skeleton, outline: Outline) -> tuple[str, list[UnparsableTextError]]:
    """The text of `skeleton` without the statements that do not parse, and what is wrong with each of those.

    Lines stay where they are. A function whose head is lost stands there by its name alone.
    """
    lines = split_lines(skeleton.text)
    errors: list[UnparsableTextError] = []
    for first, last in _statements(skeleton.text, len(lines)):
        error = explain_error("\n".join(lines[first:last]) + "\n")
        if error is not None:
            errors.append(UnparsableTextError(error.reason, error.line + first, error.column))
            lines[first:last] = _placeholders(skeleton, outline, first, last)
    return "\n".join(lines), errors


def _statements(text: str, lines: int) -> Iterator[tuple[int, int]]:
    """The 0-based first line of each top-level statement, and that of the next."""
    starts = [0, *(number - 1 for number in statement_lines(text) if number > 1)]
    return zip(starts, [*starts[1:], lines], strict=True)


def _placeholders(skeleton: Skeleton, outline: Outline, first: int, last: int) -> list[str]:
    begin, end = skeleton.line(first + 1), skeleton.line(last) if last > first else skeleton.line(first + 1)
    units = [unit for unit in outline.units if begin <= unit.def_line <= end]
    heads = [f"{'async ' if unit.is_async else ''}def {unit.name}(): ..." for unit in units]
    return (heads + [""] * (last - first))[: max(last - first, len(heads))]
