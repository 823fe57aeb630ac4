"""What an object holds for good, because of how it was made: `Log(verbose=True)` has no file, and never will."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Choice, Constant, Name, Result
from asynclint.program.inference import flags
from asynclint.program.inference.constants import Branches
from asynclint.program.inference.fields import left_to_defaults, passed_fields
from asynclint.program.inference.given import either
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.arguments import argument
from asynclint.program.names.scopes import dotted
from asynclint.program.names.values import ClassValue, FunctionValue, Held, Instance

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from asynclint.facts.model import Call, Store
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_MOST_SUBCLASSES = 20
"""How many subclasses are asked what their objects hold."""


def held(inference: Inference, scope: ScopeNode, call: Call, of: ClassValue) -> Held:
    """The attributes that `call`, in `scope`, which makes an object of the class `of`, gives a literal for good.

    Only such as are tested somewhere, and depend on what is passed or on the class; an object is the same as others
    otherwise.
    """
    initialiser = _initialiser(inference, of)
    if initialiser is None:
        found = _fields(inference, call, of)
    elif any(given.star for given in call.arguments):
        found = ()
    else:
        found = _made_by(inference, of, initialiser, tuple(_literals(initialiser, call)))
    every = dict(_of_class(inference, of)) | dict(found)
    return tuple(each for each in every.items() if each[0] not in scope.module.assigned_to_others)


def always_held(inference: Inference, of: ClassValue) -> Held:
    """The attributes that are the same literal for good in all objects of the class `of`, those of subclasses among
    them, because it, and not what it derives from, says so.
    """
    return inference.class_held.get((of, False), lambda: tuple(_always_held(inference, of)))


def _always_held(inference: Inference, of: ClassValue) -> Iterator[tuple[str, Constant]]:
    found = dict(_of_class(inference, of))
    if found:
        for number, subclass in enumerate(inference.subclasses(of)):
            others = dict(_of_class(inference, subclass))
            found = {name: value for name, value in found.items() if others.get(name) == value}
            if not found or number > _MOST_SUBCLASSES:
                return
    yield from found.items()


def _of_class(inference: Inference, of: ClassValue) -> Held:
    """What an object of the class `of`, and of no other, holds for good whatever is passed for it."""
    return inference.class_held.get((of, True), lambda: tuple(_find_of_class(inference, of)))


def _find_of_class(inference: Inference, of: ClassValue) -> Iterator[tuple[str, Constant]]:
    initialiser = _initialiser(inference, of)
    yield from _made_by(inference, of, initialiser, ()) if initialiser is not None else ()
    yield from flags.overridden(inference, of)


def _made_by(inference: Inference, of: ClassValue, initialiser: ScopeNode, passed: Held) -> Held:
    """What an object of the class `of` holds for good that `initialiser` makes, to which that is `passed`."""
    if not passed and "__init__" not in initialiser.called_names:
        return ()
    return inference.held.get((of, initialiser, passed), lambda: tuple(_held(inference, of, initialiser, passed)))


def _fields(inference: Inference, call: Call, of: ClassValue) -> Held:
    """What an object holds for good whose class leaves it to its fields how it is made."""
    passed = passed_fields(call)
    if passed is None:
        return ()
    return inference.held.get((of, of.scope, passed), lambda: tuple(left_to_defaults(inference, of, passed)))


def _initialiser(inference: Inference, of: ClassValue) -> ScopeNode | None:
    """The `__init__` that runs, where it is known and there is one."""
    found = inference.member(Instance(of, exact=True), "__init__")
    function = found[0] if len(found) == 1 else None
    return function.scope if isinstance(function, FunctionValue) and function.receiver is not None else None


def _literals(initialiser: ScopeNode, call: Call, *, own: int = 0) -> Iterator[tuple[str, Constant]]:
    """The parameters of `initialiser` for which `call` passes a literal, or leaves one as the default. Its first `own`
    arguments are the object itself.
    """
    starred = any(given.star for given in call.arguments)
    for index, parameter in enumerate(initialiser.head.parameters[1:]):
        if parameter.kind not in ("*", "**"):
            place = -1 if parameter.kind == "keyword" else index + own
            value = argument(call, place, parameter.name) or (None if starred else parameter.default)
            if isinstance(value, Constant):
                yield parameter.name, value


def _held(inference: Inference, of: ClassValue, initialiser: ScopeNode, passed: Held) -> Iterator[tuple[str, Constant]]:
    run = _run_by(inference, initialiser, passed)
    found: dict[str, Constant | None] = {}
    for each, given in run.items():
        for name, value in _stored(inference, of, each, given, run):
            found[name] = None if name in found else value
    yield from ((name, value) for name, value in found.items() if value is not None)


def _run_by(inference: Inference, initialiser: ScopeNode, passed: Held) -> dict[ScopeNode, Held]:
    """`initialiser` and those above it that it calls, with what they are passed first."""
    run = {initialiser: passed}
    current = initialiser
    while "__init__" in current.called_names:
        calls = [call for call in current.body.calls if dotted(call.callee).endswith("__init__")]
        found = inference.callee(current, calls[0]) if len(calls) == 1 else ()
        above = found[0] if len(found) == 1 else None
        if not isinstance(above, FunctionValue) or above.scope in run:
            break
        given = _with_literals(calls[0], dict(run[current]))
        current = above.scope
        run[current] = tuple(_literals(current, given, own=above.receiver is None))
    return run


def _with_literals(call: Call, known: dict[str, Constant]) -> Call:
    """`call`, with the literals that are `known` in place of names for them."""
    arguments = tuple(
        msgspec.structs.replace(each, value=known.get(each.value.id, each.value))
        if isinstance(each.value, Name)
        else each
        for each in call.arguments
    )
    return msgspec.structs.replace(call, arguments=arguments)


def _stored(
    inference: Inference, of: ClassValue, initialiser: ScopeNode, passed: Held, run: Container[ScopeNode]
) -> Iterator[tuple[str, Constant]]:
    """The attributes that `initialiser`, to which that is `passed`, gives a literal, and nothing but what is `run`."""
    stores: dict[str, list[Store]] = {}
    own = initialiser.head.parameters[0].name
    for store in initialiser.body.stores:
        if store.target == Name(own) and store.name in initialiser.module.tested_attributes:
            stores.setdefault(store.name, []).append(store)
    branches = Branches(inference, initialiser, dict(passed))
    for name, found in stores.items():
        if name in initialiser.module.assigned_to_others or _is_set_elsewhere(inference, of, run, name):
            continue
        if any(isinstance(store.value, Name | Choice | Result) and store.how == "assign" for store in found):
            kept = [store for store in found if not branches.rules_out(store.statement)]
            value = either(
                branches.known(store.value, store.statement) if store.value is not None and not store.item else None
                for store in kept
            )
            if isinstance(value, Constant):
                yield name, value


def _is_set_elsewhere(inference: Inference, of: ClassValue, run: Container[ScopeNode], name: str) -> bool:
    """Whether anything but what is `run` first gives objects of the class `of` the attribute `name`."""
    for value in ancestry(inference, of):
        if not isinstance(value, ClassValue):
            continue
        if value.scope.binds(name) or any(scope not in run for scope, _ in assignments(value, name)):
            return True
    return False
