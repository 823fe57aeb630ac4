"""Abstract methods, and the classes of the project that implement them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from asynclint.facts.model import Name, Use
from asynclint.program.memory.reads import Memo
from asynclint.program.names.ancestry import ancestry, bases, library_classes_above
from asynclint.program.names.functions import traits
from asynclint.program.names.scopes import classes
from asynclint.program.names.values import ClassValue, External, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from asynclint.program.inference.inference import Inference
    from asynclint.program.memory.reads import Reads
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode


_FEWEST_METHODS = 2
"""How many methods a protocol has at least that says enough to tell who has them on purpose."""


def is_stub(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the method only says that there is one: abstract, `raise NotImplementedError`, or empty in a protocol."""
    owner = scope.owner_class
    if owner is None or scope.head.kind != "function":
        return False
    if "abstract" in traits(inference, scope):
        return True
    body = scope.body
    if not body.statements:
        above = ancestry(inference, ClassValue(owner))
        return any(isinstance(value, External) and value.name.endswith(".Protocol") for value in above)
    return len(body.statements) == 1 and any(_raises_not_implemented(use) for use in body.uses)


def _raises_not_implemented(use: Use) -> bool:
    return use.value == Name("NotImplementedError") and use.role.kind in ("raised", "callee")


def is_protocol(inference: Inference, of: ClassValue) -> bool:
    """Whether a class only says what can be done with an object."""
    return any(isinstance(base, External) and base.name.endswith(".Protocol") for base in bases(inference, of))


def _methods_wanted(inference: Inference, protocol: ClassValue) -> dict[str, ScopeNode]:
    """The methods that an object has which does what a protocol says."""
    found: dict[str, ScopeNode] = {}
    for value in ancestry(inference, protocol):
        for name, methods in value.scope.methods.items() if isinstance(value, ClassValue) else ():
            if "property" not in traits(inference, methods[0]):
                found.setdefault(name, methods[0])
    return found


def _fits(scope: ScopeNode, wanted: Mapping[str, ScopeNode]) -> bool:
    """Whether a class has all methods of a protocol, with parameters of the same names."""
    own = scope.methods
    return all(name in own and _parameters(method) <= _parameters(own[name][0]) for name, method in wanted.items())


def _parameters(method: ScopeNode) -> set[str]:
    return {parameter.name for parameter in method.head.parameters}


