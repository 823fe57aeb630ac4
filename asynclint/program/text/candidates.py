"""Which plain functions may make a coroutine or a task: told from their text, so that the others need not be parsed."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from asynclint.knowledge.index import indexed_packages, load_index
from asynclint.program.text.lexical import imported_packages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from asynclint.knowledge import Knowledge
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.text.survey import Survey

_ASYNC_DEF = re.compile(r"async\s+def\s+\w")
_CALLED = re.compile(r"(?<!\bdef )\b(\w+)\s*\(")
_CALL_STATEMENT = re.compile(r"^[ \t]*[\w.]+(?:\([^()\n]*\)[\w.]*)*\.(\w+)\(", re.MULTILINE)
"""A statement that is a method call; of a chain of calls, the last on the line."""
_WORD = re.compile(r"\w+")


class Candidates:
    """Names of what makes coroutines and tasks, and of what takes functions, by the package that a file has to import;
    and those of the project's `async def`s.
    """

    def __init__(self, knowledge: Knowledge, surveys: Collection[Survey]) -> None:
        self._makers = _by_package((*knowledge.awaitables, *knowledge.takes_coroutines))
        self._takers = _by_package((*knowledge.schedulers, *knowledge.offloaders, *knowledge.take_functions))
        # A loop or a task group is passed around: who has it need not import where it comes from.
        self._tasks = {name.rpartition(".")[2] for name in knowledge.tasks}
        self._coroutines = {name for known in surveys for name in known.coroutines}
        self._unmistakable = self._coroutines.difference(*(known.functions for known in surveys))
        self._imported: dict[Module, _Names] = {}

    def may_hold(self, function: ScopeNode) -> bool:
        """Whether `function` has an `async def`, calls something named like what makes coroutines or tasks, or hands a
        coroutine function of the project to what takes functions.
        """
        text = function.module.unit_source(function.head.unit)
        if _ASYNC_DEF.search(text):
            return True
        called = set(_CALLED.findall(text))
        names = self._names(function.module)
        if not (
            called.isdisjoint(self._coroutines) and called.isdisjoint(self._tasks) and called.isdisjoint(names.makers)
        ):
            return True
        if not called.isdisjoint(names.takers) and not self._unmistakable.isdisjoint(_WORD.findall(text)):
            return True
        return not names.indexed.isdisjoint(_CALL_STATEMENT.findall(text))

    def _names(self, module: Module) -> _Names:
        """The names that what `module` imports brings."""
        if module not in self._imported:
            packages = {"builtins", *imported_packages(module.text)}
            indexes = [index for index in map(load_index, sorted(packages & indexed_packages())) if index is not None]
            self._imported[module] = _Names(
                _of(self._makers, packages),
                _of(self._takers, packages),
                frozenset(name for index in indexes for name in index.coroutines),
            )
        return self._imported[module]


class _Names(NamedTuple):
    """Last names of what makes coroutines, of what takes functions, and of coroutine functions of indexed packages."""

    makers: frozenset[str]
    takers: frozenset[str]
    indexed: frozenset[str]


def _by_package(names: Iterable[str]) -> dict[str, set[str]]:
    """The last names of `names`, by the first."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        found[name.partition(".")[0]].add(name.rpartition(".")[2])
    return found


def _of(names: Mapping[str, set[str]], packages: Iterable[str]) -> frozenset[str]:
    return frozenset(name for package in packages for name in names.get(package, ()))
