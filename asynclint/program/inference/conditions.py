"""Whether a call of a primitive is one of those that do not block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Call, Collection, Constant, Name, Result
from asynclint.program.inference import flags
from asynclint.program.inference.given import Given, alternatives
from asynclint.program.inference.texts import begins
from asynclint.program.names.arguments import argument, mentioned
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.imports import definition
from asynclint.program.names.scopes import ScopeNode, dotted, outermost, within
from asynclint.program.names.values import External, Instance, ParameterMember, ParameterValue, Unknown, Value

if TYPE_CHECKING:
    from asynclint.facts.model import Expression, Use
    from asynclint.knowledge.model import Condition, Primitive
    from asynclint.program.inference.inference import Inference
    from asynclint.program.inference.texts import Known

_MOST_NAMES = 4
"""How many names for other names are followed to a number."""
_SUBMITTING = frozenset({"map", "submit"})
"""The methods of a pool that give it something to do."""


def is_harmless(
    inference: Inference, scope: ScopeNode, call: Call, primitive: Primitive, known: Known | None = None
) -> bool:
    """Whether `call`, in `scope`, is a call of `primitive` that does not block, or that can't be shown to, where names
    are what is `known`.
    """
    return any(holds(inference, scope, call, condition, known) for condition in primitive.unless)


def passed_on(scope: ScopeNode, call: Call, primitive: Primitive) -> frozenset[str]:
    """The parameters of `scope` that decide whether `call` of `primitive` blocks."""
    found: set[str] = set()
    for condition in primitive.unless if scope.is_function else ():
        given = argument(call, condition.position, condition.argument)
        if isinstance(given, Name) and given.id in scope.parameters and (condition.equals or condition.none):
            found.add(given.id)
    return frozenset(found)


def holds(inference: Inference, scope: ScopeNode, call: Call, condition: Condition, known: Known | None = None) -> bool:
    """Whether `condition` holds for `call`, or can't be shown not to, where names are what is `known`."""
    found = _holds_around(inference, scope, call, condition)
    if found is not None:
        return found
    given = _asked_about(call, condition)
    if given is None:
        return condition.missing
    if condition.begins:
        return begins(inference, scope, given, call.statement, condition.begins, known)
    literals = _literals(known(given, call.statement)) if known is not None and isinstance(given, Name) else ()
    if literals and (condition.equals or condition.none):
        return any(_equals(each, condition) for each in literals)
    if condition.flags and _mentions(scope, given, condition.flags):
        return True
    if condition.at_most:
        number = _number(inference, scope, given)
        return number is not None and number <= condition.at_most
    if isinstance(given, Constant):
        return given.kind != "None" if condition.given else _equals(given, condition)
    if isinstance(given, Name) and any(_equals(each, condition) for each in _held(scope, given.id, call.statement)):
        return True
    if condition.given:
        return True
    if condition.text_of:
        return _is_text_of(inference, scope, given, condition.text_of)
    if condition.instance:
        values = inference.evaluate(scope, given, call.statement)
        return any(_may_be(inference, value, condition.instance) for value in values)
    return any(wanted is False for wanted in condition.equals)


def _asked_about(call: Call, condition: Condition) -> Expression | None:
    """What `condition` is about: an argument of `call`, or what it is a method of."""
    if condition.receiver:
        return call.callee.value if isinstance(call.callee, Attribute) else None
    return argument(call, condition.position, condition.argument)


def _holds_around(inference: Inference, scope: ScopeNode, call: Call, condition: Condition) -> bool | None:
    """Whether `condition` holds for what stands around `call`; `None` where it is about an argument."""
    if condition.receiver_called:
        is_left_out = not condition.missing or _asked_about(call, condition) is None
        return is_left_out and _receiver_called(scope, call, condition.receiver_called)
    if condition.caught:
        return _is_caught(inference, scope, call, condition.caught)
    if condition.file_calls:
        return _file_calls(scope, condition.file_calls)
    return _is_awaited(scope, call) if condition.awaited else None


def _mentions(scope: ScopeNode, given: Expression, flags: tuple[str, ...]) -> bool:
    """Whether one of `flags` is named in `given`, or in what the function binds to that name."""
    bound = scope.bindings.get(given.id, ()) if isinstance(given, Name) else ()
    sources = (given, *(binding.value for binding in bound if binding.value is not None))
    return any(flag in flags for source in sources for flag in (*mentioned(source), _asked_for(scope, source)))


def _asked_for(scope: ScopeNode, expression: Expression) -> str:
    """The name in `getattr(os, "WNOHANG", None)`; empty where `expression` is something else."""
    call = scope.body.calls[expression.call] if isinstance(expression, Result) else None
    name = argument(call, 1) if call is not None and call.callee == Name("getattr") else None
    return name.value if isinstance(name, Constant) and isinstance(name.value, str) else ""


def _literals(given: Given | None) -> tuple[Constant, ...]:
    """The literals of which something is one that is `given`; none where it may be something else."""
    found = alternatives(given) if given is not None else ()
    literals = tuple(each for each in found if isinstance(each, Constant))
    return literals if len(literals) == len(found) else ()


