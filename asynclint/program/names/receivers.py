"""What the first parameter of a method is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.functions import traits
from asynclint.program.names.values import ClassValue, Instance

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def receiver(inference: Inference, scope: ScopeNode) -> Instance | ClassValue | None:
    """What the first parameter of the method `scope` is; `None` where `scope` is no method."""
    owner = scope.owner_class
    if owner is None or scope.head.kind != "function" or not scope.head.parameters:
        return None
    found = traits(inference, scope)
    if "static" in found:
        return None
    return ClassValue(owner) if "class" in found else Instance(ClassValue(owner))


def declared(inference: Inference, scope: ScopeNode, own: Instance | ClassValue) -> Instance | ClassValue:
    """What the method `scope` says of `own`, its first parameter, by an annotation: a class that has it as a part."""
    annotation = scope.head.parameters[0].annotation
    if annotation is None or not isinstance(own, Instance) or not isinstance(own.of, ClassValue):
        return own
    match inference.declared(scope.parent or scope, annotation, scope.head.statement):
        case (Instance(of=ClassValue() as whole) as declared,) if own.of in ancestry(inference, whole):
            return declared
    return own
