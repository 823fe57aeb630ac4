"""What a call gives whose arguments say what a type variable stands for: `def get(self, key: type[T]) -> T`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Name, Operation, ScopeOf, Subscript
from asynclint.program.names.arguments import argument
from asynclint.program.names.functions import traits
from asynclint.program.names.type_variables import is_type_variable
from asynclint.program.names.values import ANYTHING, UNKNOWN, UNSET, ClassValue, External, Instance, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asynclint.facts.model import Call, Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import FunctionValue, Values

_Meanings = dict[str, "Values"]
"""What type variables stand for."""
_OPTIONAL = frozenset({"typing.Optional", "typing_extensions.Optional"})
_CLASSES = frozenset({"builtins.type", "typing.Type"})


def given_back(inference: Inference, scope: ScopeNode, call: Call, function: FunctionValue) -> Values:
    """What `call`, in `scope`, gets from `function`, or when it awaits that: an object of the class that it passes.
    Empty where the annotations of the function do not say so.
    """
    for written in _written(inference, function.scope):
        returns = written.head.returns
        if returns is not None and _may_be_variable(returns):
            passed = meanings(inference, scope, call, function, written)
            found = _substituted(inference, written, returns, passed) if passed else ANYTHING
            if UNKNOWN not in found:
                return found
    return ()


def _written(inference: Inference, function: ScopeNode) -> Iterator[ScopeNode]:
    """Those that say what the function takes and gives: itself, and its overloads."""
    yield function
    outer = function.parent or function
    for binding in outer.bindings.get(function.name, ()) if not outer.is_function else ():
        each = outer.children[binding.value.scope] if isinstance(binding.value, ScopeOf) else function
        if each is not function and "overload" in traits(inference, each):
            yield each


def _may_be_variable(annotation: Expression) -> bool:
    """Whether `annotation` is a name, or a choice between one and `None`."""
    if isinstance(annotation, Operation):
        return all(_may_be_variable(operand) or _is_none(operand) for operand in annotation.operands)
    if isinstance(annotation, Subscript):
        return len(annotation.index) == 1 and _may_be_variable(annotation.index[0])
    return isinstance(annotation, Name)


def _is_none(annotation: Expression) -> bool:
    return isinstance(annotation, Constant) and annotation.kind == "None"


def meanings(
    inference: Inference, scope: ScopeNode, call: Call, function: FunctionValue, written: ScopeNode
) -> _Meanings:
    """What the type variables stand for whose classes `call` passes."""
    found: _Meanings = {}
    outer, at = written.parent or written, written.head.statement
    for place, parameter in enumerate(written.head.parameters[function.receiver is not None :]):
        variable = parameter.annotation.index[0] if isinstance(parameter.annotation, Subscript) else None
        passed = argument(call, place, parameter.name) if isinstance(variable, Name) else None
        if passed is None or not isinstance(variable, Name) or not isinstance(parameter.annotation, Subscript):
            continue
        bases = inference.evaluate(outer, parameter.annotation.value, at)
        is_class = all(isinstance(base, External) and base.name in _CLASSES for base in bases)
        own = any(each.name == variable.id for each in written.head.variables)
        if is_class and (own or is_type_variable(inference, outer, variable, at)):
            found[variable.id] = objects_of(inference, inference.evaluate(scope, passed, call.statement))
    return found


def objects_of(inference: Inference, classes: Values) -> Values:
    """Objects of `classes`, or of what derives from them."""
    known = (
        isinstance(each, ClassValue) or (isinstance(each, External) and inference.library.is_class(each.name))
        for each in classes
    )
    return tuple(Instance(each) for each in classes if isinstance(each, ClassValue | External)) if all(known) else ()


def _substituted(
    inference: Inference, written: ScopeNode, annotation: Expression, passed: Mapping[str, Values]
) -> Values:
    if _is_none(annotation):
        return (UNSET,)
    if isinstance(annotation, Name):
        return passed.get(annotation.id) or ANYTHING
    if isinstance(annotation, Operation) and annotation.operator == "|":
        return union(_substituted(inference, written, each, passed) for each in annotation.operands)
    if isinstance(annotation, Subscript):
        bases = inference.evaluate(written.parent or written, annotation.value, written.head.statement)
        if all(isinstance(base, External) and base.name in _OPTIONAL for base in bases):
            return (*_substituted(inference, written, annotation.index[0], passed), UNSET)
    return ANYTHING
