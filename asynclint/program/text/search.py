"""Finds the functions of a file by names in their text, without parsing them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.sources.outline import Unit

Names = Callable[[str], Iterable[str]]
"""What finds names in a text: one of the functions of `asynclint.program.text.lexical`."""


class TextSearch:
    """Searches through the outermost functions of the file `text`. Each of them is looked through once for each kind of
    names, and only where it has a name that is looked for.
    """

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        self._text = text
        self._units = units
        self._seen: dict[tuple[Names, int], frozenset[str]] = {}
        self._found: dict[tuple[Names, str], list[int]] = {}

    def units(self, names: Names, name: str) -> list[int]:
        """The numbers, counted from 1, of the functions in whose text `names` finds `name`."""
        key = names, name
        if key not in self._found:
            self._found[key] = [number for number in self._mentioning(name) if name in self._names(names, number)]
        return self._found[key]

    def _names(self, names: Names, number: int) -> frozenset[str]:
        key = names, number
        if key not in self._seen:
            unit = self._units[number - 1]
            self._seen[key] = frozenset(names(self._text[unit.start : unit.end]))
        return self._seen[key]

    def _mentioning(self, name: str) -> Iterator[int]:
        """The numbers of the functions that have `name` in them, in order."""
        at = self._text.find(name)
        while at >= 0:
            number = bisect_right(self._units, at, key=attrgetter("start"))
            end = self._units[number - 1].end if number else 0
            if at < end:
                yield number
            at = self._text.find(name, max(at + 1, end))
