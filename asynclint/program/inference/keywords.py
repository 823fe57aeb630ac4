"""Which keys a dictionary has: one that a call makes, as `**options` does, or one that it passes in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Argument, Attribute, Collection, Constant, Name, Result
from asynclint.program.inference.empties import is_filled
from asynclint.program.inference.given import Empty, Given, Keys
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.functions import traits
from asynclint.program.names.values import ClassValue, Instance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from asynclint.facts.model import Call, Expression, Parameter
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.names.values import FunctionValue

_EARLY = {("mode", "before"), ("mode", "wrap"), ("pre", True)}
"""What a decorator of a validator is passed that gets what the caller gave."""
_READING = frozenset({"copy", "get", "items", "keys", "pop", "values"})


def passed_keys(
    inference: Inference, function: FunctionValue, parameter: Parameter, passed: Mapping[str, Constant | None]
) -> Keys | None:
    """The keys of the dictionary that `function` gets as `parameter` by a call, which passes nothing for that but by
    name what is `passed`.
    """
    if parameter.kind == "**":
        named = {each.name for each in function.scope.head.parameters}
        return _keys({name: value for name, value in passed.items() if name not in named})
    fields = _is_for_fields(function.scope) and "validator" in traits(inference, function.scope)
    return _keys(passed) if fields and not _has_initialiser(inference, function) else None


def _keys(passed: Mapping[str, Constant | None]) -> Keys:
    names = tuple(sorted(passed))
    return Keys(names, tuple(passed[name] for name in names))


def passed_by_name(
    scope: ScopeNode, call: Call, known: Callable[[Expression, int], Given | None]
) -> dict[str, Constant | None] | None:
    """What `call`, in `scope`, passes by name, with what is `known` of it if that is a flag or `None`, and by
    `**options`. `None` where nobody knows what these are.
    """
    keys: dict[str, Constant | None] = {}
    for passed in call.arguments:
        if passed.keyword:
            simple = isinstance(passed.value, Constant | Name)
            keys[passed.keyword] = _flag(known(passed.value, call.statement)) if simple else None
        if passed.star == "**":
            given = known(passed.value, call.statement)
            options = passed.value.id if isinstance(passed.value, Name) else ""
            if not options or not isinstance(given, Keys) or not _is_as_made(scope, options, call.statement):
                return None
            keys.update(zip(given.names, given.values, strict=True))
    return keys


def _flag(given: Given | None) -> Constant | None:
    return given if isinstance(given, Constant) and given.kind in ("bool", "None") else None


def handed_through(scope: ScopeNode, call: Call) -> Iterator[str]:
    """The parameters `**options` of `scope` that `call` hands on."""
    names = {each.value.id for each in call.arguments if each.star == "**" and isinstance(each.value, Name)}
    return (each.name for each in scope.head.parameters if each.kind == "**" and each.name in names)


def expanded(scope: ScopeNode, call: Call) -> Call:
    """`call`, in `scope`, with the keywords that it passes by the name of a dictionary: `post(**options)`, where
    `options = dict(paths=paths)`.
    """
    if not any(given.star == "**" for given in call.arguments):
        return call
    arguments: list[Argument] = []
    for given in call.arguments:
        items = _items(scope, given.value, call) if given.star == "**" else None
        arguments += items if items is not None else [given]
    return msgspec.structs.replace(call, arguments=tuple(arguments))


def _items(scope: ScopeNode, dictionary: Expression, call: Call) -> list[Argument] | None:
    """What a local name for a dictionary stands for that nothing more is put into; `None` where that is not known."""
    bindings = scope.bindings.get(dictionary.id, ()) if isinstance(dictionary, Name) else ()
    if not isinstance(dictionary, Name) or len(bindings) != 1 or bindings[0].how != "assign" or bindings[0].item:
        return None
    if is_filled(scope, dictionary.id, by_item=True) or bindings[0].statement >= call.statement:
        return None
    match bindings[0].value:
        case Result(index) if scope.body.calls[index].callee == Name("dict"):
            passed = scope.body.calls[index].arguments
            return list(passed) if all(each.keyword for each in passed) else None
        case Collection("dict", elements, keys):
            names = [key.value for key in keys if isinstance(key, Constant) and isinstance(key.value, str)]
            pairs = zip(elements, names, strict=False)
            return [Argument(value, name) for value, name in pairs] if len(names) == len(elements) else None
    return None


def value_of(scope: ScopeNode, name: str, key: str, at: int, known: Given | None) -> Constant | None:
    """What the dictionary `name` of `scope`, of which that is `known` where it comes from, has at `key` by statement
    `at`; `None` where nobody knows.
    """
    if not isinstance(known, Keys) or key not in known.names or not _is_as_made(scope, name, at):
        return None
    return known.values[known.names.index(key)]


def is_missing(scope: ScopeNode, name: str, key: str, at: int, known: Given | None) -> bool:
    """Whether the dictionary `name` of `scope`, of which that is `known` where it comes from, has no such key by
    statement `at`.
    """
    without = isinstance(known, Keys) and key not in known.names
    return (without or known == Empty("dict")) and _is_as_made(scope, name, at)


def _is_as_made(scope: ScopeNode, name: str, at: int) -> bool:
    """Whether the function `scope` puts nothing into the dictionary `name` before statement `at`."""
    body = scope.body
    filled = any(item.target == Name(name) and item.statement < at for item in body.items)
    calls = (each.callee for each in body.calls if each.statement < at)
    return not filled and not any(
        isinstance(callee, Attribute) and callee.value == Name(name) and callee.name not in _READING for callee in calls
    )


def _is_for_fields(validator: ScopeNode) -> bool:
    """Whether a validator gets all that is passed for an object, before defaults are added."""
    for decorator in validator.head.decorators:
        if isinstance(decorator, Result) and validator.parent is not None:
            given = validator.parent.body.calls[decorator.call].arguments
            early = {(each.keyword, each.value.value) for each in given if isinstance(each.value, Constant)}
            if all(each.keyword for each in given) and not early.isdisjoint(_EARLY):
                return True
    return False


def _has_initialiser(inference: Inference, validator: FunctionValue) -> bool:
    """Whether an `__init__` of the project stands between a call and the fields of the object that it makes."""
    made = validator.receiver.of if isinstance(validator.receiver, Instance) else validator.receiver
    above = ancestry(inference, made) if isinstance(made, ClassValue) else ()
    return any(isinstance(each, ClassValue) and each.scope.binds("__init__") for each in above)
