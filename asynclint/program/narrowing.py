"""What `isinstance` tests around a statement say about a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Collection, Expression, Name, Operation, Result
from asynclint.program.bindings import blocks_around, telling
from asynclint.program.scopes import ScopeNode, dotted
from asynclint.program.values import ClassValue, External, Instance, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference import Inference


def narrow(inference: Inference, scope: ScopeNode, subject: Name | Attribute, at: int, values: Values) -> Values:
    """`values` of `subject`, less what the tests around statement `at` rule out."""
    body = scope.body
    text = ""
    for block in telling(blocks_around(body, at)):
        test = body.blocks[block].test
        if test is None:
            continue
        text = text or dotted(subject)
        negated = body.blocks[block].negated
        for call, opposite in _isinstance_tests(test):
            arguments = body.calls[call].arguments
            if (
                len(arguments) == 2
                and dotted(body.calls[call].callee) == "isinstance"
                and dotted(arguments[0].value) == text
            ):
                classes = classes_named(inference, scope, arguments[1].value, at)
                values = _without(values, classes) if negated != opposite else classes or values
    return values


def _isinstance_tests(test: Expression) -> Iterator[tuple[int, bool]]:
    """Calls that are true (or false, with the second item set) where `test` is true."""
    if isinstance(test, Result):
        yield test.call, False
    elif isinstance(test, Operation) and test.operator == "not" and isinstance(test.operands[0], Result):
        yield test.operands[0].call, True
    elif isinstance(test, Choice) and test.operator == "and":
        for option in test.options:
            yield from _isinstance_tests(option)


def classes_named(inference: Inference, scope: ScopeNode, expression: Expression, at: int) -> tuple[Instance, ...]:
    """An instance of each class that the second argument of `isinstance` names; none where one is unknown."""
    parts: tuple[Expression, ...] = ()
    if isinstance(expression, Collection):
        parts = expression.elements
    elif isinstance(expression, Operation) and expression.operator == "|":
        parts = expression.operands
    if parts:
        found = [classes_named(inference, scope, part, at) for part in parts]
        return tuple(dict.fromkeys(each for group in found for each in group)) if all(found) else ()
    values = inference.evaluate(scope, expression, at)
    if all(isinstance(value, ClassValue | External) for value in values):
        return tuple(Instance(value) for value in values if isinstance(value, ClassValue | External))
    return ()


def _without(values: Values, classes: Values) -> Values:
    ruled_out = {value.of for value in classes if isinstance(value, Instance)}
    return tuple(value for value in values if not (isinstance(value, Instance) and value.of in ruled_out))
