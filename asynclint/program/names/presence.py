"""Names that hold something: an annotation does not allow for `None`, or the code has called a method of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Constant, Expression, Name, Operation, Subscript
from asynclint.program.names.bindings import blocks_around

if TYPE_CHECKING:
    from asynclint.program.names.scopes import ScopeNode

_MAY_BE_NONE = frozenset({"Any", "None", "Optional", "object"})


def is_something(scope: ScopeNode, expression: Expression, at: int) -> bool:
    """Whether `expression`, read by statement `at` of `scope`, is a name that does not hold `None`."""
    if not isinstance(expression, Name):
        return False
    name = expression.id
    bound = scope.bindings.get(name, ())
    if not bound:
        return _is_annotated(scope, name) or _was_called(scope, name, -1, at)
    return len(bound) == 1 and name not in scope.parameters and _was_called(scope, name, bound[0].statement, at)


def _is_annotated(scope: ScopeNode, name: str) -> bool:
    """Whether `name` is a parameter that is annotated as something other than `None`, and has no such default."""
    for parameter in scope.head.parameters:
        if parameter.name == name:
            optional = parameter.default is not None or parameter.annotation is None
            return not optional and not _allows_none(parameter.annotation)
    return False


def _allows_none(annotation: Expression | None) -> bool:
    match annotation:
        case Name(name) | Attribute(_, name):
            return name in _MAY_BE_NONE
        case Subscript(Name("Union") | Attribute(_, "Union"), options) | Operation("|", options):
            return any(map(_allows_none, options))
        case Subscript(of):
            return _allows_none(of)
        case Constant(str(text)):
            return not text.replace(".", "").isidentifier() or text in _MAY_BE_NONE
    return True


def _was_called(scope: ScopeNode, name: str, after: int, at: int) -> bool:
    """Whether code that runs before statement `at`, wherever that runs, calls a method of `name`."""
    body = scope.body
    around = {-1, *blocks_around(body, at)} if at >= 0 else set()
    return any(
        isinstance(call.callee, Attribute)
        and call.callee.value == Name(name)
        and after < call.statement < at
        and not call.guards
        and body.statements[call.statement].block in around
        for call in body.calls
    )
