"""What an answer was made from: which parts of which files, so that it is known when it has to be made anew.

Whoever finds something out has a `Reader`, which notes what is read of files and which other readers were asked. What
an answer was made from is all that its reader leads to. Whoever remembers an answer remembers beside it what its reader
has found, and notes that whenever the answer is given again.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

_Question = TypeVar("_Question", bound="Hashable")
_Answer = TypeVar("_Answer")

InputKind = Literal[
    "outside",
    "inside",
    "body",
    "names",
    "globals",
    "places",
    "comments",
    "bases",
    "mentions",
    "silenced",
]
"""`outside` of the functions of a file, `inside` of any of them, the `body` of one, the `names` that a search through
their text finds, and those in `global` statements, the `places` of what is in the file, suppression `comments` in it;
in the whole project, classes with a base of that name, and texts that mention a name; or no input at all: a comment
that was of use.
"""
Input = tuple[InputKind, str]
_FEW = 8
"""How much is noted itself, rather than who has read it."""


class Reader:
    """Somebody who finds something out. `read` has the numbers of inputs, and the readers that were asked."""

    __slots__ = ("read",)

    def __init__(self) -> None:
        self.read: set[int | Reader] = set()


class Recalled(Reader):
    """Somebody of an earlier run, who leads to what that origin does (see `asynclint.program.memory.origins`)."""

    __slots__ = ("origin",)

    def __init__(self, origin: int) -> None:
        super().__init__()
        self.origin = origin


Notes = frozenset[int | Reader]
"""What is added to what somebody has read."""


class Reads:
    """The numbers of all inputs, and in `reader` who reads now."""

    __slots__ = ("_alike", "_numbers", "reader")

    def __init__(self) -> None:
        self.reader = Reader()
        self._numbers: dict[Input, int] = {}
        self._alike: dict[Notes, Notes] = {}

    def number(self, kind: InputKind, name: str) -> int:
        """The number of an input, counted from 0."""
        return self._numbers.setdefault((kind, name), len(self._numbers))

    def note(self, kind: InputKind, name: str) -> None:
        """Take note that an input is read."""
        self.reader.read.add(self.number(kind, name))

    @contextmanager
    def by(self, reader: Reader) -> Iterator[Reader]:
        """What is read meanwhile is read by `reader`, for its own sake."""
        outer, self.reader = self.reader, reader
        try:
            yield reader
        finally:
            self.reader = outer

    def notes_of(self, reader: Reader) -> Notes:
        """What whoever asks `reader` has to note: what it has read itself, where that is little, as it mostly is."""
        notes = frozenset(reader.read) if len(reader.read) <= _FEW else frozenset((reader,))
        return self._alike.setdefault(notes, notes)

    def restore(self, inputs: Iterable[Input]) -> None:
        """Give `inputs` the numbers that they had, before any other gets one."""
        self._numbers = dict(zip(inputs, count()))

    def inputs(self) -> list[Input]:
        """All inputs, by number."""
        return list(self._numbers)


class Noted(Generic[_Answer]):
    """A property that is found once, and counts as read whenever it is asked for. Its owner has `reads`, and `inputs`
    are the names of the attributes in which it has the numbers.
    """

    def __init__(self, find: Callable[[Any], _Answer], inputs: tuple[str, ...]) -> None:
        self.__doc__ = find.__doc__
        self._find = find
        self._inputs = inputs

    def __set_name__(self, owner: type, name: str) -> None:
        self._key = f"_{name}"

    def __get__(self, owner: Any, kind: type) -> _Answer:
        read = owner.reads.reader.read
        for name in self._inputs:
            read.add(getattr(owner, name))
        known: dict[str, _Answer] = owner.__dict__
        try:
            return known[self._key]
        except KeyError:
            return known.setdefault(self._key, self._find(owner))


def noted(*inputs: str) -> Callable[[Callable[[Any], _Answer]], Noted[_Answer]]:
    """Make a method a `Noted` property."""
    return lambda find: Noted(find, inputs)


class Memo(Generic[_Question, _Answer]):
    """Answers that were given, each with who found it out."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._answers: dict[_Question, tuple[_Answer, Notes]] = {}

    def get(self, question: _Question, compute: Callable[[], _Answer]) -> _Answer:
        """The answer to `question`, computed where it is asked for the first time."""
        reads = self._reads
        found = self._answers.get(question)
        if found is None:
            outer, reads.reader = reads.reader, Reader()
            found = self._answers[question] = compute(), reads.notes_of(reads.reader)
            reads.reader = outer
        reads.reader.read |= found[1]
        return found[0]
