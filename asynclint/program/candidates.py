"""Which plain functions may make a coroutine or a task: told from their text, so that the others need not be parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.knowledge.index import indexed_packages, load_index

if TYPE_CHECKING:
    from collections.abc import Collection

    from asynclint.knowledge import Knowledge
    from asynclint.program.modules import Module
    from asynclint.program.scopes import ScopeNode
    from asynclint.program.survey import Survey

_ASYNC_DEF = re.compile(r"\basync\s+def\s+\w")
_CALLED = re.compile(r"\b(\w+)\(")
_EXPRESSION_LINE = re.compile(
    r"^[ \t]*(?!(?:return|if|elif|else|for|while|with|try|except|finally|raise|import|from|def|class|del|pass|yield)\b)"
    r"[\w(\[{].*",
    re.MULTILINE,
)
_CALL_STATEMENT = re.compile(r"^[ \t]*[\w.]+(?:\([^()\n]*\)[\w.]*)*\.(\w+)\(", re.MULTILINE)
"""A statement that is a method call; of a chain of calls, the last on the line."""
_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+(\w+)", re.MULTILINE)
_WORD = re.compile(r"\w+")


class Candidates:
    """Names of what makes coroutines and tasks: from the knowledge, and those of the project's `async def`s."""

    def __init__(self, knowledge: Knowledge, surveys: Collection[Survey]) -> None:
        self._imported: dict[Module, frozenset[str]] = {}
        tables = (knowledge.awaitables, knowledge.tasks, knowledge.takes_coroutines)
        self._names = {name.rpartition(".")[2] for table in tables for name in table}
        coroutines = {name for known in surveys for name in known.coroutines}
        self._names |= coroutines
        self._unmistakable = coroutines.difference(*(known.functions for known in surveys))

    def may_hold(self, function: ScopeNode) -> bool:
        """Whether `function` has an `async def`, one of the names on a line that may be an expression statement, or
        calls something that only coroutine functions of the project are named.
        """
        text = function.module.unit_source(function.head.unit)
        if _ASYNC_DEF.search(text) or not self._unmistakable.isdisjoint(_CALLED.findall(text)):
            return True
        if any(not self._names.isdisjoint(_WORD.findall(line)) for line in _EXPRESSION_LINE.findall(text)):
            return True
        return not self._indexed_names(function.module).isdisjoint(_CALL_STATEMENT.findall(text))

    def _indexed_names(self, module: Module) -> frozenset[str]:
        """The coroutine functions of the indexed packages that `module` mentions in its imports."""
        if module not in self._imported:
            packages = set(_IMPORT.findall(module.text)) & indexed_packages()
            indexes = [index for index in map(load_index, sorted(packages)) if index is not None]
            self._imported[module] = frozenset(name for index in indexes for name in index.coroutines)
        return self._imported[module]
