r"""Lines as Python counts them: `\n`, `\r\n` and `\r` end one, a form feed or a Unicode separator does not."""

from __future__ import annotations

import re

_LINE_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of `text` without their ends. A text that ends in a line end has an empty last line."""
    return _LINE_END.split(text)


def line_starts(text: str) -> list[int]:
    """The offset at which each line of `text` starts, the first being 0."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def place_inside(text: str, line: int, column: int) -> tuple[int, int]:
    """The place in `text` that is nearest to a line and column."""
    lines = split_lines(text)
    line = min(max(line, 1), len(lines))
    return line, min(max(column, 1), len(lines[line - 1]) + 1)


def place_at_end(text: str) -> tuple[int, int]:
    """The 1-based line and column of what follows `text`."""
    lines = split_lines(text)
    return len(lines), len(lines[-1]) + 1


def with_newlines(text: str) -> str:
    r"""`text`, as long as it was, with `\n` for every line end."""
    if "\r" not in text:
        return text
    return text.replace("\\\r\n", " \\\n").replace("\r\n", " \n").replace("\r", "\n")
