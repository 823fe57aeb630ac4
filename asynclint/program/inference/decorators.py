"""What a decorator makes of a function: the same, something that runs in a thread, or something that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeGuard

from asynclint.facts.model import Collection, Expression, Result, Scope, Subscript
from asynclint.program.inference.asked import AWAITABLE_CLASSES, is_true_for
from asynclint.program.inference.conditions import holds
from asynclint.program.names.functions import traits
from asynclint.program.names.scopes import ScopeNode, within
from asynclint.program.names.type_variables import is_type_variable
from asynclint.program.names.values import (
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ParameterValue,
    Suspended,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call
    from asynclint.program.inference.inference import Inference

Effect = Literal["keeps", "calls", "threads", "starts", "coroutine", "varies", "unknown"]
"""`keeps`: what it gives is called and gives as the function does. `calls`: it calls the function, and gives another
thing. `threads`: it gives a coroutine that runs the function off the loop. `starts`: it starts the function there at
once. `varies`: it calls the function, or something else in its place.
"""

_KEEPING = frozenset(
    {
        "abc.abstractmethod",
        "builtins.classmethod",
        "builtins.staticmethod",
        "functools.wraps",
        "typing.final",
        "typing.no_type_check",
        "typing.overload",
        "typing.override",
        "typing_extensions.deprecated",
        "typing_extensions.final",
        "typing_extensions.overload",
        "typing_extensions.override",
        "warnings.deprecated",
    }
)


def effects(inference: Inference, scope: ScopeNode) -> frozenset[Effect]:
    """What the decorators of the function `scope` do to it; empty where it has none."""
    if scope in inference.decorating:
        return frozenset()
    return inference.decorations.get(scope, lambda: _effects(inference, scope))


def _effects(inference: Inference, scope: ScopeNode) -> frozenset[Effect]:
    inference.decorating.add(scope)
    found = frozenset(effect(inference, scope, decorator) for decorator in scope.head.decorators)
    inference.decorating.discard(scope)
    return found


def wrappers(inference: Inference, scope: ScopeNode) -> Iterator[FunctionValue]:
    """The plain functions of the project that decorators put in front of the function `scope`."""
    outer = scope.parent or scope
    for decorator in scope.head.decorators:
        for value in inference.evaluate(outer, decorator, scope.head.statement):
            if isinstance(value, FunctionValue) and value.scope.head.kind == "function":
                returned = given_back(inference, value, is_async=scope.head.is_async)
                yield from (found for found in returned if _is_plain_inner(found, value.scope))


def _is_plain_inner(value: Value, outer: ScopeNode) -> TypeGuard[FunctionValue]:
    if not isinstance(value, FunctionValue) or value.scope.parent is not outer:
        return False
    return not value.scope.head.is_async and not value.scope.body.yields


def gives_coroutine(inference: Inference, scope: ScopeNode) -> bool:
    """Whether calling the function gives a coroutine that somebody has to await."""
    if "property" in traits(inference, scope) or scope.body.yields:
        return False
    found = effects(inference, scope)
    return not found & {"unknown", "calls", "starts", "varies"} and (
        scope.head.is_async or bool(found & {"coroutine", "threads"})
    )


def effect(inference: Inference, scope: ScopeNode, decorator: Expression) -> Effect:
    """What one decorator of the function `scope` does to it."""
    outer = scope.parent or scope
    values = inference.evaluate(outer, decorator, scope.head.statement)
    called: Values = ()
    if isinstance(decorator, Result):
        call = outer.body.calls[decorator.call]
        called = inference.callee(outer, call)
        names = [value.name for value in called if isinstance(value, External)]
        if names and len(names) == len(called):
            return _library_effect(inference, names, scope, call)
    found = {_effect_of(inference, value, scope) for value in values}
    result = found.pop() if len(found) == 1 else "unknown"
    if called and scope.head.is_async and result in ("unknown", "varies"):
        return "coroutine" if all(_declares_decorator(inference, value) for value in called) else result
    return result


def _effect_of(inference: Inference, value: Value, decorated: ScopeNode) -> Effect:
    if isinstance(value, External):
        return _library_effect(inference, [value.name], decorated)
    if isinstance(value, FunctionValue) and value.scope.head.kind == "function":
        return _project_effect(inference, value, decorated)
    return "unknown"


def _library_effect(inference: Inference, names: list[str], decorated: ScopeNode, call: Call | None = None) -> Effect:
    outer = decorated.parent or decorated
    if decorated.head.is_async and inference.library.knowledge.keep_coroutine_functions.issuperset(names):
        return "coroutine"
    styles = {_offloading_style(inference, name, outer, call) for name in names}
    if styles <= {"wrap", "decorator"}:
        return "threads" if "wrap" in styles else "starts"
    kept = all(name in _KEEPING or inference.library.keeps_function(name) for name in names)
    return "keeps" if kept else "unknown"


def _offloading_style(inference: Inference, name: str, outer: ScopeNode, call: Call | None) -> str:
    """How a decorator of a library moves a function off the loop; empty where it does not."""
    offloader = inference.library.knowledge.offloaders.get(name)
    if offloader is None or offloader.style == "call":
        return ""
    conditions = offloader.when
    moves = not conditions or (call is not None and any(holds(inference, outer, call, each) for each in conditions))
    return offloader.style if moves else ""


def _project_effect(inference: Inference, decorator: FunctionValue, decorated: ScopeNode) -> Effect:
    """Read off the decorator's body, what it returns and what that does with the function; or else off its types."""
    if decorated.head.is_async and decorator.scope.full_name in inference.library.knowledge.keep_coroutine_functions:
        return "coroutine"
    parameters = decorator.scope.head.parameters
    shift = 1 if decorator.receiver is not None else 0
    if len(parameters) <= shift or decorator.scope.head.is_async:
        return "unknown"
    subject = ParameterValue(decorator.scope, parameters[shift].name)
    returned = given_back(inference, decorator, is_async=decorated.head.is_async)
    found = {_wrapper_effect(inference, subject, value, decorated) for value in returned}
    if decorated.head.is_async and found == {"keeps", "coroutine"}:
        return "coroutine"
    result = found.pop() if len(found) == 1 else "unknown"
    annotated = decorated.head.is_async and _keeps_async(
        inference, decorator.scope, parameters[shift].annotation, decorator.scope.head.returns
    )
    return "coroutine" if annotated and result in ("unknown", "varies") else result


