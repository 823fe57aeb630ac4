"""What has changed since an earlier run, and which of the answers that it has left that touches.

A function that is new or gone is a case of its own. It touches those answers only that come from the file that has or
had it, and from what mentions its name, or anything else by which it could be noticed (see
`asynclint.program.memory.versions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.memory.versions import noticed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynclint.program.memory.origins import Origins
    from asynclint.program.memory.reads import InputKind, Reads
    from asynclint.program.memory.versions import Edit
    from asynclint.program.names.modules import Module

_STALE = 1
"""The mark of what has changed. Those of what such functions touch come after it, two for each file that has some."""


class Staleness:
    """The inputs that have changed, and the origins that lead to them, as they were when they were marked."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._changed: set[int] = set()
        self._added: list[tuple[set[int], set[int]]] = []
        self._marks: list[int] = []

    def note(self, kind: InputKind, name: str) -> None:
        """Take note that an input has changed."""
        self._changed.add(self._reads.number(kind, name))

    def note_edit(self, module: Module, edit: Edit, others: Iterable[Module]) -> None:
        """Take note of what has changed in a file; `others` are those that may mention what is new in it."""
        self._changed |= module.changed(edit)
        for kind, name in self._reads.inputs():
            if kind == "mentions" and name in edit.words:
                self.note(kind, name)
        own = {module.outside, module.inside}
        names = noticed(edit.others)
        if names is None:
            self._changed |= own
        elif names:
            mentions = module.mentions(names, aside=edit.added)
            for other in others:
                mentions |= other.mentions(names)
            self._added.append((own, mentions))

    def mark(self, origins: Origins) -> None:
        """Find out which of `origins` are stale."""
        marks = dict.fromkeys(self._changed, _STALE)
        for number, touched in enumerate((each for pair in self._added for each in pair), 1):
            for each in touched:
                marks[each] = marks.get(each, 0) | _STALE << number
        self._marks = origins.marks(marks) if marks else [0] * len(origins.all)

    def covers(self, origin: int) -> bool:
        """Whether something that an origin leads to has changed, or it leads to both a file and a mention of what is
        new in that or gone from it.
        """
        mark = self._marks[origin]
        if not mark:
            return False
        pairs = (mark >> number & 0b11 for number in range(1, mark.bit_length(), 2))
        return bool(mark & _STALE) or any(pair == 0b11 for pair in pairs)
