"""Type variables: those that `TypeVar` makes, and those between the brackets of classes and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Collection, Name, Subscript
from asynclint.program.names.ancestry import class_of
from asynclint.program.names.values import External, Instance

if TYPE_CHECKING:
    from asynclint.facts.model import Expression, Parameter
    from asynclint.program.inference.inference import Inference
    from asynclint.program.inference.type_arguments import About
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import ClassValue, Value

_TYPE_VARIABLES = (External("typing.TypeVar"), External("typing_extensions.TypeVar"))
_GENERIC = frozenset(External(name) for name in ("typing.Generic", "typing.Protocol", "typing_extensions.Protocol"))


def is_type_variable(inference: Inference, scope: ScopeNode, annotation: Expression | None, at: int) -> bool:
    """Whether `annotation`, read in `scope`, is the name of a type variable."""
    if not isinstance(annotation, Name):
        return False
    own = bracketed(scope, annotation.id, None)
    return own is not None or any(map(is_variable, inference.evaluate(scope, annotation, at)))


def is_variable(value: Value) -> bool:
    """Whether `value` is a type variable."""
    return isinstance(value, Instance) and value.of in _TYPE_VARIABLES


def variables(inference: Inference, of: ClassValue) -> tuple[str, ...]:
    """The names of the type variables of a class, in their order."""
    if of.scope.head.variables:
        return tuple(each.name for each in of.scope.head.variables)
    outer, at = of.scope.parent or of.scope, of.scope.head.statement
    found: dict[str, None] = {}
    for base in of.scope.head.bases:
        if not base.keyword and isinstance(base.value, Subscript):
            names = [
                each.id
                for each in parts(base.value)
                if isinstance(each, Name) and is_type_variable(inference, outer, each, at)
            ]
            if not _GENERIC.isdisjoint(class_of(inference, outer, base.value, at)):
                return tuple(names)
            found.update(dict.fromkeys(names))
    return tuple(found)


def bracketed(scope: ScopeNode, name: str, about: About | None) -> tuple[ScopeNode, Parameter] | None:
    """The type variable `name` between the brackets of a function or class around an annotation in `scope`, with that
    function or class.
    """
    around = [] if about is None else [each for each in (about.function, about.owner) if each is not None]
    outer: ScopeNode | None = scope
    while outer is not None:
        around.append(outer)
        outer = outer.parent
    found = ((each, variable) for each in around for variable in each.head.variables if variable.name == name)
    return next(found, None)


def parts(subscript: Subscript) -> tuple[Expression, ...]:
    """What stands between the brackets, without the commas."""
    index = subscript.index
    return index[0].elements if len(index) == 1 and isinstance(index[0], Collection) else index
