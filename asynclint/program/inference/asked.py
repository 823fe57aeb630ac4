"""What code asks about coroutines before it goes on: `if inspect.iscoroutinefunction(function): ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Name, Operation, Result
from asynclint.program.inference.narrowing import classes_named
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.scopes import within
from asynclint.program.names.values import ClassValue, External, FunctionValue, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call, Expression, Guard
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_OF_FUNCTIONS = frozenset(
    {"asyncio.iscoroutinefunction", "asyncio.coroutines.iscoroutinefunction", "inspect.iscoroutinefunction"}
)
OF_OBJECTS = frozenset(
    {"asyncio.iscoroutine", "asyncio.isfuture", "inspect.isasyncgen", "inspect.isawaitable", "inspect.iscoroutine"}
)
"""Functions that tell whether an object can be awaited."""
AWAITABLE_CLASSES = frozenset(
    f"{module}.{name}"
    for module, names in {
        "typing": ("Awaitable", "Coroutine"),
        "collections.abc": ("Awaitable", "Coroutine"),
        "types": ("CoroutineType",),
        "asyncio": ("Future", "Task"),
    }.items()
    for name in names
)
"""Classes of what can be awaited."""
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in _OF_FUNCTIONS | OF_OBJECTS)


def decides(inference: Inference, scope: ScopeNode, statement: int, guards: tuple[Guard, ...] = ()) -> bool:
    """Whether it is up to such a question, or what it was answered before, if `statement`, or what stands behind
    `guards` in it, runs.
    """
    tests = [*((test, at) for test, at, _ in scope.conditions(statement)), *((each.test, statement) for each in guards)]
    tests += _asserted(scope, statement)
    return any(
        _asks(inference, asker, question, _OF_FUNCTIONS | OF_OBJECTS)
        for test, at in tests
        for part in _parts(test)
        for asker, question in _origins(inference, scope, part, at)
    )


def _asserted(scope: ScopeNode, statement: int) -> Iterator[tuple[Expression, int]]:
    """The calls that seem to ask so, and that are tested by an `assert` on each way to `statement`."""
    if scope.called_names.isdisjoint(_LAST_NAMES):
        return
    around = set(blocks_around(scope.body, statement))
    branching = {block.owner for block in scope.body.blocks}
    for index, call in enumerate(scope.body.calls):
        at = call.statement
        is_asserted = call.role.kind == "condition" and at not in branching
        if is_asserted and at < statement and scope.body.statements[at].block in around:
            yield Result(index), at


def asks(scope: ScopeNode) -> bool:
    """Whether `scope` or a scope in it seems to ask such a question."""
    return any(not inner.called_names.isdisjoint(_LAST_NAMES) for inner in within(scope))


def is_about(inference: Inference, scope: ScopeNode, call: Call) -> bool:
    """Whether `scope` asks if what `call` has given, by the name that it is assigned to, can be awaited."""
    names = {Name(name) for name in call.role.names}
    if not names or scope.called_names.isdisjoint(_LAST_NAMES | {"isinstance"}):
        return False
    return any(
        _asks(inference, scope, Result(index), OF_OBJECTS) or _is_class_test(inference, scope, asking)
        for index, asking in enumerate(scope.body.calls)
        if asking.arguments and asking.arguments[0].value in names
    )


def _is_class_test(inference: Inference, scope: ScopeNode, call: Call) -> bool:
    """Whether `call` is `isinstance(result, Awaitable)`."""
    if call.callee != Name("isinstance") or len(call.arguments) != 2:
        return False
    classes = classes_named(inference, scope, call.arguments[1].value, call.statement)
    return any(isinstance(each.of, External) and each.of.name in AWAITABLE_CLASSES for each in classes)


def is_true_for(inference: Inference, scope: ScopeNode, test: Expression, *, is_async: bool) -> bool | None:
    """What `iscoroutinefunction(function)` gives where the function is an `async def`, or is none; `None` where `test`
    is another.
    """
    if isinstance(test, Operation) and test.operator == "not":
        found = is_true_for(inference, scope, test.operands[0], is_async=is_async)
        return None if found is None else not found
    return is_async if _asks(inference, scope, test, _OF_FUNCTIONS) else None


def _parts(test: Expression) -> Iterator[Expression]:
    inner = test.operands if isinstance(test, Operation) else test.options if isinstance(test, Choice) else ()
    yield test
    for part in inner:
        yield from _parts(part)


def _origins(
    inference: Inference, scope: ScopeNode, test: Expression, at: int
) -> Iterator[tuple[ScopeNode, Expression]]:
    """What `test` is, with its scope: itself, what the local name or the attribute of an object gets, or what the
    project's function returns that is called.
    """
    match test:
        case Result(index):
            yield scope, test
            for callee in inference.callee(scope, scope.body.calls[index]):
                if isinstance(callee, FunctionValue) and asks(callee.scope):
                    for outcome in callee.scope.body.returned:
                        yield from ((callee.scope, part) for part in _parts(outcome.value))
        case Name(name):
            holder = scope.lookup(name)
            for binding in holder.bindings.get(name, ()) if holder is not None else ():
                if holder is not None and binding.value is not None:
                    yield holder, binding.value
        case Attribute(Name() as owner, name):
            for value in inference.evaluate(scope, owner, at):
                if isinstance(value, Instance) and isinstance(value.of, ClassValue):
                    yield from _assigned(inference, value.of, name)
        case _:
            yield scope, test


def _assigned(inference: Inference, of: ClassValue, name: str) -> Iterator[tuple[ScopeNode, Expression]]:
    """What methods of the class and of those above it assign to `self.name`."""
    for value in ancestry(inference, of):
        for method, store in assignments(value, name) if isinstance(value, ClassValue) else ():
            if store.value is not None:
                yield method, store.value


def _asks(inference: Inference, scope: ScopeNode, test: Expression, questions: frozenset[str]) -> bool:
    if not isinstance(test, Result):
        return False
    callees = inference.callee(scope, scope.body.calls[test.call])
    return bool(callees) and all(isinstance(each, External) and each.name in questions for each in callees)