def given_back(inference: Inference, function: FunctionValue, *, is_async: bool) -> Values:
    """What the body of a decorator returns for an `async def`, or for another function; its annotation says less."""
    scope = function.scope
    return union(
        inference.evaluate(scope, outcome.value, outcome.statement)
        for outcome in scope.body.returned
        if all(
            is_true_for(inference, scope, test, is_async=is_async) in (None, not negated)
            for test, _, negated in scope.conditions(outcome.statement)
        )
    )


def _declares_decorator(inference: Inference, maker: Value) -> bool:
    """Whether `maker` is a function which declares that it gives a decorator that keeps an `async def` one:
    `-> Callable[[F], F]`.
    """
    match maker:
        case FunctionValue(ScopeNode(head=Scope(returns=Subscript(index=(Collection(elements=(taken,)), given))))):
            return _keeps_async(inference, maker.scope, taken, given)
    return False


def _keeps_async(
    inference: Inference, declaring: ScopeNode, taken: Expression | None, given: Expression | None
) -> bool:
    """Whether what a decorator makes of an `async def` gives something to await, as the function `declaring` annotates
    it: that is called as what it takes is, and gives the same, `(F) -> F` or `(Callable[P, R]) -> Callable[P, R]`; or
    it is a `Callable[P, Awaitable[R]]`.
    """
    outer, at = declaring.parent or declaring, declaring.head.statement
    result = given.index[1] if isinstance(given, Subscript) and len(given.index) == 2 else given
    if isinstance(result, Subscript):
        values = inference.evaluate(outer, result.value, at)
        return all(isinstance(each, External) and each.name in AWAITABLE_CLASSES for each in values)
    return taken == given and is_type_variable(inference, outer, result, at)


def _wrapper_effect(inference: Inference, subject: ParameterValue, value: Value, decorated: ScopeNode) -> Effect:
    if value == subject:
        return "keeps"
    if not isinstance(value, FunctionValue) or value.scope.parent is not subject.scope:
        return "unknown"
    if value.scope.head.is_async and decorated.head.is_async:
        same = bool(value.scope.body.yields) == bool(decorated.body.yields)
        return "coroutine" if same else "unknown"
    calls, hands_over, varies = _uses_of(inference, subject, value.scope)
    if varies:
        return "varies"
    if hands_over and not calls:
        awaitable = value.scope.head.is_async or _returns_awaitable(inference, value.scope)
        return "threads" if awaitable else "varies"
    if not calls:
        return "unknown"
    if value.scope.head.is_async:
        return "coroutine"
    returned = [_is_call(inference, subject, value.scope, outcome.value) for outcome in value.scope.body.returned]
    if decorated.head.is_async and any(returned) and not all(returned):
        return "varies"
    return "keeps" if any(returned) else "calls"


def _returns_awaitable(inference: Inference, wrapper: ScopeNode) -> bool:
    return any(isinstance(value, Awaitable | Suspended) for value in inference.returned(FunctionValue(wrapper)))


def _is_call(inference: Inference, subject: ParameterValue, wrapper: ScopeNode, value: Expression) -> bool:
    return isinstance(value, Result) and subject in inference.callee(wrapper, wrapper.body.calls[value.call])


def _uses_of(inference: Inference, subject: ParameterValue, wrapper: ScopeNode) -> tuple[bool, bool, bool]:
    """Whether `wrapper` calls the function `subject` where it stands, whether it hands it to an off-loader, and whether
    it may call something else instead.
    """
    calls = hands_over = varies = False
    for scope in within(wrapper):
        for call in scope.body.calls:
            callee = inference.callee(scope, call)
            varies = varies or (subject in callee and len(callee) > 1)
            if subject in callee:
                calls = calls or scope.head.kind != "lambda"
                hands_over = hands_over or scope.head.kind == "lambda"
            passed = (inference.evaluate(scope, given.value, call.statement) for given in call.arguments)
            if any(subject in values for values in passed):
                hands_over = hands_over or _moves_off(inference, callee)
    return calls, hands_over, varies


def _moves_off(inference: Inference, callee: Values) -> bool:
    offloaders = inference.library.knowledge.offloaders
    return any(
        (isinstance(value, External) and value.name in offloaders)
        or isinstance(value, FunctionValue | Instance | ClassValue)
        for value in callee
    )
