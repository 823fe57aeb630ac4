"""What an attribute holds to which the same function has just assigned: `self.bus = Bus()`, then `self.bus.start()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Name
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.scopes import dotted
from asynclint.program.names.values import Instance, ParameterMember, ParameterValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression, Store
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import Values


_UNKNOWN = Unknown | ParameterValue | ParameterMember


def just_assigned(inference: Inference, scope: ScopeNode, attribute: Attribute, at: int, values: Values) -> Values:
    """`values` of `attribute`, read by statement `at` of `scope`, or the object that `scope` has put there before in
    any case; an attribute of `self` that is known to hold one thing holds that.
    """
    if not scope.body.stores or (_is_known(values) and _path(attribute.value, "").startswith("self.")):
        return values
    store = _last_before(scope, attribute, at)
    if store is None or store.value is None:
        return values
    found = inference.evaluate(scope, store.value, store.statement)
    return found if found and all(isinstance(each, Instance) for each in found) else values


def _is_known(values: Values) -> bool:
    return len(values) == 1 and not isinstance(values[0], _UNKNOWN)


def _last_before(scope: ScopeNode, attribute: Attribute, at: int) -> Store | None:
    """The assignment to `attribute` that has run when `at` runs, with nothing after it that makes it another's."""
    path = _path(attribute.value, attribute.name)
    stores = (each for each in scope.body.stores if each.name == attribute.name)
    before = [each for each in stores if each.statement < at and path and _path(each.target, each.name) == path]
    if not before or before[-1].how != "assign" or before[-1].item:
        return None
    last = before[-1]
    around, reached = blocks_around(scope.body, last.statement), blocks_around(scope.body, at)
    if around[0] not in reached:
        return None
    repeats = any(scope.body.blocks[each].kind == "loop" for each in reached if each not in around)
    ends = [each for each in _changes(scope, path) if each > last.statement]
    return None if any(each < at or repeats for each in ends) else last


def _changes(scope: ScopeNode, path: str) -> Iterator[int]:
    """The statements that put something else under `path`, or under what it starts with."""
    for binding in scope.bindings.get(path.partition(".")[0], ()):
        yield binding.statement
    for store in scope.body.stores:
        start = _path(store.target, store.name)
        if start and f"{path}.".startswith(f"{start}."):
            yield store.statement


def _path(owner: Expression, name: str) -> str:
    """How `owner.name` reads; empty where it does not begin with a name."""
    first = owner
    while isinstance(first, Attribute):
        first = first.value
    return f"{dotted(owner)}.{name}" if isinstance(first, Name) else ""
