"""What is known of an argument: that it is a literal, one of several, begins with a text, or is one of some objects."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Literal

import msgspec

from asynclint.facts.model import Constant
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.values import (
    ANYTHING,
    UNSET,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Partial,
    Stream,
    Tuple,
    Unset,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynclint.program.inference.inference import Inference


class Objects(msgspec.Struct, frozen=True, cache_hash=True):
    """What is passed is no literal, but one of `values`; where there are none, nothing else is known of it."""

    values: Values


class Empty(msgspec.Struct, frozen=True, cache_hash=True):
    """A list, tuple, set or dictionary with nothing in it."""

    kind: Literal["list", "tuple", "set", "dict"]


class Keys(msgspec.Struct, frozen=True, cache_hash=True):
    """A dictionary that was made with these keys, each with what is known of its value, if that is a flag or `None`."""

    names: tuple[str, ...]
    values: tuple[Constant | None, ...]


class Items(msgspec.Struct, frozen=True, cache_hash=True):
    """A tuple of things, as `*items` is, with what is known of each of them."""

    parts: tuple[Given, ...]


class Beginning(msgspec.Struct, frozen=True, cache_hash=True):
    """A string that begins with `text`, as `f"s3://{bucket}"` does."""

    text: str


class Member(msgspec.Struct, frozen=True, cache_hash=True):
    """The member `name` of an enumeration; `literal` is its value, if known, and with `mixed`, it equals that."""

    of: ClassValue
    name: str
    literal: Constant | None
    mixed: bool


class Literals(msgspec.Struct, frozen=True, cache_hash=True):
    """One of several literals, or members of enumerations."""

    values: tuple[Constant | Member, ...]


One = Constant | Empty | Keys | Items | Beginning | Objects | Member
Given = One | Literals

ANYTHING_ELSE = Objects(())
SOMETHING = Objects(ANYTHING)
"""What is anything but `None`."""
NONE = Constant(None, "None")
MOST_LITERALS = 20
"""How many literals an argument may be before it is taken for unknown."""


def objects(values: Values) -> Given | None:
    """What is known of an argument that may be any of `values`; `None` where that is nothing."""
    if values == (UNSET,):
        return NONE
    known = Instance | Tuple | Stream | Unset | FunctionValue | ClassValue | Partial
    return Objects(values) if values and all(isinstance(value, known) for value in values) else None


def any_class(inference: Inference, values: Values) -> Given | None:
    """What is known of an expression that may be any of `values`, if each of them is a class."""
    found = all(
        isinstance(value, ClassValue) or (isinstance(value, External) and inference.library.is_class(value.name))
        for value in values
    )
    return Objects(values) if values and found else None


def is_literal(given: Given) -> bool:
    """Whether an argument is a literal or a member of an enumeration, or one of several."""
    return isinstance(given, Constant | Member | Literals)


def alternatives(given: Given) -> tuple[One, ...]:
    """All that `given` may be, one by one."""
    return given.values if isinstance(given, Literals) else (given,)


def either(found: Iterable[Given | None]) -> Given | None:
    """What is known of something that is one of several: all literals, or the same."""
    kept: list[One] = []
    for given in found:
        if given is None:
            return None
        kept += [one for one in alternatives(given) if one not in kept]
    literals = tuple(one for one in kept if isinstance(one, Constant | Member))
    if len(kept) == 1:
        return kept[0]
    return Literals(literals) if 1 < len(literals) == len(kept) <= MOST_LITERALS else None


def agreed(outcomes: Iterable[bool | None]) -> bool | None:
    """What all outcomes are; `None` where they differ, or there are none."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None


def truth(inference: Inference, given: Given) -> bool | None:
    """Whether `given` is true."""
    return agreed(_is_true(inference, one) for one in alternatives(given))


def _is_true(inference: Inference, one: One) -> bool | None:
    if isinstance(one, Member):
        return _is_true_member(one)
    if isinstance(one, Constant):
        return bool(one.value)
    if isinstance(one, Empty):
        return False
    if isinstance(one, Beginning | Items):
        return True
    if isinstance(one, Keys):
        return None
    return True if one.values and all(_is_always_true(inference, value) for value in one.values) else None


def _is_true_member(member: Member) -> bool | None:
    if member.of.scope.binds("__bool__"):
        return None
    if not member.mixed:
        return True
    return bool(member.literal.value) if member.literal is not None else None


