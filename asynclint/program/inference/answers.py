"""Answers to questions, each found out once, and remembered with who found it out (see `program/memory/reads.py`)."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

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
_NOT_APART = 1 << (_DEEPEST + 1)
"""The bit for a question outside of what is answered apart: see `Answers.once_apart`."""


class _Leaning(NamedTuple):
    """An answer that leans on unfinished questions: see `Answers`."""

    answer: Values
    notes: Notes | None
    leans: int


class Answers:
    """What was answered, and what is being asked. A question that runs in a circle adds nothing to its answer. One that
    takes more than `most_steps` others, or too many in each other, is taken to have any answer.

    An answer that leaned on unfinished questions is good for as long as all of these are unfinished. Without that, what
    goes around in circles would be found out anew on every way that leads into them.
    """

    def __init__(self, reads: Reads, *, most_steps: int = sys.maxsize) -> None:
        self._reads = reads
        self._most_steps = most_steps
        self._answers: dict[Hashable, Values] = {}
        self._notes: dict[Hashable, Notes] = {}
        self._apart: list[Hashable] = []
        self._begin()

    def _begin(self) -> None:
        self._steps = 0
        self._asking: dict[Hashable, int] = {}
        self._leans = 0
        """What the answer that is being found leans on: a bit for each unfinished question, by its depth."""
        self._leaning: dict[Hashable, _Leaning] = {}
        self._leaning_on: defaultdict[int, list[Hashable]] = defaultdict(list)
        """By the depth of the deepest question that they lean on, the questions whose answers lean on others."""

    def once(self, key: tuple[Hashable, ...], compute: Callable[[], Values]) -> Values:
        """The answer to the question `key`."""
        reader = _reader_of(key[0])
        found = self._answers.get(key)
        if found is not None:
            self._note(reader, self._notes.get(key))
            return found
        asking = self._asking
        depth = len(asking)
        if key in asking:
            self._leans |= 1 << asking[key]
            return ()
        leaning = self._leaning.get(key)
        if leaning is not None:
            self._leans |= leaning.leans
            self._note(reader, leaning.notes)
            return leaning.answer
        self._steps = self._steps + 1 if depth else 0
        if depth > _DEEPEST or self._steps > self._most_steps:
            self._leans |= 1
            return ANYTHING
        asking[key] = depth
        outer, self._leans = self._leans, 0
        answer, notes = self._computed(reader, compute)
        del asking[key]
        if self._leaning:
            for each in self._leaning_on.pop(depth, ()):
                self._leaning.pop(each, None)
        if self._leans:
            self._leans &= (1 << depth) - 1 | _NOT_APART
        if self._leans:
            self._lean(key, answer, notes)
        else:
            self._keep(key, answer, notes)
        self._leans |= outer
        return answer

    def _lean(self, key: Hashable, answer: Values, notes: Notes | None) -> None:
        """Keep an answer for as long as all questions that it leans on are unfinished: until the deepest is not."""
        self._leaning[key] = _Leaning(answer, notes, self._leans)
        deepest = (self._leans & ~_NOT_APART).bit_length() - 1
        self._leaning_on[deepest].append(key)

    def once_apart(self, key: tuple[Hashable, ...], compute: Callable[[], Values]) -> Values:
        """The same for a question that is answered as if nobody had asked another before. What goes around in circles
        is found once, and not anew for every question that leads into the circle.
        """
        if key in self._answers:
            return self.once(key, compute)
        if key in self._apart or len(self._apart) == _MOST_APART:
            self._leans |= _NOT_APART
            return () if key in self._apart else ANYTHING
        outer = self._steps, self._asking, self._leans, self._leaning, self._leaning_on
        self._begin()
        self._apart.append(key)
        answer, notes = self._computed(_reader_of(key[0]), compute)
        self._apart.pop()
        is_whole = not self._leans & _NOT_APART or not self._apart
        if is_whole:
            self._keep(key, answer, notes)
        self._steps, self._asking, self._leans, self._leaning, self._leaning_on = outer
        if not is_whole:
            self._leans |= 1
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

    def _note(self, reader: Reader | None, notes: Notes | None) -> None:
        """Take note of whom an answer comes from that was found before."""
        if notes is not None:
            self._reads.reader.read |= notes
        elif reader is not None and reader is not self._reads.reader:
            self._reads.reader.read.add(reader)

    def _keep(self, key: Hashable, answer: Values, notes: Notes | None) -> None:
        self._answers[key] = answer
        if notes is not None:
            self._notes[key] = notes

    def forget_questions(self) -> None:
        """Take nothing for being asked any more: an error has come in between."""
        self._apart.clear()
        self._begin()


def _reader_of(subject: Hashable) -> Reader | None:
    """Who finds out all about the function that a question is about or in; `None` where it is about what is outside."""
    if isinstance(subject, ScopeNode):
        return subject.reader
    return subject.scope.reader if isinstance(subject, FunctionValue | ClassValue) else None
