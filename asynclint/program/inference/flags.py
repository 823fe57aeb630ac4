"""Flags, which are set once to `True` or `False`, as `_IS_SYNC = False`, and other literals that names hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Constant, Name, Operation
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.values import ClassValue, External

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.facts.model import Binding, Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_PLAIN = frozenset(External(name) for name in ("abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol"))
"""Bases from another library that give objects no attributes."""


def is_set(inference: Inference, scope: ScopeNode, test: Expression, at: int) -> bool | None:
    """Whether the flag that `test` asks for, at statement `at` of `scope`, is set; `None` where it asks for another."""
    if isinstance(test, Operation) and test.operator == "not":
        found = is_set(inference, scope, test.operands[0], at)
        return None if found is None else not found
    if isinstance(test, Name):
        value = literal_elsewhere(inference, scope, test.id) if test.id not in scope.bindings else None
    else:
        value = of_class(inference, scope, test, at) if isinstance(test, Attribute) else None
    return value.value if value is not None and isinstance(value.value, bool) else None


def literal_elsewhere(inference: Inference, scope: ScopeNode, name: str) -> Constant | None:
    """The text that a name of another scope holds which is bound once, or what a flag of the module is set to."""
    holder = scope.lookup(name)
    if holder is None or name in holder.parameters:
        return None
    value = bound_once(holder.bindings.get(name, ()))
    is_global = holder.head.kind == "module"
    if not isinstance(value, Constant) or (is_global and name in holder.module.functions_with_globals):
        return None
    if isinstance(value.value, str):
        return value
    return value if _is_flag(name, value) and not inference.is_assigned(name) else None


def of_class(inference: Inference, scope: ScopeNode, attribute: Attribute, at: int) -> Constant | None:
    """What the flag `attribute` of a class of the project is set to, where that is asked by its name: an object, or
    `cls`, may be of a subclass.
    """
    holder = scope.lookup(attribute.value.id) if isinstance(attribute.value, Name) else None
    by_name = holder is not None and holder.head.kind == "module"
    owners = inference.evaluate(scope, attribute.value, at) if by_name else ()
    owner = owners[0] if len(owners) == 1 else None
    if not isinstance(owner, ClassValue):
        return None
    value = bound_once(owner.scope.bindings.get(attribute.name, ()))
    is_flag = isinstance(value, Constant) and value.kind == "bool" and not inference.is_assigned(attribute.name)
    return value if is_flag and isinstance(value, Constant) else None


def overridden(inference: Inference, of: ClassValue) -> Iterator[tuple[str, Constant]]:
    """The flags of the class `of` that it, or one that it derives from, has in place of those of another one."""
    above = ancestry(inference, of)
    classes = [value.scope for value in above if isinstance(value, ClassValue)]
    plain = all(isinstance(value, ClassValue) or value in _PLAIN for value in above)
    if len(classes) < 2 or not plain or any(each.head.decorators for each in classes):
        return
    tested = frozenset[str]().union(*(each.module.tested_attributes for each in classes))
    bound = Counter(name for each in classes for name in tested.intersection(each.bindings))
    for name in sorted(name for name, number in bound.items() if number > 1):
        found = [bound_once(each.bindings[name]) for each in classes if name in each.bindings]
        flags = [value for value in found if isinstance(value, Constant) and value.kind == "bool"]
        if len(flags) == len(found) and not _is_stored(inference, classes, name):
            yield name, flags[0]


def _is_stored(inference: Inference, classes: Sequence[ScopeNode], name: str) -> bool:
    """Whether methods of `classes`, or others, assign to the attribute `name` of an object."""
    stored = any(True for each in classes for _ in assignments(ClassValue(each), name))
    return stored or inference.is_assigned(name)


def bound_once(bindings: Sequence[Binding]) -> Expression | None:
    """What a name is assigned that has these `bindings`, if it is one."""
    if len(bindings) != 1 or bindings[0].how != "assign" or bindings[0].item:
        return None
    return bindings[0].value


def _is_flag(name: str, value: Constant) -> bool:
    return value.kind == "bool" and name.isupper()
