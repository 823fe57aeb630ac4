"""Where dotted names of libraries lead: through re-exports to a definition, and through classes to a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.knowledge.index import UNKNOWN_BASE, Alias, Definition, LibraryClass, Object, Signature, Source

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 20
"""How many re-exports a name may lead through."""


def _below(name: str, rest: str) -> str:
    return f"{name}.{rest}" if rest else name


def _leads_nowhere(found: tuple[Definition, str]) -> bool:
    """Whether what is found has nothing under the rest of the name: a module of the same name is meant."""
    definition, rest = found
    if not rest or isinstance(definition, Signature | Object | Alias):
        return bool(rest)
    return definition.member(rest.partition(".")[0]) is None


def _innermost(source: Source, module: str, path: str, found: Definition, remaining: str) -> tuple[Definition, str]:
    """The class in a class that the start of `remaining` names, and the rest of that; else what was `found` already."""
    while remaining and not isinstance(found, Signature | Object | Alias):
        part, _, rest = remaining.partition(".")
        inner = source.find(module, f"{path}.{part}")
        if inner is None:
            break
        path, found, remaining = f"{path}.{part}", inner, rest
    return found, remaining


class Definitions:
    """Looks names up in the sources that `source_of` has for top-level packages. Answers are remembered."""

    def __init__(self, source_of: Callable[[str], Source | None]) -> None:
        self._source_of = source_of
        self._found: dict[str, tuple[Definition, str] | None] = {}
        self._orders: dict[str, tuple[LibraryClass | None, ...]] = {}

    def find(self, name: str) -> tuple[Definition, str] | None:
        """What the longest leading part of `name` that is defined is, and the rest of the name, empty at its end."""
        if name not in self._found:
            self._found[name] = None
            self._found[name] = self._find(name, _LONGEST)
        return self._found[name]

    def _find(self, name: str, steps: int) -> tuple[Definition, str] | None:
        package, *rest = name.split(".")
        source = self._source_of(package) if rest and steps else None
        if source is None or not source.has_module(package):
            return None
        module = package
        for index, part in enumerate(rest):
            remaining = ".".join(rest[index + 1 :])
            found = self._found_in(source, module, part, remaining, steps)
            module = f"{module}.{part}"
            is_module = source.has_module(module)
            if found is not None and not (is_module and remaining and _leads_nowhere(found)):
                return found
            if not is_module:
                return None
        return None

    def _found_in(
        self, source: Source, module: str, part: str, remaining: str, steps: int
    ) -> tuple[Definition, str] | None:
        """What `part` of `module`, followed by `remaining`, is."""
        found = source.find(module, part)
        if found is None:
            return None
        if not isinstance(found, Alias):
            return _innermost(source, module, part, found, remaining)
        return None if found.target == f"{module}.{part}" else self._find(_below(found.target, remaining), steps - 1)

    def class_named(self, name: str) -> LibraryClass | None:
        """The class that `name` leads to."""
        found = self.find(name)
        if found is None or found[1] or isinstance(found[0], Signature | Object | Alias):
            return None
        return found[0]

    def order(self, name: str) -> tuple[LibraryClass | None, ...]:
        """The method resolution order of the class `name`; `None` stands for a base that is not known."""
        if name not in self._orders:
            self._orders[name] = ()
            self._orders[name] = self._order(name)
        return self._orders[name]

    def _order(self, name: str) -> tuple[LibraryClass | None, ...]:
        """Depth first, a class after all that derive from it: C3 for every hierarchy that people write."""
        own = self.class_named(name)
        if own is None:
            return (None,)
        order: list[LibraryClass | None] = []
        for base in own.bases:
            for above in (None,) if base == UNKNOWN_BASE else self.order(base):
                if above in order:
                    order.remove(above)
                order.append(above)
        return (own, *order)

    def member(self, class_name: str, name: str) -> tuple[Signature | Object, LibraryClass] | None:
        """What objects of the class `class_name` have under `name`, and the class that says so.

        `None` where that is not known.
        """
        for each in self.order(class_name):
            found = each.member(name) if each is not None else None
            if each is None or found is not None:
                return (found, each) if each is not None and found is not None else None
        return None

    def has_member(self, class_name: str, name: str) -> bool | None:
        """Whether objects of the class have an attribute `name`; `None` where that is not known."""
        for each in self.order(class_name):
            if each is None:
                return None
            if each.member(name) is not None:
                return True
        return False
