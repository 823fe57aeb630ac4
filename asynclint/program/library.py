"""What the knowledge says about a qualified name: its canonical spelling, its class's bases, whether it blocks."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asynclint.knowledge import Knowledge
    from asynclint.knowledge.model import Primitive


class Library:
    """Questions about names of libraries. Answers come from the knowledge alone, and are remembered."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
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
            found = self._canonical[name] = self._described(self.knowledge.canonical(name))
        return found

    def _described(self, name: str) -> str:
        """The class that `name`, of a stub-only package, describes; else `name` itself."""
        for pattern, described in self.knowledge.stubs.items():
            if name.startswith(pattern.partition("*")[0]) and fnmatchcase(name, pattern):
                return described
        return name

    def is_of_known_library(self, name: str) -> bool:
        """Whether the knowledge says anything about the package that `name` is in."""
        return name.partition(".")[0] in self._packages

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self._known)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The class `name` and its known bases, nearest first."""
        found = self._ancestors.get(name)
        if found is None:
            found = self._ancestors[name] = tuple(self.knowledge.ancestry(name))
        return found

    def is_known(self, name: str) -> bool:
        """Whether the knowledge says anything about `name` itself."""
        return name in self._known or name in self._classes

    def knows_member(self, class_name: str, attribute: str) -> str | None:
        """The name under which the knowledge has `attribute` of `class_name` or of a base."""
        for ancestor in self.ancestors(class_name):
            name = f"{ancestor}.{attribute}"
            if name in self._known or ancestor in self.knowledge.wildcards:
                return name
        return None

    def member(self, class_name: str, attribute: str) -> str:
        """The qualified name of `attribute` on objects of `class_name`."""
        return self.knows_member(class_name, attribute) or f"{class_name}.{attribute}"

    def inherited(self, table: Mapping[str, str], class_name: str) -> str | None:
        """The entry of `table` for the class or for its nearest base that has one."""
        return next((table[base] for base in self.ancestors(class_name) if base in table), None)

    def primitive(self, name: str) -> Primitive | None:
        """What is known of calling `name`, if it blocks."""
        if name not in self._primitives:
            self._primitives[name] = (
                None if self.is_safe(name) else self.knowledge.primitive(name) or self._configured(name)
            )
        return self._primitives[name]

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
        return (last[:1].isupper() and not last.isupper()) or (
            last in _LOWERCASE_CLASSES and name.startswith("builtins.")
        )


_LOWERCASE_CLASSES = frozenset(
    {"str", "bytes", "int", "float", "bool", "dict", "list", "set", "tuple", "frozenset", "object"}
)
