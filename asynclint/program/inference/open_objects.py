"""What a project puts into library objects that take whatever they are given: `app.state.database = ...`, and
`app["database"] = ...`.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from asynclint.facts.model import Constant
from asynclint.program.inference import members
from asynclint.program.names.scopes import dotted, within
from asynclint.program.names.values import External, Instance, Value, Values, union
from asynclint.program.text.survey import files_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from asynclint.facts.model import Expression, ItemStore, Store
    from asynclint.program.inference.inference import Inference
    from asynclint.program.memory.reads import Reads
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.text.survey import Survey


class OpenObjects:
    """The attributes and items of such objects, found by a search through the text of all of the project."""

    def __init__(self, surveys: Callable[[], Mapping[Path, Survey]], reads: Reads) -> None:
        self._surveys = surveys
        self._reads = reads

    def member(self, inference: Inference, of: str, name: str) -> Values:
        """What the project gives objects of the library class `of` as `name`; empty where it gives them nothing."""
        return inference.once((of, name, "open"), lambda: self._member(inference, of, name))

    def item(self, inference: Inference, of: str, key: Expression) -> Values:
        """What the project gives objects of the library class `of` under `key`; empty where it gives them nothing."""
        name = _last_name(key)
        return inference.once((of, key, "open"), lambda: self._item(inference, of, key, name)) if name else ()

    def is_assigned(self, name: str) -> bool:
        """Whether any file seems to put something of its own under the attribute `name` of another's object."""
        self._reads.note("mentions", name)
        return name in self._storing

    def _member(self, inference: Inference, of: str, name: str) -> Values:
        self._reads.note("mentions", name)
        stores = (
            (scope, store.target, store.statement, partial(members.stored, inference, scope, store))
            for scope, store in self._stores(inference, name)
        )
        return _given(inference, of, stores)

    def _item(self, inference: Inference, of: str, key: Expression, name: str) -> Values:
        self._reads.note("mentions", name)
        stores = (
            (scope, store.target, store.statement, partial(inference.evaluate, scope, store.value, store.statement))
            for scope, store in self._items(inference, name)
            if len(store.index) == 1 and _is_same(store.index[0], key)
        )
        return _given(inference, of, stores)

    def _items(self, inference: Inference, name: str) -> Iterator[tuple[ScopeNode, ItemStore]]:
        for file in self._placing.get(name, ()):
            module = inference.project.module_at(file)
            if module is not None:
                for outermost in (module.scope, *module.functions_placing(name)):
                    scopes = within(outermost) if outermost.is_function else (outermost,)
                    yield from ((scope, store) for scope in scopes for store in scope.body.items)

    @cached_property
    def _placing(self) -> dict[str, list[Path]]:
        """By the last name of a key, the files whose text seems to put something under it."""
        return files_by(self._surveys(), lambda known: known.placed)

    def _stores(self, inference: Inference, name: str) -> Iterator[tuple[ScopeNode, Store]]:
        for file in self._storing.get(name, ()):
            module = inference.project.module_at(file)
            if module is not None:
                yield from _stores(module, name)

    @cached_property
    def _storing(self) -> dict[str, list[Path]]:
        """By the name of an attribute, the files whose text seems to assign to it."""
        return files_by(self._surveys(), lambda known: known.given)


def _given(
    inference: Inference, of: str, stores: Iterable[tuple[ScopeNode, Expression, int, Callable[[], Values]]]
) -> Values:
    """The values of `stores` to objects of the library class `of`, and to what may be one, where there is one."""
    found: list[Values] = []
    is_given = False
    for scope, target, at, values in stores:
        owners = inference.evaluate(scope, target, at)
        is_one = any(_is_one(inference, owner, of) for owner in owners)
        is_given = is_given or is_one
        if is_one or not all(isinstance(owner, Instance) for owner in owners):
            found.append(values())
    return union(found) if is_given else ()


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


def _last_name(key: Expression) -> str:
    """The last name of a key: a string that is a name, a variable, or an attribute; empty for another."""
    if isinstance(key, Constant):
        return key.value if isinstance(key.value, str) and key.value.isidentifier() else ""
    return dotted(key).rpartition(".")[2]


def _is_same(key: Expression, other: Expression) -> bool:
    return key == other if isinstance(other, Constant) else _last_name(key) == _last_name(other) != ""