def _is_always_true(inference: Inference, value: Value) -> bool:
    """Whether an object has no say in whether it is true."""
    if isinstance(value, Instance) and isinstance(value.of, ClassValue):
        above = ancestry(inference, value.of)
        known = all(isinstance(each, ClassValue) or each == External("builtins.object") for each in above)
        names = ("__bool__", "__len__")
        return known and not any(inference.member(value, name) for name in names)
    return isinstance(value, FunctionValue | ClassValue | Partial)


def equal(first: Given, second: Given, *, identity: bool) -> bool | None:
    """Whether `first == second`, or with `identity`, `first is second`."""
    pairs = ((one, other) for one in alternatives(first) for other in alternatives(second))
    return agreed(_is_equal(one, other, identity=identity) for one, other in pairs)


def _is_equal(one: One, other: One, *, identity: bool) -> bool | None:
    if isinstance(one, Member) and isinstance(other, Member) and one.of == other.of:
        return one.name == other.name or (one.literal is not None and one.literal == other.literal)
    if isinstance(one, Member) or isinstance(other, Member):
        return _is_equal_outside(one, other, identity=identity)
    if not isinstance(other, Constant):
        return None
    if isinstance(one, Constant):
        return one == other if identity else one.value == other.value
    if isinstance(one, Empty | Keys | Items):
        return False
    if isinstance(one, Beginning):
        return None if isinstance(other.value, str) and other.value.startswith(one.text) else False
    if other.kind == "None":
        return False if one.values and UNSET not in one.values else None
    return False if identity and _is_no_literal(one) else None


def _is_equal_outside(one: One, other: One, *, identity: bool) -> bool | None:
    """Whether a member of an enumeration is the same as something that is no member of it."""
    if not isinstance(one, Constant | Member) or not isinstance(other, Constant | Member):
        return None
    first, second = _literal(one), _literal(other)
    if identity or any(isinstance(each, Member) and not each.mixed for each in (one, other)):
        return False
    return first.value == second.value if first is not None and second is not None else None


def _literal(one: One) -> Constant | None:
    """The literal that something is, or that it equals."""
    if isinstance(one, Member):
        return one.literal if one.mixed else None
    return one if isinstance(one, Constant) else None


def _is_no_literal(given: Objects) -> bool:
    return not any(
        isinstance(value, Instance) and isinstance(value.of, External) and value.of.name.startswith("builtins.")
        for value in given.values
    )


def begins(subject: Given, text: str) -> bool | None:
    """Whether the string `subject` begins with `text`."""
    return agreed(_begins(one, text) for one in alternatives(subject))


def _begins(one: One, text: str) -> bool | None:
    if isinstance(one, Beginning):
        return True if one.text.startswith(text) else None if text.startswith(one.text) else False
    literal = _literal(one)
    return literal.value.startswith(text) if literal is not None and isinstance(literal.value, str) else None


def ends(subject: Given, text: str) -> bool | None:
    """Whether the string `subject` ends with `text`."""
    literals = (_literal(one) for one in alternatives(subject))
    return agreed(
        literal.value.endswith(text) if literal is not None and isinstance(literal.value, str) else None
        for literal in literals
    )


AFFIXES = {"startswith": begins, "endswith": ends}


def affixed(method: str, subject: Given | None, texts: list[Given | None]) -> bool | None:
    """Whether the string `subject` begins or ends, as `method` says, with one of `texts`."""
    if subject is None:
        return None
    outcomes = [
        AFFIXES[method](subject, text.value) if isinstance(text, Constant) and isinstance(text.value, str) else None
        for text in texts
    ]
    return True if True in outcomes else None if None in outcomes else False


_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def ordered(comparison: str, first: Given | None, second: Given | None) -> bool | None:
    """Whether one whole number is less than another, or more."""
    if not isinstance(first, Constant) or not isinstance(second, Constant) or comparison not in _ORDER:
        return None
    if not isinstance(first.value, int) or not isinstance(second.value, int):
        return None
    return bool(_ORDER[comparison](first.value, second.value))


def holds(container: Given, text: str) -> bool | None:
    """Whether `text` is somewhere in the string `container`."""
    return agreed(_holds(one, text) for one in alternatives(container))


def _holds(one: One, text: str) -> bool | None:
    literal = _literal(one)
    if literal is not None:
        return text in literal.value if isinstance(literal.value, str) else None
    return True if isinstance(one, Beginning) and text in one.text else None
