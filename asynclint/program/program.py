"""All facts put together: asks every question about the files to check, and hands over what it saw."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from asynclint.facts.model import Attribute, Result
from asynclint.program.awaiting import async_definitions, awaits, cells, coroutines, handed_over, tasks
from asynclint.program.awaiting.awaitables import Awaitables
from asynclint.program.awaiting.callers import Callers
from asynclint.program.awaiting.releases import Releases
from asynclint.program.blocking import locks, roots, stand_ins
from asynclint.program.blocking.backends import backend
from asynclint.program.blocking.call_graph import CallGraph, surest
from asynclint.program.blocking.called_with import CalledWith
from asynclint.program.blocking.guards import is_running_loop
from asynclint.program.blocking.remarks import Remarked, Remarks
from asynclint.program.inference.constructed import Constructed
from asynclint.program.inference.implementations import Implementations
from asynclint.program.inference.inference import Inference
from asynclint.program.inference.open_objects import OpenObjects
from asynclint.program.memory.reads import Memo, Reader
from asynclint.program.names.arguments import argument
from asynclint.program.names.scopes import Step, classes, within
from asynclint.program.names.values import External
from asynclint.program.observations import BlockingCall, Link, Observation, Place
from asynclint.program.text.candidates import Candidates
from asynclint.program.text.lexical import words
from asynclint.program.text.survey import Survey, files_by
from asynclint.progress import Progress, untold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asynclint.knowledge.model import Kind
    from asynclint.program.blocking.sites import Site
    from asynclint.program.blocking.targets import Blocks
    from asynclint.program.names.library import Library
    from asynclint.program.names.modules import Module
    from asynclint.program.names.project import Project
    from asynclint.program.names.scopes import ScopeNode


Address = tuple[str, tuple[Step, ...]]
"""Where a scope is: its file, and the way down from the module."""
_ASYNC_LIBRARIES = ("asyncio.", "anyio.", "trio.")


class Remembered(Remarks, Protocol):
    """What an earlier run has found out about the files of a project that have not changed since."""

    def survey(self, file: Path) -> Survey | None:
        """The survey of `file`, if it is known."""

    def handed(self, file: Path) -> Sequence[Address] | None:
        """The functions that `file` hands to the loop, if they are known."""


class Program:
    """The files to check, in the project around them.

    `files` lists the Python files of the project. `kinds` are the kinds of blocking to look for,
    `is_cut(place, kind)` says whether a comment forbids to report a kind through a place, `max_hops` how many calls a
    chain may have (0: any number), and `needless_async` whether to look for `async def`s that never await. `on_failure`
    is told of errors that cost what a file hands to the loop.
    """

    def __init__(
        self,
        project: Project,
        library: Library,
        files: Sequence[Path],
        remembered: Remembered,
        *,
        kinds: frozenset[Kind],
        is_cut: Callable[[Place, Kind], bool],
        max_hops: int = 0,
        needless_async: bool = False,
        on_failure: Callable[[Path, Exception], None],
    ) -> None:
        self._project = project
        self._files = files
        self._on_failure = on_failure
        self._remembered = remembered
        self._max_hops = max_hops
        self._needless_async = needless_async
        self._reads = project.reads
        self._implementations = Implementations(lambda: self._mentions, lambda: self._defining, project.reads)
        constructed = Constructed(lambda: self.surveys, self._implementations, project.reads)
        open_objects = OpenObjects(lambda: self.surveys, project.reads)
        self._inference = Inference(project, library, constructed, self._implementations, open_objects)
        self._called_with = CalledWith(self._inference, lambda: self.surveys)
        callers = Callers(self._inference, lambda: self.surveys)
        releases = Releases(library.knowledge.plain_releases, self._texts, project.reads)
        shared = self._inference, self._implementations, callers, releases
        self._awaitables = Awaitables(*shared)
        self._in_plain_code = Awaitables(*shared, in_plain_code=True)
        self._kinds = kinds
        self._is_cut = is_cut
        self._on_loop: dict[ScopeNode, tuple[list[ScopeNode], Reader]] = {}
        self._scheduled_of: dict[Module, dict[ScopeNode, None]] = {}
        self._replaced: Memo[Module, frozenset[str]] = Memo(project.reads)

    def unscheduled(self) -> list[Module]:
        """The modules of which nobody remembers which functions they hand to the loop."""
        return self._modules(file for file in self._files if self._remembered.handed(file) is None)

    def schedule(self, modules: Iterable[Module]) -> Iterator[tuple[Path, list[Address], Reader]]:
        """Find the functions that modules hand to the loop. Gives those of each file, with who found that out."""
        for module in modules:
            try:
                with self._reads.by(Reader()) as reader:
                    found = list(dict.fromkeys(roots.scheduled(self._inference, module)))
            except Exception as error:  # noqa: BLE001
                self._on_failure(module.file, error)
                self.forget_questions()
            else:
                yield module.file, [(str(scope.module.file), scope.steps) for scope in found], reader

    def prepare(self) -> None:
        """Find out what has to be known of all files, before copies are made that have to know it."""
        _ = self._scheduled, self._mentions, self._defining, self._candidates

    def forget_questions(self) -> None:
        """Take up work again after an error."""
        self._inference.forget_questions()

    def explore(self, parts: Sequence[ScopeNode], progress: Progress = untold) -> None:
        """Follow all that the loop runs of `parts` of files (see `Module.parts`), in a call graph of their own."""
        for number, part in enumerate(parts):
            progress("Reading functions", number, len(parts))
            with self._reads.by(Reader()) as reader:
                self._on_loop[part] = self._roots_in(part), reader
        self._graph = CallGraph(
            self._inference,
            self._implementations,
            self._called_with,
            self._kinds,
            self._is_cut,
            self._is_on_loop,
            self._remembered,
        )
        self._graph.explore((root for part in parts for root in self._on_loop[part][0]), progress)

    def remarks(self) -> Iterator[Remarked]:
        """What the last exploration has found out about functions."""
        return self._graph.remarks()

    def observe(self, part: ScopeNode) -> Iterator[Observation]:
        """All that is to be seen in `part`, one of those that were explored last."""
        found, reader = self._on_loop[part]
        self._reads.reader.read.add(reader)
        for root in found:
            self._reads.reader.read.add(self._graph.reader_of(self._graph.root(root)))
            yield from self._blocking(part.module, root)
        for observed in self._values(part):
            if not cells.is_kept(part.module, observed):
                yield observed

    def _roots_in(self, part: ScopeNode) -> list[ScopeNode]:
        """The functions that run on the loop in a part of a file, each once."""
        found = [scope for scope in self._scheduled_in(part.module) if part.module.part_of(scope) is part]
        if part.is_function:
            found = [*roots.coroutine_functions(part), *found, *roots.entry_points(self._inference, part)]
        else:
            found = [*cells.code_of(part.module), *found]
        return list(dict.fromkeys(found))

    def _is_on_loop(self, scope: ScopeNode) -> bool:
        if scope.may_await or scope in self._scheduled_in(scope.module):
            return True
        return roots.is_entry_point(self._inference, scope)

    @cached_property
    def _scheduled(self) -> dict[str, dict[tuple[Step, ...], None]]:
        """By file, the ways to the plain functions in it that any file of the project hands to the loop."""
        found: dict[str, dict[tuple[Step, ...], None]] = defaultdict(dict)
        for each in self._files:
            for file, steps in self._remembered.handed(each) or ():
                found[file][steps] = None
        return found

    def _scheduled_in(self, module: Module) -> dict[ScopeNode, None]:
        """The same functions, of one file."""
        if module not in self._scheduled_of:
            with self._reads.by(Reader()):
                scopes = (_at(module, steps) for steps in self._scheduled.get(str(module.file), ()))
                self._scheduled_of[module] = dict.fromkeys(scope for scope in scopes if scope is not None)
        return self._scheduled_of[module]

    @cached_property
    def surveys(self) -> dict[Path, Survey]:
        """The surveys of the project's files."""
        return {file: self._survey(file) for file in self._files}

    def _survey(self, file: Path) -> Survey:
        known = self._remembered.survey(file)
        if known is None:
            module = self._project.module_at(file)
            known = module.survey if module is not None else Survey()
        return known

    @cached_property
    def _mentions(self) -> dict[str, list[Path]]:
        """By the last name of a base class, the files with classes that name it."""
        return files_by(self.surveys, lambda known: known.bases)

    @cached_property
    def _defining(self) -> dict[str, list[Path]]:
        """By name, the files with functions of that name."""
        return files_by(self.surveys, lambda known: {*known.coroutines, *known.functions})

    def _blocking(self, module: Module, root: ScopeNode) -> Iterator[Observation]:
        node = self._graph.root(root)
        for index, site in enumerate(self._graph.sites(root)):
            ways = self._graph.reported(node, index)
            if ways and root.head.kind == "module":
                ways = {kind: way for kind, way in ways.items() if not cells.may_block(module, site.anchor, kind)}
            if self._max_hops:
                ways = {kind: way for kind, way in ways.items() if way.length.hops <= self._max_hops}
            if not ways:
                continue
            kind = surest(ways)
            links, end = self._graph.links(node, index, kind)
            if stand_ins.stands_in(self._stand_ins(module), links, end.name):
                continue
            if kind == "loop" and (self._may_nest(links) or (module.notebook and cells.runs_beside(end.name))):
                continue
            yield self._blocking_call(module, root, site, kind, links, end)

    def _stand_ins(self, module: Module) -> frozenset[str]:
        return self._replaced.get(module, lambda: stand_ins.replaced(self._inference, module))

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
            site.lazy,
            end.primitive.thread_bound,
            roots.could_be_async(self._inference, root),
            _is_held(site),
        )

    def _may_nest(self, links: Sequence[Link]) -> bool:
        """Whether a file on the chain mentions what lets a loop run inside of another."""
        files = {link.place.path for link in links}
        packages = self._inference.library.knowledge.nesting
        for package in packages:
            self._reads.note("mentions", package)
        mentioned = words(self._project.module_reported_as(path).text for path in files)
        return not packages.isdisjoint(mentioned)

    def _could_be_plain(self, root: ScopeNode) -> bool:
        """Whether `root` is an endpoint that needs no loop, and that its framework would run in a thread as a `def`."""
        if root.body.awaits or not roots.threaded_endpoint(self._inference, root):
            return False
        callees = (value for call in root.body.calls for value in self._inference.callee(root, call))
        return not any(isinstance(value, External) and value.name.startswith(_ASYNC_LIBRARIES) for value in callees)

    def _waits_for_own_loop(self, site: Site) -> bool:
        """Whether `site` is `run_coroutine_threadsafe(..., loop).result()` of the loop that runs it."""
        receiver = site.call.callee.value if site.call is not None and isinstance(site.call.callee, Attribute) else None
        if not isinstance(receiver, Result):
            return False
        maker = site.scope.body.calls[receiver.call]
        loop = argument(maker, 1, "loop")
        if loop is None or not is_running_loop(site.scope, loop):
            return False
        return External("asyncio.run_coroutine_threadsafe") in self._inference.callee(site.scope, maker)

    def _values(self, part: ScopeNode) -> Iterator[Observation]:
        if not part.is_function:
            for scope in (part, *classes(part)):
                yield from locks.observe(self._inference, scope)
                yield from self._awaiting(scope)
        elif part.head.is_async or self._candidates.may_hold(part):
            for scope in within(part):
                yield from locks.observe(self._inference, scope)
                yield from async_definitions.cached(self._inference, scope)
                if self._needless_async:
                    yield from async_definitions.needless(self._inference, scope, self._texts)
                yield from self._awaiting(scope)

    def _awaiting(self, scope: ScopeNode) -> Iterator[Observation]:
        """What becomes of the coroutines and tasks of `scope`, inner scopes aside."""
        awaitables = self._awaitables if scope.home.may_await else self._in_plain_code
        yield from tasks.observe(self._inference, scope)
        yield from coroutines.observe(awaitables, scope)
        yield from handed_over.observe(awaitables, scope)
        yield from awaits.observe(awaitables, scope)

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self._inference.library.knowledge, self.surveys.values())

    def _texts(self) -> list[str]:
        """The texts of all files of the project."""
        return [module.text for module in self._modules(self._files)]

    def _modules(self, files: Iterable[Path]) -> list[Module]:
        """The modules in those of `files` that can be read."""
        modules = (self._project.module_at(file) for file in files)
        return [module for module in modules if module is not None]


def _is_held(site: Site) -> bool:
    """Whether a `with` that enters what the call at `site` gives awaits in its body."""
    calls = site.scope.body.calls
    return any(
        item.awaits and isinstance(item.value, Result) and calls[item.value.call] is site.call
        for item in site.scope.body.withs
    )


def _at(module: Module, steps: Iterable[Step]) -> ScopeNode | None:
    scope: ScopeNode | None = module.scope
    for step in steps:
        scope = scope.inner(step) if scope is not None else None
    return scope
