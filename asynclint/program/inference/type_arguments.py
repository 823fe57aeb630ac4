"""What the type variables of generic classes stand for: of an object of `Table[User]`, or of a class that derives from
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Subscript
from asynclint.program.inference import generics
from asynclint.program.names.ancestry import ancestry, class_of
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.names.type_variables import parts, variables
from asynclint.program.names.values import UNKNOWN, ClassValue, FunctionValue, Instance, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asynclint.facts.model import Call, Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.values import Arguments

_MOST_CLASSES = 20
"""How many classes in a row are looked through that derive from each other."""


class About(msgspec.Struct, frozen=True, cache_hash=True):
    """Whose annotations are read: they stand in the class `owner`, and are about the object or class `receiver`.

    `gives` is set for those of what a function gives, `function` for those in the head of one.
    """

    receiver: Instance | ClassValue | None
    owner: ScopeNode | None
    gives: bool = False
    function: ScopeNode | None = None


def instance(inference: Inference, of: ClassValue, part: Callable[[int], Values]) -> Instance:
    """An object of the class `of`, whose type arguments are what `part` gives for their places."""
    found = [(name, part(place)) for place, name in enumerate(variables(inference, of))]
    return Instance(of, arguments=tuple((name, values) for name, values in found if UNKNOWN not in values))


def written(inference: Inference, scope: ScopeNode, call: Call, of: ClassValue) -> Arguments:
    """The type arguments of the class `of` that `call`, in `scope`, names or passes: `Table[User]()`, `Table(User)`."""
    if isinstance(call.callee, Subscript):
        for each in inference.declared(scope, call.callee, call.statement):
            if isinstance(each, Instance) and each.of == of:
                return each.arguments
    names = variables(inference, of)
    for method in inference.member(Instance(of), "__init__") if names else ():
        if isinstance(method, FunctionValue):
            passed = generics.meanings(inference, scope, call, method, method.scope)
            return tuple((name, passed[name]) for name in names if passed.get(name))
    return ()


def stands_for(inference: Inference, about: About, variable: str) -> Values:
    """What `variable` stands for in an annotation that is read `about` an object; empty where nobody says that."""
    return _seen(inference, about).get(variable, ())


def are_told(inference: Inference, about: About) -> bool:
    """Whether anybody says of a type variable of the class what it stands for."""
    return bool(_seen(inference, about))


def _seen(inference: Inference, about: About) -> Mapping[str, Values]:
    """What the type variables of the class that the annotation stands in stand for."""
    receiver = about.receiver
    of = receiver.of if isinstance(receiver, Instance) else receiver
    if about.owner is None or not isinstance(of, ClassValue):
        return {}
    wanted = ClassValue(about.owner)
    arguments: Mapping[str, Values] = dict(receiver.arguments) if isinstance(receiver, Instance) else {}
    for _ in range(_MOST_CLASSES):
        if of == wanted:
            return arguments
        step = _towards(inference, of, wanted)
        if step is None:
            return {}
        base, above = step
        arguments = _passed_on(inference, Instance(of, arguments=tuple(arguments.items())), base, above)
        of = above
    return {}


def _towards(inference: Inference, of: ClassValue, wanted: ClassValue) -> tuple[Expression, ClassValue] | None:
    """The base of the class `of` by which it derives from `wanted`, as it is written and as a class."""
    outer, at = of.scope.parent or of.scope, of.scope.head.statement
    for base in of.scope.head.bases:
        if not base.keyword:
            for each in class_of(inference, outer, base.value, at):
                if isinstance(each, ClassValue) and each != of and wanted in ancestry(inference, each):
                    return base.value, each
    return None


def _passed_on(inference: Inference, own: Instance, base: Expression, above: ClassValue) -> Mapping[str, Values]:
    """What the type variables of the class `above` stand for, which the class of `own` has as `base`."""
    if not isinstance(base, Subscript) or not isinstance(own.of, ClassValue):
        return {}
    scope = own.of.scope
    about = About(own, scope)
    given = [inference.declared(scope.parent or scope, each, scope.head.statement, about) for each in parts(base)]
    pairs = zip(variables(inference, above), given, strict=False)
    return {name: values for name, values in pairs if UNKNOWN not in values}
