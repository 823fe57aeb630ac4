"""What a project passes to the constructors of its classes: what their objects hold, where no annotation says it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from asynclint.facts.model import Name
from asynclint.program.inference.implementations import is_protocol
from asynclint.program.memory.reads import Memo
from asynclint.program.names.arguments import argument
from asynclint.program.names.scopes import called, classes, within
from asynclint.program.names.values import (
    UNSET,
    ClassValue,
    FunctionValue,
    Instance,
    ParameterMember,
    ParameterValue,
    Unknown,
    Value,
    Values,
    union,
)
from asynclint.program.text.survey import files_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from asynclint.facts.model import Call, Expression, Store
    from asynclint.program.inference.implementations import Implementations
    from asynclint.program.inference.inference import Inference
    from asynclint.program.memory.reads import Reads
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.text.survey import Survey

MOST_SITES = 30
"""In how many places objects of a class may be made before nobody knows what they hold."""


class _Site(NamedTuple):
    """A call that runs an `__init__`; of its arguments, the first `own` are the object itself."""

    scope: ScopeNode
    call: Call
    own: int


class Constructed:
    """The calls that make objects, in all of the project, found by a search through its text."""

    def __init__(
        self, surveys: Callable[[], Mapping[Path, Survey]], implementations: Implementations, reads: Reads
    ) -> None:
        self._surveys = surveys
        self._implementations = implementations
        self._reads = reads
        self._sites: Memo[ScopeNode, tuple[_Site, ...]] = Memo(reads)

    def known(self, inference: Inference, values: Values) -> Values:
        """`values`, with what all callers pass in place of parameters of an `__init__`, where that is known."""
        if not any(isinstance(value, ParameterValue | ParameterMember) for value in values):
            return values
        return union(self._known(inference, value) or (value,) for value in values)

    def kept(self, inference: Inference, scope: ScopeNode, store: Store, values: Values) -> Values:
        """`values`, which `store`, in `scope`, puts into an attribute, as `known` has them.

        Where a parameter is annotated with a protocol, what is passed says more than that.
        """
        if store.name in scope.module.assigned_to_others:
            return values
        if isinstance(store.value, Name) and _are_of_protocols(inference, values):
            name = store.value.id
            if name in scope.parameters and not scope.is_rebound(name, store.statement):
                return self._known(inference, ParameterValue(scope, name)) or values
        return self.known(inference, values)

    def _known(self, inference: Inference, value: Value) -> Values:
        parameter, path = (value.parameter, value.path) if isinstance(value, ParameterMember) else (value, ())
        if not isinstance(parameter, ParameterValue) or parameter.scope.name != "__init__":
            return ()
        found = inference.once(
            (parameter.scope, parameter.name, "constructed"), lambda: self._passed(inference, parameter)
        )
        for name in path:
            found = union(inference.member(each, name) for each in found)
        return found if is_known(found) else ()

    def _passed(self, inference: Inference, parameter: ParameterValue) -> Values:
        sites = self._sites.get(parameter.scope, lambda: tuple(self._search(inference, parameter.scope)))
        if not 0 < len(sites) <= MOST_SITES:
            return ()
        found: list[Values] = []
        for site in sites:
            values = self._passed_at(inference, site, parameter)
            if not is_known(values):
                return ()
            found.append(values)
        return union(found)

    def _passed_at(self, inference: Inference, site: _Site, parameter: ParameterValue) -> Values:
        """What one call passes; empty where that is not known."""
        if any(given.star for given in site.call.arguments):
            return ()
        initialiser = parameter.scope
        names = [each.name for each in initialiser.head.parameters]
        place = names.index(parameter.name)
        scope, at = site.scope, site.call.statement
        passed: Expression | None = argument(site.call, place - 1 + site.own, parameter.name)
        if passed is None:
            passed = initialiser.head.parameters[place].default
            scope, at = initialiser.parent or initialiser, initialiser.head.statement
        return self.known(inference, inference.evaluate(scope, passed, at)) if passed is not None else ()

    # -- the calls --------------------------------------------------------------------------------------------------

    def _search(self, inference: Inference, initialiser: ScopeNode) -> Iterator[_Site]:
        """The calls that run `initialiser`; none, where there may be others under other names."""
        if initialiser.owner_class is None:
            return
        own = ClassValue(initialiser.owner_class)
        makers = [own, *self._implementations.subclasses(inference, own)]
        names = dict.fromkeys(each.scope.name for each in makers)
        for name in names:
            self._reads.note("mentions", name)
        if any(_text(inference, file) for name in names for file in self._renaming.get(name, ())):
            return
        runners = frozenset(each for each in makers if _runs(inference, each, initialiser))
        for module, name in self._places(inference, makers):
            for scope, call in calls_of(name, module):
                yield from _sites(inference, scope, call, runners, initialiser)

    def _places(self, inference: Inference, makers: Sequence[ClassValue]) -> Iterator[tuple[Module, str]]:
        """The files that may make objects of these classes, and the name that is called there."""
        for name in dict.fromkeys(each.scope.name for each in makers):
            for file in self._making.get(name, ()):
                module = inference.project.module_at(file)
                if module is not None:
                    yield module, name
        for module in dict.fromkeys(each.scope.module for each in makers):
            yield from ((module, name) for name in ("cls", "__init__"))

    @cached_property
    def _making(self) -> dict[str, list[Path]]:
        """By the name of a class, the files whose text seems to make objects of it."""
        return files_by(self._surveys(), lambda known: known.made)

    @cached_property
    def _renaming(self) -> dict[str, list[Path]]:
        """By name, the files that import it under another."""
        return files_by(self._surveys(), lambda known: known.renamed)


def _text(inference: Inference, file: Path) -> str:
    module = inference.project.module_at(file)
    return module.text if module is not None else ""


def calls_of(name: str, module: Module) -> Iterator[tuple[ScopeNode, Call]]:
    """The calls in a file of what has the last name `name`, each with its scope."""
    for scope in _scopes_calling(name, module):
        for call in scope.body.calls:
            if called(scope, call).removesuffix("()").rpartition(".")[2] == name:
                yield scope, call


def _scopes_calling(name: str, module: Module) -> Iterator[ScopeNode]:
    yield from (module.scope, *classes(module.scope))
    for function in module.functions_calling(name):
        yield from within(function)


def _runs(inference: Inference, of: ClassValue, initialiser: ScopeNode) -> bool:
    """Whether making an object of the class `of` runs `initialiser`."""
    found = inference.member(Instance(of, exact=True), "__init__")
    return any(isinstance(value, FunctionValue) and value.scope is initialiser for value in found)


def _sites(
    inference: Inference, scope: ScopeNode, call: Call, runners: frozenset[ClassValue], initialiser: ScopeNode
) -> Iterator[_Site]:
    for value in inference.callee(scope, call):
        if value in runners:
            yield _Site(scope, call, 0)
        elif isinstance(value, FunctionValue) and value.scope is initialiser:
            yield _Site(scope, call, 1 if value.receiver is None else 0)


def _are_of_protocols(inference: Inference, values: Values) -> bool:
    """Whether `values` are of classes that only say what can be done with an object, or `None`."""
    of = [value.of if isinstance(value, Instance) else None for value in values if value != UNSET]
    return bool(of) and all(isinstance(each, ClassValue) and is_protocol(inference, each) for each in of)


def is_known(values: Values) -> bool:
    """Whether there are values, all of which say what they are."""
    return bool(values) and not any(isinstance(value, Unknown | ParameterValue | ParameterMember) for value in values)
