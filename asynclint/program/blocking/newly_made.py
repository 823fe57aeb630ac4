"""Whether an expression gives an object that was made for it, and not one that others know as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Name, Result
from asynclint.program.names.functions import traits
from asynclint.program.names.values import ClassValue, FunctionValue

if TYPE_CHECKING:
    from asynclint.facts.model import Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import Value

_MOST_STEPS = 3
"""How many names and functions are gone through."""


def is_newly_made(inference: Inference, scope: ScopeNode, expression: Expression | None, steps: int = 0) -> bool:
    """Whether `expression`, in `scope`, calls a class of the project or a function that returns what such a call gives,
    or is a local name for that.
    """
    if steps > _MOST_STEPS:
        return False
    match expression:
        case Result(index):
            callees = inference.callee(scope, scope.body.calls[index])
            return bool(callees) and all(_makes(inference, callee, steps + 1) for callee in callees)
        case Name(name) if scope.is_function and name not in scope.parameters:
            bindings = scope.bindings.get(name, ())
            return bool(bindings) and all(
                binding.how == "assign"
                and not binding.item
                and is_newly_made(inference, scope, binding.value, steps + 1)
                for binding in bindings
            )
    return False


def _makes(inference: Inference, callee: Value, steps: int) -> bool:
    if isinstance(callee, ClassValue):
        return True
    if not isinstance(callee, FunctionValue) or callee.scope.head.is_async or callee.scope.body.yields:
        return False
    returned = callee.scope.body.returned
    return (
        bool(returned)
        and "cached" not in traits(inference, callee.scope)
        and all(is_newly_made(inference, callee.scope, each.value, steps) for each in returned)
    )
