"""What makes another thing of a class, or of its methods, than what is written: decorators, metaclasses and bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Name, Result
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.arguments import argument, matched
from asynclint.program.names.values import ClassValue, FunctionValue, ParameterValue

if TYPE_CHECKING:
    from asynclint.facts.model import Outcome
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
            if isinstance(value, FunctionValue) and not _gives_class_back(inference, value):
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


def _gives_class_back(inference: Inference, decorator: FunctionValue) -> bool:
    parameters = decorator.scope.head.parameters[0 if decorator.receiver is None else 1 :]
    return bool(parameters) and _gives_back(inference, decorator.scope, parameters[0].name, ())


def _gives_back(inference: Inference, scope: ScopeNode, parameter: str, above: tuple[ScopeNode, ...]) -> bool:
    """Whether the function `scope`, called by those `above`, returns what it gets as `parameter`, and leaves it as it
    is; or a function in it that does so, as a decorator does that may be called with arguments.
    """
    returned = scope.body.returned
    if not returned or scope in above or "setattr" in scope.called_names:
        return False
    return all(_is_given_back(inference, scope, parameter, outcome, (*above, scope)) for outcome in returned)


def _is_given_back(
    inference: Inference, scope: ScopeNode, parameter: str, outcome: Outcome, above: tuple[ScopeNode, ...]
) -> bool:
    if outcome.value == Name(parameter):
        return not scope.is_rebound(parameter, outcome.statement)
    values = inference.evaluate(scope, outcome.value, outcome.statement)
    if values == (ParameterValue(scope, parameter),):
        return True
    if isinstance(outcome.value, Result):
        call = scope.body.calls[outcome.value.call]
        callees = inference.callee(scope, call)
        passed = [
            _gives_back(inference, callee.scope, taken.name, above)
            for callee in callees
            if isinstance(callee, FunctionValue)
            for taken, given in matched(call, callee)
            if given == Name(parameter)
        ]
        is_passed = 0 < len(passed) == len(callees) and not scope.is_rebound(parameter, outcome.statement)
        return is_passed and all(passed)
    inner = [value for value in values if isinstance(value, FunctionValue) and value.scope.parent is scope]
    return 0 < len(inner) == len(values) and all(_gives_class_back(inference, value) for value in inner)


def _replaces_methods(method: ScopeNode) -> bool:
    """Whether code that makes classes puts something under names that it goes through: `setattr(cls, name, ...)`, or
    `attributes[name] = ...`.
    """
    named = (argument(call, 1) for call in method.body.calls if call.callee == Name("setattr"))
    put = (item.index[0] for item in method.body.items if isinstance(item.target, Name) and len(item.index) == 1)
    return any(isinstance(each, Name | Attribute) for each in (*named, *put))
