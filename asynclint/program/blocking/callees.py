"""What a call runs: the functions that its targets are for this caller, and how sure it is that it runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.program.blocking.contexts import Node
from asynclint.program.blocking.lengths import CERTAIN, Doubts
from asynclint.program.blocking.sites import with_bound_by
from asynclint.program.blocking.targets import Blocks, CallsParameter, Runs, Target, TargetReader
from asynclint.program.inference.implementations import is_stub
from asynclint.program.memory.reads import Memo
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.values import ClassValue, FunctionValue, Instance, union

if TYPE_CHECKING:
    from asynclint.program.blocking.called_with import CalledWith
    from asynclint.program.blocking.contexts import Contexts
    from asynclint.program.blocking.sites import Site
    from asynclint.program.inference.implementations import Implementations
    from asynclint.program.inference.inference import Inference


class Dispatch(msgspec.Struct, frozen=True, cache_hash=True):
    """A call of an abstract method that tells none of its implementations anything: any of them may run."""

    method: FunctionValue


Vertex = Node | Dispatch
Step = Blocks | Vertex
Groups = tuple[tuple[Step, ...], ...]


class Resolved(msgspec.Struct, frozen=True):
    """What a site runs for one caller, and how sure that is."""

    groups: Groups
    doubts: Doubts


HARMLESS = Resolved((), CERTAIN)


class Callees:
    """Finds what calls run."""

    def __init__(
        self, inference: Inference, implementations: Implementations, called_with: CalledWith, contexts: Contexts
    ) -> None:
        self._inference = inference
        self._called_with = called_with
        self._implementations = implementations
        self._contexts = contexts
        self._versions: Memo[tuple[FunctionValue, bool], list[FunctionValue]] = Memo(inference.reads)
        self._alike: Memo[FunctionValue, bool] = Memo(inference.reads)
        self._methods: Memo[ClassValue, dict[str, FunctionValue]] = Memo(inference.reads)

    def resolve(self, node: Node, site: Site) -> Resolved:
        """What `site` runs when its function is called as `node` says."""
        doubts = self._contexts.doubts(node, site)
        if doubts is None:
            return HARMLESS
        groups: list[tuple[Step, ...]] = []
        for group in site.groups:
            expanded = self._expand(node, site, group)
            if expanded is None:
                return HARMLESS
            groups += expanded
        return Resolved(tuple(dict.fromkeys(groups)), doubts)

    def _expand(self, node: Node, site: Site, group: tuple[Target, ...]) -> list[tuple[Step, ...]] | None:
        """What a group of targets is for this caller: several, where an abstract method has several implementations."""
        steps: list[Step] = []
        more: list[tuple[Step, ...]] = []
        for target in group:
            if isinstance(target, Blocks):
                if not self._contexts.is_harmless(node, site, target):
                    steps.append(target)
            elif isinstance(target, Runs):
                called = self._called(node, site, target)
                steps += called[:1]
                more += [(step,) for step in called[1:]]
            else:
                passed = self._passed(node, site, target)
                if not passed:
                    return None
                more += passed
        found = [tuple(steps), *more] if steps else more
        return found or None

    def _called(self, node: Node, site: Site, target: Runs) -> list[Vertex]:
        """What a call runs: the caller's own version of a method, or all implementations of an abstract one."""
        function = target.function
        if target.own and node.receiver is not None:
            function = self._own_version(node.receiver, function)
        site = with_bound_by(site, target)
        versions = self._versions.get((function, target.own), lambda: self._find_versions(function, own=target.own))
        if len(versions) > 1 and node == Node(node.scope) and self._are_alike(function):
            return [Dispatch(function)]
        return [self._contexts.called(node, site, version, on_new=target.on_new) for version in versions]

    def _own_version(self, receiver: ClassValue, function: FunctionValue) -> FunctionValue:
        """The version of the method `function` that an object of class `receiver` has."""
        methods = self._methods.get(receiver, lambda: _methods(self._inference, receiver))
        own = methods.get(function.scope.name)
        if own is None or own.scope.owner_class is function.scope.owner_class:
            return FunctionValue(function.scope, Instance(receiver))
        return own

    def _find_versions(self, function: FunctionValue, *, own: bool) -> list[FunctionValue]:
        """What a call of `function` may run; nothing, where a version is an `async def`: calling it does not run it."""
        others = [] if own or _is_exact(function) else self.implementing(function)
        found = self.implementing(function) if is_stub(self._inference, function.scope) else [function]
        return [] if any(version.scope.head.is_async for version in (*found, *others)) else found

    def implementing(self, method: FunctionValue) -> list[FunctionValue]:
        """The methods that implement an abstract one."""
        found = self._implementations.of(self._inference, method)
        return found or self._implementations.fitting(self._inference, method)

    def _are_alike(self, method: FunctionValue) -> bool:
        """Whether nothing that is passed decides what the implementations of a method do."""
        return self._alike.get(method, lambda: not any(map(self._contexts.listens, self.implementing(method))))

    def _passed(self, node: Node, site: Site, target: CallsParameter) -> list[tuple[Step, ...]]:
        if site.call is None:
            return []
        values = dict(node.passed).get(target.parameter) or self._called_with.agreed(target.parameter)
        for name in target.path:
            values = union(self._inference.member(value, name) for value in values)
        groups = TargetReader(self._inference, site.scope).called(values, site.call)
        found: list[tuple[Step, ...]] = []
        for group in groups:
            expanded = self._expand(node, site, group)
            if expanded is None:
                return []
            found += expanded
        return found


def _methods(inference: Inference, of: ClassValue) -> dict[str, FunctionValue]:
    """The methods that an object of a class has, its own and those of the project's classes that it derives from."""
    found: dict[str, FunctionValue] = {}
    for value in ancestry(inference, of):
        if not isinstance(value, ClassValue):
            break
        for name, methods in value.scope.methods.items():
            found.setdefault(name, FunctionValue(methods[0], Instance(of)))
    return found


def _is_exact(function: FunctionValue) -> bool:
    return not isinstance(function.receiver, Instance) or function.receiver.exact
