"""Which bindings of a name can reach a statement, within one scope."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Import, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from asynclint.facts.model import Binding, Expression, Scope
    from asynclint.program.names.scopes import ScopeNode

Condition = tuple["Expression", int, bool]
"""A test, the statement that it stands in, and whether it has to fail (`True`)."""
_EXCLUSIVE = {
    ("body", "else"),
    ("else", "body"),
    ("except", "except"),
    ("except", "else"),
    ("else", "except"),
    ("case", "case"),
}
_MOST_TESTS = 50
MOST_BINDINGS = 100
"""How many bindings of a name are looked at to tell which of them a statement sees. Only generated code has more."""
_FEWEST_IN_CIRCLE = 3
_statement = attrgetter("statement")


def blocks_around(scope: Scope, statement: int) -> list[int]:
    """The blocks that `statement` stands in, innermost first."""
    if not 0 <= statement < len(scope.statements):
        return []
    found = []
    block = scope.statements[statement].block
    while block >= 0:
        found.append(block)
        owner = scope.blocks[block].owner
        block = scope.statements[owner].block if owner >= 0 else -1
    return found


def telling(blocks: Sequence[int]) -> Sequence[int]:
    """Those of `blocks` whose tests are looked at: all but for the middle of a chain of branches that has no end."""
    return blocks if len(blocks) <= 2 * _MOST_TESTS else (*blocks[:_MOST_TESTS], *blocks[-_MOST_TESTS:])


def conditions(node: ScopeNode, statement: int) -> Iterator[Condition]:
    """What decides whether `statement` runs.

    It is the tests of the blocks around it, and those of earlier blocks that leave.
    """
    scope = node.body
    around = blocks_around(scope, statement)
    near = telling(around)
    for index in near:
        if scope.blocks[index].kind != "loop":
            yield from node.condition(index)
    leaving = node.leaving
    if leaving:
        owners = {scope.blocks[each].owner for each in around}
        left = sorted(each for block in near for each in _left_before(scope, leaving.get(block, ()), statement, owners))
        for index in telling(left):
            yield from node.condition(index, left=True)


def _left_before(scope: Scope, leaving: Sequence[int], statement: int, owners: set[int]) -> Iterable[int]:
    """Those of the blocks `leaving`, which are in source order, that stand before `statement`: none of `owners`, whose
    blocks are around it, has them. In the middle, some may be left out.
    """
    end = bisect_left(leaving, statement, key=lambda index: scope.blocks[index].owner)
    if end <= 2 * _MOST_TESTS:
        return (each for each in leaving[:end] if scope.blocks[each].owner not in owners)
    first = (each for each in leaving if scope.blocks[each].owner not in owners)
    last = (leaving[at] for at in range(end - 1, -1, -1) if scope.blocks[leaving[at]].owner not in owners)
    return {*islice(first, _MOST_TESTS), *islice(last, _MOST_TESTS)}


def reaches_end(scope: Scope) -> bool:
    """Whether a function may come to its end without `return` or `raise`, as far as its blocks tell."""
    last_in = {each.block: at for at, each in enumerate(scope.statements)}
    owned: dict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(scope.blocks):
        owned[block.owner].append(index)

    def always_leaves(block: int) -> bool:
        if scope.blocks[block].leaves == "function":
            return True
        inner = owned.get(last_in[block], []) if block in last_in else []
        kinds = {scope.blocks[at].kind for at in inner}
        if kinds == {"with"} or any(scope.blocks[at].kind == "finally" and always_leaves(at) for at in inner):
            return all(always_leaves(at) for at in inner)
        if kinds == {"loop"}:
            test = scope.blocks[inner[0]].test
            return isinstance(test, Constant) and bool(test.value)
        if not ("else" in kinds or "except" in kinds):
            return False
        return all(always_leaves(at) for at in inner if scope.blocks[at].kind != "finally")

    return bool(scope.blocks) and not always_leaves(0)


class Flow:
    """The bindings of one name in a scope, in source order: which of them can reach a statement.

    A binding in the same block, or in one around it, hides the earlier ones. One in another branch, or in a
    branch that leaves, does not reach; one that leaves a loop reaches what comes after that. In a loop, later
    bindings reach the next round.
    """

    __slots__ = ("_bindings", "_hiding", "_rounds", "_scope")

    def __init__(self, scope: Scope, bindings: Sequence[Binding]) -> None:
        self._scope = scope
        self._bindings = bindings
        self._hiding: dict[int, list[int]] = {}
        self._rounds: dict[int, list[Binding]] | None = None
        for place, binding in enumerate(bindings):
            if binding.how != "except":
                self._hiding.setdefault(scope.statements[binding.statement].block, []).append(place)

    def reaching(self, statement: int) -> list[Binding] | None:
        """The bindings whose value the name can have when `statement` runs; `None` where there are too many to tell.

        Where none does, the statement is taken to read what it binds itself.
        """
        found = self.flowing(statement)
        return list(bindings_at(self._bindings, statement)) if found == [] else found

    def flowing(self, statement: int) -> list[Binding] | None:
        """Like `reaching`, but empty where no binding reaches `statement`."""
        scope, bindings = self._scope, self._bindings
        if not bindings:
            return []
        around = blocks_around(scope, statement)
        end = bisect_left(bindings, statement, key=_statement)
        hiding = self._last_hiding(end, around)
        loops = self._loops_back(around, hiding)
        if (len(bindings) if loops else end) - (hiding or 0) > MOST_BINDINGS:
            return None
        inside = set(around)
        owners = {scope.blocks[block].owner: block for block in around}
        reached = [each for each in bindings[hiding or 0 : end] if _may_flow(scope, each, inside, owners)]
        later = bindings[end:] if loops else ()
        return reached + [each for each in later if loops.intersection(blocks_around(scope, each.statement))]

    def is_bound_before(self, statement: int) -> bool:
        """Whether a binding stands before `statement` in its block, or in one around it."""
        end = bisect_left(self._bindings, statement, key=_statement)
        return self._last_hiding(end, blocks_around(self._scope, statement)) is not None

    def circle(self, statement: int) -> Sequence[Binding]:
        """The bindings in the outermost loop around `statement` whose later ones reach it in the next round, if there
        are several: each may be made of what any other gives.
        """
        if len(self._bindings) < _FEWEST_IN_CIRCLE:
            return ()
        around = blocks_around(self._scope, statement)
        end = bisect_left(self._bindings, statement, key=_statement)
        loops = self._loops_back(around, self._last_hiding(end, around))
        found = [self._in_loops().get(block, ()) for block in around if block in loops]
        widest: Sequence[Binding] = max(found, key=len, default=())
        return widest if len(widest) >= _FEWEST_IN_CIRCLE else ()

    def _in_loops(self) -> dict[int, list[Binding]]:
        """The bindings in each loop, inner ones included."""
        if self._rounds is None:
            self._rounds = defaultdict(list)
            for binding in self._bindings:
                for block in blocks_around(self._scope, binding.statement):
                    if self._scope.blocks[block].kind == "loop":
                        self._rounds[block].append(binding)
        return self._rounds

    def _loops_back(self, around: Iterable[int], hiding: int | None) -> set[int]:
        """The loops among the blocks `around` that no binding at place `hiding` begins each round of."""
        loops = {block for block in around if self._scope.blocks[block].kind == "loop"}
        return loops - _hidden_in(self._scope, self._bindings[hiding]) if loops and hiding is not None else loops

    def _last_hiding(self, end: int, around: Iterable[int]) -> int | None:
        """The place of the last of the bindings before `end` that hides the earlier ones in the blocks `around`."""
        found = -1
        for block in around:
            places = self._hiding.get(block, ())
            before = bisect_left(places, end)
            found = max(found, places[before - 1] if before else -1)
        return found if found >= 0 else None


def bindings_at(bindings: Sequence[Binding], statement: int) -> Sequence[Binding]:
    """Those of `bindings` (of one name, in source order) that `statement` makes."""
    first = bisect_left(bindings, statement, key=_statement)
    return bindings[first : bisect_right(bindings, statement, first, key=_statement)]


def is_bound_between(bindings: Sequence[Binding], first: int, end: int) -> bool:
    """Whether one of `bindings` (of one name, in source order) is made by a statement from `first` up to `end`."""
    place = bisect_left(bindings, first, key=_statement)
    return place < len(bindings) and bindings[place].statement < end


def at_run_time(scope: Scope, bindings: Sequence[Binding]) -> Sequence[Binding]:
    """Those of `bindings` (of one name) that do not stand under `if TYPE_CHECKING`, if there are any.

    But of a module that is imported there, and made by a call otherwise (`pandas = LazyModule("pandas")`), the import.
    """
    typing_only = [each for each in bindings if scope.blocks[scope.statements[each.statement].block].typing_only]
    others = [each for each in bindings if each not in typing_only]
    modules = [each for each in typing_only if isinstance(each.value, Import) and not each.value.name]
    if modules and all(each.how == "assign" and isinstance(each.value, Result) for each in others):
        return modules
    return others or bindings


def last(scope: Scope, bindings: Sequence[Binding]) -> Sequence[Binding]:
    """Those of `bindings` (of one name, in source order) that may be in force when the scope has run to its end."""
    for index in range(len(bindings) - 1, -1, -1):
        if scope.statements[bindings[index].statement].block == 0:
            return bindings[index:]
    return bindings


def _may_flow(scope: Scope, binding: Binding, inside: set[int], owners: Mapping[int, int]) -> bool:
    """Whether the value of `binding` leaves the branches that it stands in for the blocks `inside`, by `owners`."""
    jumps = False
    for block in blocks_around(scope, binding.statement):
        if block in inside:
            return not jumps
        facts = scope.blocks[block]
        if facts.leaves == "function" and facts.kind not in ("try", "loop"):
            return False
        jumps = (jumps or facts.leaves == "round") and facts.kind != "loop"
        other = owners.get(facts.owner)
        if other is not None and facts.owner >= 0 and (facts.kind, scope.blocks[other].kind) in _EXCLUSIVE:
            return False
    return True


def _hidden_in(scope: Scope, hiding: Binding) -> set[int]:
    """The blocks in which every round begins with the binding `hiding`; a loop binds its own target so."""
    found = set(blocks_around(scope, hiding.statement))
    if hiding.how in ("for", "async for"):
        found |= {index for index, block in enumerate(scope.blocks) if block.owner == hiding.statement}
    return found
