"""Code that runs the first time only: it makes what an attribute or a global holds, behind a test for that.

What is made anew when the process or a file is another one counts as well: `if _pid != os.getpid()`. So does what runs
once for each of the things that a set of the module remembers, warnings that were given, features that were set up, and
for each of the keys that a caller names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Constant, Expression, Name, Operation, Result, Subscript
from asynclint.program.inference import declarations
from asynclint.program.inference.decorators import wrappers
from asynclint.program.names import receivers
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.functions import CONSTRUCTORS, traits
from asynclint.program.names.scopes import ScopeNode, dotted
from asynclint.program.names.values import ClassValue, ParameterValue

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from asynclint.program.inference.inference import Inference

_ADDING = frozenset({"add"})
_FILLING = frozenset({"add", "append", "extend", "insert", "update"})
_EMPTYING = ("clear", "pop", "popitem", "popleft", "remove")


def runs_once(scope: ScopeNode, statement: int, named: frozenset[str]) -> bool:
    """Whether `statement` runs only as long as something is unset, or out of date, that the function goes on to set.
    For the parameters `named`, the caller passes literals.
    """
    tests = scope.conditions(statement)
    named = named.difference(scope.bindings)
    return any(
        name in _set_after(scope, at) or _is_set_by_method(scope, statement, name) or _is_filled_after(scope, name, at)
        for test, at, negated in tests
        for name in _unset(scope, test, named, holds=not negated)
    ) or any(_is_noted_after(scope, test, at, holds=not negated) for test, at, negated in tests)


def is_run_once(inference: Inference, scope: ScopeNode) -> bool:
    """Whether a decorator of the project calls the function `scope` the first time only."""
    return any(_calls_once(inference, wrapper.scope) for wrapper in wrappers(inference, scope))


def _calls_once(inference: Inference, wrapper: ScopeNode) -> bool:
    """Whether all calls that `wrapper` makes of what its decorator was passed are made the first time only."""
    passed = [
        call.statement
        for call in wrapper.body.calls
        for callee in inference.callee(wrapper, call)
        if isinstance(callee, ParameterValue) and callee.scope is wrapper.parent
    ]
    return bool(passed) and all(runs_once(wrapper, statement, frozenset()) for statement in passed)


def keeps_few(inference: Inference, scope: ScopeNode) -> bool:
    """Whether a cache of the function `scope` has a result for each of a few arguments: literals that are named."""
    if "cached" not in traits(inference, scope):
        return False
    outer, at = scope.parent or scope, scope.head.statement
    parameters = scope.head.parameters[receivers.receiver(inference, scope) is not None :]
    return bool(parameters) and all(
        each.annotation is not None and declarations.names_literals(inference, outer, each.annotation, at)
        for each in parameters
    )


def keeps_one(inference: Inference, of: ClassValue) -> bool:
    """Whether the class `of` makes no new object for each call: its `__new__` gives one that it has kept."""
    return any(
        isinstance(outcome.value, Attribute | Subscript)
        for value in ancestry(inference, of)
        if isinstance(value, ClassValue)
        for method in value.scope.methods.get("__new__", ())
        for outcome in method.body.returned
    )


def _is_filled_after(scope: ScopeNode, name: str, statement: int) -> bool:
    """Whether `name` is a collection of the module that the function fills after `statement`, and nothing empties."""
    items = {dotted(item.target) for item in scope.body.items if item.statement > statement}
    if name not in items | _changed_after(scope, statement, _FILLING) or not _is_of_module(scope, name):
        return False
    taken = rf"(?<![\w.]){re.escape(name)}\.(?:{'|'.join(_EMPTYING)})\(|\bdel {re.escape(name)}\["
    return not scope.module.has(taken, (*_EMPTYING, "del"))


def _is_of_module(scope: ScopeNode, name: str) -> bool:
    holder = scope.lookup(name)
    return holder is not None and holder.head.kind == "module"


def _is_noted_after(scope: ScopeNode, test: Expression, at: int, *, holds: bool) -> bool:
    """Whether `test`, or unless it `holds`, its failure, says that a set of the module lacks what is added to it."""
    match test:
        case Operation("in" | "not in" as operator, (_, Name(name))) if holds == (operator == "not in"):
            return _is_of_module(scope, name) and name in _changed_after(scope, at, _ADDING)
    return False


def _changed_after(scope: ScopeNode, statement: int, methods: frozenset[str]) -> set[str]:
    """The names of what the function calls one of `methods` on after `statement`."""
    callees = (call.callee for call in scope.body.calls if call.statement > statement)
    return {dotted(callee.value) for callee in callees if isinstance(callee, Attribute) and callee.name in methods}


def _unset(scope: ScopeNode, test: Expression, named: frozenset[str], *, holds: bool) -> Iterator[str]:
    """The names that are unset or out of date where `test` holds, or, without `holds`, where it fails."""
    body = scope.body
    match test:
        case Operation("not", (operand,)):
            yield from _unset(scope, operand, named, holds=not holds)
        case Operation(operator, (left, right)):
            yield from _compared(scope, operator, left, right, named, holds=holds)
        case Choice("and" | "or", options):
            for option in options:
                yield from _unset(scope, option, named, holds=holds)
        case Subscript(value, (key,)) if not holds and _is_kept(scope, value):
            yield from _item(value, key, named)
        case Result(index) if not holds and body.calls[index].callee in (Name("hasattr"), Name("getattr")):
            match [given.value for given in body.calls[index].arguments]:
                case [of, Constant(attribute)] | [of, Constant(attribute), Constant(None | False)]:
                    yield f"{dotted(of)}.{attribute}"
        case _ if not holds:
            yield dotted(test)


def _compared(
    scope: ScopeNode, operator: str, left: Expression, right: Expression, named: frozenset[str], *, holds: bool
) -> Iterator[str]:
    """The names that are unset or out of date where a comparison holds, or, without `holds`, where it fails."""
    match operator, left, right:
        case "is" | "==" | "is not" | "!=", _, Constant(kind="None"):
            if holds == (operator in ("is", "==")):
                yield dotted(left)
        case "==" | "!=", _, _:
            if holds == (operator == "!="):
                yield from (dotted(one) for one, other in ((left, right), (right, left)) if _is_found_out(scope, other))
        case "in" | "not in", _, _:
            if holds == (operator == "not in") and _is_kept(scope, right):
                yield from _item(right, left, named)


def _is_kept(scope: ScopeNode, container: Expression) -> bool:
    """Whether `container` is one of the module, or an attribute of the object: there is no new one for each call."""
    if isinstance(container, Attribute):
        own = _own_name(scope)
        return bool(own) and container.value == Name(own)
    return isinstance(container, Name) and _is_of_module(scope, container.id)


def _own_name(scope: ScopeNode) -> str:
    """What the method `scope` calls its object; empty where it is no method, or takes nothing."""
    return scope.head.parameters[0].name if scope.owner_class is not None and scope.head.parameters else ""


def _is_found_out(scope: ScopeNode, expression: Expression) -> bool:
    """Whether the function finds out a value by itself: a caller that passes one passes a new one, as a rule."""
    if isinstance(expression, Name):
        return expression.id in scope.bindings and expression.id not in scope.parameters
    return isinstance(expression, Result)


def _is_set_by_method(scope: ScopeNode, statement: int, name: str) -> bool:
    """Whether `statement` calls a method of the object, and one of its methods goes on to set its attribute `name`."""
    own, _, attribute = name.partition(".")
    owner = scope.owner_class
    if owner is None or own != _own_name(scope) or not attribute or "." in attribute:
        return False
    callees = (call.callee for call in scope.calls_at.get(statement, ()))
    if not any(isinstance(callee, Attribute) and callee.value == Name(own) for callee in callees):
        return False
    return any(
        method.home.name not in CONSTRUCTORS and store.how == "assign" and store.value != Constant(None, "None")
        for method, store in assignments(ClassValue(owner), attribute)
    )


def _set_after(scope: ScopeNode, statement: int) -> set[str]:
    """The attributes, globals and named items that the function assigns after `statement`. What it gives its class, it
    reads off the object as well.
    """
    body = scope.body
    stores = [(dotted(store.target), store.name) for store in body.stores if store.statement > statement]
    attributes = {f"{target}.{name}" for target, name in stores}
    own = _own_name(scope)
    if own and scope.owner_class is not None:
        of = scope.owner_class.name
        attributes |= {f"{own}.{name}" for target, name in stores if target in (of, f"{own}.__class__")}
    items = (item for item in body.items if item.statement > statement and len(item.index) == 1)
    kept = {name for item in items for name in _item(item.target, item.index[0], scope.parameters)}
    names = {binding.name for binding in body.bindings if binding.statement > statement}
    return attributes | kept | names.intersection(body.globals)


def _item(container: Expression, key: Expression, named: Container[str]) -> Iterator[str]:
    """How an item of `container` reads whose key is a literal, or a parameter that is `named`."""
    match key:
        case Constant(str() as text):
            yield f"{dotted(container)}[{text!r}]"
        case Name(name) if name in named:
            yield f"{dotted(container)}[{name}]"
