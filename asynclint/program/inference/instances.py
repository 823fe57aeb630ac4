"""What `isinstance` and `hasattr` say of what is passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant
from asynclint.program.inference.given import (
    NONE,
    Empty,
    Given,
    Items,
    Keys,
    Member,
    Objects,
    One,
    agreed,
    alternatives,
)
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.values import UNSET, ClassValue, External, Instance, Value, Values, builtin, certain, union

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference

_STRUCTURAL = ("collections.abc.", "typing.", "abc.", "os.PathLike", "numbers.")
"""Beginnings of the names of classes that others need not derive from."""


def is_instance(inference: Inference, subject: Given, wanted: set[ClassValue | External]) -> bool | None:
    """Whether `subject` is of one of the classes `wanted`; `None` where that is not known."""
    values = union(kinds(one) for one in alternatives(subject))
    return agreed(_is_one(inference, value, wanted) for value in values) if wanted else None


def has_method(inference: Inference, values: Values, name: str) -> bool:
    """Whether all objects that are no `None` are of classes of the project that have a method `name`."""
    objects = certain(values)
    return bool(objects) and all(
        isinstance(each, Instance) and isinstance(each.of, ClassValue) and _defines(inference, each.of, name)
        for each in objects
    )


def _defines(inference: Inference, of: ClassValue, name: str) -> bool:
    above = ancestry(inference, of)
    return any(isinstance(each, ClassValue) and name in each.scope.methods for each in above)


def kinds(one: One) -> Values:
    """Objects of the classes that something may be of."""
    if isinstance(one, Objects):
        return one.values
    if isinstance(one, Member):
        return (Instance(one.of, exact=True),)
    if isinstance(one, Keys):
        return (builtin("dict"),)
    if isinstance(one, Items):
        return (builtin("tuple"),)
    return (UNSET,) if one == NONE else (builtin(one.kind if isinstance(one, Constant | Empty) else "str"),)


def _is_one(inference: Inference, value: Value, wanted: set[ClassValue | External]) -> bool | None:
    """Whether an object is of one of the classes; undecided where not all its bases are known."""
    if value == UNSET:
        return False
    if not isinstance(value, Instance):
        return None
    above = ancestry(inference, value.of)
    if not wanted.isdisjoint(above):
        return True
    decided = value.exact or _is_builtin(value.of) or all(map(_is_builtin, wanted))
    decided = decided or (isinstance(value.of, ClassValue) and all(_is_concrete(inference, each) for each in wanted))
    return False if decided and all(_is_fully_known(inference, each) for each in above) else None


def _is_builtin(of: ClassValue | External) -> bool:
    return isinstance(of, External) and of.name.startswith("builtins.")


def _is_concrete(inference: Inference, of: ClassValue | External) -> bool:
    """Whether `of` is a class of a library that no class of the project is, unless it says so itself: a subclass that
    adds it to its bases is not to be expected.
    """
    return isinstance(of, External) and not of.name.startswith(_STRUCTURAL) and _is_fully_known(inference, of)


def _is_fully_known(inference: Inference, of: Value) -> bool:
    if isinstance(of, External):
        return of.name.startswith("builtins.") or of.name in inference.library.knowledge.bases
    return isinstance(of, ClassValue)
