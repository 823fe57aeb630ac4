"""The values that calls and attributes of libraries give, by what the index says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.names.values import ANYTHING, Awaitable, External, Instance, Managed, Tuple, Values, union

if TYPE_CHECKING:
    from asynclint.knowledge.index import Signature
    from asynclint.program.names.library import Library


def typed(of: str) -> Values:
    """The values of the type `of`, as `Signature.result` spells it; anything where it is empty."""
    if not of:
        return ANYTHING
    if of.endswith("[]"):
        return (Instance(External("builtins.list"), items=typed(of[:-2])),)
    if of.endswith("{}"):
        return (Instance(External("builtins.dict"), items=typed(of[:-2])),)
    if of.startswith("("):
        return (Tuple(tuple(typed(part) for part in _parts(of[1:-1]))),)
    if "|" in of:
        return union(typed(part) for part in of.split("|"))
    return (Instance(External(of)),)


def _parts(listed: str) -> list[str]:
    """The types of a tuple: `listed` cut at the commas that stand in no inner tuple."""
    parts, depth = [""], 0
    for character in listed:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def called(name: str, signature: Signature) -> Values:
    """What a call of `name`, which has `signature`, gives."""
    found = typed(signature.result)
    match signature.kind:
        case "coroutine":
            return (Awaitable(name, "coroutine", found),)
        case "awaitable" | "future":
            return (Awaitable(name, "future", found),)
        case "task":
            return (Awaitable(name, "task", found),)
        case "context manager" | "async context manager":
            return (Managed(signature.kind, found),)
        case "async iterator":
            return (Instance(External("builtins.asyncgenerator"), items=found),)
        case "object":
            return found
    return ANYTHING


def written(result: str) -> Values:
    """What the knowledge calls a result: the name of a class, or `tuple[...]` of several."""
    if result.startswith("tuple["):
        return (Tuple(tuple(written(part) for part in result[6:-1].split(", "))),)
    return (Instance(External(result)),)


def special_result(library: Library, class_name: str, method: str) -> Values:
    """What the special method `method` of an object of a library's class gives."""
    signature = library.method(class_name, method)
    return called(f"{class_name}.{method}", signature) if signature is not None else ANYTHING


def awaited_call(library: Library, name: str) -> Values:
    """What awaiting a call of `name` gives."""
    known = library.knowledge.awaits.get(name)
    return written(known) if known else typed(library.call(name).result)


def awaited(library: Library, class_name: str) -> Values:
    """What awaiting an object of a library's class gives."""
    known = library.inherited(library.knowledge.awaits, class_name)
    if known:
        return written(known)
    signature = library.method(class_name, "__await__")
    return typed(signature.result) if signature is not None and signature.kind == "awaitable" else ANYTHING


def async_items(library: Library, class_name: str) -> Values:
    """What `async for` takes from an object of a library's class."""
    found = library.method(class_name, "__aiter__")
    if found is None or found.kind not in ("async iterator", "object"):
        return ANYTHING
    if found.kind == "async iterator":
        return typed(found.result)
    following = library.method(found.result, "__anext__")
    return typed(following.result) if following is not None and following.kind == "coroutine" else ANYTHING


def entered(library: Library, value: Instance, class_name: str, is_async: bool) -> Values:
    """What entering `value`, an object of a library's class, gives; itself, where nobody knows."""
    found = library.method(class_name, "__aenter__" if is_async else "__enter__")
    if found is None:
        return (value,)
    if is_async and found.kind != "coroutine":
        return ANYTHING
    result = typed(found.result)
    return (value,) if result == (Instance(value.of),) else result
