"""What is known of a qualified name of a library: its canonical spelling, its class's bases, whether it blocks, what it
gives. What people wrote down in the knowledge comes first, then what the index or the installed sources say.
"""

from __future__ import annotations

import re
import sys
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from asynclint.knowledge.index import Alias, Index, LibraryClass, Object, Signature, Source
from asynclint.program.names.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from asynclint.knowledge import Knowledge
    from asynclint.knowledge.model import Primitive

_Entry = TypeVar("_Entry")


class Library:
    """Questions about names of libraries. Answers are remembered.

    A package is looked up in the first of `sources` that has it, one of the standard library in the last only.
    """

    def __init__(self, knowledge: Knowledge, sources: Sequence[Source] = (Index(),)) -> None:
        self.knowledge = knowledge
        self._sources = tuple(sources)
        self._definitions = Definitions(self._source_of)
        self._canonical: dict[str, str] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._verdicts: dict[str, Primitive | None] = {}
        self._primitives: dict[str, Primitive | None] = {}

    @cached_property
    def _known(self) -> frozenset[str]:
        knowledge = self.knowledge
        tables = (
            knowledge.primitives,
            knowledge.returns,
            knowledge.attributes,
            knowledge.iterates,
            knowledge.awaitables,
            knowledge.tasks,
            knowledge.takes_coroutines,
            knowledge.offloaders,
            knowledge.schedulers,
        )
        return frozenset(name for table in tables for name in table)

    @cached_property
    def _classes(self) -> frozenset[str]:
        """Names below which something is known: they are classes (or modules, which nobody calls)."""
        return frozenset(name.rpartition(".")[0] for name in self._known)

    def canonical(self, name: str) -> str:
        """The spelling of `name` that the knowledge uses."""
        found = self._canonical.get(name)
        if found is None:
            found = self._described(self.knowledge.canonical(name))
            defined = self._definitions.class_named(found) if found not in self._spelled_by_hand else None
            if defined is not None:
                found = self._spelling(defined.name)
            self._canonical[name] = found
        return found

    def _described(self, name: str) -> str:
        """The class that `name`, of a stub-only package, describes; else `name` itself."""
        for pattern, described in self.knowledge.stubs.items():
            if name.startswith(pattern.partition("*")[0]) and fnmatchcase(name, pattern):
                return described
        return name

    def is_of_known_library(self, name: str) -> bool:
        """Whether the knowledge says anything about the package that `name` is in."""
        package = name.partition(".")[0]
        return package in self._packages or self._source_of(package) is not None

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self._known)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The class `name` and its known bases, nearest first."""
        found = self._ancestors.get(name)
        if found is None:
            written = list(self.knowledge.ancestry(name))
            read = [self._spelling(each.name) for each in self._definitions.order(name) if each is not None]
            found = self._ancestors[name] = tuple(dict.fromkeys([*written, *read]))
        return found

    def is_known(self, name: str) -> bool:
        """Whether anything is known about `name` itself."""
        if name in self._known or name in self._classes:
            return True
        found = self._definitions.find(name)
        return found is not None and not found[1]

    def is_written(self, name: str) -> bool:
        """Whether people wrote anything down of `name`, or of the class that it is in as a whole."""
        owner = name.rpartition(".")[0]
        wildcards = self.knowledge.wildcards
        return name in self._known or name in self._classes or name in wildcards or owner in wildcards

    def knows_member(self, class_name: str, attribute: str) -> str | None:
        """The name under which `attribute` of `class_name`, or of a base, is known."""
        written = self._written_member(self.knowledge.ancestry(class_name), attribute)
        if written:
            return written
        for ancestor in self.ancestors(class_name):
            written = self._written_member((ancestor,), attribute)
            if written:
                return written
            defined = self._definitions.class_named(ancestor)
            if defined is not None and defined.member(attribute) is not None:
                is_described = self._definitions.class_named(class_name) is not None
                return f"{class_name if is_described else ancestor}.{attribute}"
        return None

    def _written_member(self, classes: Iterable[str], attribute: str) -> str | None:
        for name in classes:
            if f"{name}.{attribute}" in self._known or name in self.knowledge.wildcards:
                return f"{name}.{attribute}"
        return None

    def member(self, class_name: str, attribute: str) -> str:
        """The qualified name of `attribute` on objects of `class_name`."""
        return self.knows_member(class_name, attribute) or f"{class_name}.{attribute}"

    def inherited(self, table: Mapping[str, _Entry], class_name: str) -> _Entry | None:
        """The entry of `table` for the class or for its nearest base that has one."""
        return next((table[base] for base in self.ancestors(class_name) if base in table), None)

    def item_as_attribute(self, class_name: str, name: str) -> str:
        """The class of `x.name`, where that is `x["name"]` for objects of the class; empty elsewhere."""
        own = self.inherited(self.knowledge.items_as_attributes, class_name)
        if own is None or name in own or name.startswith("_"):
            return ""
        return self.inherited(self.knowledge.items, class_name) or ""

    def held_by(self, class_name: str) -> tuple[str, ...]:
        """The methods of a generic class that give what its argument says."""
        return self.inherited(self.knowledge.holders, class_name) or ()

    def is_open(self, class_name: str) -> bool:
        """Whether projects give objects of the class attributes of their own."""
        return not self.knowledge.open_classes.isdisjoint(self.ancestors(class_name))

    def is_descriptor(self, class_name: str) -> bool:
        """Whether an object of the class, in the body of a class, only declares an attribute."""
        return not self.knowledge.descriptors.isdisjoint(self.ancestors(class_name))

    def held_attributes(self, class_name: str) -> tuple[str, ...]:
        """The attributes of objects of a generic class that are what its argument says."""
        return self.inherited(self.knowledge.held_attributes, class_name) or ()

    def primitive(self, name: str) -> Primitive | None:
        """What is known of calling `name`, if it blocks."""
        if name not in self._primitives:
            self._primitives[name] = (
                None if self.is_safe(name) else self.knowledge.primitive(name) or self._configured(name)
            )
        return self._primitives[name]

    def is_known_by_wildcard(self, name: str) -> bool:
        """Whether `name` is a primitive only because every call on objects of its class is taken for one."""
        primitive = self.primitive(name)
        return any(primitive is each for each in self.knowledge.wildcards.values())

    def is_plain_method(self, name: str) -> bool:
        """Whether the method `name` of a class, at any attribute depth, is read to give what can't be awaited."""
        found = self._definitions.find(name)
        if found is None or isinstance(found[0], Signature | Object | Alias):
            return False
        *path, method = found[1].split(".")
        of = found[0].name
        for attribute in path:
            of = self.attribute(of, attribute)
        signature = self.method(of, method) if of else None
        return signature is not None and signature.kind == "plain"

    def keeps_function(self, decorator: str) -> bool:
        """Whether what the framework's `decorator` is put on is the function itself still."""
        return decorator in self._keeping_decorators

    @cached_property
    def _keeping_decorators(self) -> frozenset[str]:
        return frozenset(name for entry in self.knowledge.entrypoints if entry.keeps for name in entry.decorators)

    def project_verdict(self, name: str) -> Primitive | None:
        """The primitive that the project's settings say its own function `name` is to count as, by name or glob."""
        if name not in self._verdicts:
            self._verdicts[name] = self.knowledge.primitives.get(name) or self._configured(name)
        return self._verdicts[name]

    def is_safe(self, name: str) -> bool:
        """Whether the project's settings say that `name` does not block."""
        return any(fnmatchcase(name, pattern) for pattern in self.knowledge.safe)

    def _configured(self, name: str) -> Primitive | None:
        return next((entry for pattern, entry in self._patterns if fnmatchcase(name, pattern)), None)

    @cached_property
    def _patterns(self) -> list[tuple[str, Primitive]]:
        return [
            (name, entry)
            for name, entry in self.knowledge.primitives.items()
            if entry.kind == "configured" and "*" in name
        ]

    def is_class(self, name: str) -> bool:
        """Whether `name` is a class, whose call makes an object: its members are known, or it is spelled as a class."""
        last = name.rpartition(".")[2]
        if name in self._classes or name in self.knowledge.bases:
            return True
        found = self._definitions.find(name)
        if found is not None and not found[1]:
            return not isinstance(found[0], Signature | Object | Alias)
        return (last[:1].isupper() and not last.isupper()) or (
            last in _LOWERCASE_CLASSES and name.startswith("builtins.")
        )

    # -- what is read, not written down -----------------------------------------------------------------------------

    def call(self, name: str) -> Signature:
        """What calling `name` gives: a function, a class, or a method of a class (`aiohttp.ClientSession.close`).

        `unknown` where nobody can tell. Names of classes in the result are canonical. Of an `object`, `protocol` says
        whether it can be awaited, entered or iterated.
        """
        knowledge = self.knowledge
        if name in knowledge.awaitables:
            return Signature(knowledge.awaitables[name].gives, self._read_call(name).result)
        if name in knowledge.tasks:
            return Signature("task")
        if name in knowledge.returns:
            return Signature("object", knowledge.returns[name])
        found = self._read_call(name)
        if found.kind == "unknown" and name not in knowledge.primitives:
            of = knowledge.made_methods.get(name.rpartition(".")[0])
            return Signature("object", of) if of else found
        entered = knowledge.enters.get(name)
        return Signature(found.kind, entered) if entered and not found.result and found.kind in _ENTERED else found

    def _read_call(self, name: str) -> Signature:
        found = self._definitions.find(name)
        if found is None:
            return _UNKNOWN
        definition, rest = found
        if isinstance(definition, Signature) and not rest:
            return self._of_receiver(definition, "Self")
        if isinstance(definition, Signature | Object | Alias):
            return _UNKNOWN
        if not rest:
            return Signature("object", self._spelling(definition.name))
        member = self._definitions.member(definition.name, rest)
        if member is None or isinstance(member[0], Object):
            return _UNKNOWN
        return self._of_receiver(member[0], self._spelling(definition.name))

    def _of_receiver(self, signature: Signature, receiver: str) -> Signature:
        return Signature(signature.kind, self._canonical_type(signature.result, receiver))

    def _canonical_type(self, of: str, receiver: str) -> str:
        """`of` with canonical names of classes, and with that of the receiver."""
        return _CLASS_NAME.sub(lambda match: receiver if match.group() == "Self" else self.canonical(match.group()), of)

    def method(self, class_name: str, name: str) -> Signature | None:
        """What calling the method `name` of an object of the class gives; `None` where there is no such method."""
        found = self._definitions.member(class_name, name)
        if found is None or isinstance(found[0], Object):
            return None
        return self._of_receiver(found[0], class_name)

    def attribute(self, class_name: str, name: str) -> str:
        """The type of an attribute or property of objects of the class, spelled as in a `Signature`; empty where that
        is not known.
        """
        found = self._definitions.member(class_name, name)
        if found is None or not isinstance(found[0], Object):
            return ""
        return self._canonical_type(found[0].type, class_name)

    def instance(self, name: str) -> str:
        """The type of the module-level object `name`; empty where it is none, or its type is not known."""
        known = self.knowledge.constants.get(name, "")
        found = None if known or self.is_written(name) else self._definitions.find(name)
        if found is None or found[1] or not isinstance(found[0], Object):
            return known
        return self._canonical_type(found[0].type, "Self")

    def protocol(self, class_name: str, method: str) -> bool | None:
        """Whether objects of the class have the special method `method`, such as `__await__`; `None` where nobody can
        tell.
        """
        return self._definitions.has_member(class_name, method)

    def _source_of(self, package: str) -> Source | None:
        sources = self._sources[-1:] if package in sys.stdlib_module_names else self._sources
        return next((source for source in sources if source.has_module(package)), None)

    def _spelling(self, definition: str) -> str:
        """The name of the class defined as `definition` that the knowledge uses; `definition` where it has none."""
        for name in self._by_last_name.get(definition.rpartition(".")[2], ()):
            if name == definition or self._definition_of(name) == definition:
                return name
        return definition

    def _definition_of(self, name: str) -> str:
        found: LibraryClass | None = self._definitions.class_named(name)
        return found.name if found is not None else ""

    @cached_property
    def _by_last_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in sorted(self._spelled_by_hand):
            found.setdefault(name.rpartition(".")[2], []).append(name)
        return found

    @cached_property
    def _spelled_by_hand(self) -> frozenset[str]:
        """The names that the knowledge uses, and those that lead to them."""
        found = {*self._known, *_class_names(self.knowledge)}
        return frozenset(found | {name.rpartition(".")[0] for name in (*found, *self.knowledge.aliases)})

    @property
    def known_classes(self) -> frozenset[str]:
        """The names that the knowledge uses of what may be a class."""
        return self._spelled_by_hand


def _class_names(knowledge: Knowledge) -> Iterator[str]:
    yield from knowledge.wildcards
    yield from knowledge.safe
    yield from knowledge.items
    yield from knowledge.holders
    yield from knowledge.held_attributes
    yield from knowledge.aliases.values()
    for table in (knowledge.returns, knowledge.attributes, knowledge.items, knowledge.iterates, knowledge.enters):
        yield from table.values()
    for name, bases in knowledge.bases.items():
        yield from (name, *bases)
    for entry in knowledge.entrypoints:
        yield from (*entry.decorators, *entry.bases)
    for primitive in knowledge.primitives.values():
        for condition in primitive.unless:
            yield from condition.instance


_UNKNOWN = Signature("unknown")
_CLASS_NAME = re.compile(r"[\w.]+")

_ENTERED = ("context manager", "async context manager")
_LOWERCASE_CLASSES = frozenset(
    {"str", "bytes", "int", "float", "bool", "dict", "list", "set", "tuple", "frozenset", "object"}
)
