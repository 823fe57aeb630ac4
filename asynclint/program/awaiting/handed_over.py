"""Coroutine functions that are handed to what wants something else: a coroutine, or a plain function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Call, Expression, Name
from asynclint.program.awaiting.expected import is_expected_to_raise
from asynclint.program.inference.dead_code import never_runs
from asynclint.program.names.arguments import argument
from asynclint.program.names.scopes import ScopeNode, dotted, text_of
from asynclint.program.names.takers import function_taker, takes_coroutine_functions
from asynclint.program.names.values import ANYTHING, External, FunctionValue, Partial, Value
from asynclint.program.observations import CoroutineFunctionPassed, CoroutineFunctionScheduled, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaiting.awaitables import Awaitables


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[Observation]:
    """The coroutine functions that `scope`, inner scopes aside, hands to who has no use for them."""
    inference = awaitables.inference
    for call in scope.body.calls:
        names = {value.name if isinstance(value, External) else "" for value in inference.callee(scope, call)}
        if len(names) != 1 or "" in names or never_runs(inference, scope, call.statement):
            continue
        if is_expected_to_raise(scope, call.statement):
            continue
        name = names.pop()
        yield from _in_place_of_coroutine(awaitables, scope, call, name)
        yield from _in_place_of_function(awaitables, scope, call, name)
    for use in scope.body.uses:
        if use.role.kind == "awaited" and _is_coroutine_function(awaitables, scope, use.value, use.statement):
            place = Place(scope.module.path, scope.anchor(use.node))
            yield CoroutineFunctionPassed(place, scope.home.title, text_of(scope, use.value), "await")


def _in_place_of_coroutine(awaitables: Awaitables, scope: ScopeNode, call: Call, name: str) -> Iterator[Observation]:
    taker = awaitables.inference.library.knowledge.takes_coroutines.get(name)
    if taker is None:
        return
    for index, given in enumerate(call.arguments):
        if given.keyword:
            wanted = given.keyword == taker.argument
        else:
            wanted = not given.star and (taker.every or index in taker.positions)
        if not wanted:
            continue
        place = Place(scope.module.path, scope.anchor(call.node))
        if _is_coroutine_function(awaitables, scope, given.value, call.statement):
            yield CoroutineFunctionPassed(place, scope.home.title, text_of(scope, given.value), name)
        elif awaitables.are_collections(awaitables.inference.evaluate(scope, given.value, call.statement)):
            passed = given.value.id if isinstance(given.value, Name) else ""
            yield CoroutineFunctionPassed(place, scope.home.title, passed, name, is_collection=True)


def _in_place_of_function(awaitables: Awaitables, scope: ScopeNode, call: Call, name: str) -> Iterator[Observation]:
    taker = function_taker(awaitables.inference.library.knowledge, name)
    if taker is None or takes_coroutine_functions(taker):
        return
    given = argument(call, taker.position, taker.argument)
    if given is None:
        return
    function = _function(awaitables, scope, given, call.statement)
    if function is not None:
        place = Place(scope.module.path, scope.anchor(call.node))
        yield CoroutineFunctionScheduled(place, scope.home.title, function, name)


def _function(awaitables: Awaitables, scope: ScopeNode, given: Expression, at: int) -> str | None:
    """What `given` reads like, where all that it may be gives a coroutine when it is called."""
    values = awaitables.inference.evaluate(scope, given, at)
    if not values or not all(_gives_coroutine(awaitables, value) for value in values):
        return None
    names = [value.scope.name for value in values if isinstance(value, FunctionValue)]
    return dotted(given) or (names[0] if names else "functools.partial(...)")


def _gives_coroutine(awaitables: Awaitables, value: Value) -> bool:
    if isinstance(value, Partial):
        return _gives_coroutine(awaitables, value.function)
    if isinstance(value, FunctionValue) and value.scope.head.kind == "lambda":
        returned = awaitables.inference.returned(value)
        return returned != ANYTHING and awaitables.pending(returned) == "coroutine"
    return awaitables.is_coroutine_function(value)


def _is_coroutine_function(awaitables: Awaitables, scope: ScopeNode, expression: Expression, at: int) -> bool:
    values = awaitables.inference.evaluate(scope, expression, at)
    return bool(values) and all(awaitables.is_coroutine_function(value) for value in values)
