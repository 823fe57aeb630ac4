"""Coroutines among the items of a list, generator or the like that is of no use with coroutines in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Call, Collection, Expression, Result, RoleKind
from asynclint.program.fates import name_of
from asynclint.program.observations import CoroutineUsedAsValue, Place
from asynclint.program.roots import is_decorated_entry_point, threaded_endpoint
from asynclint.program.scopes import COMPREHENSIONS, ScopeNode, called
from asynclint.program.values import External, ItemMethod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaitables import Awaitables
    from asynclint.program.inference import Inference


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[CoroutineUsedAsValue]:
    """The coroutines of `scope`, inner scopes aside, that are passed to `any` and its like among other items, or that
    an endpoint returns in a list or dict.
    """
    inference = awaitables.inference
    for index, call in enumerate(scope.body.calls):
        if call.role.kind != "element":
            continue
        taker = _taker(inference, scope, index, call)
        if not (taker or _is_served(inference, scope, Result(index))):
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
        callees = inference.callee(outer, taker)
        names = [name_of(value) if isinstance(value, External | ItemMethod) else "" for value in callees]
        if names and all(name in known for name in names) and len(taker.arguments) == 1:
            return names[0].removeprefix("builtins.")
    return ""


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


def _is_served(inference: Inference, scope: ScopeNode, item: Result) -> bool:
    """Whether an endpoint returns `item` inside of a list, dict or the like, of which the framework makes text."""
    return (
        any(_holds(outcome.value, item) for outcome in scope.body.returned)
        and threaded_endpoint(inference, scope)
        and is_decorated_entry_point(inference, scope)
    )


def _holds(expression: Expression, item: Result) -> bool:
    """Whether `item` stands in the display `expression`, or in one in it."""
    return isinstance(expression, Collection) and any(
        element == item or _holds(element, item) for element in expression.elements
    )
