"""Methods that look at what is passed for an object while it is made, as pydantic's validators do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Result
from asynclint.program.inference import members
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.functions import traits
from asynclint.program.names.values import ClassValue, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import Instance


def validators(inference: Inference, made: Instance, call: Call) -> Iterator[FunctionValue]:
    """The validators that look at what `call` passes for the object `made`."""
    for value in ancestry(inference, made.of):
        for child in value.scope.children if isinstance(value, ClassValue) else ():
            if "validator" in traits(inference, child) and _is_validated(child, call):
                for method in members.bound(inference, FunctionValue(child), made):
                    if isinstance(method, FunctionValue):
                        yield method


def _is_validated(validator: ScopeNode, call: Call) -> bool:
    """Whether `call` passes one of the fields that `validator` is for: those left to defaults are not looked at."""
    passed = {given.keyword for given in call.arguments}
    if any(given.star for given in call.arguments) or validator.parent is None:
        return True
    for decorator in validator.head.decorators:
        if isinstance(decorator, Result):
            given = validator.parent.body.calls[decorator.call].arguments
            fields = {each.value.value for each in given if not each.keyword and isinstance(each.value, Constant)}
            if fields and "*" not in fields and not any(each.keyword == "always" for each in given):
                return not fields.isdisjoint(passed)
    return True
