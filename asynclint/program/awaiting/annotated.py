"""What the names and attributes that get a value are annotated as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Expression, Name, Result
from asynclint.program.awaiting.branches import is_minded
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.fates import all_reads, is_local
from asynclint.program.names.scopes import within
from asynclint.program.names.values import ClassValue, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call
    from asynclint.program.awaiting.awaitables import Awaitables
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_Annotation = tuple["ScopeNode", Expression, int]
"""An annotation, with the scope and the statement to read it in."""


def annotated_plain(awaitables: Awaitables, scope: ScopeNode, index: int, call: Call) -> str:
    """What gets the result of call number `index` of `scope`, if it is annotated as what can't be awaited, and nothing
    awaits it all the same; else nothing.
    """
    if call.role.kind == "assigned":
        found = _of_name(awaitables, scope, call)
    else:
        found = _of_attribute(awaitables, scope, index, call)
    if found is None:
        return ""
    text, annotations = found
    for home, annotation, at in annotations:
        declared = awaitables.inference.declared(home, annotation, at)
        if not declared or not all(awaitables.is_plain(value) for value in declared):
            return ""
    return text if annotations else ""


def _of_name(awaitables: Awaitables, scope: ScopeNode, call: Call) -> tuple[str, list[_Annotation]] | None:
    name = call.role.names[0] if len(call.role.names) == 1 else ""
    if not name or scope.lookup(name) is not scope or name in scope.parameters or not is_local(scope, name):
        return None
    annotations = [
        (scope, binding.annotation, binding.statement)
        for binding in scope.annotated.get(name, ())
        if binding.annotation is not None
    ]
    if not annotations or any(is_minded(inner, use) for inner, use in all_reads(scope, name)):
        return None
    return name, annotations


def _of_attribute(
    awaitables: Awaitables, scope: ScopeNode, index: int, call: Call
) -> tuple[str, list[_Annotation]] | None:
    stores = (store for store in scope.body.stores if store.statement == call.statement)
    store = next((store for store in stores if store.value == Result(index) and not store.item), None)
    if store is None:
        return None
    owners = awaitables.inference.evaluate(scope, store.target, store.statement)
    classes = [owner.of for owner in owners if isinstance(owner, Instance) and isinstance(owner.of, ClassValue)]
    if not classes or len(classes) < len(owners) or any(_is_awaited(of.scope, store.name) for of in classes):
        return None
    annotations = [each for of in classes for each in attribute_annotations(awaitables.inference, of, store.name)]
    return store.name, annotations


def attribute_annotations(inference: Inference, of: ClassValue, name: str) -> list[_Annotation]:
    """The annotations of the attribute `name` in the first class of the ancestry of `of` that has one; none where what
    stands before it gives the name another meaning.
    """
    for value in ancestry(inference, of):
        found = list(_in_class(value, name)) if isinstance(value, ClassValue) else []
        if found or not isinstance(value, ClassValue) or value.scope.binds(name):
            return found
    return []


def _in_class(of: ClassValue, name: str) -> Iterator[_Annotation]:
    bindings = of.scope.bindings.get(name, [])
    if any(binding.annotation is None for binding in bindings):
        return
    for binding in bindings:
        if binding.annotation is not None:
            yield of.scope, binding.annotation, binding.statement
    for method, store in assignments(of, name):
        if store.annotation is not None:
            yield method, store.annotation, store.statement


def _is_awaited(of: ScopeNode, name: str) -> bool:
    """Whether a method of the class awaits its attribute `name`, or asks what it holds."""
    return any(
        isinstance(use.value, Attribute)
        and use.value.name == name
        and isinstance(use.value.value, Name)
        and is_minded(inner, use)
        for inner in within(of)
        for use in inner.body.uses
    )
