"""Coroutines among the items of a list, generator or the like that is of no use with coroutines in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from asynclint.facts.model import Call, Collection, Expression, Name, Result, Role, RoleKind, Use
from asynclint.program.blocking.roots import is_decorated_entry_point, threaded_endpoint
from asynclint.program.names.fates import TESTS, fate, name_of
from asynclint.program.names.scopes import COMPREHENSIONS, ScopeNode, called
from asynclint.program.names.values import External, ItemMethod
from asynclint.program.observations import CoroutineUsedAsValue, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from asynclint.program.awaiting.awaitables import Awaitables
    from asynclint.program.inference.inference import Inference

_LENGTH = External("builtins.len")


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[CoroutineUsedAsValue]:
    """The coroutines of `scope`, inner scopes aside, that are passed to `any` and its like among other items, or that
    an endpoint returns in a list or dict.
    """
    inference = awaitables.inference
    takers = _takers_of_items(scope)
    for index, call in enumerate(scope.body.calls):
        if call.role.kind != "element":
            continue
        taker = _useless_taker(inference, takers.get(index, ()))
        if not (taker or _is_served(inference, scope, Result(index), call.statement)):
            continue
        pending = awaitables.pending(inference.evaluate_call(scope, call))
        if pending == "coroutine" and awaitables.may_matter(scope, call.statement):
            place = Place(scope.module.path, scope.anchor(call.node))
            role: RoleKind = "element" if taker else "returned"
            home = scope.home
            yield CoroutineUsedAsValue(place, home.title, called(scope, call), pending, role, taker, home.may_await)


def _useless_taker(inference: Inference, takers: Iterable[tuple[ScopeNode, Call]]) -> str:
    """The name of the first of `takers` that has no use for coroutines among the items it is passed; else empty."""
    known = inference.library.knowledge.take_items
    for scope, taker in takers:
        names = _names(inference, scope, taker)
        if names and all(name in known for name in names) and len(taker.arguments) == 1:
            return names[0].removeprefix("builtins.")
    return ""


def _names(inference: Inference, scope: ScopeNode, call: Call) -> list[str]:
    """The qualified names of what `call` may call; empty ones for functions of the project and what is unknown."""
    callees = inference.callee(scope, call)
    return [name_of(value) if isinstance(value, External | ItemMethod) else "" for value in callees]


def is_idle(inference: Inference, scope: ScopeNode, use: Use) -> bool:
    """Whether `use`, in `scope`, of a name for a container surely awaits nothing that is in it: it prints or counts
    that, tests whether there is something, or makes text of it.
    """
    role = use.role
    if role.kind in TESTS or fate(inference, scope, role) == "looked at":
        return True
    if role.kind in ("returned", "element"):
        return isinstance(use.value, Name) and _is_served(inference, scope, use.value, use.statement)
    return role.kind == "argument" and role.call >= 0 and _counts(inference, scope, role)


def _counts(inference: Inference, scope: ScopeNode, role: Role) -> bool:
    """Whether what a value with `role` is passed to asks how much is in it, or does what coroutines are no use for."""
    call = scope.body.calls[role.call]
    if inference.callee(scope, call) == (_LENGTH,):
        return True
    names = _names(inference, scope, call)
    known = inference.library.knowledge.take_items
    return bool(names) and len(call.arguments) == 1 and all(name in known for name in names)


def _takers_of_items(scope: ScopeNode) -> Mapping[int, list[tuple[ScopeNode, Call]]]:
    """By the number of a call of `scope`, the calls whose first argument has its result in it, with their scopes."""
    found: dict[int, list[tuple[ScopeNode, Call]]] = defaultdict(list)
    outer = scope.parent
    if scope.head.kind in COMPREHENSIONS and outer is not None:
        uses = outer.uses_of_inner.get(scope.number, ())
        roles = (use.role for use in uses if use.role.kind == "argument" and use.role.position == 0)
        takers = [(outer, outer.body.calls[role.call]) for role in roles]
        for element in scope.body.yielded:
            if isinstance(element.value, Result):
                found[element.value.call] += takers
        return found
    for call in scope.body.calls:
        first = call.arguments[0].value if call.arguments else None
        for item in first.elements if isinstance(first, Collection) else ():
            if isinstance(item, Result):
                found[item.call].append((scope, call))
    return found


def _is_served(inference: Inference, scope: ScopeNode, item: Result | Name, statement: int) -> bool:
    """Whether `statement` of an endpoint returns `item`, or a list, dict or the like with it, of which the framework
    makes text.
    """
    returned = (outcome.value for outcome in scope.body.returned if outcome.statement == statement)
    return (
        bool(scope.head.decorators)
        and any(value == item or _holds(value, item) for value in returned)
        and threaded_endpoint(inference, scope)
        and is_decorated_entry_point(inference, scope)
    )


def _holds(expression: Expression, item: Result | Name) -> bool:
    """Whether `item` stands in the display `expression`, or in one in it."""
    return isinstance(expression, Collection) and any(
        element == item or _holds(element, item) for element in expression.elements
    )
