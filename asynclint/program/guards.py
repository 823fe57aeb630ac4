"""Code that runs only where no event loop does: after a failed `get_running_loop()`, or if `is_running()` is false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Constant, Expression, Name, Operation, Result
from asynclint.program.bindings import blocks_around
from asynclint.program.values import FunctionValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynclint.facts.model import Guard, Scope
    from asynclint.program.inference import Inference
    from asynclint.program.scopes import ScopeNode

_ASKS_FOR_LOOP = frozenset({"get_running_loop"})
_ASKS_WHETHER_RUNNING = frozenset({"is_running", "in_async_context"})


def is_off_loop(inference: Inference, node: ScopeNode, statement: int, guards: Sequence[Guard] = ()) -> bool:
    """Whether `statement`, or what stands behind `guards` in it, runs only where the thread has no running loop."""
    scope = node.body
    asks = not _ASKS_FOR_LOOP.isdisjoint(node.called_names)
    for block in blocks_around(scope, statement) if asks else ():
        if scope.blocks[block].kind == "except" and _asks_for_loop(scope, scope.blocks[block].owner):
            return True
    own = [(guard.test, statement, guard.negated) for guard in guards]
    for test, at, negated in (*node.conditions(statement), *own):
        if _says_not_running(inference, node, test, at, negated=negated):
            return True
    return asks and _loop_was_refused(scope, statement)


def _asks_for_loop(scope: Scope, owner: int) -> bool:
    """Whether the body of the `try` that is statement `owner` calls `get_running_loop()`."""
    return any(_called(call.callee) in _ASKS_FOR_LOOP and _in_try(scope, call.statement, owner) for call in scope.calls)


def _in_try(scope: Scope, statement: int, owner: int) -> bool:
    return any(
        scope.blocks[block].owner == owner and scope.blocks[block].kind == "try"
        for block in blocks_around(scope, statement)
    )


def _says_not_running(inference: Inference, node: ScopeNode, test: Expression, at: int, *, negated: bool) -> bool:
    """Whether no loop runs where `test` holds, or with `negated`, where it fails."""
    match test:
        case Operation("not", (operand,)):
            return _says_not_running(inference, node, operand, at, negated=not negated)
        case Operation("is" | "is not" as operator, (Name(name), Constant(kind="None"))):
            return (operator == "is") != negated and _holds_answer(inference, node, name)
        case Operation("is" | "is not" as operator, (Result() as result, Constant(kind="None"))):
            return (operator == "is") != negated and _asks(inference, node, result)
        case Choice(_, options):
            return negated and any(_says_not_running(inference, node, each, at, negated=True) for each in options)
        case Name(name):
            return negated and _holds_answer(inference, node, name)
        case Result():
            return negated and _asks(inference, node, test)
    return False


def _holds_answer(inference: Inference, node: ScopeNode, name: str) -> bool:
    """Whether the local `name` is falsy wherever no loop runs: it holds the running loop, or an answer about it."""
    return inference.loop_names.get((node, name), lambda: _always_holds_answer(inference, node, name))


def _always_holds_answer(inference: Inference, node: ScopeNode, name: str) -> bool:
    bindings = node.bindings.get(name, [])
    found = False
    for binding in bindings:
        if isinstance(binding.value, Result):
            call = node.body.calls[binding.value.call]
            if _called(call.callee) not in _ASKS_FOR_LOOP and not _asks(inference, node, binding.value):
                return False
            found = True
        elif not (isinstance(binding.value, Constant) and not binding.value.value):
            return False
    return found


def _asks(inference: Inference, node: ScopeNode, result: Result) -> bool:
    """Whether a call asks if a loop runs: a method of the loop, or a function of the project that looks for one."""
    call = node.body.calls[result.call]
    if _called(call.callee) in _ASKS_WHETHER_RUNNING:
        return True
    values = inference.callee(node, call)
    return bool(values) and all(isinstance(value, FunctionValue) and _is_predicate(value.scope) for value in values)


def _is_predicate(function: ScopeNode) -> bool:
    """Whether the function gives `False` or `None` where `get_running_loop()` fails."""
    body = function.body
    for outcome in body.returned:
        if isinstance(outcome.value, Constant) and not outcome.value.value:
            for block in blocks_around(body, outcome.statement):
                if body.blocks[block].kind == "except" and _asks_for_loop(body, body.blocks[block].owner):
                    return True
    return False


def _loop_was_refused(scope: Scope, statement: int) -> bool:
    """Whether an earlier `try: get_running_loop()` left the function (in its body or `else`) wherever a loop runs."""
    around = set(blocks_around(scope, statement))
    for block in scope.blocks:
        if block.kind not in ("try", "else") or not block.leaves or not 0 <= block.owner < statement:
            continue
        if scope.statements[block.owner].block in around and _asks_for_loop(scope, block.owner):
            return True
    return False


def _called(callee: Expression) -> str:
    return callee.name if isinstance(callee, Attribute) else callee.id if isinstance(callee, Name) else ""
