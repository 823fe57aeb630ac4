"""All facts put together: asks every question about the files to check, and hands over what it saw."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Result
from asynclint.program import async_definitions, awaits, coroutines, handed_over, locks, roots, tasks
from asynclint.program.awaitables import Awaitables
from asynclint.program.backends import backend
from asynclint.program.blocking import CallGraph, surest
from asynclint.program.callers import Callers
from asynclint.program.candidates import Candidates
from asynclint.program.implementations import Implementations
from asynclint.program.inference import Inference
from asynclint.program.library import Library
from asynclint.program.observations import BlockingCall, Link, Observation, Place
from asynclint.program.scopes import classes, within
from asynclint.program.values import External

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from asynclint.knowledge import Knowledge
    from asynclint.knowledge.model import Kind
    from asynclint.program.modules import Module, Project
    from asynclint.program.scopes import ScopeNode
    from asynclint.program.sites import Site
    from asynclint.program.targets import Blocks


_ASYNC_LIBRARIES = ("asyncio.", "anyio.", "trio.")


class Program:
    """The files to check, in the project around them.

    `files` lists the Python files of the project. `kinds` are the kinds of blocking to look for,
    `is_cut(place, kind)` says whether a comment forbids to report a kind through a place, `max_hops` how many calls a
    chain may have (0: any number), and `needless_async` whether to look for `async def`s that never await.
    """

    def __init__(
        self,
        project: Project,
        knowledge: Knowledge,
        files: Callable[[], Sequence[Path]],
        *,
        kinds: frozenset[Kind],
        is_cut: Callable[[Place, Kind], bool],
        max_hops: int = 0,
        needless_async: bool = False,
    ) -> None:
        self._project = project
        self._files = files
        self._checked: list[Module] = []
        self._max_hops = max_hops
        self._needless_async = needless_async
        self._inference = Inference(project, Library(knowledge))
        self._implementations = Implementations(files)
        self._awaitables = Awaitables(
            self._inference, self._implementations, Callers(self._inference, lambda: self._modules)
        )
        self._kinds = kinds
        self._is_cut = is_cut

    def observe(self, modules: Sequence[Module]) -> Iterator[Observation]:
        """All that is to be seen in `modules`."""
        self._checked = list(modules)
        # What is a root decides what is reported on the way, so every call has a graph of its own.
        self._graph = CallGraph(self._inference, self._implementations, self._kinds, self._is_cut)
        on_loop = {module: self._on_loop(module) for module in modules}
        self._graph.explore(root for found in on_loop.values() for root in found)
        for module, found in on_loop.items():
            for root in found:
                yield from self._blocking(module, root)
            yield from self._values(module)

    def _on_loop(self, module: Module) -> list[ScopeNode]:
        """The functions of `module` that run on the loop, in source order, each once."""
        found = [
            *roots.coroutine_functions(module),
            *(scope for scope in self._scheduled if scope.module is module),
            *roots.entry_points(self._inference, module),
        ]
        return list(dict.fromkeys(found))

    @cached_property
    def _scheduled(self) -> list[ScopeNode]:
        """The plain functions that any file of the project hands to the loop."""
        return [scope for module in self._modules for scope in roots.scheduled(self._inference, module)]

    @cached_property
    def _modules(self) -> list[Module]:
        """The modules of the project, those to check first."""
        others = [self._project.module_at(file) for file in self._files()]
        return list(dict.fromkeys([*self._checked, *(module for module in others if module is not None)]))

    def _blocking(self, module: Module, root: ScopeNode) -> Iterator[Observation]:
        node = self._graph.root(root)
        for index, site in enumerate(self._graph.sites(root)):
            ways = self._graph.reported(node, index)
            if not ways:
                continue
            kind = surest(ways)
            if self._max_hops and ways[kind].length.hops > self._max_hops:
                continue
            links, end = self._graph.links(node, index, kind)
            yield self._blocking_call(module, root, site, kind, links, end)

    def _blocking_call(
        self, module: Module, root: ScopeNode, site: Site, kind: Kind, links: tuple[Link, ...], end: Blocks
    ) -> Observation:
        library = backend(module)
        return BlockingCall(
            self._graph.place(site),
            root.title,
            kind,
            end.name,
            site.callee,
            links,
            library,
            end.primitive.instead.get(library, ""),
            end.primitive.library,
            self._could_be_plain(root),
            self._waits_for_own_loop(site),
            end.primitive.note,
        )

    def _could_be_plain(self, root: ScopeNode) -> bool:
        """Whether `root` is an endpoint that needs no loop, and that its framework would run in a thread as a `def`."""
        if root.body.awaits or not roots.threaded_endpoint(self._inference, root):
            return False
        callees = (value for call in root.body.calls for value in self._inference.callee(root, call))
        return not any(isinstance(value, External) and value.name.startswith(_ASYNC_LIBRARIES) for value in callees)

    def _waits_for_own_loop(self, site: Site) -> bool:
        """Whether `site` is `run_coroutine_threadsafe(...).result()`."""
        receiver = site.call.callee.value if site.call is not None and isinstance(site.call.callee, Attribute) else None
        if not isinstance(receiver, Result):
            return False
        made_by = self._inference.callee(site.scope, site.scope.body.calls[receiver.call])
        return External("asyncio.run_coroutine_threadsafe") in made_by

    def _values(self, module: Module) -> Iterator[Observation]:
        for scope in (module.scope, *classes(module.scope)):
            yield from self._awaiting(scope)
        for function in module.functions:
            if function.head.is_async or self._candidates.may_hold(function):
                for scope in within(function):
                    yield from locks.observe(self._inference, scope)
                    yield from async_definitions.cached(self._inference, scope)
                    if self._needless_async:
                        yield from async_definitions.needless(self._inference, scope, self._texts)
                    yield from self._awaiting(scope)

    def _awaiting(self, scope: ScopeNode) -> Iterator[Observation]:
        """What becomes of the coroutines and tasks of `scope`, inner scopes aside."""
        yield from tasks.observe(self._inference, scope)
        yield from coroutines.observe(self._awaitables, scope)
        yield from handed_over.observe(self._awaitables, scope)
        yield from awaits.observe(self._awaitables, scope)

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self._inference.library.knowledge, self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        return [module.text for module in self._modules]
