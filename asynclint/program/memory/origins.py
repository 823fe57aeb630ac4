"""What answers came from, as plain data: handed from process to process, and kept for later runs.

Every answer has an origin: what it was made from (see `reads`), and the origins that it leads to.
They are kept as that graph. Spread over all answers, what they were made from would take a hundred times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.memory.reads import Reader, Recalled

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

Origin = tuple[tuple[int, ...], tuple[int, ...]]
"""The numbers of inputs, and of other origins, which come before this one."""


class Origins:
    """Origins, by their numbers, counted from 0: each is there once."""

    def __init__(self, origins: Iterable[Origin] = ()) -> None:
        self.all = list(origins)
        self._numbers = {origin: number for number, origin in enumerate(self.all)}

    def add(self, inputs: Iterable[int], others: Iterable[int]) -> int:
        """The number of the origin with these inputs and other origins."""
        origin = tuple(sorted(inputs)), tuple(sorted(others))
        if not origin[0] and len(origin[1]) == 1:
            return origin[1][0]
        number = self._numbers.setdefault(origin, len(self.all))
        if number == len(self.all):
            self.all.append(origin)
        return number

    def add_readers(self, readers: Iterable[Reader]) -> list[int]:
        """The numbers of the origins of what each of `readers` has found out."""
        roots = list(readers)
        place: dict[Reader, int] = {}
        for circle in _circles(roots):
            own = set(circle)
            read = [each for member in circle for each in member.read]
            inputs = {each for each in read if isinstance(each, int)}
            others = {place[each] for each in read if isinstance(each, Reader) and each not in own}
            others |= {each.origin for each in circle if isinstance(each, Recalled)}
            place.update(dict.fromkeys(circle, self.add(inputs, others)))
        return [place[root] for root in roots]

    def add_all(self, origins: Iterable[Origin], *, known: int, inputs: Sequence[int]) -> list[int]:
        """The numbers that the first `known` origins have, which elsewhere are as here, and `origins`, which come after
        them there; `inputs` has the numbers here of the inputs there.
        """
        found = list(range(known))
        for own, others in origins:
            found.append(self.add([inputs[each] for each in own], {found[each] for each in others}))
        return found

    def marks(self, inputs: Mapping[int, int]) -> list[int]:
        """By origin, the bits that the inputs have to which it leads: `inputs` has those of inputs that have any."""
        found: list[int] = []
        for own, others in self.all:
            mark = 0
            for number in own:
                mark |= inputs.get(number, 0)
            for number in others:
                mark |= found[number]
            found.append(mark)
        return found

    def inputs_of(self, numbers: Iterable[int], among: Container[int]) -> set[int]:
        """Those `among` inputs to which these origins lead."""
        return {each for number in self.needed(numbers) for each in self.all[number][0] if each in among}

    def needed(self, numbers: Iterable[int]) -> dict[int, int]:
        """The numbers of these origins and of those to which they lead, each with the number it has among them."""
        kept = (number for number, is_reached in enumerate(self._reached(numbers)) if is_reached)
        return {number: at for at, number in enumerate(kept)}

    def only(self, numbers: Mapping[int, int]) -> tuple[list[Origin], list[int]]:
        """The `needed` origins, and the inputs that they have: each with its new number in the place of the old one."""
        kept = [self.all[number] for number in numbers]
        inputs = sorted({each for own, _ in kept for each in own})
        place = {number: at for at, number in enumerate(inputs)}
        origins = [
            (tuple(place[each] for each in own), tuple(numbers[each] for each in others)) for own, others in kept
        ]
        return origins, inputs

    def _reached(self, numbers: Iterable[int]) -> Sequence[int]:
        """For every origin, whether these lead to it, or are it."""
        reached = bytearray(len(self.all))
        for number in numbers:
            reached[number] = True
        for number in range(len(self.all) - 1, -1, -1):
            if reached[number]:
                for other in self.all[number][1]:
                    reached[other] = True
        return reached


def _circles(roots: Iterable[Reader]) -> Iterator[list[Reader]]:
    """All readers that `roots` lead to, those together that lead to each other; whoever is asked comes first.

    This is Tarjan's algorithm (Depth-first search and linear graph algorithms, 1972), without recursion.
    """
    index: dict[Reader, int] = {}
    low: dict[Reader, int] = {}
    open_: list[Reader] = []
    closed: set[Reader] = set()
    for root in roots:
        if root in index:
            continue
        path = [(root, _asked(root))]
        index[root] = low[root] = len(index)
        open_.append(root)
        while path:
            reader, asked = path[-1]
            for other in asked:
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_.append(other)
                    path.append((other, _asked(other)))
                    break
                if other not in closed:
                    low[reader] = min(low[reader], index[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[reader])
                if low[reader] == index[reader]:
                    circle = [open_.pop()]
                    while circle[-1] is not reader:
                        circle.append(open_.pop())
                    closed.update(circle)
                    yield circle


def _asked(reader: Reader) -> Iterator[Reader]:
    return (each for each in reader.read if isinstance(each, Reader))
