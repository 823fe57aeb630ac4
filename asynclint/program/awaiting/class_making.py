"""What makes another thing of a class, or of its methods, than what is written: decorators, metaclasses and bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Name
from asynclint.program.inference.decorators import given_back
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.arguments import argument
from asynclint.program.names.values import ClassValue, FunctionValue, ParameterValue

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_HOOK = "__init_subclass__"
_MAKERS = ("__new__", "__init__")


def keep_methods(inference: Inference, scope: ScopeNode) -> bool:
    """Whether no decorator or metaclass of the class `scope`, and no base, is code of the project that replaces methods
    of it, or gives another thing.
    """
    outer = scope.parent or scope
    for decorator in scope.head.decorators:
        for value in inference.evaluate(outer, decorator, scope.head.statement):
            if isinstance(value, FunctionValue) and not _gives_class_back(inference, value.scope):
                return False
    if any(_replaces_methods(method) for method in scope.methods.get(_HOOK, ())):
        return False
    metaclasses = (each.value for each in scope.head.bases if each.keyword == "metaclass")
    return not any(
        _replaces_methods(method)
        for metaclass in metaclasses
        for value in inference.evaluate(outer, metaclass, scope.head.statement)
        if isinstance(value, ClassValue)
        for above in ancestry(inference, value)
        if isinstance(above, ClassValue)
        for name in _MAKERS
        for method in above.scope.methods.get(name, ())
    )


def _gives_class_back(inference: Inference, decorator: ScopeNode) -> bool:
    if not decorator.head.parameters:
        return False
    subject = ParameterValue(decorator, decorator.head.parameters[0].name)
    given = given_back(inference, FunctionValue(decorator), is_async=False)
    return given == (subject,) and "setattr" not in decorator.called_names


def _replaces_methods(method: ScopeNode) -> bool:
    """Whether code that makes classes puts something under names that it goes through: `setattr(cls, name, ...)`, or
    `attributes[name] = ...`.
    """
    named = (argument(call, 1) for call in method.body.calls if call.callee == Name("setattr"))
    put = (item.index[0] for item in method.body.items if isinstance(item.target, Name) and len(item.index) == 1)
    return any(isinstance(each, Name | Attribute) for each in (*named, *put))
