"""Which parameters decide what a function does: those that its conditions mention, or that names in them come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Expression, Name, Operation, Result, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.scopes import ScopeNode


def tested_parameters(scope: ScopeNode) -> frozenset[str]:
    """The parameters that the conditions in `scope` mention, or that names in them come from."""
    tests = [block.test for block in scope.body.blocks if block.test is not None]
    tests += [guard.test for call in scope.body.calls for guard in call.guards]
    return scope.parameters & {name for test in tests for name in sources(scope, test)}


def sources(scope: ScopeNode, expression: Expression) -> set[str]:
    """The names that decide what `expression` is, and those of which these are made."""
    found = set(_names(scope.body, expression))
    pending = list(found)
    while pending:
        for binding in scope.bindings.get(pending.pop(), ()):
            if binding.how == "assign" and binding.value is not None:
                new = set(_names(scope.body, binding.value)) - found
                found |= new
                pending += new
    return found


def deciding_names(scope: ScopeNode, expression: Expression) -> set[str]:
    """The names that decide what an argument is: its own, or those in a conditional expression."""
    return sources(scope, expression) if isinstance(expression, Name | Choice) else set()


def _names(scope: Scope, test: Expression) -> Iterator[str]:
    """The names that decide what `test` is."""
    match test:
        case Name(name):
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
            elif call.callee == Name("isinstance") and call.arguments:
                yield from _names(scope, call.arguments[0].value)
