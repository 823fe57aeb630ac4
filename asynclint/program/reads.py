"""What an answer was made from: which parts of which files, so that it is known when it has to be made anew.

Whatever reads facts or text of a file notes that in `Reads.mask`, in which every input has a bit. Whoever remembers an
answer remembers the mask beside it, and notes that mask again whenever the answer is given again.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

_Question = TypeVar("_Question", bound="Hashable")
_Answer = TypeVar("_Answer")
_Node = TypeVar("_Node", bound="Hashable")

InputKind = Literal["outside", "inside", "globals", "places", "bases", "mentions", "silenced"]
"""`outside` of the functions of a file, `inside` of them, `global` statements in them, the `places` of what is in it;
in the whole project, classes with a base of that name, and texts that mention a name; or no input at all: a comment
that was of use.
"""
Input = tuple[InputKind, str]


class Reads:
    """The bits of all inputs, and in `mask` those that were read since somebody set it to 0."""

    __slots__ = ("_bits", "_kept", "mask")

    def __init__(self) -> None:
        self.mask = 0
        self._bits: dict[Input, int] = {}
        self._kept: dict[int, int] = {}

    def bit(self, kind: InputKind, name: str) -> int:
        """The mask of one input."""
        found = self._bits.get((kind, name))
        if found is None:
            found = self._bits[kind, name] = 1 << len(self._bits)
        return found

    def kept(self, mask: int) -> int:
        """`mask`, as it is remembered: nine in ten answers share theirs, and a mask may take kilobytes."""
        return self._kept.setdefault(mask, mask)

    def restore(self, inputs: Iterable[Input]) -> None:
        """Give `inputs` the bits that they had, before any other gets one."""
        self._bits = {each: 1 << place for place, each in enumerate(inputs)}

    def inputs(self, mask: int) -> Iterator[Input]:
        """The inputs in `mask`, in order of their bits."""
        return (each for each, bit in self._bits.items() if mask & bit)

    def count(self) -> int:
        """How many inputs have a bit."""
        return len(self._bits)

    def translated(self, masks: Iterable[int], shared: int, others: Iterable[Input]) -> Iterator[int]:
        """`masks` of elsewhere, where the first `shared` inputs have the bits that they have here, and `others` come
        after them, as they are here.
        """
        bits = [self.bit(kind, name) for kind, name in others]
        for mask in masks:
            digits = f"{mask >> shared:b}"[::-1]
            own = (bit for bit, digit in zip(bits, digits, strict=False) if digit == "1")
            yield reduce(or_, own, mask & (1 << shared) - 1)


class Noted(Generic[_Answer]):
    """A property that is found once, and counts as read whenever it is asked for. Its owner has `reads`, and `inputs`
    are the names of the attributes in which it has the bits.
    """

    def __init__(self, find: Callable[[Any], _Answer], inputs: tuple[str, ...]) -> None:
        self.__doc__ = find.__doc__
        self._find = find
        self._inputs = inputs

    def __set_name__(self, owner: type, name: str) -> None:
        self._key = f"_{name}"

    def __get__(self, owner: Any, kind: type) -> _Answer:
        reads: Reads = owner.reads
        for name in self._inputs:
            reads.mask |= getattr(owner, name)
        known: dict[str, _Answer] = owner.__dict__
        try:
            return known[self._key]
        except KeyError:
            return known.setdefault(self._key, self._find(owner))


def noted(*inputs: str) -> Callable[[Callable[[Any], _Answer]], Noted[_Answer]]:
    """Make a method a `Noted` property."""
    return lambda find: Noted(find, inputs)


class Trace:
    """What all answers about one function were made from, together."""

    __slots__ = ("mask",)

    def __init__(self) -> None:
        self.mask = 0


class Memo(Generic[_Question, _Answer]):
    """Answers that were given, each with what it was made from."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._answers: dict[_Question, tuple[_Answer, int]] = {}

    def get(self, question: _Question, compute: Callable[[], _Answer]) -> _Answer:
        """The answer to `question`, computed where it is asked for the first time."""
        found = self._answers.get(question)
        if found is None:
            outer, self._reads.mask = self._reads.mask, 0
            found = self._answers[question] = compute(), self._reads.kept(self._reads.mask)
            self._reads.mask = outer
        self._reads.mask |= found[1]
        return found[0]


def spread(masks: dict[_Node, int], callers: Mapping[_Node, Iterable[_Node]]) -> None:
    """Give every node the masks of all that it reaches; `callers` has the nodes that reach one in a step."""
    pending = dict.fromkeys(masks)
    while pending:
        node, _ = pending.popitem()
        mask = masks[node]
        for caller in callers.get(node, ()):
            known = masks[caller]
            if known | mask != known:
                masks[caller] = known | mask
                pending[caller] = None