def _held(scope: ScopeNode, name: str, at: int) -> list[Constant]:
    """The literals that `name` may hold at statement `at`."""
    holder = scope.lookup(name)
    if holder is None:
        return []
    bindings = scope.flow(name).flowing(at) if holder is scope else holder.bindings.get(name, ())
    plain = [each.value for each in bindings or () if each.how == "assign" and not each.item]
    return [value for value in plain if isinstance(value, Constant)]


def _number(inference: Inference, scope: ScopeNode, given: Expression) -> float | None:
    """The number that `given` is, or that a name for it is bound to once, here or where it is imported from."""
    expression: Expression | None = given
    for _ in range(_MOST_NAMES):
        if not isinstance(expression, Name):
            break
        found = definition(inference, scope, expression.id)
        if found is None or expression.id in found[0].parameters:
            return None
        scope, expression = found[0], flags.bound_once([found[1]])
    return expression.value if isinstance(expression, Constant) and isinstance(expression.value, int | float) else None


def _may_be(inference: Inference, value: Value, classes: tuple[str, ...]) -> bool:
    if isinstance(value, Instance) and isinstance(value.of, External):
        return not set(inference.library.ancestors(value.of.name)).isdisjoint(classes)
    return isinstance(value, Unknown | ParameterValue | ParameterMember)


def _is_text_of(inference: Inference, scope: ScopeNode, given: Expression, classes: tuple[str, ...]) -> bool:
    """Whether `given` is `str(value)`, and `value` is an instance of one of `classes`."""
    call = scope.body.calls[given.call] if isinstance(given, Result) else None
    if call is None or len(call.arguments) != 1 or External("builtins.str") not in inference.callee(scope, call):
        return False
    values = inference.evaluate(scope, call.arguments[0].value, call.statement)
    return bool(values) and all(
        isinstance(value, Instance) and isinstance(value.of, External) and value.of.name in classes for value in values
    )


def _equals(given: Constant, condition: Condition) -> bool:
    if given.kind == "None":
        return condition.none
    for wanted in condition.equals:
        if isinstance(wanted, bool) or isinstance(given.value, bool):
            if wanted is given.value:
                return True
        elif wanted == given.value:
            return True
    return False


def _is_awaited(scope: ScopeNode, call: Call) -> bool:
    """Whether a `with` enters what `call` makes and awaits in its body, where it passes it to others, or wraps all
    that it submits to it.
    """
    made = Result(scope.body.calls.index(call))
    if not any(item.value == made and item.awaits for item in scope.body.withs):
        return False
    names = {binding.name for binding in scope.body.bindings if binding.value == made}
    return all(
        _is_wrapped(inner, use)
        for inner in within(scope)
        for use in inner.body.uses
        if isinstance(use.value, Attribute) and use.value.name in _SUBMITTING and dotted(use.value.value) in names
    )


def _is_wrapped(scope: ScopeNode, use: Use) -> bool:
    """Whether the future that a method which is read so gives goes to `asyncio.wrap_future`, at once or by a name."""
    if use.role.kind != "callee":
        return False
    role = scope.body.calls[use.role.call].role
    if role.kind == "argument":
        return _wraps(scope.body.calls[role.call])
    wrapped = {dotted(each.arguments[0].value) for each in scope.body.calls if _wraps(each) and each.arguments}
    return role.kind == "assigned" and not wrapped.isdisjoint(role.names)


def _wraps(call: Call) -> bool:
    return dotted(call.callee).rpartition(".")[2] == "wrap_future"


def _is_caught(inference: Inference, scope: ScopeNode, call: Call, exceptions: tuple[str, ...]) -> bool:
    """Whether a `try` around `call`, in the same function, has an `except` that names one of `exceptions`."""
    scope, statement = outermost(scope, call.statement)
    blocks = scope.body.blocks
    tries = {blocks[each].owner for each in blocks_around(scope.body, statement) if blocks[each].kind == "try"}
    caught = [block.caught for block in blocks if block.owner in tries and block.caught is not None] if tries else []
    named = [part for each in caught for part in (each.elements if isinstance(each, Collection) else (each,))]
    wanted = {External(exception) for exception in exceptions}
    return any(not wanted.isdisjoint(inference.evaluate(scope, each, statement)) for each in named)


def _file_calls(scope: ScopeNode, methods: tuple[str, ...]) -> bool:
    """Whether the file calls a method of one of those names on anything."""
    return scope.module.has(rf"\.(?:{'|'.join(map(re.escape, methods))})\(", methods)


def _receiver_called(scope: ScopeNode, call: Call, methods: tuple[str, ...]) -> bool:
    """Whether the file calls one of `methods` on what reads like `call`'s receiver; who does so knows what it does."""
    receiver = dotted(call.callee.value) if isinstance(call.callee, Attribute) else ""
    if not receiver:
        return False
    names = "|".join(map(re.escape, methods))
    return scope.module.has(rf"(?<![\w.]){re.escape(receiver)}\.(?:{names})\(", methods)
