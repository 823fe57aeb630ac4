"""What becomes of a value that a local name holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import Attribute
from asynclint.program.names.scopes import COMPREHENSIONS, ScopeNode, dotted, outermost
from asynclint.program.names.takers import function_taker, is_function
from asynclint.program.names.values import External, ItemMethod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call, Expression, Role, Use
    from asynclint.program.inference.inference import Inference

Fate = Literal["looked at", "taken as a value", "kept"]
"""`looked at`: printed, compared, or not used at all. `taken as a value`: used as only what it stands for could be.
`kept`: awaited, or handed to something that may do so.
"""

_LOOKING = frozenset({"compared", "formatted", "discarded"})
TAKING: frozenset[str] = frozenset(
    {
        "async for",
        "async with",
        "attribute",
        "boolean",
        "callee",
        "condition",
        "for",
        "index",
        "operand",
        "raised",
        "starred",
        "subscript",
        "unpacked",
        "with",
    }
)
"""Roles of what is used as only the result of a coroutine could be."""
TESTS: frozenset[str] = frozenset({"boolean", "condition"})
"""Those of them that raise nothing: they may be about a coroutine that something else awaits."""
_MOST_NAMES = 3
"""How many names in a row are followed that hold the same."""
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


def fate(inference: Inference, scope: ScopeNode, role: Role) -> Fate:
    """What becomes of a value with `role` in `scope`."""
    if role.kind in _LOOKING:
        return "looked at"
    if role.kind in TAKING:
        return "taken as a value"
    if role.kind != "argument" or role.call < 0:
        return "kept"
    call = scope.body.calls[role.call]
    path = dotted(call.callee)
    if path.rpartition(".")[2] in _LOGGING and "log" in path.lower():
        return "looked at"
    values = inference.callee(scope, call)
    names = [name_of(value) for value in values if isinstance(value, External | ItemMethod)]
    knowledge = inference.library.knowledge
    if not names or len(names) < len(values):
        return "kept"
    if all(name in knowledge.look_at for name in names):
        return "looked at"
    takers = [function_taker(knowledge, name) for name in names]
    if all(taker is not None and is_function(taker, role) for taker in takers):
        return "taken as a value"
    return "taken as a value" if all(name in knowledge.take_values for name in names) else "kept"


def name_of(callee: External | ItemMethod) -> str:
    """The qualified name of a callee of a library; empty where it is a method of a class of the project."""
    if isinstance(callee, External):
        return callee.name
    return f"{callee.owner.of.name}.{callee.name}" if isinstance(callee.owner.of, External) else ""


def fate_of_read(inference: Inference, scope: ScopeNode, use: Use, steps: int = _MOST_NAMES) -> Fate:
    """What becomes of what a name holds that is read in `scope`; a name that it is given next is followed."""
    if use.role.kind != "assigned" or not use.role.names:
        return fate(inference, scope, use.role)
    if not steps or not all(is_local(scope, name) for name in use.role.names):
        return "kept"
    fates = {
        "kept" if read.role.kind == "attribute" else fate_of_read(inference, inner, read, steps - 1)
        for name in use.role.names
        for inner, read in reads(scope, name, use.statement)
    }
    order: tuple[Fate, ...] = ("kept", "taken as a value")
    return next((each for each in order if each in fates), "looked at")


def is_discarded(scope: ScopeNode, call: Call) -> bool:
    """Whether nobody gets what `call`, in `scope`, gives: it is a statement, or an item of a comprehension that is."""
    if call.role.kind == "discarded":
        return True
    outer = scope.parent
    if call.role.kind != "element" or scope.head.kind not in COMPREHENSIONS or outer is None:
        return False
    return any(use.role.kind == "discarded" for use in outer.uses_of_inner.get(scope.number, ()))


def delegated(scope: ScopeNode) -> set[Expression]:
    """What the generator `scope` hands over to by `yield from`: as coroutines did before they were `async def`s."""
    return {outcome.value for outcome in scope.body.yielded if outcome.delegates}


def is_local(scope: ScopeNode, name: str) -> bool:
    """Whether `name`, bound in `scope`, is seen by that function alone, and by functions in it."""
    if not scope.is_function or scope.head.kind in COMPREHENSIONS:
        return False
    return name not in scope.body.globals and name not in scope.body.nonlocals


def reads(scope: ScopeNode, name: str, statement: int) -> Iterator[tuple[ScopeNode, Use]]:
    """Where the local `name` of `scope` is read that may hold what `statement` bound to it, in source order."""
    for inner, use in all_reads(scope, name):
        home, at = outermost(inner, use.statement)
        if home is not scope or _may_hold(scope, name, statement, at):
            yield inner, use


def all_reads(scope: ScopeNode, name: str) -> Iterator[tuple[ScopeNode, Use]]:
    """Where the name `name` of `scope` is read, in it and in functions in it, in source order."""
    for inner, use in scope.uses_within.get(name, ()):
        if inner.lookup(name) is scope:
            yield inner, use


def attributes_read(scope: ScopeNode, use: Use) -> Iterator[str]:
    """The names of the attributes that the statement of `use` reads off the same value."""
    for other in scope.uses_at.get(use.statement, ()):
        if isinstance(other.value, Attribute) and other.value.value == use.value:
            yield other.value.name


def bound_at(scope: ScopeNode, name: str, statement: int) -> tuple[int, ...]:
    """The statements of `scope` that may have bound `name` when `statement` runs; none where that can't be told."""
    return tuple(binding.statement for binding in scope.flow(name).reaching(statement) or ())


def _may_hold(scope: ScopeNode, name: str, bound: int, statement: int) -> bool:
    """Whether `name` of `scope` may hold at `statement` what the statement `bound` has bound to it, with more added."""
    pending, extended = [statement], set[int]()
    while pending:
        found = scope.flow(name).reaching(pending.pop())
        if found is None or any(binding.statement == bound for binding in found):
            return True
        more = {binding.statement for binding in found if binding.how == "augment"} - extended
        extended |= more
        pending += more
    return False
