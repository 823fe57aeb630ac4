"""What a call gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Call, Constant, Expression, Name, Result
from asynclint.program.inference import declarations, generics, holders, protocols, special_calls
from asynclint.program.inference.decorators import gives_coroutine
from asynclint.program.names import signatures
from asynclint.program.names.arguments import argument, mentioned
from asynclint.program.names.scopes import dotted
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    UNSET,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ItemMethod,
    Lazy,
    Partial,
    Suspended,
    Tuple,
    Unset,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from asynclint.facts.model import Outcome
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def result(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    """What `call`, in `scope`, returns."""
    return result_of(inference, scope, call, inference.callee(scope, call))


def result_of(inference: Inference, scope: ScopeNode, call: Call, callees: Values) -> Values:
    """What `call`, in `scope`, returns where it calls one of `callees`."""
    constructed = inference.as_constructed(callees)
    return union(called(inference, scope, call, callee) for callee in constructed)


def made_by_own(inference: Inference, function: FunctionValue, outcome: Outcome) -> Values:
    """What the inherited method `function` returns by a call of `self.name()`, where the class of the object that it is
    called on has a `name` of its own; empty where it has none.
    """
    scope, of = function.scope, function.receiver
    if not isinstance(outcome.value, Result) or not isinstance(of, Instance) or scope.owner_class is None:
        return ()
    call = scope.body.calls[outcome.value.call]
    own = [Name(each.name) for each in scope.head.parameters[:1]]
    if of.of == ClassValue(scope.owner_class) or not isinstance(call.callee, Attribute) or call.callee.value not in own:
        return ()
    callees = inference.member(of, call.callee.name)
    return () if callees == inference.callee(scope, call) else result_of(inference, scope, call, callees)


def called(inference: Inference, scope: ScopeNode, call: Call, callee: Value) -> Values:
    """What `call`, in `scope`, returns where it calls `callee`."""
    match callee:
        case FunctionValue():
            if not _may_take(callee, call):
                return ANYTHING
            values = _generic(inference, scope, call, callee, protocols.call_function(inference, callee))
            return _unless_stood_in(scope, call, callee, values)
        case ClassValue():
            return (inference.made(scope, call, callee),)
        case External(name):
            return _library_result(inference, scope, call, name)
        case Instance(of=ClassValue()):
            return union(
                called(inference, scope, call, method)
                for method in inference.member(callee, "__call__")
                if not isinstance(method, Instance)
            )
        case Instance(of=External(name), items=items) if name in declarations.NEW_TYPES:
            return items
        case Instance(of=External(name)):
            of = inference.library.knowledge.returns.get(f"{name}.__call__")
            return (Instance(External(of)),) if of else signatures.special_result(inference.library, name, "__call__")
        case Partial(FunctionValue() as function, _, _):
            return _unless_stood_in(scope, call, function, protocols.call_function(inference, function))
        case Partial(function, _, _):
            return called(inference, scope, call, function)
        case ItemMethod(owner, name):
            return _item_method(owner, name)
        case Unset():
            return ()
    return ANYTHING


def _generic(inference: Inference, scope: ScopeNode, call: Call, function: FunctionValue, values: Values) -> Values:
    """`values`, which `call` of `function` gives, or, where they may be anything, what its arguments say."""
    made = values[0] if len(values) == 1 else None
    if isinstance(made, Suspended) and made.kind == "coroutine":
        given = generics.given_back(inference, scope, call, function)
        unknown = bool(given) and UNKNOWN in inference.returned(function)
        return (Suspended(made.kind, made.function, given),) if unknown else values
    return (UNKNOWN in values and generics.given_back(inference, scope, call, function)) or values


def _may_take(function: FunctionValue, call: Call) -> bool:
    """Whether `call` passes all that `function` can't do without; a decorator may have passed the rest."""
    if function.scope.head.decorators or any(given.star for given in call.arguments):
        return True
    parameters = function.scope.head.parameters[function.receiver is not None :]
    required = [each for each in parameters if each.default is None and each.kind not in ("*", "**")]
    return all(argument(call, parameters.index(each), each.name) is not None for each in required)


def _unless_stood_in(scope: ScopeNode, call: Call, function: FunctionValue, values: Values) -> Values:
    """`values`, which `call` of `function` gives, unless something else is put in its place, as tests do."""
    if not any(isinstance(value, Suspended) for value in values):
        return values
    modules = (scope.module, function.scope.module)
    replaced = any(function.scope.name in each.assigned_to_others for each in modules)
    return ANYTHING if replaced or _has_new_receiver(scope, call) else values


def _has_new_receiver(scope: ScopeNode, call: Call) -> bool:
    """Whether the function itself assigns to an attribute on the way to the method: `shop.mail = Mock()`."""
    receiver = call.callee.value if isinstance(call.callee, Attribute) else None
    while isinstance(receiver, Attribute):
        if any(dotted(store.target) != "self" for _, store in scope.home.stores_within.get(receiver.name, ())):
            return True
        receiver = receiver.value
    return False


def _of_own_class(inference: Inference, scope: ScopeNode, call: Call, name: str) -> Values:
    """An object of the project's class that `call` of a library's method `name` is about; empty where that is none."""
    of, _, method = name.rpartition(".")
    library = inference.library
    if not any(f"{base}.{method}" in library.knowledge.own_class for base in library.ancestors(of)):
        return ()
    owners = inference.evaluate(scope, call.callee.value, call.statement) if isinstance(call.callee, Attribute) else ()
    classes = [owner.of if isinstance(owner, Instance) else owner for owner in owners]
    made = tuple(Instance(each) for each in classes if isinstance(each, ClassValue))
    return made if len(made) == len(classes) else ()