class Implementations:
    """Finds subclasses, and classes that do what a protocol says.

    `mentions` gives the files with classes that name a base, by its last name, and `defining` those with functions of a
    name.
    """

    def __init__(
        self,
        mentions: Callable[[], Mapping[str, Sequence[Path]]],
        defining: Callable[[], Mapping[str, Sequence[Path]]],
        reads: Reads,
    ) -> None:
        self._mentions = mentions
        self._defining = defining
        self._reads = reads
        self._versions: Memo[tuple[str, str], tuple[ScopeNode, ...]] = Memo(reads)
        self._owners: Memo[str, tuple[ScopeNode, ...]] = Memo(reads)
        self._classes: Memo[Module, Mapping[Value, list[ClassValue]]] = Memo(reads)
        self._found: Memo[FunctionValue, list[FunctionValue]] = Memo(reads)
        self._fitting: Memo[ClassValue, list[ClassValue]] = Memo(reads)

    def of(self, inference: Inference, method: FunctionValue) -> list[FunctionValue]:
        """The project's functions that implement the abstract `method`; none, where they are not known to be all."""
        return self._found.get(method, lambda: self._search(inference, method))

    def _search(self, inference: Inference, method: FunctionValue) -> list[FunctionValue]:
        owner = method.scope.owner_class
        receiver = method.receiver.of if isinstance(method.receiver, Instance) else None
        if owner is None:
            return []
        start = receiver if isinstance(receiver, ClassValue) else ClassValue(owner)
        found: list[FunctionValue] = []
        for subclass in self.subclasses(inference, start):
            for child in subclass.scope.methods.get(method.scope.name, ()):
                if not is_stub(inference, child):
                    found.append(FunctionValue(child, Instance(subclass)))
        return found

    def fitting(self, inference: Inference, method: FunctionValue) -> list[FunctionValue]:
        """What does what `method` of a protocol says, in classes of the project that do not name it as a base."""
        of = method.receiver.of if isinstance(method.receiver, Instance) else None
        if not isinstance(of, ClassValue) or not is_protocol(inference, of):
            return []
        classes = self._fitting.get(of, lambda: list(self._search_fitting(inference, of)))
        found = (inference.member(Instance(each), method.scope.name) for each in classes)
        return [value for values in found for value in values if isinstance(value, FunctionValue)]

    def _search_fitting(self, inference: Inference, protocol: ClassValue) -> Iterator[ClassValue]:
        wanted = _methods_wanted(inference, protocol)
        if len(wanted) < _FEWEST_METHODS:
            return
        for name in wanted:
            self._reads.note("mentions", name)
        files = [self._defining().get(name, ()) for name in wanted]
        for file in files[0]:
            module = inference.project.module_at(file) if all(file in others for others in files) else None
            for scope in classes(module.scope) if module is not None else ():
                if _fits(scope, wanted) and not is_protocol(inference, ClassValue(scope)):
                    yield ClassValue(scope)
                    yield from self.subclasses(inference, ClassValue(scope))

    def has_async_twin(self, inference: Inference, method: FunctionValue) -> bool:
        """Whether a class of the project has an `async def` by the name of `method`, with parameters of those names."""
        name, wanted = method.scope.name, _parameters(method.scope)
        return any(
            twin.head.is_async and _parameters(twin) == wanted
            for scope in self._having(inference, name)
            for twin in scope.methods[name]
        )

    def replaces(self, inference: Inference, class_name: str, method: str) -> bool:
        """Whether a class of the project derives from a library's and has a `method` that is no `async def`."""
        return any(not each.head.is_async for each in self.versions(inference, class_name, method))

    def versions(self, inference: Inference, class_name: str, method: str) -> tuple[ScopeNode, ...]:
        """The methods `method` of the classes of the project that derive from a library's."""
        return self._versions.get((class_name, method), lambda: self._read_versions(inference, class_name, method))

    def _read_versions(self, inference: Inference, class_name: str, method: str) -> tuple[ScopeNode, ...]:
        return tuple(
            child
            for subclass in self.subclasses(inference, External(class_name))
            for child in subclass.scope.methods.get(method, ())
        )

    def may_replace(self, inference: Inference, class_name: str, method: str) -> bool:
        """Whether a class of the project has a `method` and derives from a library's, maybe by way of another of it."""
        if self.versions(inference, class_name, method):
            return True
        return any(
            class_name in library_classes_above(inference, ClassValue(scope))
            for scope in self._having(inference, method)
        )

    def _having(self, inference: Inference, method: str) -> tuple[ScopeNode, ...]:
        """The classes of the project that have a `method` of their own."""
        return self._owners.get(method, lambda: tuple(self._search_owners(inference, method)))

    def _search_owners(self, inference: Inference, method: str) -> Iterator[ScopeNode]:
        self._reads.note("mentions", method)
        for file in self._defining().get(method, ()):
            module = inference.project.module_at(file)
            for scope in classes(module.scope) if module is not None else ():
                if method in scope.methods:
                    yield scope

    def subclasses(self, inference: Inference, base: ClassValue | External) -> Iterator[ClassValue]:
        """The classes of the project that derive from `base`, directly or not."""
        pending: list[ClassValue | External] = [base]
        seen: set[ClassValue | External] = {base}
        while pending:
            for value in self._derived(inference, pending.pop()):
                if value not in seen:
                    seen.add(value)
                    pending.append(value)
                    yield value

    def _derived(self, inference: Inference, base: ClassValue | External) -> Iterator[ClassValue]:
        """The classes of the project that name `base` as one of their bases."""
        name = base.scope.name if isinstance(base, ClassValue) else base.name.rpartition(".")[2]
        self._reads.note("bases", name)
        for file in self._mentions().get(name, ()):
            module = inference.project.module_at(file)
            if module is not None:
                yield from self._classes_of(inference, module).get(base, ())

    def _classes_of(self, inference: Inference, module: Module) -> Mapping[Value, list[ClassValue]]:
        """The classes of `module`, by each of their bases."""
        return self._classes.get(module, lambda: _by_base(inference, module))


def _by_base(inference: Inference, module: Module) -> Mapping[Value, list[ClassValue]]:
    found: dict[Value, list[ClassValue]] = defaultdict(list)
    for scope in classes(module.scope):
        for base in bases(inference, ClassValue(scope)):
            found[base].append(ClassValue(scope))
    return found
