"""What is left of a file when a statement between its functions does not parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.extract import UnparsableTextError, explain_error
from asynclint.sources.lines import split_lines
from asynclint.sources.outline import statement_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.sources.outline import Outline, Skeleton, Unit


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
    """The lines from `first` on, up to `last`, with nothing but the names of functions, where these stand."""
    units = {unit.def_line: unit for unit in outline.units}
    standing = (units.get(skeleton.line(number + 1)) for number in range(first, last))
    return [_head(unit) if unit is not None else "" for unit in standing]


def _head(unit: Unit) -> str:
    """A function at the left margin whose name has the column that it has in the file."""
    return f"{'async ' if unit.is_async else ''}def {' ' * len(unit.indent)}{unit.name}(): ..."
