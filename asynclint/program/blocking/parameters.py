"""Which parameters of functions decide what these run: those that they call, test or iterate, or pass to such others.

That takes all functions that a function leads to, and changes seldom, so it is remembered from run to run.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from asynclint.program.blocking.remarks import Ledger, Remark, Remarked
from asynclint.program.blocking.sites import with_bound_by
from asynclint.program.blocking.targets import Blocks, CallsParameter, Runs
from asynclint.program.inference.empties import iterated_parameters
from asynclint.program.inference.keywords import expanded, handed_through
from asynclint.program.inference.starred import starred
from asynclint.program.memory.reads import Memo, Reader
from asynclint.program.names.arguments import matched
from asynclint.program.names.functions import traits
from asynclint.program.names.scopes import ScopeNode, outermost, within
from asynclint.program.names.sources import deciding_parameters, tested_parameters
from asynclint.program.names.values import ParameterValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynclint.program.blocking.sites import Site
    from asynclint.program.inference.inference import Inference

    Own = Callable[[ScopeNode], frozenset[str]]
    Forwarded = Callable[[ScopeNode, Site, Runs, frozenset[str]], Iterator[str]]


class Parameters:
    """Says of functions which of their parameters matter. `sites_of` gives the sites of a function."""

    def __init__(self, inference: Inference, sites_of: Callable[[ScopeNode], list[Site]], ledger: Ledger) -> None:
        self._inference = inference
        self._sites_of = sites_of
        self._reads = inference.reads
        self._ledger = ledger
        self._calls: Memo[ScopeNode, list[tuple[Site, Runs]]] = Memo(inference.reads)
        self._settled: dict[str, dict[ScopeNode, tuple[frozenset[str], Reader]]] = defaultdict(dict)

    def called(self, scope: ScopeNode) -> frozenset[str]:
        """The parameters that the function `scope` calls, itself or by passing them on."""
        return self._known("called", scope, self._called_by, self._passed_on)

    def decisive(self, scope: ScopeNode) -> frozenset[str]:
        """The parameters that decide what the function `scope` runs: it tests them, or passes them to one that does."""
        return self._known("decisive", scope, self._tested_by, self._forwarded)

    def iterated(self, scope: ScopeNode) -> frozenset[str]:
        """The parameters that the function `scope` iterates, or things made from them: it does nothing where there is
        nothing in them.
        """
        return self._known("iterated", scope, iterated_parameters, self._forwarded)

    def remarks(self) -> Iterator[Remarked]:
        """What was found out in this run."""
        for name, settled in self._settled.items():
            for scope, (parameters, reader) in settled.items():
                yield from self._ledger.noted(reader, Remark(parameters=tuple(sorted(parameters))), name, scope)

    def _known(self, name: str, scope: ScopeNode, own: Own, forwarded: Forwarded) -> frozenset[str]:
        settled = self._settled[name]
        if scope not in settled:
            self._settle(name, scope, own, forwarded)
        parameters, reader = settled[scope]
        self._reads.reader.read.add(reader)
        return parameters

    def _settle(self, name: str, start: ScopeNode, own: Own, forwarded: Forwarded) -> None:
        """Find a property of parameters for all functions that `start` reaches: each has its `own`, and those that it
        forwards to functions that have it. Calls in a circle are asked until nothing is new.
        """
        settled = self._settled[name]
        calls: dict[ScopeNode, list[tuple[Site, Runs]]] = {}
        callers: dict[ScopeNode, set[ScopeNode]] = defaultdict(set)
        found: dict[ScopeNode, set[str]] = {}
        readers: dict[ScopeNode, Reader] = {}
        pending = [start]
        while pending:
            scope = pending.pop()
            if scope in calls or scope in settled or self._recall(name, scope):
                continue
            with self._reads.by(Reader()) as readers[scope]:
                calls[scope] = self._calls_in(scope)
                found[scope] = set(own(scope))
            for _, target in calls[scope]:
                callers[target.function.scope].add(scope)
                pending.append(target.function.scope)
        pending = list(calls)
        while pending:
            scope = pending.pop()
            known = len(found[scope])
            with self._reads.by(readers[scope]):
                for site, target in calls[scope]:
                    callee = target.function.scope
                    inner, asked = (found[callee], readers[callee]) if callee in found else settled[callee]
                    readers[scope].read.add(asked)
                    passed = forwarded(scope, site, target, frozenset(inner))
                    found[scope].update(name for name in passed if name in scope.parameters)
            if len(found[scope]) > known:
                pending += [caller for caller in callers[scope] if caller in calls]
        settled.update({scope: (frozenset(names), readers[scope]) for scope, names in found.items()})

    def _recall(self, name: str, scope: ScopeNode) -> bool:
        """Settle by what an earlier run has said of `scope`, if it has."""
        known = self._ledger.find(name, scope)
        if known is not None:
            self._settled[name][scope] = frozenset(known[0].parameters), known[1]
        return known is not None

    def _calls_in(self, scope: ScopeNode) -> list[tuple[Site, Runs]]:
        """The functions of the project that `scope`, or a function in it, runs by a call."""
        return self._calls.get(scope, lambda: list(self._find_calls(scope)))

    def _find_calls(self, scope: ScopeNode) -> Iterator[tuple[Site, Runs]]:
        for inner in within(scope):
            if inner.is_function:
                for site in self._sites_of(inner):
                    for target in (target for group in site.groups for target in group):
                        if isinstance(target, Runs) and site.call is not None:
                            yield with_bound_by(site, target), target

    def _tested_by(self, scope: ScopeNode) -> frozenset[str]:
        """The parameters that the function `scope` tests, or that decide whether a library call in it blocks; all,
        where a cache holds what it gives for them.
        """
        if "cached" in traits(self._inference, scope):
            return frozenset(scope.parameters)
        groups = (group for site in self._sites_of(scope) if site.scope is scope for group in site.groups)
        blocking = (target.asked for group in groups for target in group if isinstance(target, Blocks))
        return tested_parameters(scope).union(*blocking)

    def _called_by(self, scope: ScopeNode) -> frozenset[str]:
        called = {
            target.parameter
            for inner in within(scope)
            if inner.is_function
            for site in self._sites_of(inner)
            for group in site.groups
            for target in group
            if isinstance(target, CallsParameter)
        }
        return frozenset(parameter.name for parameter in called if parameter.scope is scope)

    def _passed_on(self, scope: ScopeNode, site: Site, target: Runs, inner: frozenset[str]) -> Iterator[str]:
        """The parameters of `scope` that `site` passes for those of `inner` of the function that it runs."""
        if site.call is None:
            return
        for parameter, expression in matched(site.call, target.function):
            if parameter.name in inner and expression is not None:
                for value in self._inference.evaluate(site.scope, expression, site.call.statement):
                    if isinstance(value, ParameterValue) and value.scope is scope:
                        yield value.name

    @staticmethod
    def _forwarded(scope: ScopeNode, site: Site, target: Runs, inner: frozenset[str]) -> Iterator[str]:
        """The parameters of `scope` that decide what `site` passes for those of `inner` of what it runs."""
        if site.call is None or outermost(site.scope, site.statement)[0] is not scope:
            return
        call = expanded(site.scope, site.call)
        for parameter, expression in matched(call, target.function):
            if parameter.name not in inner:
                continue
            if parameter.kind == "*":
                for given in starred(call, target.function):
                    yield from deciding_parameters(site.scope, given.value)
            elif expression is not None:
                yield from deciding_parameters(site.scope, expression)
            else:
                yield from handed_through(scope, call)
