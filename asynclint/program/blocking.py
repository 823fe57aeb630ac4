"""What blocks: which functions stop their thread, and by which chain of calls.

The call graph is explored from the code on the loop. Then labels spread from the primitives backwards, level by
level: a function's label for a kind of blocking says at which site its shortest chain goes on, so chains are shortest
and the same from run to run.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from asynclint.facts.model import Constant, Name
from asynclint.knowledge.model import Kind
from asynclint.program import members
from asynclint.program.arguments import argument
from asynclint.program.constants import constant_of, is_ruled_out, tested_parameters
from asynclint.program.implementations import Implementations, is_stub
from asynclint.program.observations import Link, Place
from asynclint.program.scopes import within
from asynclint.program.sites import Blocks, CallsParameter, Runs, Site, Target, call_targets, sites
from asynclint.program.values import ClassValue, FunctionValue, Instance, ParameterValue, Unknown, Value, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asynclint.facts.model import Call, Expression, Parameter
    from asynclint.program.inference import Inference
    from asynclint.program.scopes import ScopeNode

MOST_CONTEXTS = 200
_ORDER: dict[Kind, int] = {kind: index for index, kind in enumerate(get_args(Kind))}


@dataclass(frozen=True, slots=True)
class Node:
    """A function as it is called: on an object of `receiver`, where that is a subclass; with `passed` for parameters
    that it calls, and with `constants` for parameters that it tests.
    """

    scope: ScopeNode
    receiver: ClassValue | None = None
    passed: tuple[tuple[ParameterValue, Values], ...] = ()
    constants: tuple[tuple[str, Constant], ...] = ()


Step = Blocks | Node
Groups = tuple[tuple[Step, ...], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a site or function reaches a primitive: after `hops` calls, going on at `step`."""

    hops: int
    step: Step


@dataclass(frozen=True, slots=True)
class _Label:
    hops: int
    site: int


