"""What the type variables of generic classes stand for: of an object of `Table[User]`, or of a class that derives from
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Collection, Name, Subscript
from asynclint.program import declarations, generics, members
from asynclint.program.scopes import ScopeNode
from asynclint.program.values import UNKNOWN, ClassValue, External, FunctionValue, Instance, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asynclint.facts.model import Call, Expression, Parameter
    from asynclint.program.inference import Inference
    from asynclint.program.values import Arguments

_GENERIC = frozenset(External(name) for name in ("typing.Generic", "typing.Protocol", "typing_extensions.Protocol"))
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


def variables(inference: Inference, of: ClassValue) -> tuple[str, ...]:
    """The names of the type variables of a class, in their order."""
    if of.scope.head.variables:
        return tuple(each.name for each in of.scope.head.variables)
    outer, at = of.scope.parent or of.scope, of.scope.head.statement
    found: dict[str, None] = {}
    for base in of.scope.head.bases:
        if not base.keyword and isinstance(base.value, Subscript):
            names = [
                each.id
                for each in parts(base.value)
                if isinstance(each, Name) and declarations.is_type_variable(inference, outer, each, at)
            ]
            if not _GENERIC.isdisjoint(declarations.class_of(inference, outer, base.value, at)):
                return tuple(names)
            found.update(dict.fromkeys(names))
    return tuple(found)


def bracketed(scope: ScopeNode, name: str, about: About | None) -> tuple[ScopeNode, Parameter] | None:
    """The type variable `name` between the brackets of a function or class around an annotation in `scope`, with that
    function or class.
    """
    around = [] if about is None else [about.function, about.owner]
    outer: ScopeNode | None = scope
    while outer is not None:
        around.append(outer)
        outer = outer.parent
    for each in around:
        for variable in each.head.variables if each is not None else ():
            if variable.name == name and each is not None:
                return each, variable
    return None


def parts(subscript: Subscript) -> tuple[Expression, ...]:
    """What stands between the brackets, without the commas."""
    index = subscript.index
    return index[0].elements if len(index) == 1 and isinstance(index[0], Collection) else index


def instance(inference: Inference, of: ClassValue, part: Callable[[int], Values]) -> Instance:
    """An object of the class `of`, whose type arguments are what `part` gives for their places."""
    found = [(name, part(place)) for place, name in enumerate(variables(inference, of))]
    return Instance(of, arguments=tuple((name, values) for name, values in found if UNKNOWN not in values))


def written(inference: Inference, scope: ScopeNode, call: Call, of: ClassValue) -> Arguments:
    """The type arguments of the class `of` that `call`, in `scope`, names or passes: `Table[User]()`, `Table(User)`."""
    if isinstance(call.callee, Subscript):
        for each in declarations.declared(inference, scope, call.callee, call.statement):
            if isinstance(each, Instance) and each.of == of:
                return each.arguments
    names = variables(inference, of)
    for method in members.member(inference, Instance(of), "__init__") if names else ():
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
            for each in declarations.class_of(inference, outer, base.value, at):
                if isinstance(each, ClassValue) and each != of and wanted in members.ancestry(inference, each):
                    return base.value, each
    return None


def _passed_on(inference: Inference, own: Instance, base: Expression, above: ClassValue) -> Mapping[str, Values]:
    """What the type variables of the class `above` stand for, which the class of `own` has as `base`."""
    if not isinstance(base, Subscript) or not isinstance(own.of, ClassValue):
        return {}
    scope = own.of.scope
    about = About(own, scope)
    given = [
        declarations.declared(inference, scope.parent or scope, each, scope.head.statement, about)
        for each in parts(base)
    ]
    pairs = zip(variables(inference, above), given, strict=False)
    return {name: values for name, values in pairs if UNKNOWN not in values}
