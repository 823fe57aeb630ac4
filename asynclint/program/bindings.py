"""Which bindings of a name can reach a statement, within one scope."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from asynclint.facts.model import Constant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.facts.model import Binding, Expression, Scope
    from asynclint.program.scopes import ScopeNode

_EXCLUSIVE = {
    ("body", "else"),
    ("else", "body"),
    ("except", "except"),
    ("except", "else"),
    ("else", "except"),
    ("case", "case"),
}
_MOST_TESTS = 50
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


def conditions(node: ScopeNode, statement: int) -> Iterator[tuple[Expression, int, bool]]:
    """The tests that decide whether `statement` runs: each with its statement, and whether it has to fail (`True`).

    They are those of the blocks around it, and those of earlier blocks that leave.
    """
    scope = node.body
    around = blocks_around(scope, statement)
    near = telling(around)
    for index in near:
        block = scope.blocks[index]
        if block.test is not None and block.kind != "loop":
            yield block.test, block.owner, block.negated
    leaving = node.leaving
    if leaving:
        inside = set(around)
        left = sorted(each for block in near for each in leaving.get(block, ()) if each not in inside)
        for index in telling([each for each in left if scope.blocks[each].owner < statement]):
            block = scope.blocks[index]
            if block.test is not None:
                yield block.test, block.owner, not block.negated


def reaches_end(scope: Scope) -> bool:
    """Whether a function may come to its end without `return` or `raise`, as far as its blocks tell."""
    return bool(scope.blocks) and not _always_leaves(scope, 0)


def _always_leaves(scope: Scope, block: int) -> bool:
    if scope.blocks[block].leaves == "function":
        return True
    last_statement = max((at for at, each in enumerate(scope.statements) if each.block == block), default=-1)
    inner = [at for at, each in enumerate(scope.blocks) if each.owner == last_statement >= 0]
    kinds = {scope.blocks[at].kind for at in inner}
    if kinds == {"with"} or (
        "finally" in kinds and any(scope.blocks[at].kind == "finally" and _always_leaves(scope, at) for at in inner)
    ):
        return all(_always_leaves(scope, at) for at in inner)
    if kinds == {"loop"}:
        test = scope.blocks[inner[0]].test
        return isinstance(test, Constant) and bool(test.value)
    if not ("else" in kinds or "except" in kinds):
        return False
    return all(_always_leaves(scope, at) for at in inner if scope.blocks[at].kind != "finally")


def reaching(scope: Scope, bindings: Sequence[Binding], statement: int) -> list[Binding]:
    """Those of `bindings` (of one name, in source order) whose value the name can have when `statement` runs.

    A binding in the same block, or in one around it, hides the earlier ones. One in another branch, or in a
    branch that leaves, does not reach; one that leaves a loop reaches what comes after that. In a loop, later
    bindings reach the next round. Where none does, the statement is taken to read what it binds itself.
    """
    return flowing(scope, bindings, statement) or [binding for binding in bindings if binding.statement == statement]


def flowing(scope: Scope, bindings: Sequence[Binding], statement: int) -> list[Binding]:
    """Like `reaching`, but empty where no binding reaches `statement`."""
    around = blocks_around(scope, statement)
    end = bisect_left(bindings, statement, key=_statement)
    hiding = _last_hiding(scope, bindings, end, set(around))
    reached = [binding for binding in bindings[hiding or 0 : end] if _may_flow(scope, binding, around)]
    reached += _from_last_round(scope, bindings, end, around, bindings[hiding] if hiding is not None else None)
    return reached


def is_rebound(scope: Scope, bindings: Sequence[Binding], statement: int) -> bool:
    """Whether one of `bindings` in the scope's own block comes before `statement`: what a caller passed is gone."""
    return any(each.statement < statement and scope.statements[each.statement].block == 0 for each in bindings)


def last(scope: Scope, bindings: Sequence[Binding]) -> Sequence[Binding]:
    """Those of `bindings` (of one name, in source order) that may be in force when the scope has run to its end."""
    for index in range(len(bindings) - 1, -1, -1):
        if scope.statements[bindings[index].statement].block == 0:
            return bindings[index:]
    return bindings


def _last_hiding(scope: Scope, bindings: Sequence[Binding], end: int, around: set[int]) -> int | None:
    """The place of the last of the bindings before `end` that hides the earlier ones in the blocks `around`."""
    for index in range(end - 1, -1, -1):
        if scope.statements[bindings[index].statement].block in around and bindings[index].how != "except":
            return index
    return None


def _may_flow(scope: Scope, binding: Binding, around: Sequence[int]) -> bool:
    inside = set(around)
    owners = {scope.blocks[block].owner: block for block in around}
    jumps = False
    for block in blocks_around(scope, binding.statement):
        if block in inside:
            return not jumps
        facts = scope.blocks[block]
        if facts.leaves == "function" and facts.kind != "try":
            return False
        jumps = (jumps or facts.leaves == "round") and facts.kind != "loop"
        other = owners.get(facts.owner)
        if other is not None and facts.owner >= 0 and (facts.kind, scope.blocks[other].kind) in _EXCLUSIVE:
            return False
    return True


def _from_last_round(
    scope: Scope, bindings: Sequence[Binding], end: int, around: Sequence[int], hiding: Binding | None
) -> Iterator[Binding]:
    """Those of `bindings` from the place `end` on that a loop around brings back, unless `hiding` comes first."""
    loops = {block for block in around if scope.blocks[block].kind == "loop"}
    if loops and hiding is not None:
        loops -= _hidden_in(scope, hiding)
    if loops:
        yield from (
            binding for binding in bindings[end:] if loops.intersection(blocks_around(scope, binding.statement))
        )


def _hidden_in(scope: Scope, hiding: Binding) -> set[int]:
    """The blocks in which every round begins with the binding `hiding`; a loop binds its own target so."""
    found = set(blocks_around(scope, hiding.statement))
    if hiding.how in ("for", "async for"):
        found |= {index for index, block in enumerate(scope.blocks) if block.owner == hiding.statement}
    return found
