"""What functions give that another function makes for the class that it is passed: `service(Prices)`, which returns a
`def dependency(): return of()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Name, Result
from asynclint.program.inference import generics
from asynclint.program.names.arguments import argument
from asynclint.program.names.imports import definition
from asynclint.program.names.values import ANYTHING, UNKNOWN, FunctionValue, ParameterValue, union

if TYPE_CHECKING:
    from asynclint.facts.model import Call, Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import Values


def given(inference: Inference, scope: ScopeNode, expression: Expression, closure: FunctionValue) -> Values:
    """What `closure` returns or yields, which `expression`, in `scope`, has made: objects of the classes that were
    passed for it. Unknown where it gives anything else.
    """
    made = _making(inference, scope, expression)
    maker = closure.scope.parent
    if made is None or maker is None or not maker.is_function:
        return ANYTHING
    callees = inference.callee(*made)
    if len(callees) != 1 or not isinstance(callees[0], FunctionValue) or callees[0].scope is not maker:
        return ANYTHING
    body = closure.scope.body
    found = []
    for outcome in body.yielded or body.returned:
        values = inference.evaluate(closure.scope, outcome.value, outcome.statement)
        if UNKNOWN in values:
            values = _made(inference, closure.scope, outcome.value, made, callees[0])
        found.append(values)
    return union(found) if all(found) else ANYTHING


def _made(
    inference: Inference,
    scope: ScopeNode,
    expression: Expression,
    by: tuple[ScopeNode, Call],
    maker: FunctionValue,
) -> Values:
    """The objects that `expression`, in the closure `scope`, makes of a class that the call `by` passes to `maker`;
    empty where it makes none.
    """
    made = _making(inference, scope, expression)
    if made is None:
        return ()
    of = inference.callee(*made)
    if len(of) != 1 or not isinstance(of[0], ParameterValue) or of[0].scope is not maker.scope:
        return ()
    names = [each.name for each in maker.scope.head.parameters[maker.receiver is not None :]]
    outer, call = by
    passed = argument(call, names.index(of[0].name), of[0].name) if of[0].name in names else None
    return generics.objects_of(inference, inference.evaluate(outer, passed, call.statement)) if passed else ()


def _making(inference: Inference, scope: ScopeNode, expression: Expression) -> tuple[ScopeNode, Call] | None:
    """The call that `expression` is, or that gave the name that it is."""
    if isinstance(expression, Name):
        found = definition(inference, scope, expression.id)
        if found is None or found[1].how != "assign" or found[1].item or found[1].value is None:
            return None
        scope, expression = found[0], found[1].value
    return (scope, scope.body.calls[expression.call]) if isinstance(expression, Result) else None
