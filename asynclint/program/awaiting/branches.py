"""Coroutines that a name holds on some of the paths that lead to a statement: `user = load() if known else None`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Awaited, Choice, Collection, Name, Operation, Result, Subscript
from asynclint.program.awaiting.awaitables import OWN_ATTRIBUTES
from asynclint.program.inference.asked import decides
from asynclint.program.names.fates import TAKING, TESTS, attributes_read, reads
from asynclint.program.names.scopes import ScopeNode, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Binding, Expression, Use
    from asynclint.program.awaiting.awaitables import Awaitables

RAISING = TAKING - TESTS - {"index"}
"""Roles of what raises where it is a coroutine."""
_OWN_OBJECTS = frozenset({"self", "cls"})
"""Names that most conditions in a method mention: only what follows them says what a condition is about."""


def holds_on_a_path(awaitables: Awaitables, holder: ScopeNode, name: str, at: int) -> bool:
    """Whether the local `name` of `holder` is an un-awaited coroutine at statement `at`, if it ran a certain way.

    It is not where the function somewhere awaits the name or asks what it holds, nor where what decides about the
    coroutine may decide about the statement too.
    """
    return any(
        _may_give_coroutine(awaitables, holder, binding)
        and _gives_coroutine(awaitables, holder, binding, name, at)
        and not any(is_minded(scope, use) for scope, use in reads(holder, name, binding.statement))
        for binding in holder.flow(name).flowing(at) or ()
    )


def _may_give_coroutine(awaitables: Awaitables, holder: ScopeNode, binding: Binding) -> bool:
    if binding.how != "assign" or binding.item or binding.outer:
        return False
    gives = any(
        isinstance(option, Result)
        and awaitables.pending(awaitables.inference.evaluate(holder, option, binding.statement)) == "coroutine"
        for option, _ in _options(binding.value)
    )
    return gives and not decides(awaitables.inference, holder, binding.statement)


def _gives_coroutine(awaitables: Awaitables, holder: ScopeNode, binding: Binding, name: str, at: int) -> bool:
    inference = awaitables.inference
    for option, tests in _options(binding.value):
        values = inference.evaluate(holder, option, binding.statement)
        if awaitables.pending(values) == "coroutine":
            return not _decided_together(holder, binding.statement, tests, name, at)
    return False


def _options(
    value: Expression | None, tests: tuple[Expression, ...] = ()
) -> Iterator[tuple[Expression, tuple[Expression, ...]]]:
    """What an expression may give, each with the tests that decide about it."""
    if not isinstance(value, Choice):
        if value is not None:
            yield value, tests
        return
    decisive = (value.test,) if value.test is not None else value.options[:-1]
    for option in value.options[-1:] if value.operator == "and" else value.options:
        yield from _options(option, (*tests, *decisive))


def is_minded(scope: ScopeNode, use: Use) -> bool:
    """Whether a name that is read so is taken for what may be a coroutine: awaited, or asked about."""
    if use.role.kind == "awaited":
        return True
    if use.role.kind == "attribute":
        return any(name in OWN_ATTRIBUTES["coroutine"] for name in attributes_read(scope, use))
    if use.role.kind != "argument" or use.role.call < 0:
        return False
    call = scope.body.calls[use.role.call]
    return call.role.kind in TESTS or dotted(call.callee) in ("isinstance", "type", "id")


def _decided_together(holder: ScopeNode, bound: int, tests: tuple[Expression, ...], name: str, at: int) -> bool:
    """Whether what decides about the statement `bound` is mentioned in what decides about the statement `at`."""
    before = holder.conditions(bound)
    shared = {id(test) for test, _, _ in before}
    after = [test for test, _, _ in holder.conditions(at) if id(test) not in shared]
    asked = {
        use.value.id for use in holder.uses_at.get(at, ()) if use.role.kind in TESTS and isinstance(use.value, Name)
    }
    deciding = {each for test in (*tests, *(test for test, _, _ in before)) for each in _mentioned(holder, test)}
    return not deciding.isdisjoint({*asked, *(each for test in after for each in _mentioned(holder, test))} - {name})


def _mentioned(holder: ScopeNode, expression: Expression | None) -> Iterator[str]:
    """The names in a test, and the attributes with all that stands in front of them."""
    match expression:
        case Name(name):
            if name not in _OWN_OBJECTS:
                yield name
        case Attribute(value):
            yield dotted(expression)
            yield from _mentioned(holder, value)
        case Awaited(value):
            yield from _mentioned(holder, value)
        case Result(index):
            call = holder.body.calls[index]
            for part in (call.callee, *(given.value for given in call.arguments)):
                yield from _mentioned(holder, part)
        case Subscript(value, index):
            for part in (value, *index):
                yield from _mentioned(holder, part)
        case Operation(_, parts) | Choice(_, parts) | Collection(_, parts):
            for part in parts:
                yield from _mentioned(holder, part)
