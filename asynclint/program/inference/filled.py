"""What containers hold that are made empty and filled later: `clients[name] = Client(name)`, `jobs.append(Job())`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Collection, Name, Result
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.arguments import argument
from asynclint.program.names.scopes import within
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    ClassValue,
    External,
    Instance,
    Lazy,
    ParameterMember,
    ParameterValue,
    Tuple,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression, Store
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_MAKERS = frozenset(
    External(name)
    for name in (
        "builtins.dict",
        "builtins.list",
        "builtins.set",
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.deque",
        "weakref.WeakSet",
        "weakref.WeakValueDictionary",
    )
)
_KINDS = {"OrderedDict": "dict", "defaultdict": "dict", "WeakSet": "set", "WeakValueDictionary": "dict"}
_ADDING = {"add": 0, "append": 0, "appendleft": 0, "insert": 1, "setdefault": 1}
"""Methods of containers that take an item, and at which place."""
_ADDING_ALL = frozenset({"extend", "update"})


def named(inference: Inference, scope: ScopeNode, name: str, value: Expression, values: Values) -> Values:
    """`values` of `value`, which an assignment in `scope` gives `name`; of an empty container, with what it holds."""
    kind = _kind(inference, scope, value)
    holder = scope if scope.head.kind == "class" else scope.lookup(name)
    if not kind or holder is None:
        return values
    owner = ClassValue(holder) if holder.head.kind == "class" else None
    key = (holder, name, "items")
    return _container(kind, values, inference.once_apart(key, lambda: _items(inference, holder, owner, name)))


def kept(inference: Inference, method: ScopeNode, store: Store, values: Values) -> Values:
    """The same for `values` that `store`, in `method`, puts into an attribute."""
    owner = method.home.owner_class
    kind = _kind(inference, method, store.value) if owner is not None and store.value is not None else ""
    if not kind or owner is None:
        return values
    key = (owner, store.name, "items")
    return _container(
        kind, values, inference.once_apart(key, lambda: _items(inference, owner, ClassValue(owner), store.name))
    )


def _kind(inference: Inference, scope: ScopeNode, value: Expression) -> str:
    """The kind of the empty container that `value` makes; empty where it is none."""
    if isinstance(value, Collection):
        return value.kind if not value.elements and value.kind != "tuple" else ""
    call = scope.body.calls[value.call] if isinstance(value, Result) else None
    callees = inference.callee(scope, call) if call is not None else ()
    made = callees[0] if len(callees) == 1 else None
    if call is None or not isinstance(made, External) or made not in _MAKERS:
        return ""
    name = made.name.rpartition(".")[2]
    return _KINDS.get(name, name) if name == "defaultdict" or not call.arguments else ""


def _container(kind: str, made: Values, items: Values) -> Values:
    """A container of `kind` that holds `items`, besides what it makes itself, as one that was `made` already does."""
    own = [value.items for value in made if isinstance(value, Instance)]
    return (Instance(External(f"builtins.{kind}"), exact=True, items=union([*own, items])),)


def _items(inference: Inference, holder: ScopeNode, owner: ClassValue | None, name: str) -> Values:
    """What the code of the file puts into the container that `holder`, or an object of `owner`, has as `name`."""
    found: list[Values] = []
    for scope in _scopes(holder, name):
        for target, value, at, is_item in _put(scope, name):
            if owner is None:
                is_it = isinstance(target, Name) and scope.lookup(name) is holder
            else:
                is_it = isinstance(target, Attribute) and _is_of(inference, scope, target, at, owner)
            if is_it:
                values = inference.evaluate(scope, value, at)
                found.append(values if is_item else union(_contents(each) for each in values))
    return tuple(UNKNOWN if isinstance(each, ParameterValue | ParameterMember) else each for each in union(found))


def _scopes(holder: ScopeNode, name: str) -> Iterator[ScopeNode]:
    """The scopes in which something may be put into the container `name` of `holder`."""
    if holder.is_function:
        yield from within(holder)
        return
    module = holder.module
    yield module.scope
    in_class = holder.head.kind == "class"
    for function in module.methods_filling(name).get(holder, ()) if in_class else module.functions_filling(name):
        yield from within(function)


def _put(scope: ScopeNode, name: str) -> Iterator[tuple[Expression, Expression, int, bool]]:
    """What is put into containers called `name` in `scope`: the container, the value, the statement, and whether the
    value is an item, and no other container.
    """
    for store in scope.body.items:
        if _last_name(store.target) == name:
            yield store.target, store.value, store.statement, True
    for call in scope.body.calls:
        if isinstance(call.callee, Attribute) and _last_name(call.callee.value) == name:
            method = call.callee.name
            value = argument(call, 0 if method in _ADDING_ALL else _ADDING.get(method, -1))
            if value is not None:
                yield call.callee.value, value, call.statement, method not in _ADDING_ALL


def _last_name(target: Expression) -> str:
    if isinstance(target, Name):
        return target.id
    return target.name if isinstance(target, Attribute) else ""


def _is_of(inference: Inference, scope: ScopeNode, target: Attribute, at: int, owner: ClassValue) -> bool:
    """Whether `target` is an attribute of `owner` or of an object of it, or of a class that derives from it."""
    for value in inference.evaluate(scope, target.value, at):
        of = value.of if isinstance(value, Instance) else value
        if isinstance(of, ClassValue) and owner in ancestry(inference, of):
            return True
    return False


def _contents(value: Value) -> Values:
    """What is in a container whose items are put into another."""
    if isinstance(value, Instance) and value.of in _MAKERS:
        return value.items if value.items or value.exact else ANYTHING
    return ANYTHING


def without_empty(values: Values) -> Values:
    """Without empty containers, where one of the same kind has items, or what is iterated instead: `names or []`."""
    if any(isinstance(value, Lazy) for value in values):
        return tuple(value for value in values if not _is_empty(value))
    filled = {value.of for value in values if isinstance(value, Instance) and value.items}
    return tuple(
        value for value in values if not (isinstance(value, Instance) and value.of in filled and not value.items)
    )


def _is_empty(value: Value) -> bool:
    """Whether `value` is a container that was made empty, and nothing is seen to fill it."""
    return value == Tuple(()) or (
        isinstance(value, Instance) and value.exact and value.of in _MAKERS and not value.items
    )
