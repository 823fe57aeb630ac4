"""What a project puts into objects that take whatever attribute they are given: `app.state.database = Database()`."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute
from asynclint.program import members
from asynclint.program.values import External, Instance, Unknown, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from asynclint.facts.model import Store
    from asynclint.program.inference import Inference
    from asynclint.program.modules import Module
    from asynclint.program.reads import Reads
    from asynclint.program.scopes import ScopeNode
    from asynclint.program.survey import Survey

HOLDER = "state"
"""How the attribute is called that holds such an object. The text of files is searched for it."""


class OpenObjects:
    """The attributes of such objects, in all of the project."""

    def __init__(self, surveys: Callable[[], Mapping[Path, Survey]], reads: Reads) -> None:
        self._surveys = surveys
        self._reads = reads

    def member(self, inference: Inference, of: str, name: str) -> Values:
        """What the project gives objects of the library class `of` as `name`; empty where that is not known."""
        found = inference.once((of, name, "open"), lambda: self._member(inference, of, name))
        return () if any(isinstance(value, Unknown) for value in found) else found

    def _member(self, inference: Inference, of: str, name: str) -> Values:
        self._reads.mask |= self._reads.bit("mentions", f"{HOLDER}.{name}")
        modules = [inference.project.module_at(file) for file in self._storing.get(name, ())]
        return union(
            members.stored(inference, scope, store)
            for module in modules
            if module is not None
            for scope, store in _stores(module, name)
            if _may_be_of(inference, scope, store, of)
        )

    @cached_property
    def _storing(self) -> dict[str, list[Path]]:
        """By the name of an attribute, the files whose text seems to put something there."""
        found: dict[str, list[Path]] = defaultdict(list)
        for file, known in self._surveys().items():
            for name in known.states:
                found[name].append(file)
        return found


def _stores(module: Module, name: str) -> Iterator[tuple[ScopeNode, Store]]:
    yield from ((module.scope, store) for store in module.scope.body.stores if store.name == name)
    for function in module.functions_storing(name):
        yield from function.stores_within.get(name, ())


def _may_be_of(inference: Inference, scope: ScopeNode, store: Store, of: str) -> bool:
    """Whether `store`, in `scope`, may be to an object of the library class `of`."""
    if not isinstance(store.target, Attribute) or store.target.name != HOLDER:
        return False
    owners = inference.evaluate(scope, store.target, store.statement)
    return any(not isinstance(each, Instance) or each.of == External(of) for each in owners)