class CallGraph:
    """The functions that the loop's code reaches.

    `is_cut(place, kind)` says that a comment forbids to report a kind through a place.
    """

    def __init__(
        self,
        inference: Inference,
        implementations: Implementations,
        wanted: frozenset[Kind],
        is_cut: Callable[[Place, Kind], bool],
    ) -> None:
        self._inference = inference
        self._implementations = implementations
        self._wanted = wanted
        self._is_cut = is_cut
        self._sites: dict[ScopeNode, list[Site]] = {}
        self._resolved: dict[Node, list[Groups]] = {}
        self._labels: dict[Node, dict[Kind, _Label]] = defaultdict(dict)
        self._called_parameters: dict[ScopeNode, frozenset[str]] = {}
        self._decisive: dict[ScopeNode, frozenset[str]] = {}
        self._contexts: dict[ScopeNode, set[Node]] = defaultdict(set)

    # -- the graph --------------------------------------------------------------------------------------------------

    def sites(self, scope: ScopeNode) -> list[Site]:
        """The sites of a function."""
        if scope not in self._sites:
            self._sites[scope] = sites(self._inference, scope)
        return self._sites[scope]

    def root(self, scope: ScopeNode) -> Node:
        """The node of a function that the loop runs: parameters that it calls are taken to have their defaults."""
        called = self.called_parameters(scope)
        passed = [
            (ParameterValue(scope, parameter.name), self._default_of(scope, parameter))
            for parameter in scope.head.parameters
            if parameter.default is not None and parameter.name in called
        ]
        return Node(scope, passed=tuple(passed))

    def _default_of(self, scope: ScopeNode, parameter: Parameter) -> Values:
        outer = scope.parent or scope
        return self._inference.evaluate(outer, parameter.default, scope.head.statement) if parameter.default else ()

    def explore(self, roots: Iterable[ScopeNode]) -> None:
        """Read all that `roots` reach, and label it."""
        pending = [self.root(scope) for scope in roots]
        callers: dict[Node, list[tuple[Node, int]]] = defaultdict(list)
        frontier: list[tuple[Node, int]] = []
        while pending:
            node = pending.pop()
            if node in self._resolved:
                continue
            self._resolved[node] = [self._groups(node, site) for site in self.sites(node.scope)]
            for index, groups in enumerate(self._resolved[node]):
                steps = {step for group in groups for step in group}
                if any(isinstance(step, Blocks) for step in steps):
                    frontier.append((node, index))
                for step in steps:
                    if isinstance(step, Node):
                        callers[step].append((node, index))
                        pending.append(step)
        self._label(frontier, callers)

    def _label(self, frontier: list[tuple[Node, int]], callers: dict[Node, list[tuple[Node, int]]]) -> None:
        hops = 1
        while frontier:
            found: dict[tuple[Node, Kind], int] = {}
            for node, index in frontier:
                for kind in self.reached(node, index):
                    if kind not in self._labels[node]:
                        found[node, kind] = min(index, found.get((node, kind), index))
            for (node, kind), index in found.items():
                self._labels[node][kind] = _Label(hops, index)
            frontier = [caller for node in dict.fromkeys(node for node, _ in found) for caller in callers[node]]
            hops += 1

    def reached(self, node: Node, index: int) -> dict[Kind, Reach]:
        """By kind, the shortest way from site `index` of `node` to a primitive; empty where the site is harmless."""
        groups = self._resolved[node][index]
        ways = [self._ways(group) for group in groups]
        if not ways or not all(ways):
            return {}
        place = self.place(self.sites(node.scope)[index])
        if len(ways) == 1:
            return {kind: way for kind, way in ways[0].items() if not self._is_cut(place, kind)}
        kind, first = min(ways[0].items(), key=lambda item: (item[1].hops, _ORDER[item[0]]))
        hops = max(min(way.hops for way in each.values()) for each in ways)
        return {} if self._is_cut(place, kind) else {kind: Reach(hops, first.step)}

    def _ways(self, group: tuple[Step, ...]) -> dict[Kind, Reach]:
        found: dict[Kind, Reach] = {}
        for step in group:
            if isinstance(step, Blocks):
                ways = {step.primitive.kind: 1} if step.primitive.kind in self._wanted else {}
            else:
                ways = {kind: label.hops + 1 for kind, label in self._labels[step].items()}
            for kind, hops in ways.items():
                if kind not in found or hops < found[kind].hops:
                    found[kind] = Reach(hops, step)
        return found

    # -- chains -----------------------------------------------------------------------------------------------------

    @staticmethod
    def place(site: Site) -> Place:
        """Where a site stands."""
        return Place(site.scope.module.path, site.anchor)

    def links(self, node: Node, index: int, kind: Kind) -> tuple[tuple[Link, ...], Blocks]:
        """The chain that begins at a site, and the primitive at its end."""
        found: list[Link] = []
        while True:
            site = self.sites(node.scope)[index]
            found.append(Link(self.place(site), node.scope.home.title, site.callee))
            step = self.reached(node, index)[kind].step
            if isinstance(step, Blocks):
                return tuple(found), step
            node, index = step, self._labels[step][kind].site

    # -- from targets to nodes --------------------------------------------------------------------------------------

    def _groups(self, node: Node, site: Site) -> Groups:
        if site.scope is node.scope and is_ruled_out(site.scope, site.statement, dict(node.constants)):
            return ()
        groups: list[tuple[Step, ...]] = []
        for group in site.groups:
            expanded = self._expand(node, site, group)
            if expanded is None:
                return ()
            groups += expanded
        return tuple(dict.fromkeys(groups))

    def _expand(self, node: Node, site: Site, group: tuple[Target, ...]) -> list[tuple[Step, ...]] | None:
        """What a group of targets is for this caller: several, where an abstract method has several implementations."""
        steps: list[Step] = []
        more: list[tuple[Step, ...]] = []
        for target in group:
            if isinstance(target, Blocks):
                steps.append(target)
            elif isinstance(target, Runs):
                for index, function in enumerate(self._dispatch(node, target)):
                    step = self._node(node, site, function)
                    if index == 0:
                        steps.append(step)
                    else:
                        more.append((step,))
            else:
                passed = self._passed(node, site, target)
                if not passed:
                    return None
                more += passed
        found = [tuple(steps), *more] if steps else more
        return found or None

    def _dispatch(self, node: Node, target: Runs) -> list[FunctionValue]:
        """What a method call runs: the caller's own version of it, or all implementations of an abstract one."""
        function = target.function
        if target.own and node.receiver is not None:
            function = _own_version(self._inference, node.receiver, function)
        if is_stub(self._inference, function.scope):
            return self._implementations.of(self._inference, function)
        return [function]

    def _node(self, caller: Node, site: Site, function: FunctionValue) -> Node:
        receiver = function.receiver.of if isinstance(function.receiver, Instance) else function.receiver
        if not isinstance(receiver, ClassValue) or receiver.scope is function.scope.owner_class:
            receiver = None
        if receiver is None and caller.receiver is not None and _same_object(function, caller):
            receiver = caller.receiver
        passed = {name: values for name, values in caller.passed if _is_inside(function.scope, name.scope)}
        passed.update(self._arguments(caller, site, function))
        constants = tuple(self._constants(caller, site, function))
        return self._bounded(Node(function.scope, receiver, tuple(passed.items()), constants))

    def _bounded(self, node: Node) -> Node:
        """The node itself; one that says nothing of arguments, where a function is called in very many ways."""
        known = self._contexts[node.scope]
        if node in known or len(known) < MOST_CONTEXTS:
            known.add(node)
            return node
        return Node(node.scope, node.receiver)

    # -- callables that are passed ----------------------------------------------------------------------------------

    def _constants(self, caller: Node, site: Site, function: FunctionValue) -> Iterator[tuple[str, Constant]]:
        """The literals that `site` passes, or leaves to defaults, for parameters that decide what `function` runs."""
        if site.call is None or any(given.star for given in site.call.arguments):
            return
        known = dict(caller.constants) if site.scope is caller.scope else {}
        decisive = self.decisive_parameters(function.scope)
        for parameter, expression in _matched(site.call, function):
            if parameter.name in decisive:
                given = expression if expression is not None else parameter.default
                found = constant_of(site.scope, given, site.statement, known) if given is not None else None
                if found is not None and (expression is not None or isinstance(given, Constant)):
                    yield parameter.name, found

    def decisive_parameters(self, scope: ScopeNode) -> frozenset[str]:
        """The parameters that decide what the function `scope` runs: it tests them, or passes them to one that does."""
        if scope not in self._decisive:
            self._decisive[scope] = frozenset()
            found = set(tested_parameters(scope))
            for site in self.sites(scope):
                for target in (target for group in site.groups for target in group):
                    if isinstance(target, Runs) and site.call is not None:
                        inner = self.decisive_parameters(target.function.scope)
                        for parameter, expression in _matched(site.call, target.function):
                            if parameter.name in inner and isinstance(expression, Name):
                                found.add(expression.id)
            self._decisive[scope] = scope.parameters & found
        return self._decisive[scope]

    def _arguments(self, caller: Node, site: Site, function: FunctionValue) -> Iterator[tuple[ParameterValue, Values]]:
        """What `site` passes for those parameters of `function` that it calls."""
        if site.call is None:
            return
        called = self.called_parameters(function.scope)
        if not called:
            return
        for parameter, expression in _matched(site.call, function):
            if parameter.name not in called:
                continue
            if expression is not None:
                values = self._inference.evaluate(site.scope, expression, site.call.statement)
            elif parameter.default is not None:
                values = self._default_of(function.scope, parameter)
            else:
                continue
            known = dict(caller.passed)
            values = tuple(inner for value in values for inner in _substituted(value, known))
            if not any(isinstance(value, Unknown | ParameterValue) for value in values):
                yield ParameterValue(function.scope, parameter.name), values

    def called_parameters(self, scope: ScopeNode) -> frozenset[str]:
        """The parameters that the function `scope` calls, itself or by passing them on."""
        if scope not in self._called_parameters:
            self._called_parameters[scope] = frozenset()
            found = set()
            for inner in within(scope):
                if inner.is_function:
                    for site in self.sites(inner):
                        found |= set(self._parameters_called_at(scope, site))
            self._called_parameters[scope] = frozenset(found)
        return self._called_parameters[scope]

    def _parameters_called_at(self, scope: ScopeNode, site: Site) -> Iterator[str]:
        for target in (target for group in site.groups for target in group):
            if isinstance(target, CallsParameter) and target.scope is scope:
                yield target.name
            elif isinstance(target, Runs) and site.call is not None:
                yield from self._parameters_passed(scope, site.scope, site.call, target.function.scope)

    def _parameters_passed(self, scope: ScopeNode, at: ScopeNode, call: Call, function: ScopeNode) -> Iterator[str]:
        """The parameters of `scope` that `call`, which stands in `at`, passes to a `function` that calls parameters."""
        for given in call.arguments:
            for value in self._inference.evaluate(at, given.value, call.statement):
                if isinstance(value, ParameterValue) and value.scope is scope and self.called_parameters(function):
                    yield value.name

    def _passed(self, node: Node, site: Site, target: CallsParameter) -> list[tuple[Step, ...]]:
        values = dict(node.passed).get(ParameterValue(target.scope, target.name))
        if values is None or site.call is None:
            return []
        groups = call_targets(self._inference, site.scope, site.call, values)
        found: list[tuple[Step, ...]] = []
        for group in groups:
            expanded = self._expand(node, site, group)
            if expanded is None:
                return []
            found += expanded
        return found


