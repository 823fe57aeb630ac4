"""What frameworks pass to the functions that they call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Expression, Result
from asynclint.program.inference import closures, protocols
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.functions import decorator_names
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Suspended,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_INJECTORS = frozenset({"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.params.Security"})


def injected(inference: Inference, scope: ScopeNode, default: Expression, at: int) -> Values:
    """What a framework passes for a parameter with the default `Depends(provider)`: what that returns or yields."""
    if not isinstance(default, Result):
        return ()
    call = scope.body.calls[default.call]
    names = {value.name for value in inference.callee(scope, call) if isinstance(value, External)}
    if not names & _INJECTORS or not call.arguments:
        return ()
    provider = call.arguments[0].value
    return union(_provided(inference, scope, provider, value) for value in inference.evaluate(scope, provider, at))


def passed(inference: Inference, scope: ScopeNode, place: int) -> Values:
    """What a framework that calls the function `scope` passes at `place` (0-based, the receiver not counted)."""
    passes = inference.library.knowledge.passes
    by_name = passes.get(scope.name, {})
    callers = [name for decorator in scope.head.decorators for name in decorator_names(inference, scope, decorator)]
    classes = [table[name] for name in callers for table in (by_name, passes[""]) if name in table]
    owner = scope.owner_class
    if by_name and owner is not None and not classes:
        above = ancestry(inference, ClassValue(owner))
        classes = [by_name[base.name] for base in above if isinstance(base, External) and base.name in by_name]
    return (Instance(External(classes[0][place])),) if classes and place < len(classes[0]) else ()


def _provided(inference: Inference, scope: ScopeNode, expression: Expression, provider: Value) -> Values:
    """What the framework gets from `provider`, one of the values of `expression` in `scope`."""
    if isinstance(provider, ClassValue):
        return (Instance(provider, exact=True),)
    if isinstance(provider, Instance) and isinstance(provider.of, ClassValue):
        methods = inference.member(provider, "__call__")
        return union(_given_by(inference, each) for each in methods if isinstance(each, FunctionValue)) or ANYTHING
    if not isinstance(provider, FunctionValue):
        return ANYTHING
    found = _given_by(inference, provider)
    return closures.given(inference, scope, expression, provider) if UNKNOWN in found else found


def _given_by(inference: Inference, provider: FunctionValue) -> Values:
    """What the framework gets that calls `provider`, and awaits or enters what that gives."""
    found = protocols.call_function(inference, provider)
    provided = []
    for value in found:
        if isinstance(value, Suspended) and value.kind == "coroutine":
            provided.append(inference.returned(value.function))
        elif isinstance(value, Suspended):
            provided.append(protocols.yielded(inference, value.function))
        else:
            provided.append((value,))
    return union(provided)
