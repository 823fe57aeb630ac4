"""What callables of libraries give, read off their released sources by `scripts/make_index.py`.

One JSON file for each top-level package lies in `libraries/`, and one for the whole standard library. Modules and
classes are decoded when somebody asks for them.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Protocol, cast, get_args

import msgspec

STANDARD_LIBRARY = "stdlib"
"""The name of the file that all packages of the standard library share."""

UNKNOWN_BASE = "?"
"""Stands among the bases of a class for one that could not be read."""

SignatureKind = Literal[
    "coroutine",
    "awaitable",
    "future",
    "task",
    "context manager",
    "async context manager",
    "async iterator",
    "object",
    "plain",
    "unknown",
]
"""What a call gives. `coroutine` does nothing until it is awaited, `future` and `task` run anyway, `awaitable` is one
of these. `object`: an object of a class that is named. `plain`: surely nothing to be awaited, entered or iterated by
async code.
"""


class Signature(msgspec.Struct, frozen=True):
    """What calling a function or method gives. `result` is the type of what is awaited, entered, iterated or returned.

    A type is a qualified class name, `Self`, `type[]` for what yields `type` when it is iterated, `type{}` for a
    mapping to `type`, `(type,type)` for a tuple, `type|type` for one of several, or empty where nothing is known.
    """

    kind: SignatureKind
    result: str = ""


class Object(msgspec.Struct, frozen=True):
    """An attribute, property or module-level object, with its type."""

    type: str = ""


class Alias(msgspec.Struct, frozen=True):
    """A name that stands for what has the qualified name `target`."""

    target: str


class LibraryClass(Protocol):
    """A class of a library: the qualified name of its definition, and those of its bases."""

    @property
    def name(self) -> str:
        """The qualified name."""

    @property
    def bases(self) -> tuple[str, ...]:
        """The qualified names of the direct bases, `UNKNOWN_BASE` for one that is not known."""

    def member(self, name: str) -> Signature | Object | None:
        """What the class itself has under `name`."""


Definition = Signature | Object | Alias | LibraryClass


class Source(Protocol):
    """Where definitions of libraries come from: the index, or an environment that packages are installed in."""

    def has_module(self, name: str) -> bool:
        """Whether there is a module or package of that name."""

    def find(self, module: str, name: str) -> Definition | None:
        """What `name` of `module` is; `None` where the module has no such name, or none that is public."""


class _ClassEntry(msgspec.Struct, omit_defaults=True):
    """A class as it is written: names, separated by spaces, by what they give or are."""

    bases: tuple[str, ...] = ()
    methods: dict[str, str] = {}
    attributes: dict[str, str] = {}


class _ModuleEntry(msgspec.Struct, omit_defaults=True):
    """A module as it is written. `names` are by the module that has them, `new=old` where they are called otherwise."""

    names: dict[str, str] = {}
    functions: dict[str, str] = {}
    objects: dict[str, str] = {}
    classes: dict[str, msgspec.Raw] = {}


class _PackageEntry(msgspec.Struct):
    versions: dict[str, str]
    coroutines: str
    modules: dict[str, msgspec.Raw]


class IndexedClass:
    """A class that the index describes."""

    def __init__(self, name: str, entry: _ClassEntry) -> None:
        self.name = name
        self.bases = entry.bases
        self._members: dict[str, Signature | Object] = dict(_signatures(entry.methods))
        self._members.update((name, Object(of)) for of, names in entry.attributes.items() for name in names.split())

    def member(self, name: str) -> Signature | Object | None:
        """What the class itself has under `name`."""
        return self._members.get(name)

    def members(self) -> Mapping[str, Signature | Object]:
        """All that the class itself has."""
        return self._members


class IndexedModule:
    """A module that the index describes."""

    def __init__(self, name: str, entry: _ModuleEntry) -> None:
        self.name = name
        self._classes = entry.classes
        self._decoded: dict[str, IndexedClass] = {}
        self._names: dict[str, Signature | Object | Alias] = dict(_signatures(entry.functions))
        self._names.update((each, Object(of)) for of, names in entry.objects.items() for each in names.split())
        for target, names in entry.names.items():
            for pair in names.split():
                new, _, old = pair.partition("=")
                self._names[new] = Alias(f"{target}.{old or new}" if target else old or new)

    def find(self, name: str) -> Signature | Object | Alias | IndexedClass | None:
        """What `name` is."""
        if name in self._classes:
            return self._class(name)
        return self._names.get(name)

    def names(self) -> Iterator[str]:
        """All names of the module."""
        yield from self._names
        yield from self._classes

    def _class(self, name: str) -> IndexedClass:
        if name not in self._decoded:
            entry = msgspec.json.decode(self._classes[name], type=_ClassEntry)
            self._decoded[name] = IndexedClass(f"{self.name}.{name}", entry)
        return self._decoded[name]


class PackageIndex:
    """The index of one file. `versions` are those of the distributions that it was read off, by name; `coroutines` the
    names of the functions and methods in it that give coroutines.
    """

    def __init__(self, content: bytes) -> None:
        entry = msgspec.json.decode(content, type=_PackageEntry)
        self.versions = entry.versions
        self.coroutines = frozenset(entry.coroutines.split())
        self._modules = entry.modules
        self._decoded: dict[str, IndexedModule] = {}

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of all modules."""
        return tuple(self._modules)

    @functools.cached_property
    def packages(self) -> frozenset[str]:
        """The names of all modules, and of the packages around them."""
        found = set(self._modules)
        for name in self._modules:
            while name := name.rpartition(".")[0]:
                found.add(name)
        return frozenset(found)

    def module(self, name: str) -> IndexedModule | None:
        """The module `name`."""
        if name not in self._decoded and name in self._modules:
            self._decoded[name] = IndexedModule(name, msgspec.json.decode(self._modules[name], type=_ModuleEntry))
        return self._decoded.get(name)


class Index:
    """The index that asynclint ships, as a source of definitions."""

    def has_module(self, name: str) -> bool:
        """Whether there is a module or package of that name."""
        package = load_index(name.partition(".")[0])
        return package is not None and name in package.packages

    def find(self, module: str, name: str) -> Definition | None:
        """What `name` of `module` is."""
        package = load_index(module.partition(".")[0])
        found = package.module(module) if package is not None else None
        return found.find(name) if found is not None else None


def load_index(package: str) -> PackageIndex | None:
    """The index of a top-level package; `None` where there is none."""
    return _load(STANDARD_LIBRARY if package in sys.stdlib_module_names else package)


@functools.cache
def _load(file: str) -> PackageIndex | None:
    if file not in _files():
        return None
    return PackageIndex(_folder().joinpath(f"{file}.json").read_bytes())


def indexed_packages() -> frozenset[str]:
    """The top-level packages that have an index; `STANDARD_LIBRARY` for that of the standard library."""
    return _files()


@functools.cache
def _files() -> frozenset[str]:
    return frozenset(file.stem for file in _folder().glob("*.json"))


def _folder() -> Path:
    return Path(__file__).with_name("libraries")


def _signatures(groups: Mapping[str, str]) -> Iterator[tuple[str, Signature]]:
    for written, names in groups.items():
        signature = _read_signature(written)
        for name in names.split():
            yield name, signature


def _read_signature(written: str) -> Signature:
    """A signature as it is written: its kind, a colon and its result, if it has one."""
    kind, _, result = written.partition(": ")
    if kind not in _KINDS:
        raise ValueError(f"unknown kind {kind!r}")
    return Signature(cast("SignatureKind", kind), result)


_KINDS = frozenset(get_args(SignatureKind))
