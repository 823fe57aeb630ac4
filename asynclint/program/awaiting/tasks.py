"""Tasks: what makes them, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Awaited, Call, Choice, Name, Result
from asynclint.program.inference.dead_code import never_runs
from asynclint.program.names.arguments import argument
from asynclint.program.names.fates import TESTS, fate, is_discarded, is_local, reads
from asynclint.program.names.scopes import ScopeNode, dotted, within
from asynclint.program.names.values import External, Suspended
from asynclint.program.observations import (
    Observation,
    Place,
    TaskAwaitedAtOnce,
    TaskDropped,
    TaskNeverAwaited,
    TasksAwaitedInTurn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference.inference import Inference


class _Task(msgspec.Struct, frozen=True):
    """A task made in `scope` by `call`; awaited by statement `awaited` (-1: not found), directly or by its `name`."""

    scope: ScopeNode
    call: Call
    maker: str
    name: str = ""
    awaited: int = -1


def observe(inference: Inference, scope: ScopeNode) -> Iterator[Observation]:
    """What is wrong with the tasks made in the function `scope`, comprehensions in it aside."""
    made = list(_made(inference, scope))
    for task in made:
        if is_discarded(scope, task.call) or _is_made_for_nobody(inference, scope, task.call):
            yield TaskDropped(_place(scope, task.call), scope.home.title, task.maker)
        elif task.name and _is_lost(inference, scope, task):
            yield TaskNeverAwaited(_place(scope, task.call), scope.home.title, task.maker, task.name)
    if scope.home.head.is_async:
        yield from _awaited(inference, scope, [task for task in made if task.awaited >= 0])


def _made(inference: Inference, scope: ScopeNode) -> Iterator[_Task]:
    for call in scope.body.calls:
        if never_runs(inference, scope, call.statement):
            continue
        makers = inference.library.knowledge.tasks
        names = [value.name if isinstance(value, External) else "" for value in inference.callee(scope, call)]
        if not names or not all(name in makers and not makers[name].keeps_reference for name in names):
            continue
        if call.role.kind == "awaited":
            yield _Task(scope, call, names[0], awaited=call.statement)
        elif call.role.kind == "assigned" and len(call.role.names) == 1:
            name = call.role.names[0]
            yield _Task(scope, call, names[0], name, _awaiting(scope, name, call.statement))
        else:
            yield _Task(scope, call, names[0])


def _place(scope: ScopeNode, call: Call) -> Place:
    return Place(scope.module.path, scope.anchor(call.node))


# -- dropped and lost -----------------------------------------------------------------------------------------------


_OWN = ("context", "name")
"""What a task may be given that a coroutine has not."""


def _is_lost(inference: Inference, scope: ScopeNode, task: _Task) -> bool:
    """Whether the task's name is a local one that nothing does anything with but to ask whether it is there."""
    if not is_local(scope, task.name) or task.name == "_" or _is_kept_until_deleted(scope, task):
        return False
    return all(
        fate(inference, inner, use.role) == "looked at" or use.role.kind in TESTS
        for inner, use in reads(scope, task.name, task.call.statement)
    )


def _is_kept_until_deleted(scope: ScopeNode, task: _Task) -> bool:
    """Whether the task's name is deleted, though not at once: it was there to keep the task until then."""
    deleted = (each.statement for each in scope.bindings.get(task.name, ()) if each.how == "delete")
    return any(statement > task.call.statement + 1 for statement in deleted)


def _is_made_for_nobody(inference: Inference, scope: ScopeNode, call: Call) -> bool:
    """Whether `call` is what a lambda returns to the loop, which has no use for it: `call_later(1, lambda: ...)`."""
    outer = scope.parent
    if scope.head.kind != "lambda" or call.role.kind != "returned" or outer is None:
        return False
    schedulers = inference.library.knowledge.schedulers
    takers = [
        outer.body.calls[use.role.call]
        for use in outer.uses_of_inner.get(scope.number, ())
        if use.role.kind == "argument"
    ]
    return any(
        isinstance(value, External) and value.name in schedulers and not schedulers[value.name].coroutines
        for taker in takers
        for value in inference.callee(outer, taker)
    )


# -- awaited too early ----------------------------------------------------------------------------------------------


def _awaiting(scope: ScopeNode, name: str, after: int) -> int:
    """The statement that first uses `name` after statement `after`, if it awaits it in the same block; else -1."""
    uses = [use for use in scope.uses_of.get(name, ()) if use.statement > after]
    if not uses or uses[0].role.kind != "awaited":
        return -1
    statements = scope.body.statements
    same_block = statements[uses[0].statement].block == statements[after].block
    return uses[0].statement if same_block and not _may_be_skipped(scope, name, uses[0].statement) else -1