def is_belied(inference: Inference, scope: ScopeNode, declared: Values) -> bool:
    """Whether the plain function `scope` is `declared` to give something to await, and returns what a decorated `async
    def` gives that is no coroutine function any more: it may run already.
    """
    if scope.head.is_async or not any(isinstance(value, Awaitable | Suspended) for value in declared):
        return False
    calls = [scope.body.calls[each.value.call] for each in scope.body.returned if isinstance(each.value, Result)]
    return any(
        isinstance(callee, FunctionValue)
        and callee.scope.head.is_async
        and not gives_coroutine(inference, callee.scope)
        for call in calls
        for callee in inference.callee(scope, call)
    )


# -- libraries ------------------------------------------------------------------------------------------------------


def _library_result(inference: Inference, scope: ScopeNode, call: Call, name: str) -> Values:
    special = special_calls.SPECIAL.get(name)
    if special is not None:
        return special(inference, scope, call)
    library = inference.library
    knowledge = library.knowledge
    if _makes_another(inference, scope, call, name):
        return ANYTHING
    own = _of_own_class(inference, scope, call, name)
    if own:
        return own
    if name in knowledge.awaitables:
        if not _is_told(scope, knowledge.awaitables[name].told_by):
            return ANYTHING
        result = _off_loaded(inference, scope, call, name) or holders.contents(inference, scope, call, name)
        result = result or signatures.awaited_call(library, name)
        return _unless_replaced(scope, call, (Awaitable(name, knowledge.awaitables[name].gives, result),))
    if name in knowledge.tasks:
        return (Awaitable(name, "task"),)
    declaring = holders.declaring(inference, scope, call, name)
    if declaring:
        return declaring
    if name in knowledge.returns:
        return signatures.written(knowledge.returns[name])
    primitive = library.primitive(name)
    if primitive is not None and primitive.lazy:
        of = knowledge.iterates.get(name)
        return (Lazy(name, (Instance(External(of)),) if of else ANYTHING),)
    if library.is_class(name):
        return (Instance(External(name), exact=True),)
    found = holders.contents(inference, scope, call, name)
    return found or _unless_replaced(scope, call, signatures.called(name, library.call(name)))


def _is_told(scope: ScopeNode, texts: tuple[str, ...]) -> bool:
    """Whether the file has one of `texts`, where there are any."""
    words = [re.split(r"\W", text)[-1] for text in texts]
    return not texts or scope.module.has(rf"\b(?:{'|'.join(map(re.escape, texts))})\b", words)


def _unless_replaced(scope: ScopeNode, call: Call, values: Values) -> Values:
    """`values`, which `call` gives, unless something in the file takes the place of the method that it calls."""
    if not isinstance(call.callee, Attribute) or not any(isinstance(value, Awaitable) for value in values):
        return values
    replaced = scope.module.assigns_attribute(call.callee.name) or _has_new_receiver(scope, call)
    return ANYTHING if replaced else values


def is_stand_in(inference: Inference, scope: ScopeNode, expression: Expression | None) -> bool:
    """Whether `expression` makes something that only looks like what its library makes: annotations say too much."""
    if not isinstance(expression, Result):
        return False
    call = scope.body.calls[expression.call]
    callees = inference.callee(scope, call)
    return any(
        isinstance(callee, External) and _makes_another(inference, scope, call, callee.name) for callee in callees
    )


def _makes_another(inference: Inference, scope: ScopeNode, call: Call, name: str) -> bool:
    """Whether `call`, of the library's `name`, passes what makes it give something else."""
    words = [word for word in inference.library.knowledge.untyped_with.get(name, ()) if _passes(call, word)]
    return any(not _names_usual(inference, scope, call, name, word) for word in words)


def _names_usual(inference: Inference, scope: ScopeNode, call: Call, name: str, keyword: str) -> bool:
    """Whether what `call` passes as `keyword` is the class of which `name` makes objects anyway."""
    usual = External(inference.library.knowledge.makers.get(name, ""))
    given = argument(call, -1, keyword)
    return given is not None and inference.evaluate(scope, given, call.statement) == (usual,)


def _passes(call: Call, word: str) -> bool:
    """Whether `call` passes the keyword, flag or string `word`."""
    string = Constant(word, "str")
    return any(
        given.keyword == word or given.value == string or word in mentioned(given.value) for given in call.arguments
    )


def _off_loaded(inference: Inference, scope: ScopeNode, call: Call, name: str) -> Values:
    """What awaiting `call` gives where it runs a function elsewhere: what that function returns."""
    offloader = inference.library.knowledge.offloaders.get(name)
    expression = argument(call, offloader.position, offloader.argument) if offloader is not None else None
    if offloader is None or offloader.style != "call" or expression is None:
        return ()
    functions = inference.evaluate(scope, expression, call.statement)
    return union(called(inference, scope, call, function) for function in functions)


_ITEM_METHODS = frozenset({"get", "pop", "popleft", "setdefault", "__getitem__"})


def _item_method(owner: Instance, name: str) -> Values:
    if name in _ITEM_METHODS:
        return (*owner.items, UNSET)
    if name == "copy":
        return (owner,)
    if name in ("keys", "values"):
        return (Instance(External("builtins.list"), items=owner.keys if name == "keys" else owner.items),)
    pair = Tuple((owner.keys or ANYTHING, owner.items))
    if name == "items":
        return (Instance(External("builtins.list"), items=(pair,)),)
    return (pair,) if name == "popitem" else ANYTHING
