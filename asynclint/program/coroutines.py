"""Coroutines that are made and never awaited, and coroutine functions where a coroutine belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Call, Expression
from asynclint.program.constants import never_runs
from asynclint.program.decorators import gives_coroutine
from asynclint.program.observations import CoroutineDiscarded, CoroutineFunctionPassed, Observation, Place
from asynclint.program.scopes import ScopeNode, dotted
from asynclint.program.values import Awaitable, External, FunctionValue, Instance, Suspended, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.implementations import Implementations
    from asynclint.program.inference import Inference


def observe(inference: Inference, implementations: Implementations, scope: ScopeNode) -> Iterator[Observation]:
    """What is wrong with the coroutines in the function `scope`, inner scopes aside."""
    for call in scope.body.calls:
        if never_runs(inference, scope, call.statement):
            continue
        if call.role.kind == "discarded":
            yield from _discarded(inference, implementations, scope, call)
        yield from _passed(inference, scope, call)
    for use in scope.body.uses:
        if use.role.kind == "awaited":
            values = inference.evaluate(scope, use.value, use.statement)
            if values and all(_is_coroutine_function(inference, value) for value in values):
                node = scope.body.statements[use.statement].node
                place = Place(scope.module.path, scope.anchor(node))
                yield CoroutineFunctionPassed(place, scope.home.title, dotted(use.value), "await")


def _discarded(
    inference: Inference, implementations: Implementations, scope: ScopeNode, call: Call
) -> Iterator[Observation]:
    values = inference.evaluate_call(scope, call)
    kinds = [_gives(inference, value) for value in values]
    if kinds and all(kinds) and not any(_may_be_plain(inference, implementations, value) for value in values):
        place = Place(scope.module.path, scope.anchor(call.node))
        callee = f"{dotted(call.callee)}()"
        yield CoroutineDiscarded(place, scope.home.title, callee, kinds[0], scope.home.head.is_async)


def _may_be_plain(inference: Inference, implementations: Implementations, value: Value) -> bool:
    """Whether a subclass has a version of the method that gives no coroutine."""
    if not isinstance(value, Suspended) or not isinstance(value.function.receiver, Instance):
        return False
    if value.function.receiver.exact:
        return False
    return any(not other.scope.head.is_async for other in implementations.of(inference, value.function))


def _gives(inference: Inference, value: Value) -> str:
    """What a value is that does nothing unless it is awaited or iterated; empty where it is something else."""
    if isinstance(value, Suspended) and value.kind in ("coroutine", "async generator"):
        return value.kind
    if isinstance(value, Awaitable) and value.kind == "coroutine":
        return value.kind
    if (
        isinstance(value, Awaitable)
        and value.kind == "future"
        and value.source not in inference.library.knowledge.tasks
        and value.source in inference.library.knowledge.takes_coroutines
    ):
        return value.kind
    return ""


def _passed(inference: Inference, scope: ScopeNode, call: Call) -> Iterator[Observation]:
    takers = inference.library.knowledge.takes_coroutines
    names = [value.name for value in inference.callee(scope, call) if isinstance(value, External)]
    if len(names) != 1 or names[0] not in takers:
        return
    taker = takers[names[0]]
    for index, given in enumerate(call.arguments):
        if given.keyword:
            wanted = given.keyword == taker.argument
        else:
            wanted = not given.star and (taker.every or index in taker.positions)
        if wanted and _is_function_only(inference, scope, given.value, call.statement):
            place = Place(scope.module.path, scope.anchor(call.node))
            yield CoroutineFunctionPassed(place, scope.home.title, dotted(given.value), names[0])


def _is_function_only(inference: Inference, scope: ScopeNode, expression: Expression, at: int) -> bool:
    values = inference.evaluate(scope, expression, at)
    return bool(values) and all(_is_coroutine_function(inference, value) for value in values)


def _is_coroutine_function(inference: Inference, value: Value) -> bool:
    if isinstance(value, FunctionValue):
        return value.scope.head.is_async and gives_coroutine(inference, value.scope)
    if isinstance(value, External):
        found = inference.library.knowledge.awaitables.get(value.name)
        return found is not None and found.gives == "coroutine"
    return False
