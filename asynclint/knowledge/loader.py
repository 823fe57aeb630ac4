"""Reads the TOML files beside this module into one `Knowledge`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from asynclint.knowledge.knowledge import Knowledge
from asynclint.knowledge.model import (
    Awaitable,
    CoroutineTaker,
    EntryPoint,
    FunctionTaker,
    Offloader,
    Primitive,
    Scheduler,
    TaskMaker,
)
from asynclint.knowledge.tables import KnowledgeError, Tables, convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asynclint.knowledge.tables import Entry

PRIMITIVE_FILES = (
    "sleep.toml",
    "http.toml",
    "subprocess.toml",
    "file.toml",
    "path.toml",
    "socket.toml",
    "database.toml",
    "client.toml",
    "input.toml",
    "wait.toml",
    "cpu.toml",
    "loop.toml",
    "short.toml",
)
"""One file for each kind of primitive."""


@functools.cache
def load_knowledge() -> Knowledge:
    """The knowledge that asynclint ships. Raises `KnowledgeError` where a file is not in the shape of the model."""
    exact, wildcards = _all_primitives()
    types = Tables("types.toml")
    awaitables = Tables("awaitables.toml")
    knowledge = Knowledge(
        primitives=exact,
        wildcards=wildcards,
        returns={
            **dict(types.methods("chaining")),
            **types.take("returns", str),
        },
        made_methods=types.take("made_methods", str),
        own_class=frozenset(method for method, _ in types.methods("own_class")),
        attributes=types.take("attributes", str),
        items=types.take("items", str),
        items_as_attributes=types.take("items_as_attributes", tuple[str, ...]),
        holders=types.take("holders", tuple[str, ...]),
        held_attributes=types.take("held_attributes", tuple[str, ...]),
        declaring=types.take("declaring", str),
        makers=types.take("makers", str),
        iterates=types.take("iterates", str),
        enters=types.take("enters", str),
        awaits=types.take("awaits", str),
        operators={
            (key.split(" ")[0], key.split(" ")[1]): result for key, result in types.take("operators", str).items()
        },
        constants=types.take("constants", str),
        passes=_by_function(types.take("passes", tuple[str, ...])),
        untyped_with=types.take("untyped_with", tuple[str, ...]),
        stubs=types.take("stubs", str),
        bases=types.take("bases", tuple[str, ...]),
        aliases=types.take("aliases", str),
        patchers=types.names("patchers"),
        descriptors=types.names("descriptors"),
        open_classes=types.names("open_classes"),
        offloaders=_only("offloaders.toml", Offloader),
        schedulers=_only("schedulers.toml", Scheduler),
        entrypoints=_entrypoints("entrypoints.toml"),
        awaitables={
            **{method: Awaitable() for method, _ in awaitables.methods("methods")},
            **awaitables.take("coroutines", Awaitable),
        },
        tasks=awaitables.take("tasks", TaskMaker),
        takes_coroutines=awaitables.take("takes_coroutines", CoroutineTaker),
        take_functions=awaitables.take("take_functions", FunctionTaker),
        take_values=awaitables.names("take_values"),
        take_items=awaitables.names("take_items"),
        iterate=awaitables.names("iterate"),
        look_at=awaitables.names("look_at"),
        give_plain_values=awaitables.names("give_plain_values"),
        keep_coroutine_functions=awaitables.names("keep_coroutine_functions"),
        requests=awaitables.names("requests"),
        messages=awaitables.names("messages"),
        nesting=awaitables.names("nesting"),
        synchronized=awaitables.names("synchronized"),
        plain_releases=awaitables.take("plain_releases", frozenset[str]),
    )
    types.finish()
    awaitables.finish()
    return knowledge


def _by_function(passes: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {"": {}}
    for key, classes in passes.items():
        caller, _, function = key.partition(" ")
        found.setdefault(function, {})[caller] = classes
    return found


def _all_primitives() -> tuple[dict[str, Primitive], dict[str, Primitive]]:
    """All primitives, and those of which the names stand for all that begins with them."""
    exact: dict[str, Primitive] = {}
    wildcards: dict[str, Primitive] = {}
    for file in PRIMITIVE_FILES:
        for name, primitive in _primitives(file).items():
            table, key = (wildcards, name[:-2]) if name.endswith(".*") else (exact, name)
            if key in table:
                raise KnowledgeError(f"{file}: {name!r} is listed twice")
            table[key] = primitive
    return exact, wildcards


def _primitives(file: str) -> dict[str, Primitive]:
    """The entries of a file of primitives, with the kind of the file and the fields that they share."""
    tables = Tables(file)
    kind = tables.plain("kind", None)
    shared = tables.plain("shared", {})
    calls = {
        name: {"kind": kind, **_shared(shared, name), **entry} for name, entry in tables.plain("calls", {}).items()
    }
    tables.finish()
    return convert(file, calls, Primitive)


def _shared(shared: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """The fields that the names leading to `name` give it, those of longer names coming before those of shorter
    ones.
    """
    fields: dict[str, Any] = {}
    while name:
        fields = {**shared.get(name, {}), **fields}
        name = name.rpartition(".")[0]
    return fields


def _only(file: str, kind: type[Entry]) -> dict[str, Entry]:
    """The entries of a file that has a single table, `[calls]`."""
    tables = Tables(file)
    entries = tables.take("calls", kind)
    tables.finish()
    return entries


def _entrypoints(file: str) -> tuple[EntryPoint, ...]:
    tables = Tables(file)
    entries = tables.plain("entry", [])
    tables.finish()
    numbered = {f"entry {number}": entry for number, entry in enumerate(entries, 1)}
    return tuple(convert(file, numbered, EntryPoint).values())
