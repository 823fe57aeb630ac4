"""What functions of the project want for their parameters: what they declare, or what they do with what they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Role, Subscript
from asynclint.program.awaiting.awaitables import OWN_ATTRIBUTES
from asynclint.program.awaiting.branches import RAISING, is_minded
from asynclint.program.inference.decorators import effects
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.arguments import argument
from asynclint.program.names.fates import TAKING, all_reads, attributes_read, fate_of_read, reads
from asynclint.program.names.functions import decorator_names, traits
from asynclint.program.names.scopes import dotted
from asynclint.program.names.values import UNKNOWN, ClassValue, External, FunctionValue, Instance, Value, Values

if TYPE_CHECKING:
    from asynclint.facts.model import Call, Expression, Parameter, Use
    from asynclint.program.awaiting.awaitables import Awaitables, Pending
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_DATACLASSES = frozenset({"attr.define", "attr.frozen", "attrs.define", "attrs.frozen", "dataclasses.dataclass"})
_CASTS = ((External("typing.cast"),), (External("typing_extensions.cast"),))
_ARGUMENTS_IN_A_TUPLE = ("threading.", "_thread.", "multiprocessing.")
_MANAGED = {"context manager", "async context manager"}
_NAMED_TUPLE = [External("typing.NamedTuple")]


def wants_plain_value(awaitables: Awaitables, scope: ScopeNode, role: Role, pending: Pending) -> bool:
    """Whether what takes the argument with `role`, in `scope`, wants something in its place that what is `pending` is
    not.
    """
    inference, call = awaitables.inference, scope.body.calls[role.call]
    callees = inference.callee(scope, call)
    if callees in _CASTS:
        kind = argument(call, 0, "typ") if role.position == 1 or role.keyword == "val" else None
        declared = kind is not None and _is_another(awaitables, (scope, kind, call.statement), pending)
        return declared and _is_taken_as_value(scope, call)
    position = _place_of_function(inference, callees)
    if position is not None:
        if not role.keyword and role.position <= position:
            return False
        function = argument(call, position)
        callees = inference.evaluate(scope, function, call.statement) if function is not None else ()
        role = role if role.keyword else Role("argument", role.call, role.position - position - 1)
    return bool(callees) and all(
        _declares_another(awaitables, callee, role, pending)
        or (pending == "coroutine" and _uses_as_plain(awaitables, callee, role))
        for callee in callees
    )


def _is_taken_as_value(scope: ScopeNode, call: Call) -> bool:
    """Whether what `call` gives is used, or returned, as what it is said to be: some only want a type checker quiet."""
    reading = [read for name in call.role.names for read in reads(scope, name, call.statement)]
    roles = [call.role, *(use.role for _, use in reading)]
    asked = any(is_minded(inner, use) for inner, use in reading)
    return not asked and any(role.kind in TAKING or role.kind == "returned" for role in roles)


def _place_of_function(inference: Inference, callees: Values) -> int | None:
    """At what position all of `callees` take a function which gets the arguments after it: `to_thread(save, text)`."""
    offloaders = inference.library.knowledge.offloaders
    places = set()
    for callee in callees:
        name = callee.name if isinstance(callee, External) else ""
        known = offloaders.get(name)
        if name == "functools.partial":
            places.add(0)
        elif known is not None and known.style == "call" and not name.startswith(_ARGUMENTS_IN_A_TUPLE):
            places.add(known.position)
        else:
            return None
    return places.pop() if len(places) == 1 else None


# -- by annotation --------------------------------------------------------------------------------------------------


def _declares_another(awaitables: Awaitables, callee: Value, role: Role, pending: Pending) -> bool:
    found = _wanted(awaitables.inference, callee, role)
    return found is not None and _is_another(awaitables, found, pending)


def _is_another(awaitables: Awaitables, annotation_at: tuple[ScopeNode, Expression, int], pending: Pending) -> bool:
    scope, annotation, at = annotation_at
    declared = awaitables.inference.declared(scope, annotation, at)
    return bool(declared) and all(awaitables.is_other_than(value, pending) for value in declared)


def _wanted(inference: Inference, callee: Value, role: Role) -> tuple[ScopeNode, Expression, int] | None:
    """The annotation of what `callee` takes in the place of `role`, with the scope and statement to read it in."""
    function = _function(inference, callee, role)
    if function is None:
        return _field(inference, callee, role) if isinstance(callee, ClassValue) else None
    scope = function.scope
    parameter = _parameter(function, role)
    if parameter is None or parameter.annotation is None:
        return None
    return scope.parent or scope, parameter.annotation, scope.head.statement


def _field(inference: Inference, of: ClassValue, role: Role) -> tuple[ScopeNode, Expression, int] | None:
    """The annotation of the field of a dataclass and its like that takes what has `role`."""
    name = role.keyword or _field_at(inference, of, role.position)
    for value in ancestry(inference, of) if name else ():
        if not isinstance(value, ClassValue):
            return None
        bindings = value.scope.bindings.get(name, [])
        if bindings:
            annotation = bindings[0].annotation if len(bindings) == 1 else None
            return None if annotation is None else (value.scope, annotation, bindings[0].statement)
    return None


def _field_at(inference: Inference, of: ClassValue, position: int) -> str:
    """The name of the field that the argument at `position` is for; empty where the class is not known to have it."""
    above = [value for value in ancestry(inference, of)[1:] if value != External("builtins.object")]
    decorators = {
        name for decorator in of.scope.head.decorators for name in decorator_names(inference, of.scope, decorator)
    }
    if position < 0 or ((above or not decorators & _DATACLASSES) and above != _NAMED_TUPLE):
        return ""
    fields = [
        binding
        for found in of.scope.bindings.values()
        for binding in found
        if binding.annotation is not None and not _is_of_class(binding.annotation)
    ]
    fields.sort(key=lambda binding: binding.statement)
    plain = all(isinstance(binding.value, Constant | None) for binding in fields[: position + 1])
    return fields[position].name if plain and position < len(fields) else ""


def _is_of_class(annotation: Expression) -> bool:
    named = annotation.value if isinstance(annotation, Subscript) else annotation
    return dotted(named).rpartition(".")[2] == "ClassVar"


# -- by use ---------------------------------------------------------------------------------------------------------


def _uses_as_plain(awaitables: Awaitables, callee: Value, role: Role) -> bool:
    """Whether the function is sure to do with the parameter what raises for a coroutine."""
    function = _function(awaitables.inference, callee, role)
    parameter = _parameter(function, role) if function is not None else None
    if function is None or parameter is None or awaitables.is_overridden(function):
        return False
    scope = function.scope
    if parameter.name in scope.bindings or _says_what_it_is(awaitables.inference, scope, parameter):
        return False
    found = list(all_reads(scope, parameter.name))
    if any(is_minded(inner, use) for inner, use in found):
        return False
    return any(inner is scope and _raises(inner, use) for inner, use in found)


def only_looks(awaitables: Awaitables, scope: ScopeNode, role: Role) -> bool:
    """Whether a value with `role`, in `scope`, is passed to functions of the project that print or compare it, and do
    nothing else with it.
    """
    if role.kind != "argument" or role.call < 0:
        return False
    callees = awaitables.inference.callee(scope, scope.body.calls[role.call])
    return bool(callees) and all(_only_looks(awaitables, callee, role) for callee in callees)


def _only_looks(awaitables: Awaitables, callee: Value, role: Role) -> bool:
    function = _function(awaitables.inference, callee, role)
    parameter = _parameter(function, role) if function is not None else None
    if function is None or parameter is None or awaitables.is_overridden(function):
        return False
    found = list(all_reads(function.scope, parameter.name))
    return bool(found) and all(
        not is_minded(inner, use) and fate_of_read(awaitables.inference, inner, use) == "looked at"
        for inner, use in found
    )


def _says_what_it_is(inference: Inference, scope: ScopeNode, parameter: Parameter) -> bool:
    """Whether an annotation tells: what a function does with another thing than that is no proof."""
    if parameter.annotation is None:
        return False
    return UNKNOWN not in inference.declared(scope.parent or scope, parameter.annotation, scope.head.statement)


def _raises(scope: ScopeNode, use: Use) -> bool:
    if scope.conditions(use.statement):
        return False
    if use.role.kind != "attribute":
        return use.role.kind in RAISING
    return any(name not in OWN_ATTRIBUTES["coroutine"] for name in attributes_read(scope, use))


# -- which parameter ------------------------------------------------------------------------------------------------


def _function(inference: Inference, callee: Value, role: Role) -> FunctionValue | None:
    """The function that takes what has `role`: the constructor of a class; `None` where that is not known."""
    if isinstance(callee, ClassValue):
        inits = inference.member(Instance(callee, exact=True), "__init__")
        found = inits[0] if inits and isinstance(inits[0], FunctionValue) else None
        return found if found is not None and _parameter(found, role) is not None else None
    if not isinstance(callee, FunctionValue):
        return None
    decorators = callee.scope.head.decorators
    if len(decorators) == 1 and not _MANAGED.isdisjoint(traits(inference, callee.scope)):
        return callee
    return None if decorators and effects(inference, callee.scope) != {"keeps"} else callee


def _parameter(function: FunctionValue, role: Role) -> Parameter | None:
    """The parameter of `function` that takes what has `role`; `None` where stars hide it."""
    parameters = function.scope.head.parameters
    if role.keyword:
        found = next((parameter for parameter in parameters if parameter.name == role.keyword), None)
    else:
        place = role.position + (function.receiver is not None)
        hidden = role.position < 0 or any(each.kind == "*" for each in parameters[:place])
        found = None if hidden or place >= len(parameters) else parameters[place]
    return found if found is not None and found.kind not in ("*", "**") else None
