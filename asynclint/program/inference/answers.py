"""Answers to questions, each found out once, and remembered with who found it out (see `program/memory/reads.py`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from asynclint.program.memory.reads import Reader
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.names.values import ANYTHING, ClassValue, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from asynclint.program.memory.reads import Notes, Reads
    from asynclint.program.names.values import Values

_DEEPEST = 40
"""How many steps an answer may take: longer ones are generated code, or run in circles."""
_MOST_APART = 3
"""How many questions may be answered apart at a time."""


class Answers:
    """What was answered, and what is being asked. A question that runs in a circle adds nothing to its answer. One that
    takes more than `most_steps` others, or too many in each other, is taken to have any answer.
    """

    def __init__(self, reads: Reads, *, most_steps: int = sys.maxsize) -> None:
        self._reads = reads
        self._most_steps = most_steps
        self._steps = 0
        self._answers: dict[Hashable, Values] = {}
        self._notes: dict[Hashable, Notes] = {}
        self._asking: dict[Hashable, int] = {}
        self._cut = sys.maxsize
        self._apart: list[Hashable] = []

    def once(self, key: tuple[Hashable, ...], compute: Callable[[], Values]) -> Values:
        """The answer to the question `key`. Answers that leaned on an unfinished question are not kept."""
        reader = _reader_of(key[0])
        found = self._answers.get(key)
        if found is not None:
            if reader is None:
                self._reads.reader.read |= self._notes[key]
            elif reader is not self._reads.reader:
                self._reads.reader.read.add(reader)
            return found
        depth = len(self._asking)
        if key in self._asking:
            self._cut = min(self._cut, self._asking[key])
            return ()
        self._steps = self._steps + 1 if depth else 0
        if depth > _DEEPEST or self._steps > self._most_steps:
            self._cut = min(self._cut, 0)
            return ANYTHING
        self._asking[key] = depth
        answer, notes = self._computed(reader, compute)
        del self._asking[key]
        if self._cut >= depth:
            self._keep(key, answer, notes)
            self._cut = sys.maxsize
        return answer

    def once_apart(self, key: tuple[Hashable, ...], compute: Callable[[], Values]) -> Values:
        """The same for a question that is answered as if nobody had asked another before. What goes around in circles
        is found once, and not anew for every question that leads into the circle.
        """
        if key in self._answers:
            return self.once(key, compute)
        if key in self._apart or len(self._apart) == _MOST_APART:
            self._cut = -1
            return () if key in self._apart else ANYTHING
        outer = self._asking, self._cut, self._steps
        self._asking, self._cut, self._steps = {}, sys.maxsize, 0
        self._apart.append(key)
        reader = _reader_of(key[0])
        answer, notes = self._computed(reader, compute)
        self._apart.pop()
        is_whole = self._cut >= 0 or not self._apart
        if is_whole:
            self._keep(key, answer, notes)
        self._asking, self._cut, self._steps = outer
        self._cut = self._cut if is_whole else min(self._cut, 0)
        return answer

    def _computed(self, reader: Reader | None, compute: Callable[[], Values]) -> tuple[Values, Notes | None]:
        """An answer that `reader` finds out, and `None`; or one by itself, and what whoever asks for it has to note."""
        reads = self._reads
        outer, own = reads.reader, reader or Reader()
        reads.reader = own
        answer = compute()
        reads.reader = outer
        if reader is None:
            notes = reads.notes_of(own)
            outer.read |= notes
            return answer, notes
        if reader is not outer:
            outer.read.add(reader)
        return answer, None

    def _keep(self, key: tuple[Hashable, ...], answer: Values, notes: Notes | None) -> None:
        self._answers[key] = answer
        if notes is not None:
            self._notes[key] = notes

    def forget_questions(self) -> None:
        """Take nothing for being asked any more: an error has come in between."""
        self._asking.clear()
        self._apart.clear()
        self._cut = sys.maxsize


def _reader_of(subject: Hashable) -> Reader | None:
    """Who finds out all about the function that a question is about or in; `None` where it is about what is outside."""
    if isinstance(subject, ScopeNode):
        return subject.reader
    return subject.scope.reader if isinstance(subject, FunctionValue | ClassValue) else None
