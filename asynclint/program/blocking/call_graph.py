"""What blocks: which functions stop their thread, and by which chain of calls.

The call graph is explored from the code on the loop. Then labels spread from the primitives backwards, surest first:
a function's label for a kind of blocking says at which site its surest chain goes on. The surest chain depends least on
what nobody knows of the arguments, and of those it is the shortest; it is the same from run to run.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, get_args

import msgspec

from asynclint.knowledge.model import Kind
from asynclint.program.blocking.callees import Callees, Dispatch, Resolved, Step, Vertex
from asynclint.program.blocking.contexts import Contexts, Node
from asynclint.program.blocking.lengths import CERTAIN, NO_CALL, Doubts, Length
from asynclint.program.blocking.once import is_run_once, keeps_few, runs_once
from asynclint.program.blocking.parameters import Parameters
from asynclint.program.blocking.remarks import Label, Ledger, Remark, Remarked, Remarks
from asynclint.program.blocking.sites import Site, sites
from asynclint.program.blocking.targets import Blocks
from asynclint.program.inference.given import is_literal
from asynclint.program.inference.implementations import Implementations
from asynclint.program.memory.reads import Memo, Reader
from asynclint.program.names.functions import runs_seldom, traits
from asynclint.program.names.scopes import outermost
from asynclint.program.observations import Link, Place
from asynclint.progress import Progress, untold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asynclint.program.blocking.called_with import CalledWith
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_LIGHT: frozenset[Kind] = frozenset({"path", "short"})
_ORDER: dict[Kind, int] = {kind: index for index, kind in enumerate(get_args(Kind))}


class Reach(msgspec.Struct, frozen=True):
    """How a site or function reaches a primitive: by a chain of that length, going on at `step`, blocking as `kind`
    says.
    """

    length: Length
    step: Step
    kind: Kind


class CallGraph:
    """The functions that the loop's code reaches.

    `is_cut(place, kind)` says that a comment forbids to report a kind through a place, `is_on_loop(scope)` that the
    loop runs a function.
    """

    def __init__(
        self,
        inference: Inference,
        implementations: Implementations,
        called_with: CalledWith,
        wanted: frozenset[Kind],
        is_cut: Callable[[Place, Kind], bool],
        is_on_loop: Callable[[ScopeNode], bool],
        remarks: Remarks,
    ) -> None:
        self._inference = inference
        self._wanted = wanted
        self._is_cut = is_cut
        self._reads = inference.reads
        self._sites: Memo[ScopeNode, list[Site]] = Memo(inference.reads)
        self._once: Memo[tuple[ScopeNode, int, frozenset[str]], bool] = Memo(inference.reads)
        self._seldom: Memo[ScopeNode, bool] = Memo(inference.reads)
        self._readers: dict[Vertex, Reader] = {}
        self._resolved: dict[Vertex, list[Resolved]] = {}
        self._labels: dict[Vertex, dict[Kind, Label]] = defaultdict(dict)
        self._labelled: dict[tuple[Vertex, int], int] = {}
        self._of_all: dict[Dispatch, dict[Kind, Reach]] = {}
        self._is_on_loop = is_on_loop
        self._ledger = Ledger(remarks)
        self._parameters = Parameters(inference, self.sites, self._ledger)
        self._contexts = Contexts(inference, self._parameters)
        self._callees = Callees(inference, implementations, called_with, self._contexts)

    # -- the graph --------------------------------------------------------------------------------------------------

    def sites(self, scope: ScopeNode) -> list[Site]:
        """The sites of a function."""
        return self._sites.get(scope, lambda: sites(self._inference, scope))

    def root(self, scope: ScopeNode) -> Node:
        """The node of a function that the loop runs."""
        return self._contexts.root(scope)

    def explore(self, roots: Iterable[ScopeNode], progress: Progress = untold) -> None:
        """Read all that `roots` reach, and label it. No remark is enough about them: their sites are to be reported."""
        self._follow([self.root(scope) for scope in roots], progress, recall=False)

    def _open(self, node: Vertex) -> None:
        """Look into a function about which there is a remark."""
        self._resolved[node] = list(self._steps_from(node))
        self._follow(dict.fromkeys(step for step, _ in self._next(node)))

    def _follow(self, nodes: Iterable[Vertex], progress: Progress = untold, *, recall: bool = True) -> None:
        """Read `nodes` and all that they reach, and label it. What there are remarks about need not be read; with
        `recall`, that goes for `nodes`, too.
        """
        pending = list(nodes)
        own = frozenset[Vertex]() if recall else frozenset(pending)
        callers: dict[Vertex, list[tuple[Vertex, int]]] = defaultdict(list)
        frontier: list[tuple[Vertex, int]] = []
        while pending:
            node = pending.pop()
            if node in self._readers or (node not in own and self._recall(node)):
                continue
            progress("Following calls", len(self._resolved), len(self._resolved) + len(pending) + 1)
            with self._reads.by(Reader()) as reader:
                self._resolved[node] = list(self._steps_from(node))
            self._readers[node] = reader
            for step, index in self._next(node):
                callers[step].append((node, index))
                pending.append(step)
            frontier += self._ends(node)
        for callee, found in callers.items():
            if self._labels.get(callee):
                frontier += found
            for caller, _ in found:
                self._readers[caller].read.add(self._readers[callee])
        self._label(frontier, callers)

    def _next(self, node: Vertex) -> Iterator[tuple[Vertex, int]]:
        """The functions that the sites of `node` run, with the numbers of the sites."""
        for index, resolved in enumerate(self._resolved[node]):
            for step in dict.fromkeys(step for group in resolved.groups for step in group):
                if not isinstance(step, Blocks):
                    yield step, index

    def _ends(self, node: Vertex) -> Iterator[tuple[Vertex, int]]:
        """The sites of `node` that block by themselves."""
        for index, resolved in enumerate(self._resolved[node]):
            if any(isinstance(step, Blocks) for group in resolved.groups for step in group):
                yield node, index

    def _recall(self, node: Vertex) -> bool:
        """Label `node` as an earlier run has, if there is a remark about it."""
        known = self._ledger.find(node)
        if known is not None:
            self._labels[node], self._readers[node] = known[0].labels, known[1]
        return known is not None

    def remarks(self) -> Iterator[Remarked]:
        """What was found out in this run about functions."""
        for node, reader in self._readers.items():
            yield from self._ledger.noted(reader, Remark(self._labels.get(node, {})), node)
        yield from self._parameters.remarks()

    def reader_of(self, node: Node) -> Reader:
        """Who found out all that is known of `node`."""
        return self._readers[node]

    def _steps_from(self, node: Vertex) -> Iterator[Resolved]:
        """What the sites of a function run; an abstract method has one, where all that implement it are run."""
        if isinstance(node, Node):
            yield from (self._callees.resolve(node, site) for site in self.sites(node.scope))
        else:
            yield Resolved(tuple((Node(each.scope),) for each in self._callees.implementing(node.method)), CERTAIN)

    def _label(self, frontier: list[tuple[Vertex, int]], callers: dict[Vertex, list[tuple[Vertex, int]]]) -> None:
        waiting: list[tuple[Length, int, int, Vertex, Kind]] = []
        order = count()

        def offer(sites: Iterable[tuple[Vertex, int]]) -> None:
            for node, index in sites:
                with self._reads.by(self._readers[node]):
                    for kind, way in self.reached(node, index).items():
                        if kind not in self._labels[node]:
                            heappush(waiting, (way.length, index, next(order), node, kind))

        offer(frontier)
        while waiting:
            length, index, _, node, kind = heappop(waiting)
            if kind not in self._labels[node]:
                self._labels[node][kind] = Label(length, index)
                offer(callers[node])

    def reached(self, node: Vertex, index: int) -> dict[Kind, Reach]:
        """By kind, the surest way from site `index` of `node` to a primitive; empty where the site is harmless."""
        if node not in self._resolved:
            self._open(node)
        if not self._each_group_may_block(node, index):
            return {}
        resolved = self._resolved[node][index]
        if isinstance(node, Dispatch):
            if node not in self._of_all:
                self._of_all[node] = _of_all([self._ways(group, None) for group in resolved.groups])
            return self._of_all[node]
        doubts = CERTAIN if self._is_root(node) else resolved.doubts
        found = _of_all([self._ways(group, doubts) for group in resolved.groups])
        site = self.sites(node.scope)[index]
        if not node.fresh and not self._is_root(node) and self._runs_once(node, site):
            found = self._as_short(found)
        place = self.place(site)
        return {kind: way for kind, way in found.items() if not self._is_cut(place, kind)}

    def _runs_once(self, node: Node, site: Site) -> bool:
        scope, statement = outermost(site.scope, site.statement)
        named = frozenset(name for name, known in node.given if is_literal(known))
        return self._once.get((scope, statement, named), lambda: runs_once(scope, statement, named))

    def _runs_seldom(self, node: Node) -> bool:
        """Whether what `node` gives is kept, by itself or, unless that is being made, by its object."""
        scope = node.scope
        if not scope.head.decorators:
            return False
        if node.repeated or (not node.fresh and "kept" in traits(self._inference, scope)):
            return True
        tests = (runs_seldom, keeps_few, is_run_once)
        return self._seldom.get(scope, lambda: any(test(self._inference, scope) for test in tests))

    def _each_group_may_block(self, node: Vertex, index: int) -> bool:
        """Whether no group of a site is without labels. Those that have one keep it: each is looked at once, however
        often this is asked.
        """
        groups = self._resolved[node][index].groups
        at = self._labelled.get((node, index), 0)
        while at < len(groups) and any(isinstance(step, Blocks) or self._labels.get(step) for step in groups[at]):
            at += 1
        self._labelled[node, index] = at
        return at == len(groups)

    def _is_root(self, node: Node) -> bool:
        """Whether the loop itself runs `node`."""
        return self._is_on_loop(node.scope) and node == self.root(node.scope)

    def reported(self, node: Node, index: int) -> dict[Kind, Reach]:
        """What of `reached` is to be reported."""
        return {kind: way for kind, way in self.reached(node, index).items() if kind in self._wanted}

    def _is_followed(self, kind: Kind) -> bool:
        """Whether `kind` is to be reported, as itself or as what usually returns at once."""
        return kind in self._wanted or "short" in self._wanted

    def _as_short(self, ways: dict[Kind, Reach]) -> dict[Kind, Reach]:
        """What runs the first time only, in a function that is called for its result: it usually returns at once."""
        return {"short": ways[surest(ways)]} if ways and "short" in self._wanted else {}

    def _ways(self, group: tuple[Step, ...], doubts: Doubts | None) -> dict[Kind, Reach]:
        """By kind, the surest way through one of `group`, which is a call further and as sure as `doubts` say."""
        found: dict[Kind, Reach] = {}
        for step in group:
            if isinstance(step, Blocks):
                kind = step.primitive.kind
                ways = {kind: Reach(_after(NO_CALL, doubts), step, kind)} if self._is_followed(kind) else {}
            else:
                ways = {
                    kind: Reach(_after(label.length, doubts), step, kind) for kind, label in self._labels[step].items()
                }
                if isinstance(step, Node) and self._runs_seldom(step):
                    ways = self._as_short(ways)
            for kind, way in ways.items():
                shorter = kind not in found or way.length < found[kind].length
                if shorter and way.length.is_likely(kind):
                    found[kind] = way
        return found

    # -- chains -----------------------------------------------------------------------------------------------------

    @staticmethod
    def place(site: Site) -> Place:
        """Where a site stands."""
        return Place(site.scope.module.path, site.anchor)

    def links(self, node: Node, index: int, kind: Kind) -> tuple[tuple[Link, ...], Blocks]:
        """The chain that begins at a site, and the primitive at its end. Raises `ValueError` where a remark that makes
        no sense leads into a circle.
        """
        found: list[Link] = []
        passed: set[tuple[Node, int, Kind]] = set()
        while (node, index, kind) not in passed:
            passed.add((node, index, kind))
            site = self.sites(node.scope)[index]
            found.append(Link(self.place(site), node.scope.home.title, site.callee))
            way = self.reached(node, index)[kind]
            while isinstance(way.step, Dispatch):
                way = self.reached(way.step, 0)[way.kind]
            if isinstance(way.step, Blocks):
                return tuple(found), way.step
            kind = way.kind
            node, index = way.step, self._labels[way.step][kind].site
        raise ValueError(node.scope.title)


def _after(length: Length, doubts: Doubts | None) -> Length:
    return length.after(doubts) if doubts is not None else length


def _of_all(ways: list[dict[Kind, Reach]]) -> dict[Kind, Reach]:
    """What all of `ways` have in common: the first of them, as long as the longest is."""
    if not ways or not all(ways):
        return {}
    found = ways[0]
    if len(ways) > 1:
        kind = surest(found)
        length = max(each[surest(each)].length for each in ways)
        found = {kind: Reach(length, found[kind].step, found[kind].kind)}
    return found


def surest(ways: dict[Kind, Reach]) -> Kind:
    """The kind of the surest of several ways, the same one from run to run: what usually returns at once comes last, so
    that it hides nothing worse.
    """
    return min(ways, key=lambda kind: (kind in _LIGHT, ways[kind].length, _ORDER[kind]))
