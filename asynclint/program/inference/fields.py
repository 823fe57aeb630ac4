"""What the fields of a dataclass or a model hold for good where a call leaves them to their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Result
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.arguments import argument
from asynclint.program.names.functions import traits
from asynclint.program.names.scopes import dotted
from asynclint.program.names.values import ClassValue, External, Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Binding, Call
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_ORDINARY = frozenset({"abc.ABC", "builtins.object", "pydantic.BaseModel", "typing.Generic"})
"""Bases that give objects no attributes but what is passed for their fields."""
_MAKERS = {"Field": 0, "field": -1}
"""What makes a field, with the place of its default."""
_RENAMING = ("alias", "validation_alias")


def passed_fields(call: Call) -> Held | None:
    """The fields that `call` names, each with a stand-in for its value; `None` where it does not name all."""
    if any(given.star or not given.keyword for given in call.arguments):
        return None
    return tuple((name, Constant(None, "None")) for name in sorted(given.keyword for given in call.arguments))


def left_to_defaults(inference: Inference, of: ClassValue, passed: Held) -> Iterator[tuple[str, Constant]]:
    """The attributes of an object of the class `of`, which has no `__init__` of its own, that keep a literal default.

    Only such as are tested somewhere, and that neither `passed` nor a method gives another value.
    """
    above = ancestry(inference, of)
    own = [value for value in above if isinstance(value, ClassValue)]
    if not all(isinstance(value, ClassValue) or _is_ordinary(value) for value in above):
        return
    seen = {name for name, _ in passed}
    validators = [child for value in own for child in value.scope.children if "validator" in traits(inference, child)]
    for value in own:
        module = value.scope.module
        for name in sorted(module.tested_attributes.intersection(value.scope.bindings) - seen):
            seen.add(name)
            bindings = value.scope.bindings[name]
            default = _default(value.scope, bindings[0]) if len(bindings) == 1 else None
            if default is None or name in module.assigned_to_others:
                continue
            is_set = any(True for each in own for _ in assignments(each, name))
            if not is_set and not any(_is_about(validator, name) for validator in validators):
                yield name, default


def _is_ordinary(value: object) -> bool:
    return isinstance(value, External) and value.name in _ORDINARY


def _default(scope: ScopeNode, binding: Binding) -> Constant | None:
    """The literal that a field has if nothing else is passed for it."""
    if isinstance(binding.value, Constant):
        return binding.value
    if not isinstance(binding.value, Result):
        return None
    call = scope.body.calls[binding.value.call]
    place = _MAKERS.get(dotted(call.callee).rpartition(".")[2])
    if place is None or any(given.keyword in _RENAMING for given in call.arguments):
        return None
    default = argument(call, place, "default")
    return default if isinstance(default, Constant) and default.kind != "ellipsis" else None


def _is_about(validator: ScopeNode, name: str) -> bool:
    """Whether a validator is for the field `name`, or puts something in its place."""
    key = Constant(name, "str")
    if any(item.index == (key,) for item in validator.body.items):
        return True
    calls = validator.parent.body.calls if validator.parent is not None else []
    decorators = (calls[each.call] for each in validator.head.decorators if isinstance(each, Result))
    return any(given.value == key for decorator in decorators for given in decorator.arguments)
