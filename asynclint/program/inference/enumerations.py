"""Members of enumerations of the project: `Backend.LOCAL` is an object of its class, and not `Backend.REMOTE`; its
`.value` is a literal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Constant, Result
from asynclint.program.inference.given import Given, Member, alternatives, either
from asynclint.program.names.ancestry import ancestry, library_classes_above
from asynclint.program.names.values import ClassValue, External, FunctionValue, Instance

if TYPE_CHECKING:
    from asynclint.facts.model import Binding, Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import Value

_ENUMERATIONS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum"})
_KINDS = _ENUMERATIONS | {"enum.Flag", "enum.IntFlag", "enum.ReprEnum"}
_MIXED = frozenset({"builtins.int", "builtins.str", "enum.IntEnum", "enum.StrEnum"})
"""The bases of enumerations whose members equal their values."""


def is_enumeration(inference: Inference, of: ClassValue) -> bool:
    """Whether the objects of the class `of` are its members."""
    return not library_classes_above(inference, of).isdisjoint(_KINDS)


def makes_member(inference: Inference, of: ClassValue, binding: Binding) -> bool:
    """Whether `binding`, in the body of the class `of`, makes a member of it: functions and descriptors are none."""
    name = binding.name
    if binding.how != "assign" or (name.startswith("_") and name.endswith("_")) or not is_enumeration(inference, of):
        return False
    return not any(_is_no_member(inference, value) for value in inference.binding(of.scope, binding))


def _is_no_member(inference: Inference, value: Value) -> bool:
    if isinstance(value, Instance) and isinstance(value.of, External):
        return value.of.name == "builtins.property" or inference.library.is_descriptor(value.of.name)
    return isinstance(value, FunctionValue | ClassValue | External)


def member(inference: Inference, scope: ScopeNode, expression: Attribute, at: int) -> Member | None:
    """The member that `expression`, read by statement `at` of `scope`, names; `None` where it names none."""
    owners = inference.evaluate(scope, expression.value, at)
    of = owners[0] if len(owners) == 1 else None
    if not isinstance(of, ClassValue):
        return None
    bindings = of.scope.bindings.get(expression.name, ())
    if len(bindings) != 1 or bindings[0].how != "assign" or expression.name.startswith("_"):
        return None
    above = {value.name for value in ancestry(inference, of) if isinstance(value, External)}
    if above.isdisjoint(_ENUMERATIONS):
        return None
    literal = _literal(bindings[0].value, expression.name, lower="enum.StrEnum" in above)
    return Member(of, expression.name, literal, mixed=not above.isdisjoint(_MIXED))


def _literal(value: Expression | None, name: str, *, lower: bool) -> Constant | None:
    """The value of the member `name`; `enum.auto()` makes it from that where `lower` says so."""
    if isinstance(value, Constant):
        return value
    return Constant(name.lower(), "str") if lower and isinstance(value, Result) else None


def part(given: Given | None, name: str) -> Given | None:
    """What is known of `given.value` or `given.name`, where `given` is a member, or one of several."""
    found = alternatives(given) if given is not None else ()
    if not all(isinstance(one, Member) for one in found):
        return None
    return either(_part(one, name) for one in found if isinstance(one, Member)) if found else None


def _part(one: Member, name: str) -> Constant | None:
    return Constant(one.name, "str") if name == "name" else one.literal
