"""Branches that a call rules out by what it passes: `fetch(url, sync=False)` does not run what is under `if sync:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from asynclint.facts.model import (
    Attribute,
    Call,
    Choice,
    Collection,
    Constant,
    Expression,
    Name,
    Operation,
    Result,
    Scope,
)
from asynclint.program.bindings import blocks_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.scopes import ScopeNode

Constants = Mapping[str, Constant]
"""What is passed for parameters, where it is a literal."""


def is_ruled_out(scope: ScopeNode, statement: int, constants: Constants) -> bool:
    """Whether `statement` of `scope` can't run when the parameters have these values."""
    if not constants:
        return False
    body = scope.body
    around = blocks_around(body, statement)
    if any(_fails(scope, block, constants) for block in around):
        return True
    inside = set(around)
    for index, block in enumerate(body.blocks):
        earlier = 0 <= block.owner < statement and index not in inside and body.statements[block.owner].block in inside
        if earlier and block.leaves and _runs(scope, index, constants):
            return True
    return False


def constant_of(scope: ScopeNode, expression: Expression, at: int, constants: Constants) -> Constant | None:
    """The literal that `expression` is, directly or as a parameter that nothing else was assigned to."""
    if isinstance(expression, Constant):
        return expression if expression.value is not None or expression.kind == "None" else None
    if not isinstance(expression, Name) or expression.id not in constants:
        return None
    for binding in scope.bindings.get(expression.id, ()):
        if binding.statement < at and not is_ruled_out(scope, binding.statement, constants):
            return None
    return constants[expression.id]


def tested_parameters(scope: ScopeNode) -> frozenset[str]:
    """The parameters that the conditions in `scope` mention."""
    mentioned = {
        name for block in scope.body.blocks if block.test is not None for name in _names(scope.body, block.test)
    }
    return scope.parameters & mentioned


def _names(scope: Scope, test: Expression) -> Iterator[str]:
    match test:
        case Name(name):
            yield name
        case Operation(_, operands) | Choice(_, operands):
            for operand in operands:
                yield from _names(scope, operand)
        case Result(index):
            callee = scope.calls[index].callee
            if isinstance(callee, Attribute):
                yield from _names(scope, callee.value)


def _fails(scope: ScopeNode, block: int, constants: Constants) -> bool:
    return _outcome(scope, block, constants) is False


def _runs(scope: ScopeNode, block: int, constants: Constants) -> bool:
    return _outcome(scope, block, constants) is True


def _outcome(scope: ScopeNode, block: int, constants: Constants) -> bool | None:
    """Whether the block runs, where its own condition alone decides."""
    facts = scope.body.blocks[block]
    if facts.test is None or facts.kind == "loop":
        return None
    found = _truth(scope, facts.test, facts.owner, constants)
    return found if found is None else found != facts.negated


def _truth(scope: ScopeNode, test: Expression, at: int, constants: Constants) -> bool | None:
    match test:
        case Operation("not", (operand,)):
            found = _truth(scope, operand, at, constants)
            return None if found is None else not found
        case Operation(operator, (left, right)):
            return _comparison(scope, operator, left, right, at, constants)
        case Choice("and" | "or" as operator, options):
            found_all = [_truth(scope, option, at, constants) for option in options]
            decisive = operator == "or"
            if decisive in found_all:
                return decisive
            return None if None in found_all else not decisive
        case Result(index):
            return _method(scope, scope.body.calls[index], at, constants)
    constant = constant_of(scope, test, at, constants)
    return None if constant is None else bool(constant.value)


def _comparison(
    scope: ScopeNode, operator: str, left: Expression, right: Expression, at: int, constants: Constants
) -> bool | None:
    first = constant_of(scope, left, at, constants)
    if first is None:
        return None
    if operator in ("in", "not in") and isinstance(right, Collection):
        values = [constant_of(scope, element, at, constants) for element in right.elements]
        known = [value.value for value in values if value is not None]
        return None if len(known) < len(values) else (first.value in known) == (operator == "in")
    second = constant_of(scope, right, at, constants)
    if second is None:
        return None
    if operator in ("==", "is"):
        return first.value == second.value
    if operator in ("!=", "is not"):
        return first.value != second.value
    return None


def _method(scope: ScopeNode, call: Call, at: int, constants: Constants) -> bool | None:
    """The outcome of `name.startswith("...")` and `name.endswith("...")`."""
    if not isinstance(call.callee, Attribute) or len(call.arguments) != 1:
        return None
    subject = constant_of(scope, call.callee.value, at, constants)
    given = constant_of(scope, call.arguments[0].value, at, constants)
    if subject is None or given is None or not isinstance(subject.value, str) or not isinstance(given.value, str):
        return None
    if call.callee.name == "startswith":
        return subject.value.startswith(given.value)
    return subject.value.endswith(given.value) if call.callee.name == "endswith" else None