def _may_be_skipped(scope: ScopeNode, name: str, statement: int) -> bool:
    """Whether `statement` awaits the task `name` on one way only, and it runs by itself on the other."""
    values = [each.value for each in scope.body.returned if each.statement == statement]
    values += [each.value for each in scope.bindings_at.get(statement, ()) if each.value is not None]
    choices = (value for value in values if isinstance(value, Choice))
    return any(
        Awaited(Name(name)) in (choice.options if choice.operator == "if" else choice.options[1:]) for choice in choices
    )


def _awaited(inference: Inference, scope: ScopeNode, tasks: list[_Task]) -> Iterator[Observation]:
    in_turn: set[int] = set()
    for row in _rows(inference, scope, tasks):
        first = scope.body.statements[row[0].awaited]
        place = Place(scope.module.path, scope.anchor(first.node))
        in_turn.update(id(task) for task in row)
        yield TasksAwaitedInTurn(place, scope.title, row[0].maker, len(row))
    for task in tasks:
        if id(task) not in in_turn and _at_once(inference, scope, task) and not _overlaps(task, tasks):
            first_argument = task.call.arguments[0].value
            coroutine = scope.body.calls[first_argument.call] if isinstance(first_argument, Result) else task.call
            yield TaskAwaitedAtOnce(
                _place(scope, task.call), scope.home.title, task.maker, f"{dotted(coroutine.callee)}(...)"
            )


def _rows(inference: Inference, scope: ScopeNode, tasks: list[_Task]) -> Iterator[list[_Task]]:
    """Runs of two or more tasks, each created when the one before was awaited, with nothing in between."""
    row: list[_Task] = []
    for task in sorted(tasks, key=lambda task: task.call.statement):
        if not _runs_a_coroutine(inference, task):
            continue
        if row and _follows(inference, scope, row, task):
            row.append(task)
            continue
        if len(row) > 1:
            yield row
        row = [task]
    if len(row) > 1:
        yield row


def _runs_a_coroutine(inference: Inference, task: _Task) -> bool:
    """Whether the task is made from a call, and nothing else is asked of it: a context or name of its own."""
    first = argument(task.call, 0, "coro")
    if not isinstance(first, Result) or any(argument(task.call, -1, word) is not None for word in _OWN):
        return False
    made = inference.evaluate_call(task.scope, task.scope.body.calls[first.call])
    return not any(isinstance(value, Suspended) and _sets_context(inference, value.function.scope) for value in made)


def _sets_context(inference: Inference, scope: ScopeNode) -> bool:
    """Whether a coroutine function sets a `ContextVar`, which awaiting it directly would do for its caller too."""
    setting = External("contextvars.ContextVar.set")
    return any(setting in inference.callee(inner, call) for inner in within(scope) for call in inner.body.calls)


def _follows(inference: Inference, scope: ScopeNode, row: list[_Task], task: _Task) -> bool:
    before = row[-1]
    statements = scope.body.statements
    if task.call.statement <= before.awaited:
        return False
    if statements[before.awaited].block != statements[task.call.statement].block:
        return False
    between = range(before.awaited + 1, task.call.statement)
    if any(not _only_says(inference, scope, statement) for statement in between):
        return False
    results = {binding.name for earlier in row for binding in scope.bindings_at.get(earlier.awaited, ())}
    results |= {earlier.name for earlier in row if earlier.name}
    return not any(
        isinstance(use.value, Name) and use.value.id in results
        for statement in range(before.awaited + 1, task.call.statement + 1)
        for use in scope.uses_at.get(statement, ())
    )


def _only_says(inference: Inference, scope: ScopeNode, statement: int) -> bool:
    """Whether a statement only prints."""
    return any(
        call.role.kind == "discarded" and External("builtins.print") in inference.callee(scope, call)
        for call in scope.calls_at.get(statement, ())
    )


def _overlaps(task: _Task, tasks: list[_Task]) -> bool:
    """Whether another task, made before, runs on while the task `task`, which has a name, is awaited."""
    return bool(task.name) and any(
        other.call.statement <= task.call.statement and other.awaited >= task.awaited
        for other in tasks
        if other is not task
    )


def _at_once(inference: Inference, scope: ScopeNode, task: _Task) -> bool:
    if not _runs_a_coroutine(inference, task):
        return False
    if not task.name:
        return True
    uses = list(reads(scope, task.name, task.call.statement))
    return task.awaited == task.call.statement + 1 and len(uses) == 1
