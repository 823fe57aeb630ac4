"""What classes derive from, and where their methods give their objects attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Name, Subscript
from asynclint.program.names.values import ANYTHING, ClassValue, External, Value, Values, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression, Store
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def ancestry(inference: Inference, of: ClassValue | External) -> Values:
    """The method resolution order of a class, itself first. An unknown base stands in it as unknown."""
    if isinstance(of, External):
        return tuple(External(name) for name in inference.library.ancestors(of.name))
    return inference.once((of, "ancestry"), lambda: _ancestry(inference, of))


def _ancestry(inference: Inference, of: ClassValue) -> Values:
    """Depth first, a class after all that derive from it: C3 for every hierarchy that people write."""
    found = bases(inference, of)
    if len(found) == 1:
        return (of, *(value for value in _above(inference, found[0]) if value != of))
    order: dict[Value, None] = {}
    for base in found:
        for value in _above(inference, base):
            order.pop(value, None)
            order[value] = None
    return (of, *(value for value in order if value != of))


def library_classes_above(inference: Inference, of: ClassValue) -> frozenset[str]:
    """The names of the library classes that `of` derives from, directly or not."""
    return inference.library_bases.get(
        of, lambda: frozenset(value.name for value in ancestry(inference, of) if isinstance(value, External))
    )


def _above(inference: Inference, base: Value) -> Values:
    """A base of a class, and what is above it."""
    return ancestry(inference, base) if isinstance(base, ClassValue | External) else (base,)


def bases(inference: Inference, of: ClassValue) -> Values:
    """The classes that `of` names as its bases; `Generic[T]` and the like as what is subscripted."""
    outer = of.scope.parent or of.scope
    found: list[Values] = []
    for base in of.scope.head.bases:
        if not base.keyword:
            found.append(class_of(inference, outer, base.value, of.scope.head.statement))
    return union(found)


def class_of(inference: Inference, scope: ScopeNode, expression: Expression, at: int) -> Values:
    """The classes that `expression`, a base of a class, names."""
    if isinstance(expression, Subscript):
        return class_of(inference, scope, expression.value, at)
    values = inference.evaluate(scope, expression, at)
    return tuple(value for value in values if isinstance(value, ClassValue | External)) or ANYTHING


def assignments(of: ClassValue, name: str) -> Iterator[tuple[ScopeNode, Store]]:
    """Where methods of the class `of` assign to `self.name`, `cls.name` or, by the name of the class, `Of.name`."""
    # Only the functions that stand in no other were told apart by their text.
    is_outermost = any(child.head.unit > 0 for child in of.scope.children)
    methods = of.scope.module.methods_storing(name).get(of.scope, ()) if is_outermost else of.scope.children
    for method in methods:
        if method.head.kind != "function":
            continue
        own = {each.name for each in method.head.parameters[:1]} | {of.scope.name}
        for scope, store in method.stores_within.get(name, ()):
            if isinstance(store.target, Name) and store.target.id in own:
                yield scope, store
