"""What reading, setting or deleting an attribute runs: properties and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, ScopeOf
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.functions import traits
from asynclint.program.names.values import ClassValue, FunctionValue, Instance, Unknown

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import Value


def accessor(inference: Inference, owner: Value, name: str, wanted: str) -> FunctionValue | None:
    """The `wanted` one, "getter", "setter" or "deleter", that `owner.name` runs; `None` for a plain attribute."""
    if not isinstance(owner, Instance) or not isinstance(owner.of, ClassValue):
        return None
    for value in ancestry(inference, owner.of):
        if isinstance(value, Unknown):
            return None
        if not isinstance(value, ClassValue) or name not in value.scope.bindings:
            continue
        for binding in value.scope.bindings[name]:
            if not isinstance(binding.value, ScopeOf) or binding.how != "scope":
                return None
            function = value.scope.children[binding.value.scope]
            if _is_accessor(inference, function, wanted):
                return FunctionValue(function, owner)
        return None
    return None


def _is_accessor(inference: Inference, function: ScopeNode, wanted: str) -> bool:
    if wanted == "getter":
        found = traits(inference, function)
        return "property" in found and "setter" not in found and not function.head.is_async
    return any(isinstance(each, Attribute) and each.name == wanted for each in function.head.decorators)
