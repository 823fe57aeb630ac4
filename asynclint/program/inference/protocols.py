"""What calling a function of the project, and awaiting, iterating, entering and subscripting a value give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Expression, Opaque
from asynclint.program.inference import enumerations
from asynclint.program.inference.decorators import effects, gives_coroutine
from asynclint.program.inference.type_arguments import About
from asynclint.program.names import signatures
from asynclint.program.names.functions import traits
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    UNSET,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Lazy,
    Managed,
    Stream,
    Suspended,
    Tuple,
    Unset,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def call_function(inference: Inference, function: FunctionValue) -> Values:
    """What calling a function of the project gives."""
    scope = function.scope
    found = traits(inference, scope)
    if "context manager" in found:
        return (Suspended("context manager", function),)
    if "async context manager" in found:
        return (Suspended("async context manager", function),)
    if scope.body.yields:
        return (Suspended("async generator" if scope.head.is_async else "generator", function),)
    if scope.head.is_async:
        return (Suspended("coroutine", function),) if gives_coroutine(inference, scope) else ANYTHING
    made = effects(inference, scope) if scope.head.decorators else frozenset()
    if made & {"threads", "coroutine"}:
        return (Awaitable(scope.full_name, "coroutine", inference.returned(function)),)
    if "starts" in made:
        return (Awaitable(scope.full_name, "future", inference.returned(function)),)
    return inference.returned(function)


def yielded(inference: Inference, function: FunctionValue) -> Values:
    """What a generator function yields."""
    return inference.once((function, "yielded"), lambda: _yielded(inference, function))


def _yielded(inference: Inference, function: FunctionValue) -> Values:
    scope = function.scope
    if scope.head.returns is not None:
        outer = scope.parent or scope
        about = About(function.receiver, scope.owner_class, gives=True, function=scope)
        declared = inference.declared(outer, scope.head.returns, scope.head.statement, about)
        items = union(value.items for value in declared if isinstance(value, Instance))
        if items and UNKNOWN not in items:
            return items
    found: list[Values] = []
    for outcome in scope.body.yielded:
        values = inference.evaluate(scope, outcome.value, outcome.statement)
        found.append(union(iterated(inference, value) for value in values) if outcome.delegates else values)
    return union(found) or ANYTHING


def awaited(inference: Inference, value: Value) -> Values:
    """What `await value` gives."""
    if isinstance(value, Suspended) and value.kind == "coroutine":
        if value.result:
            return value.result
        returned = inference.returned(value.function)
        declared = value.function.scope.head.returns is not None
        return returned if declared else union((UNKNOWN,) if _is_coroutine(each) else (each,) for each in returned)
    if isinstance(value, Awaitable):
        return value.result or ANYTHING
    if isinstance(value, Instance) and isinstance(value.of, External):
        return signatures.awaited(inference.library, value.of.name)
    return ANYTHING


def _is_coroutine(value: Value) -> bool:
    """Whether an `async def` that returns `value`, and does not say so, has forgotten an `await`."""
    return isinstance(value, Suspended | Awaitable) and value.kind == "coroutine"


def iterated(inference: Inference, value: Value) -> Values:
    """The items of `for item in value`."""
    match value:
        case Tuple(elements):
            return union(elements)
        case Instance(of=External(name), items=items, keys=keys):
            if name == "builtins.dict":
                return keys or ANYTHING
            if items:
                return items
            of = inference.library.inherited(inference.library.knowledge.iterates, name)
            return (Instance(External(of)),) if of else ANYTHING
        case Instance(of=ClassValue()):
            methods = inference.member(value, "__iter__")
            functions = [method for method in methods if isinstance(method, FunctionValue)]
            return union(yielded(inference, function) for function in functions) or ANYTHING
        case ClassValue() if enumerations.is_enumeration(inference, value):
            return (Instance(value, exact=True),)
        case Suspended("generator", function):
            return yielded(inference, function)
        case Lazy(_, items) | Stream(_, items):
            return items
        case Unset():
            return ()
    return ANYTHING


def async_iterated(inference: Inference, value: Value) -> Values:
    """The items of `async for item in value`."""
    if isinstance(value, Suspended) and value.kind == "async generator":
        return yielded(inference, value.function)
    if isinstance(value, Instance) and value.items:
        return value.items
    if isinstance(value, Instance) and isinstance(value.of, External):
        return signatures.async_items(inference.library, value.of.name)
    return ANYTHING


def entered(inference: Inference, value: Value, *, is_async: bool) -> Values:
    """What `with value as target` binds."""
    match value:
        case Suspended("context manager" | "async context manager", function):
            return yielded(inference, function)
        case Managed(_, found):
            return found or ANYTHING
        case Lazy():
            return (value,)
        case Instance(of=External(name)):
            known = inference.library.inherited(inference.library.knowledge.enters, name)
            return (
                (Instance(External(known)),) if known else signatures.entered(inference.library, value, name, is_async)
            )
        case Instance(of=ClassValue()):
            method = "__aenter__" if is_async else "__enter__"
            return union(_entered(inference, found, value) for found in inference.member(value, method))
        case External() | ClassValue():
            return ANYTHING
        case _ if value == UNSET:
            return ()
    return ANYTHING


def _entered(inference: Inference, method: Value, owner: Instance) -> Values:
    if isinstance(method, FunctionValue):
        return inference.returned(method)
    return (owner,) if isinstance(method, External) else ANYTHING


def _slice(inference: Inference, owner: Value) -> Values:
    """What a slice of `owner` gives: of a sequence, another that holds the same."""
    match owner:
        case Tuple(elements):
            return (Instance(External("builtins.tuple"), exact=True, items=union(elements)),)
        case Instance(of=External()):
            return (owner,)
        case Instance(of=ClassValue()):
            return _of_getitem(inference, owner)
    return () if owner == UNSET else ANYTHING


def _of_getitem(inference: Inference, owner: Instance) -> Values:
    """What the `__getitem__` of an object of the project gives."""
    methods = inference.member(owner, "__getitem__")
    return (
        union(call_function(inference, method) for method in methods if isinstance(method, FunctionValue)) or ANYTHING
    )


def item(inference: Inference, scope: ScopeNode, owner: Value, index: tuple[Expression, ...]) -> Values:
    """What `owner[index]` gives."""
    if index == (Opaque("slice"),):
        return _slice(inference, owner)
    match owner:
        case Tuple(elements):
            place = index[0] if len(index) == 1 else None
            if (
                isinstance(place, Constant)
                and isinstance(place.value, int)
                and -len(elements) <= place.value < len(elements)
            ):
                return elements[place.value]
            return union(elements)
        case Instance(of=External(name), items=items):
            if items:
                return items
            of = inference.library.inherited(inference.library.knowledge.items, name)
            if of:
                return (Instance(External(of)),)
            is_open = len(index) == 1 and inference.library.is_open(name)
            return (inference.placed(name, index[0]) if is_open else ()) or ANYTHING
        case Instance(of=ClassValue()):
            return _of_getitem(inference, owner)
        case ClassValue() if enumerations.is_enumeration(inference, owner):
            return (Instance(owner, exact=True),)
        case ClassValue() | External():
            return (owner,)
        case _ if owner == UNSET:
            return ()
    return ANYTHING
