"""Who awaits what an `async def` gives, and then once more."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Awaited, Result
from asynclint.program.memory.reads import Memo
from asynclint.program.names.fates import reads
from asynclint.program.names.scopes import ScopeNode, dotted, within
from asynclint.program.names.values import External, FunctionValue
from asynclint.program.text.survey import files_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from asynclint.facts.model import Call, Role, Use
    from asynclint.program.inference.inference import Inference
    from asynclint.program.text.survey import Survey

ADDING = frozenset({"append", "add", "appendleft", "put_nowait"})
"""Methods of collections that keep what they are passed."""


class Callers:
    """The calls of a coroutine function in all of the project, found by a search through its text."""

    def __init__(self, inference: Inference, surveys: Callable[[], Mapping[Path, Survey]]) -> None:
        self._inference = inference
        self._surveys = surveys
        self._found: Memo[ScopeNode, bool] = Memo(inference.reads)
        self._asking: set[ScopeNode] = set()
        self._awaited: Memo[ScopeNode, dict[str, list[tuple[ScopeNode, Call, Use]]]] = Memo(inference.reads)

    def await_twice(self, function: ScopeNode) -> bool:
        """Whether a caller awaits the result of the coroutine function, too, or collects it as if to do so."""
        return self._found.get(function, lambda: self._await_twice(function))

    def _await_twice(self, function: ScopeNode) -> bool:
        self._asking.add(function)
        try:
            return any(self._is_awaitable(scope, role, statement) for scope, role, statement in self._results(function))
        finally:
            self._asking.discard(function)

    def _results(self, function: ScopeNode) -> Iterator[tuple[ScopeNode, Role, int]]:
        """What callers make of `await function(...)`: the scope, the role and the statement."""
        self._inference.reads.note("mentions", function.name)
        files = map(self._inference.project.module_at, self._calling.get(function.name, ()))
        for module in (each for each in files if each is not None):
            for holder in module.functions_calling(function.name):
                for scope, call, use in self._awaited_calls(holder).get(function.name, ()):
                    if self._calls(scope, call, function):
                        yield scope, use.role, use.statement

    @cached_property
    def _calling(self) -> dict[str, list[Path]]:
        """By the name of a coroutine function, the files whose text seems to call it."""
        names = {name for known in self._surveys().values() for name in known.coroutines}
        return files_by(self._surveys(), lambda known: names.intersection(known.called))

    def _awaited_calls(self, holder: ScopeNode) -> dict[str, list[tuple[ScopeNode, Call, Use]]]:
        """The awaited calls in the function `holder` and in those in it, by the last name of what is called."""
        return self._awaited.get(holder, lambda: _awaited_calls(holder))

    def _calls(self, scope: ScopeNode, call: Call, function: ScopeNode) -> bool:
        values = self._inference.callee(scope, call)
        return any(isinstance(value, FunctionValue) and value.scope is function for value in values)

    def _is_awaitable(self, scope: ScopeNode, role: Role, statement: int) -> bool:
        """Whether a value with `role` is used as something to be awaited."""
        if role.kind in ("awaited", "element"):
            return True
        if role.kind == "returned":
            return scope.home.head.is_async and scope.home not in self._asking and self.await_twice(scope.home)
        if role.kind == "argument" and role.call >= 0:
            call = scope.body.calls[role.call]
            if isinstance(call.callee, Attribute) and call.callee.name in ADDING:
                return True
            takers = self._inference.library.knowledge.takes_coroutines
            values = self._inference.callee(scope, call)
            return any(isinstance(value, External) and value.name in takers for value in values)
        return any(
            self._is_awaitable(inner, read.role, read.statement)
            for name in role.names
            for inner, read in reads(scope, name, statement)
            if not read.role.names
        )


def _awaited_calls(holder: ScopeNode) -> dict[str, list[tuple[ScopeNode, Call, Use]]]:
    found: dict[str, list[tuple[ScopeNode, Call, Use]]] = defaultdict(list)
    for scope in within(holder):
        for use in scope.body.uses:
            if isinstance(use.value, Awaited) and isinstance(use.value.value, Result):
                call = scope.body.calls[use.value.value.call]
                found[dotted(call.callee).rpartition(".")[2]].append((scope, call, use))
    return found
