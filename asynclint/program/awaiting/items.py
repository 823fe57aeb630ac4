"""Coroutines among the items of a list, generator or the like that is of no use with coroutines in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Call, Collection, Expression, Name, Result, Role, RoleKind, Use
from asynclint.program.blocking.roots import is_decorated_entry_point, threaded_endpoint
from asynclint.program.names.fates import TESTS, fate, name_of
from asynclint.program.names.scopes import COMPREHENSIONS, ScopeNode, called
from asynclint.program.names.values import External, ItemMethod
from asynclint.program.observations import CoroutineUsedAsValue, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaiting.awaitables import Awaitables
    from asynclint.program.inference.inference import Inference

_LENGTH = External("builtins.len")


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[CoroutineUsedAsValue]:
    """The coroutines of `scope`, inner scopes aside, that are passed to `any` and its like among other items, or that
    an endpoint returns in a list or dict.
    """
    inference = awaitables.inference
    for index, call in enumerate(scope.body.calls):
        if call.role.kind != "element":
            continue
        taker = _taker(inference, scope, index, call)
        if not (taker or _is_served(inference, scope, Result(index), call.statement)):
            continue
        pending = awaitables.pending(inference.evaluate_call(scope, call))
        if pending == "coroutine" and awaitables.may_matter(scope, call.statement):
            place = Place(scope.module.path, scope.anchor(call.node))
            role: RoleKind = "element" if taker else "returned"
            home = scope.home
            yield CoroutineUsedAsValue(place, home.title, called(scope, call), pending, role, taker, home.may_await)


def _taker(inference: Inference, scope: ScopeNode, index: int, call: Call) -> str:
    """The name of what is passed the result of `call`, number `index` of `scope`, as an item, and has no use for a
    coroutine there; else empty.
    """
    known = inference.library.knowledge.take_items
    for outer, taker in _calls_with_item(scope, index, call):
        names = _names(inference, outer, taker)
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


def _calls_with_item(scope: ScopeNode, index: int, call: Call) -> Iterator[tuple[ScopeNode, Call]]:
    """The calls, with their scopes, whose first argument has the result of `call` as an item."""
    item, outer = Result(index), scope.parent
    if scope.head.kind in COMPREHENSIONS and outer is not None:
        is_item = any(element.value == item for element in scope.body.yielded)
        for use in outer.uses_of_inner.get(scope.number, ()):
            if is_item and use.role.kind == "argument" and use.role.position == 0:
                yield outer, outer.body.calls[use.role.call]
        return
    for other in scope.calls_at.get(call.statement, ()):
        first = other.arguments[0].value if other.arguments else None
        if isinstance(first, Collection) and item in first.elements:
            yield scope, other


def _is_served(inference: Inference, scope: ScopeNode, item: Result | Name, statement: int) -> bool:
    """Whether `statement` of an endpoint returns `item`, or a list, dict or the like with it, of which the framework
    makes text.
    """
    returned = (outcome.value for outcome in scope.body.returned if outcome.statement == statement)
    return (
        any(value == item or _holds(value, item) for value in returned)
        and threaded_endpoint(inference, scope)
        and is_decorated_entry_point(inference, scope)
    )


def _holds(expression: Expression, item: Result | Name) -> bool:
    """Whether `item` stands in the display `expression`, or in one in it."""
    return isinstance(expression, Collection) and any(
        element == item or _holds(element, item) for element in expression.elements
    )
