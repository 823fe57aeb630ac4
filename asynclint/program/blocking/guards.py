"""Code that runs only where no event loop does: after a failed `get_running_loop()`, or if `is_running()` is false.

Code that asks in which thread it is, or whether a thread that works for it is alive, knows where it may block as well.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import Attribute, Choice, Constant, Expression, Name, Operation, Result
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.values import ClassValue, External, FunctionValue, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.facts.model import Guard, Scope
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

# On the loop's thread both give the running loop, and never fail.
_ASKS_FOR_LOOP = frozenset({"get_event_loop", "get_running_loop"})
_ASKS_FOR_RUNNING_LOOP = "get_running_loop"
_RUNS_LOOP = frozenset({"run_until_complete", "run_forever"})
_SUPPRESSES = frozenset({"suppress"})
_ASKS_FOR_THREAD = frozenset({"current_thread", "get_ident", "get_native_id"})
_THREAD = External("threading.Thread")
_ASKS_WHETHER_RUNNING = frozenset({"is_running", "in_async_context"})


def is_off_loop(inference: Inference, node: ScopeNode, statement: int, guards: Sequence[Guard] = ()) -> bool:
    """Whether `statement`, or what stands behind `guards` in it, runs only where the thread has no running loop."""
    asks = not _ASKS_FOR_LOOP.isdisjoint(node.called_names)
    if asks and _follows_failure(inference, node, statement):
        return True
    own = [(guard.test, statement, guard.negated) for guard in guards]
    for test, at, negated in (*node.conditions(statement), *own):
        if _says_not_running(inference, node, test, at, negated=negated):
            return True
    return asks and _loop_was_refused(inference, node, statement)


def _follows_failure(inference: Inference, node: ScopeNode, statement: int) -> bool:
    """Whether `statement` stands in an `except` where no loop was found."""
    blocks = (node.body.blocks[each] for each in blocks_around(node.body, statement))
    return any(block.kind == "except" and block.owner in _tries(inference, node) for block in blocks)


def is_running_loop(node: ScopeNode, expression: Expression) -> bool:
    """Whether `expression` is the loop that runs this: what `get_running_loop()` gives, or a name for it."""
    bindings = node.bindings.get(expression.id, []) if isinstance(expression, Name) else []
    given = [binding.value for binding in bindings] or [expression]
    return all(_is_call_of(node.body, each, _ASKS_FOR_LOOP) for each in given)


def _tries(inference: Inference, node: ScopeNode) -> frozenset[int]:
    """The `try` statements of a function whose body fails where no loop runs: it calls `get_running_loop()`, or it
    calls `get_event_loop()` and does not run that. A `with suppress(...)` is a `try` as well. In an `async def`, which
    has a loop, other things fail, unless its body begins so.
    """
    return inference.loop_tries.get(node, lambda: frozenset(_find_tries(node)))


def _find_tries(node: ScopeNode) -> Iterator[int]:
    scope = node.body
    called: dict[int, list[str]] = defaultdict(list)
    suppressing = {item.statement for item in scope.withs if _is_call_of(scope, item.value, _SUPPRESSES)}
    for call in scope.calls:
        for block in blocks_around(scope, call.statement):
            if scope.blocks[block].kind == "try" or scope.blocks[block].owner in suppressing:
                called[scope.blocks[block].owner].append(_called(call.callee))
    for owner, names in called.items():
        asks = _ASKS_FOR_RUNNING_LOOP in names or not (
            _ASKS_FOR_LOOP.isdisjoint(names) or not _RUNS_LOOP.isdisjoint(names)
        )
        if asks and (not node.head.is_async or names[0] in _ASKS_FOR_LOOP):
            yield owner


def _refusals(inference: Inference, node: ScopeNode) -> dict[int, int]:
    """By block, the first `try: get_running_loop()` in it that leaves the function or a round of a loop, in its body or
    `else`, wherever a loop runs.
    """
    return inference.loop_refusals.get(node, lambda: _find_refusals(node.body, _tries(inference, node)))


def _find_refusals(scope: Scope, tries: frozenset[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for block in scope.blocks:
        if block.kind in ("try", "else", "with") and block.leaves and block.owner in tries:
            found.setdefault(scope.statements[block.owner].block, block.owner)
    return found


def _says_not_running(inference: Inference, node: ScopeNode, test: Expression, at: int, *, negated: bool) -> bool:
    """Whether no loop runs, or not the one in question, where `test` holds, or with `negated`, where it fails."""
    match test:
        case Operation("not", (operand,)):
            return _says_not_running(inference, node, operand, at, negated=not negated)
        case Operation("is" | "is not" as operator, (Name(name), Constant(kind="None"))):
            unset = (operator == "is") != negated
            return _holds_answer(inference, node, name) if unset else _is_unset_on_loop(inference, node, name)
        case Operation("is" | "is not" as operator, (Result() as result, Constant(kind="None"))):
            return (operator == "is") != negated and _asks(inference, node, result)
        case Operation("is" | "is not" | "==" | "!=" as operator, operands):
            return (operator in ("is", "==")) == negated and any(_tells(inference, node, each) for each in operands)
        case Choice(_, options):
            return negated and any(_says_not_running(inference, node, each, at, negated=True) for each in options)
        case Name(name):
            return _holds_answer(inference, node, name) if negated else _is_unset_on_loop(inference, node, name)
        case Attribute():
            return negated and _was_given_answer(inference, node, test, at)
        case Result():
            return negated and (_asks(inference, node, test) or _asks_whether_thread_lives(inference, node, test, at))
    return False


def _tells(inference: Inference, node: ScopeNode, compared: Expression) -> bool:
    """Whether `compared` says which loop or thread runs this: where it is not the one looked for, code may block."""
    if isinstance(compared, Name):
        return _holds_answer(inference, node, compared.id) or _names_thread(node, compared.id)
    return _asks_where(node.body, compared)


def _names_thread(node: ScopeNode, name: str) -> bool:
    """Whether the local `name` holds the thread that runs this, or something that tells it from others."""
    bindings = node.bindings.get(name, [])
    return bool(bindings) and all(_asks_for_thread(node.body, binding.value) for binding in bindings)


def _asks_where(scope: Scope, expression: Expression) -> bool:
    """Whether an expression is the loop or the thread that runs this: compared with another, it tells them apart."""
    return _is_call_of(scope, expression, _ASKS_FOR_LOOP) or _asks_for_thread(scope, expression)


def _asks_for_thread(scope: Scope, expression: Expression | None) -> bool:
    thread = expression.value if isinstance(expression, Attribute) else expression
    return _is_call_of(scope, thread, _ASKS_FOR_THREAD)


def _is_call_of(scope: Scope, expression: Expression | None, names: frozenset[str]) -> bool:
    return isinstance(expression, Result) and _called(scope.calls[expression.call].callee) in names


def _asks_whether_thread_lives(inference: Inference, node: ScopeNode, result: Result, at: int) -> bool:
    """Whether a call asks if a thread is alive: where it is not, nothing is handed to it, before or after its life."""
    callee = node.body.calls[result.call].callee
    if not isinstance(callee, Attribute) or callee.name != "is_alive":
        return False
    owners = inference.evaluate(node, callee.value, at)
    return any(isinstance(owner, Instance) and _is_thread(inference, owner) for owner in owners)


def _is_thread(inference: Inference, value: Instance) -> bool:
    above = ancestry(inference, value.of) if isinstance(value.of, ClassValue) else (value.of,)
    return _THREAD in above


def _holds_answer(inference: Inference, node: ScopeNode, name: str) -> bool:
    """Whether no loop runs where the local `name` is falsy: it holds the running loop, or an answer about it."""
    return inference.loop_names.get((node, name), lambda: _always_holds_answer(inference, node, name))


def _always_holds_answer(inference: Inference, node: ScopeNode, name: str) -> bool:
    bindings = node.bindings.get(name, [])
    return _are_answers(inference, node, [(binding.value, binding.statement) for binding in bindings])


def _was_given_answer(inference: Inference, node: ScopeNode, attribute: Attribute, at: int) -> bool:
    """Whether all that the function puts into `attribute` before `at` is falsy wherever no loop runs."""
    stores = [store for store in node.body.stores if store.name == attribute.name and store.statement < at]
    own = [(store.value, store.statement) for store in stores if store.target == attribute.value]
    return _are_answers(inference, node, own)


def _are_answers(inference: Inference, node: ScopeNode, given: list[tuple[Expression | None, int]]) -> bool:
    """Whether one of the values that are `given` at statements says where a loop runs, and all are falsy elsewhere.
    What is given where no loop was found is of no account.
    """
    verdicts = {
        _is_answer(inference, node, value, at) for value, at in given if not _follows_failure(inference, node, at)
    }
    return "yes" in verdicts and "no" not in verdicts


def _is_answer(
    inference: Inference, node: ScopeNode, value: Expression | None, at: int
) -> Literal["yes", "no", "falsy"]:
    """Whether a value says if a loop runs, or that it is falsy anyway."""
    match value:
        case Constant():
            is_answer = bool(value.value) and _follows_answer(inference, node, at)
            return "yes" if is_answer else "no" if value.value else "falsy"
        case Choice("if", options):
            verdicts = {_is_answer(inference, node, option, at) for option in options}
            return "no" if "no" in verdicts else "yes" if "yes" in verdicts else "falsy"
        case Result():
            called = _called(node.body.calls[value.call].callee)
            return "yes" if called in _ASKS_FOR_LOOP or _asks(inference, node, value) else "no"
        case Operation("is" | "==", operands):
            return "yes" if any(_asks_where(node.body, operand) for operand in operands) else "no"
    return "no"


def _follows_answer(inference: Inference, node: ScopeNode, statement: int) -> bool:
    """Whether `statement` runs only where a loop was found, in the `try` that asks for it or its `else`."""
    blocks = (node.body.blocks[each] for each in blocks_around(node.body, statement))
    tries = {block.owner for block in blocks if block.kind in ("try", "else")} & _tries(inference, node)
    asked = [call.statement for call in node.body.calls if _called(call.callee) in _ASKS_FOR_LOOP]
    return bool(tries) and any(each < statement for each in asked)


def _is_unset_on_loop(inference: Inference, node: ScopeNode, name: str) -> bool:
    """Whether the local `name` is `None` wherever a loop runs: `idle = None if is_running() else find_loop()`."""
    bindings = node.bindings.get(name, [])
    return bool(bindings) and all(
        isinstance(binding.value, Choice) and _is_none_on_loop(inference, node, binding.value) for binding in bindings
    )


def _is_none_on_loop(inference: Inference, node: ScopeNode, choice: Choice) -> bool:
    if choice.operator != "if" or choice.test is None:
        return False
    test, on_loop = choice.test, 0
    while isinstance(test, Operation) and test.operator == "not":
        test, on_loop = test.operands[0], 1 - on_loop
    if choice.options[on_loop] != Constant(None, "None"):
        return False
    if isinstance(test, Name):
        return _holds_answer(inference, node, test.id)
    return isinstance(test, Result) and _asks(inference, node, test)


def _asks(inference: Inference, node: ScopeNode, result: Result) -> bool:
    """Whether a call asks if a loop runs: a method of the loop, or a function of the project that looks for one."""
    call = node.body.calls[result.call]
    if _called(call.callee) in _ASKS_WHETHER_RUNNING:
        return True
    values = inference.callee(node, call)
    return bool(values) and all(
        isinstance(value, FunctionValue) and _is_predicate(inference, value.scope) for value in values
    )


def _is_predicate(inference: Inference, function: ScopeNode) -> bool:
    """Whether the function gives `False` or `None` where `get_running_loop()` fails."""
    return any(
        isinstance(outcome.value, Constant)
        and not outcome.value.value
        and (
            _follows_failure(inference, function, outcome.statement)
            or _loop_was_refused(inference, function, outcome.statement)
        )
        for outcome in function.body.returned
    )


def _loop_was_refused(inference: Inference, node: ScopeNode, statement: int) -> bool:
    """Whether an earlier `try: get_running_loop()` left the function (in its body or `else`) wherever a loop runs."""
    refusals = _refusals(inference, node)
    around = blocks_around(node.body, statement) if refusals else ()
    inside = {node.body.blocks[block].owner for block in around}
    return any(refusals.get(block, statement) < statement and refusals[block] not in inside for block in around)


def _called(callee: Expression) -> str:
    return callee.name if isinstance(callee, Attribute) else callee.id if isinstance(callee, Name) else ""