def _matched(call: Call, function: FunctionValue) -> Iterator[tuple[Parameter, Expression | None]]:
    """The parameters of `function`, with what `call` passes for each (`None`: nothing)."""
    bound = function.receiver is not None or function.scope.name in ("__init__", "__new__")
    for index, parameter in enumerate(function.scope.head.parameters):
        if not (bound and index == 0):
            yield parameter, argument(call, index - 1 if bound else index, parameter.name)


def _substituted(value: Value, known: dict[ParameterValue, Values]) -> Values:
    return known.get(value, (value,)) if isinstance(value, ParameterValue) else (value,)


def _own_version(inference: Inference, receiver: ClassValue, function: FunctionValue) -> FunctionValue:
    """The version of the method `function` that an object of class `receiver` has."""
    for value in members.ancestry(inference, receiver):
        if not isinstance(value, ClassValue) or value.scope is function.scope.owner_class:
            break
        for child in value.scope.children:
            same = child.name == function.scope.name and child.head.kind == "function"
            if same and child.head.is_async == function.scope.head.is_async:
                return FunctionValue(child, Instance(receiver))
    return FunctionValue(function.scope, Instance(receiver))


def _same_object(function: FunctionValue, caller: Node) -> bool:
    owner = caller.scope.owner_class
    return owner is not None and isinstance(function.receiver, Instance) and function.receiver.of == ClassValue(owner)


def _is_inside(scope: ScopeNode, outer: ScopeNode) -> bool:
    """Whether `scope` is defined in the body of `outer`."""
    node = scope.parent
    while node is not None:
        if node is outer:
            return True
        node = node.parent
    return False
