"""Which parameters decide what a function does: those that its conditions mention, or that names in them come from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Expression, Name, Operation, Result, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asynclint.facts.model import Binding, Parameter
    from asynclint.program.names.scopes import ScopeNode

PARTS = frozenset({"name", "value"})
"""What each member of an enumeration has: its literals."""

_OF_ARGUMENT = frozenset(
    Name(name)
    for name in ("bool", "dict", "frozenset", "hasattr", "isinstance", "len", "list", "set", "sorted", "tuple")
)
"""Builtins whose first argument decides what they give."""


def tested_parameters(scope: ScopeNode) -> frozenset[str]:
    """The parameters that the conditions in `scope` mention, or that names in them come from."""
    tests = [block.test for block in scope.body.blocks if block.test is not None]
    tests += [guard.test for call in scope.body.calls for guard in call.guards]
    return frozenset(name for test in tests for name in (*sources(scope, test), *_iterated(scope, test)))


def sources(scope: ScopeNode, expression: Expression) -> set[str]:
    """The parameters that decide what `expression` is: those that it mentions, or that names in it come from."""
    made_from = scope.made_from
    return {source for name in _names(scope.body, expression) for source in made_from.get(name, ())}


def deciding_parameters(scope: ScopeNode, expression: Expression) -> set[str]:
    """The parameters that decide what an argument is: its name, or those in a conditional expression."""
    return sources(scope, expression) | _iterated(scope, expression) if isinstance(expression, Name | Choice) else set()


def _iterated(scope: ScopeNode, expression: Expression) -> set[str]:
    """The parameters that names in `expression` are the things in: `for item in items`."""
    return {
        binding.value.id
        for name in _names(scope.body, expression)
        for binding in scope.bindings.get(name, ())
        if binding.how == "for" and not binding.item and isinstance(binding.value, Name)
    }


def made_from(parameters: Iterable[Parameter], scope: Scope, bindings: Iterable[Binding]) -> dict[str, set[str]]:
    """By name, those of `parameters` that it is, or that it is made from by assignments among `bindings`."""
    made: dict[str, set[str]] = defaultdict(set)
    for binding in bindings:
        if binding.how == "assign" and binding.value is not None:
            for name in _names(scope, binding.value):
                made[name].add(binding.name)
    found: dict[str, set[str]] = defaultdict(set)
    for parameter in parameters:
        pending = [parameter.name]
        while pending:
            name = pending.pop()
            if parameter.name not in found[name]:
                found[name].add(parameter.name)
                pending += made.get(name, ())
    return found


def _names(scope: Scope, test: Expression) -> Iterator[str]:
    """The names that decide what `test` is."""
    match test:
        case Name(name):
            yield name
        case Attribute(Name(name), part) if part in PARTS:
            yield name
        case Operation(_, operands):
            for operand in operands:
                yield from _names(scope, operand)
        case Choice(_, options, condition):
            for option in (*options, *((condition,) if condition is not None else ())):
                yield from _names(scope, option)
        case Result(index):
            call = scope.calls[index]
            if isinstance(call.callee, Attribute):
                yield from _names(scope, call.callee.value)
            elif call.callee in _OF_ARGUMENT and call.arguments:
                yield from _names(scope, call.arguments[0].value)
