"""What a project puts into library objects that take whatever attribute they are given: `app.state.database = ...`."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from asynclint.program import members
from asynclint.program.values import External, Instance, Value, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from asynclint.facts.model import Store
    from asynclint.program.inference import Inference
    from asynclint.program.modules import Module
    from asynclint.program.reads import Reads
    from asynclint.program.scopes import ScopeNode
    from asynclint.program.survey import Survey


class OpenObjects:
    """The attributes of such objects, found by a search through the text of all of the project."""

    def __init__(self, surveys: Callable[[], Mapping[Path, Survey]], reads: Reads) -> None:
        self._surveys = surveys
        self._reads = reads

    def member(self, inference: Inference, of: str, name: str) -> Values:
        """What the project gives objects of the library class `of` as `name`; empty where it gives them nothing."""
        return inference.once((of, name, "open"), lambda: self._member(inference, of, name))

    def _member(self, inference: Inference, of: str, name: str) -> Values:
        self._reads.mask |= self._reads.bit("mentions", f".{name}")
        found: list[Values] = []
        is_given = False
        for scope, store in self._stores(inference, name):
            owners = inference.evaluate(scope, store.target, store.statement)
            is_one = any(_is_one(inference, owner, of) for owner in owners)
            is_given = is_given or is_one
            if is_one or not all(isinstance(owner, Instance) for owner in owners):
                found.append(members.stored(inference, scope, store))
        return union(found) if is_given else ()

    def _stores(self, inference: Inference, name: str) -> Iterator[tuple[ScopeNode, Store]]:
        for file in self._storing.get(name, ()):
            module = inference.project.module_at(file)
            if module is not None:
                yield from _stores(module, name)

    @cached_property
    def _storing(self) -> dict[str, list[Path]]:
        """By the name of an attribute, the files whose text seems to assign to it."""
        found: dict[str, list[Path]] = defaultdict(list)
        for file, known in self._surveys().items():
            for name in known.given:
                found[name].append(file)
        return found


def _stores(module: Module, name: str) -> Iterator[tuple[ScopeNode, Store]]:
    yield from ((module.scope, store) for store in module.scope.body.stores if store.name == name)
    for function in module.functions_storing(name):
        yield from function.stores_within.get(name, ())


def _is_one(inference: Inference, owner: Value, of: str) -> bool:
    """Whether `owner` is an object of the library class `of`, or of one below or above it."""
    if not isinstance(owner, Instance) or not isinstance(owner.of, External):
        return False
    library = inference.library
    return of in library.ancestors(owner.of.name) or owner.of.name in library.ancestors(of)
