"""Code that runs only where no event loop does: after a failed `get_running_loop()`, or if `is_running()` is false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Expression, Name, Operation, Result
from asynclint.program.bindings import blocks_around

if TYPE_CHECKING:
    from asynclint.facts.model import Scope

_ASKS_FOR_LOOP = frozenset({"get_running_loop"})
_ASKS_WHETHER_RUNNING = frozenset({"is_running", "in_async_context"})


def is_off_loop(scope: Scope, statement: int) -> bool:
    """Whether `statement` runs only where the current thread has no running loop."""
    for block in blocks_around(scope, statement):
        facts = scope.blocks[block]
        if facts.kind == "except" and _asks_for_loop(scope, facts.owner):
            return True
        if facts.test is not None and _says_not_running(scope, facts.test, negated=facts.negated):
            return True
    return _loop_was_refused(scope, statement)


def _asks_for_loop(scope: Scope, owner: int) -> bool:
    """Whether the body of the `try` that is statement `owner` calls `get_running_loop()`."""
    return any(_called(call.callee) in _ASKS_FOR_LOOP and _in_try(scope, call.statement, owner) for call in scope.calls)


def _in_try(scope: Scope, statement: int, owner: int) -> bool:
    return any(
        scope.blocks[block].owner == owner and scope.blocks[block].kind == "try"
        for block in blocks_around(scope, statement)
    )


def _says_not_running(scope: Scope, test: Expression, *, negated: bool) -> bool:
    if isinstance(test, Operation) and test.operator == "not":
        return _says_not_running(scope, test.operands[0], negated=not negated)
    if isinstance(test, Result):
        return negated and _called(scope.calls[test.call].callee) in _ASKS_WHETHER_RUNNING
    if isinstance(test, Choice):
        return negated and any(_says_not_running(scope, option, negated=True) for option in test.options)
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
