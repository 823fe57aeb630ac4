"""What an object holds for good, because of how it was made: `Log(verbose=True)` has no file, and never will."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Choice, Constant, Name, Result
from asynclint.program import members
from asynclint.program.arguments import argument
from asynclint.program.constants import Branches
from asynclint.program.fields import left_to_defaults, passed_fields
from asynclint.program.given import either
from asynclint.program.values import ClassValue, FunctionValue, Held, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call, Store
    from asynclint.program.inference import Inference
    from asynclint.program.scopes import ScopeNode


def held(inference: Inference, scope: ScopeNode, call: Call, of: ClassValue) -> Held:
    """The attributes that `call`, in `scope`, which makes an object of the class `of`, gives a literal for good.

    Only such as are tested somewhere, and depend on what is passed; an object is the same as others otherwise.
    """
    initialiser = _initialiser(inference, of)
    if initialiser is None:
        found = _fields(inference, call, of)
    elif any(given.star for given in call.arguments):
        return ()
    else:
        passed = tuple(_literals(initialiser, call))
        if not passed:
            return ()
        found = inference.held.get((of, initialiser, passed), lambda: tuple(_held(inference, of, initialiser, passed)))
    return tuple(each for each in found if each[0] not in scope.module.assigned_to_others)


def _fields(inference: Inference, call: Call, of: ClassValue) -> Held:
    """What an object holds for good whose class leaves it to its fields how it is made."""
    passed = passed_fields(call)
    if passed is None:
        return ()
    return inference.held.get((of, of.scope, passed), lambda: tuple(left_to_defaults(inference, of, passed)))


def _initialiser(inference: Inference, of: ClassValue) -> ScopeNode | None:
    """The `__init__` that runs, where it is known and there is one."""
    found = members.member(inference, Instance(of, exact=True), "__init__")
    function = found[0] if len(found) == 1 else None
    return function.scope if isinstance(function, FunctionValue) and function.receiver is not None else None


def _literals(initialiser: ScopeNode, call: Call) -> Iterator[tuple[str, Constant]]:
    """The parameters of `initialiser` for which `call` passes a literal, or leaves one as the default."""
    for index, parameter in enumerate(initialiser.head.parameters[1:]):
        if parameter.kind not in ("*", "**"):
            value = argument(call, index, parameter.name) or parameter.default
            if isinstance(value, Constant):
                yield parameter.name, value


def _held(inference: Inference, of: ClassValue, initialiser: ScopeNode, passed: Held) -> Iterator[tuple[str, Constant]]:
    stores: dict[str, list[Store]] = {}
    own = initialiser.head.parameters[0].name
    for store in initialiser.body.stores:
        if store.target == Name(own) and store.name in initialiser.module.tested_attributes:
            stores.setdefault(store.name, []).append(store)
    branches = Branches(inference, initialiser, dict(passed))
    for name, found in stores.items():
        if name in initialiser.module.assigned_to_others or _is_set_elsewhere(inference, of, initialiser, name):
            continue
        if any(isinstance(store.value, Name | Choice | Result) and store.how == "assign" for store in found):
            kept = [store for store in found if not branches.rules_out(store.statement)]
            value = either(
                branches.known(store.value, store.statement) if store.value is not None and not store.item else None
                for store in kept
            )
            if isinstance(value, Constant):
                yield name, value


def _is_set_elsewhere(inference: Inference, of: ClassValue, initialiser: ScopeNode, name: str) -> bool:
    """Whether anything but `initialiser` gives objects of the class `of` the attribute `name`."""
    for value in members.ancestry(inference, of):
        if not isinstance(value, ClassValue):
            continue
        if value.scope.binds(name) or any(scope is not initialiser for scope, _ in members.assignments(value, name)):
            return True
    return False
