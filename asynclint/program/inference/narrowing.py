"""What `isinstance` tests around a statement say about a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Collection, Expression, Name, Operation, Result
from asynclint.program.names.bindings import blocks_around, telling
from asynclint.program.names.scopes import ScopeNode, dotted
from asynclint.program.names.values import ClassValue, External, Instance, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference.inference import Inference


def narrow(inference: Inference, scope: ScopeNode, subject: Name | Attribute, at: int, values: Values) -> Values:
    """`values` of `subject`, less what the tests around statement `at` rule out."""
    if not scope.has_class_tests:
        return values
    body = scope.body
    text = ""
    for block in telling(blocks_around(body, at)):
        test = body.blocks[block].test
        if test is None:
            continue
        text = text or dotted(subject)
        negated = body.blocks[block].negated
        for tested, expression, opposite in _class_tests(scope, test, negated=negated):
            if dotted(tested) == text:
                classes = classes_named(inference, scope, expression, at)
                values = _without(values, classes) if opposite else classes or values
    return values


def _class_tests(scope: ScopeNode, test: Expression, *, negated: bool) -> Iterator[tuple[Expression, Expression, bool]]:
    """What is of which class where `test` holds, or with `negated`, where it fails; with the third item, is not."""
    match test:
        case Result(index):
            call = scope.body.calls[index]
            if dotted(call.callee) == "isinstance" and len(call.arguments) == 2:
                yield call.arguments[0].value, call.arguments[1].value, negated
        case Operation("is a", (subject, expression, *names)):
            yield subject, expression, negated
            for name in () if negated else names:
                yield name, expression, False
        case Operation("not", (Result() as operand,)):
            yield from _class_tests(scope, operand, negated=not negated)
        case Choice(operator, options) if operator == ("or" if negated else "and"):
            for option in options:
                yield from _class_tests(scope, option, negated=negated)


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
