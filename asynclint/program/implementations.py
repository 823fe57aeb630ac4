"""Abstract methods, and the classes of the project that implement them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from asynclint.facts.model import Name, Use
from asynclint.program import members
from asynclint.program.functions import traits
from asynclint.program.reads import Memo
from asynclint.program.scopes import classes
from asynclint.program.values import ClassValue, External, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from asynclint.program.inference import Inference
    from asynclint.program.modules import Module
    from asynclint.program.reads import Reads
    from asynclint.program.scopes import ScopeNode


def is_stub(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the method only says that there is one: abstract, `raise NotImplementedError`, or empty in a protocol."""
    owner = scope.owner_class
    if owner is None or scope.head.kind != "function":
        return False
    if "abstract" in traits(inference, scope):
        return True
    body = scope.body
    if not body.statements:
        above = members.ancestry(inference, ClassValue(owner))
        return any(isinstance(value, External) and value.name.endswith(".Protocol") for value in above)
    return len(body.statements) == 1 and any(_raises_not_implemented(use) for use in body.uses)


def _raises_not_implemented(use: Use) -> bool:
    return use.value == Name("NotImplementedError") and use.role.kind in ("raised", "callee")


class Implementations:
    """Finds subclasses; `mentions` gives the files with classes that name a base, by its last name."""

    def __init__(self, mentions: Callable[[], Mapping[str, Sequence[Path]]], reads: Reads) -> None:
        self._mentions = mentions
        self._reads = reads
        self._replaced: Memo[tuple[str, str], bool] = Memo(reads)
        self._classes: Memo[Module, Mapping[Value, list[ClassValue]]] = Memo(reads)
        self._found: Memo[FunctionValue, list[FunctionValue]] = Memo(reads)

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

    def replaces(self, inference: Inference, class_name: str, method: str) -> bool:
        """Whether a class of the project derives from a library's and has a `method` that is no `async def`."""
        return self._replaced.get((class_name, method), lambda: self._replaces(inference, class_name, method))

    def _replaces(self, inference: Inference, class_name: str, method: str) -> bool:
        return any(
            not child.head.is_async
            for subclass in self.subclasses(inference, External(class_name))
            for child in subclass.scope.methods.get(method, ())
        )

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
        self._reads.mask |= self._reads.bit("bases", name)
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
        for base in members.bases(inference, ClassValue(scope)):
            found[base].append(ClassValue(scope))
    return found
