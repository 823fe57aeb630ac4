"""What all calls of a function in the project pass for a parameter that says nothing about itself."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from asynclint.program.inference.constructed import MOST_SITES, calls_of, is_known
from asynclint.program.inference.implementations import is_protocol
from asynclint.program.memory.reads import Memo
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.arguments import matched
from asynclint.program.names.values import (
    UNKNOWN,
    ClassValue,
    FunctionValue,
    ParameterMember,
    ParameterValue,
    Value,
    Values,
    union,
)
from asynclint.program.text.survey import files_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from asynclint.facts.model import Call
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.text.survey import Survey

_Site = tuple["ScopeNode", "Call", FunctionValue]
_IMPORT = re.compile(r"from[ \t](?<![^\n \t]from[ \t])[ \t]*\S+[ \t]+import[ \t]+(?:\([^)]*\)|.*)")
_MOST_FILES = 10
"""In how many files something of a name may be called before nobody looks who calls it."""


class CalledWith:
    """The calls of functions, in all of the project, found by a search through its text."""

    def __init__(self, inference: Inference, surveys: Callable[[], Mapping[Path, Survey]]) -> None:
        self._inference = inference
        self._surveys = surveys
        self._sites: Memo[ScopeNode, tuple[_Site, ...]] = Memo(inference.reads)

    def agreed(self, parameter: ParameterValue) -> Values:
        """What all callers pass for `parameter`; empty where somebody may pass something else."""
        scope = parameter.scope
        return self._inference.once((scope, parameter.name, "called with"), lambda: self._passed(parameter))

    def _passed(self, parameter: ParameterValue) -> Values:
        scope = parameter.scope
        declared = next(each for each in scope.head.parameters if each.name == parameter.name)
        if declared.default is not None or declared.kind in ("*", "**") or not _is_called_by_name_only(scope):
            return ()
        found: list[Values] = []
        for site in self._sites.get(scope, lambda: self._search(scope)):
            found.append(self._passed_at(site, parameter))
            if not is_known(found[-1]):
                return ()  # Before more is asked: who calls each other in circles is many, and asks each other.
        return union(found)

    def _passed_at(self, site: _Site, parameter: ParameterValue) -> Values:
        """What one call passes; empty where that is not known."""
        scope, call, function = site
        passed = next((given for each, given in matched(call, function) if each.name == parameter.name), None)
        if passed is None or any(given.star for given in call.arguments):
            return ()
        values = self._inference.as_constructed(self._inference.evaluate(scope, passed, call.statement))
        return union(map(self._known, values))

    def _known(self, value: Value) -> Values:
        """`value`, or what all callers pass in its place."""
        if isinstance(value, ParameterValue):
            return self.agreed(value) or (UNKNOWN,)
        if isinstance(value, ParameterMember):
            found = self.agreed(value.parameter) or (UNKNOWN,)
            for name in value.path:
                found = union(self._inference.member(each, name) for each in found)
            return found
        return (value,)

    # -- the calls --------------------------------------------------------------------------------------------------

    def _search(self, function: ScopeNode) -> tuple[_Site, ...]:
        """The calls of `function`; none, where there may be others."""
        name = function.name
        self._inference.reads.note("mentions", name)
        found = (self._inference.project.module_at(file) for file in self._calling.get(name, ()))
        modules = dict.fromkeys([function.module, *(each for each in found if each is not None)])
        if len(modules) > _MOST_FILES or self._is_renamed(name, modules):
            return ()
        if any(_is_more_than_called(name, each.raw_text) for each in modules):
            return ()
        sites: list[_Site] = []
        for scope, call in chain.from_iterable(calls_of(name, module) for module in modules):
            values = self._inference.as_constructed(self._inference.callee(scope, call))
            own = [each for each in values if isinstance(each, FunctionValue) and each.scope is function]
            if (own and len(values) > 1) or len(sites) >= MOST_SITES:
                return ()
            if not own and any(_may_run(self._inference, each, function) for each in values):
                return ()
            sites += [(scope, call, each) for each in own]
        return tuple(sites)

    def _is_renamed(self, name: str, modules: Iterable[Module]) -> bool:
        """Whether one of `modules` imports `name` under another."""
        surveys = self._surveys()
        return any(each.file in surveys and name in surveys[each.file].renamed for each in modules)

    @cached_property
    def _calling(self) -> dict[str, list[Path]]:
        """By name, the files whose text seems to call a function of that name."""
        return files_by(self._surveys(), lambda known: known.called)


def _may_run(inference: Inference, callee: Value, function: ScopeNode) -> bool:
    """Whether calling `callee`, which is not `function`, may run that: on an object whose class is known too little."""
    owner = function.owner_class
    if isinstance(callee, ParameterMember):
        return owner is not None
    above = callee.scope.owner_class if isinstance(callee, FunctionValue) else None
    if owner is None or above is None:
        return callee == UNKNOWN
    return ClassValue(above) in ancestry(inference, ClassValue(owner)) or is_protocol(inference, ClassValue(above))


def _is_called_by_name_only(scope: ScopeNode) -> bool:
    """Whether nothing but calls that name it runs the function: no decorator has it, and it is no special method."""
    return scope.head.kind == "function" and not scope.head.decorators and not scope.name.startswith("__")


def _is_more_than_called(name: str, text: str) -> bool:
    """Whether `text` does more with the function `name` than to define, import or call it."""
    mention = re.compile(rf"{name}(?!\w)(?<!\w{name})(?<!def {name})(?!\s*\()")
    found = [match.start() for match in mention.finditer(text)]
    imports = [match.span() for match in _IMPORT.finditer(text)] if found else []
    return not all(any(start <= at < end for start, end in imports) for at in found)
