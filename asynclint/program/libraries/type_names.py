"""How the index of libraries spells the types of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.names.values import UNSET, Awaitable, ClassValue, External, Instance, Tuple

if TYPE_CHECKING:
    from asynclint.program.names.values import Value, Values

_ITERABLES = frozenset({"list", "set", "frozenset", "tuple", "deque", "sequence", "iterable", "iterator", "collection"})


def type_of(values: Values) -> str:
    """The one type of `values`, `None` aside, as `Signature.result` spells it; empty where it is not known."""
    found = [value for value in values if value != UNSET]
    if len(found) != 1:
        names = {_class_name(value) for value in found}
        return "|".join(sorted(names)) if all(names) else ""
    match found[0]:
        case Instance(of=External() as of, items=items) if of.name.startswith("builtins."):
            return _container_type(short_name(of), items)
        case Tuple(elements):
            parts = [type_of(element) for element in elements]
            return f"({','.join(parts)})" if any(parts) else ""
        case Awaitable(kind="task"):
            return "asyncio.Task"
        case Awaitable(source=source) if source.endswith(".Future"):
            return "asyncio.Future"
    return _class_name(found[0])


def _class_name(value: Value) -> str:
    """The class of an object, where that is not built in."""
    match value:
        case Instance(of=ClassValue(scope)):
            return scope.full_name
        case Instance(of=External(name)) if not name.startswith("builtins."):
            return name
    return ""


def _container_type(name: str, items: Values) -> str:
    inner = type_of(items) if items else ""
    if not inner or "|" in inner:
        return ""
    if name == "dict":
        return f"{inner}{{}}"
    return f"{inner}[]" if name in _ITERABLES else ""


def short_name(of: External) -> str:
    """The name of a class without its module."""
    return of.name.rpartition(".")[2]
