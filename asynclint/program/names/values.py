"""What an expression may stand for. A set of values is a tuple without doubles, in a fixed order; `UNKNOWN` among them
means that it may be anything else too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynclint.facts.model import Argument, Constant
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode


Held = tuple[tuple[str, "Constant"], ...]
Arguments = tuple[tuple[str, tuple["Value", ...]], ...]


class ModuleValue(msgspec.Struct, frozen=True, cache_hash=True):
    """A module of the project."""

    module: Module


class External(msgspec.Struct, frozen=True, cache_hash=True):
    """Something of a library, by its qualified name: a module, function, class, or an attribute of a known object."""

    name: str


class ClassValue(msgspec.Struct, frozen=True, cache_hash=True):
    """A class of the project."""

    scope: ScopeNode


class Instance(msgspec.Struct, frozen=True, cache_hash=True):
    """An object. `of` is its class; `exact` says that it is of no subclass. `items` are what it contains, `keys` those
    of a mapping, `held` the attributes that are literals for good (see `asynclint.program.inference.construction`), and
    `arguments` what the type variables of its class stand for, where known.
    """

    of: ClassValue | External
    exact: bool = False
    items: tuple[Value, ...] = ()
    held: Held = ()
    keys: tuple[Value, ...] = ()
    arguments: Arguments = ()


class FunctionValue(msgspec.Struct, frozen=True, cache_hash=True):
    """A function or lambda of the project; `receiver` is what it is bound to."""

    scope: ScopeNode
    receiver: Instance | ClassValue | None = None


class Namespace(msgspec.Struct, frozen=True, cache_hash=True):
    """A package of the project without `__init__.py`, as `seen_from` a module."""

    name: str
    seen_from: Module


class Tuple(msgspec.Struct, frozen=True, cache_hash=True):
    """A tuple, with the values of each element."""

    elements: tuple[Values, ...]


class ItemMethod(msgspec.Struct, frozen=True, cache_hash=True):
    """The method `name` of a built-in container whose items are known."""

    owner: Instance
    name: str


class Super(msgspec.Struct, frozen=True, cache_hash=True):
    """`super()` in a method of `scope`, a class, called on `receiver`."""

    scope: ScopeNode
    receiver: Instance | ClassValue


class ParameterValue(msgspec.Struct, frozen=True, cache_hash=True):
    """What a caller passes for a parameter that says nothing about itself."""

    scope: ScopeNode
    name: str


class ParameterMember(msgspec.Struct, frozen=True, cache_hash=True):
    """The attribute at `path` of what a caller passes for a parameter."""

    parameter: ParameterValue
    path: tuple[str, ...]


class Partial(msgspec.Struct, frozen=True, cache_hash=True):
    """`functools.partial(function, ...)`."""

    function: Value
    arguments: tuple[Argument, ...]
    scope: ScopeNode


class Suspended(msgspec.Struct, frozen=True, cache_hash=True):
    """What calling a coroutine function, generator or context manager function gives: its body has not run yet.

    `result` is what awaiting it gives, where its arguments say more of that than the function does.
    """

    kind: Literal["coroutine", "generator", "async generator", "context manager", "async context manager"]
    function: FunctionValue
    result: tuple[Value, ...] = ()


class Lazy(msgspec.Struct, frozen=True, cache_hash=True):
    """What a library call gives that blocks only when it is iterated; `name` is the call, as `os.walk`."""

    name: str
    items: tuple[Value, ...] = ()


class Stream(msgspec.Struct, frozen=True, cache_hash=True):
    """An iterator over `sources` that yields `items`, and calls `function` for each where it is a `map` or `filter`."""

    sources: tuple[Value, ...]
    items: tuple[Value, ...]
    function: tuple[Value, ...] = ()


class Awaitable(msgspec.Struct, frozen=True, cache_hash=True):
    """Something that gives `result` when it is awaited. `source` is what made it, by qualified name."""

    source: str
    kind: Literal["coroutine", "future", "task"]
    result: tuple[Value, ...] = ()


class Managed(msgspec.Struct, frozen=True, cache_hash=True):
    """What a library gives for `with` or `async with` to enter; `entered` is what the target gets."""

    kind: Literal["context manager", "async context manager"]
    entered: tuple[Value, ...] = ()


class Unset(msgspec.Struct, frozen=True, cache_hash=True):
    """`None`: no call on it gets anywhere, so it is no meaning of a callee."""


class Unknown(msgspec.Struct, frozen=True, cache_hash=True):
    """Anything."""


Value = (
    ModuleValue
    | External
    | ClassValue
    | Instance
    | FunctionValue
    | Namespace
    | Tuple
    | ItemMethod
    | Super
    | ParameterValue
    | ParameterMember
    | Partial
    | Suspended
    | Lazy
    | Stream
    | Awaitable
    | Managed
    | Unset
    | Unknown
)
Values = tuple[Value, ...]

UNSET = Unset()
UNKNOWN = Unknown()
ANYTHING: Values = (UNKNOWN,)


def union(groups: Iterable[Values]) -> Values:
    """All values of `groups`, each once, in order of first appearance."""
    found = tuple(groups)
    return found[0] if len(found) == 1 else tuple(dict.fromkeys(value for group in found for value in group))


def certain(values: Values) -> Values:
    """The values but for `None`; empty where one of them is unknown."""
    if any(isinstance(value, Unknown | ParameterValue | ParameterMember) for value in values):
        return ()
    return tuple(value for value in values if value != UNSET)


def builtin(name: str) -> Instance:
    """An instance of a built-in class, such as `str`."""
    return Instance(External(f"builtins.{name}"), exact=True)
