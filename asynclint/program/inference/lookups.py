"""What a name stands for, where it is read."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from asynclint.facts.model import Binding, Import, Name
from asynclint.program.inference import members, outcomes
from asynclint.program.inference.narrowing import narrow
from asynclint.program.names import imports
from asynclint.program.names.bindings import at_run_time, last
from asynclint.program.names.scopes import COMPREHENSIONS
from asynclint.program.names.values import ANYTHING, UNKNOWN, External, Values, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_BUILTINS = frozenset(dir(builtins))
_FOR_ANNOTATIONS: Values = (External("typing.Any"),)


def read_here(inference: Inference, scope: ScopeNode, name: str, at: int) -> Values:
    """The values of `name`, read in `scope` by statement number `at`."""
    holder = scope.lookup(name)
    if holder is None:
        starred = imports.star_import(inference, scope.module, name)
        if starred is not None:
            return starred
        return (External(f"builtins.{name}"),) if name in _BUILTINS else ANYTHING
    if holder is scope and holder.head.kind not in COMPREHENSIONS:
        flow = holder.flow(name, giving=True)
        if holder.head.kind == "class" and flow.flowing(at) == []:
            return _outside(inference, holder, name)
        given = _given(inference, holder, name, flow.reaching(at), flow.circle(at))
        values = [_as_declared(inference, holder, name, each) for each in given]
        if name in holder.parameters and not holder.is_rebound(name, at):
            values.append(inference.parameter(holder, name))
        values += members.nonlocal_assignments(inference, holder, name)
        return union(values) if values else ANYTHING
    if scope.head.kind in COMPREHENSIONS and holder is not scope and scope.parent is not None:
        outer, here = scope.parent, scope.head.statement
        return narrow(inference, outer, Name(name), here, inference.name(outer, name, here))
    return inference.everywhere(holder, name)


def _outside(inference: Inference, holder: ScopeNode, name: str) -> Values:
    """What `name` is in the body of the class `holder` before that binds it: what it is in the module."""
    outer = holder.module.scope
    if holder.parent is outer:
        return inference.name(outer, name, holder.head.statement)
    return inference.everywhere(outer, name) if outer.binds(name) else ANYTHING


def _given(
    inference: Inference, holder: ScopeNode, name: str, bindings: Sequence[Binding] | None, circle: Sequence[Binding]
) -> list[Values]:
    """What each of `bindings` gives. What those of a `circle` give is one question, asked once: each of them may
    lead to all others, in any order.
    """
    if bindings is None:
        return [ANYTHING]
    if not circle:
        return [inference.binding(holder, binding) for binding in bindings]
    key = (holder, name, circle[0].statement, circle[-1].statement, "circle")
    around = inference.once(key, lambda: union(inference.binding(holder, binding) for binding in circle))
    return [*(inference.binding(holder, binding) for binding in bindings if binding not in circle), around]


def _as_declared(inference: Inference, holder: ScopeNode, name: str, values: Values) -> Values:
    """`values` of a name, or, where they may be anything, what an annotation elsewhere in its scope says."""
    return _annotated(inference, holder, name) or values if UNKNOWN in values else values


def _annotated(inference: Inference, holder: ScopeNode, name: str) -> Values:
    """What an annotation of `name` in its own scope says that it may be; empty where none does."""
    for binding in holder.annotated.get(name, ()):
        if binding.annotation is not None and not outcomes.is_stand_in(inference, holder, binding.value):
            declared = inference.declared(holder, binding.annotation, binding.statement)
            if UNKNOWN not in declared:
                return declared
    return ()


def read_elsewhere(inference: Inference, holder: ScopeNode, name: str) -> Values:
    """What `name` of `holder` may be when another scope reads it."""
    declared = _annotated(inference, holder, name)
    if declared:
        return declared
    kept = last(holder.body, at_run_time(holder.body, holder.bindings.get(name, [])))
    values = _imported_first(inference, [inference.binding(holder, binding) for binding in kept], kept)
    if name in holder.parameters:
        values.append(inference.parameter(holder, name))
    if holder.head.kind == "module":
        values += members.global_assignments(inference, holder.module, name)
    values += members.nonlocal_assignments(inference, holder, name)
    return union(values) if values else ANYTHING


def _imported_first(inference: Inference, values: list[Values], bindings: Sequence[Binding]) -> list[Values]:
    """Without stand-ins: libraries of which nothing is known, where a name is imported from one or another, and
    `Any`, which is for annotations.
    """
    if _FOR_ANNOTATIONS in values:
        values = [each for each in values if each != _FOR_ANNOTATIONS] or values
    if len(values) < 2 or not all(isinstance(binding.value, Import) for binding in bindings):
        return values
    known = [each for each in values if not _is_of_unknown_library(inference, each)]
    return known or values


def _is_of_unknown_library(inference: Inference, values: Values) -> bool:
    return all(isinstance(each, External) and not inference.library.is_of_known_library(each.name) for each in values)
