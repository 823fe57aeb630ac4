"""Objects that are entered or iterated in a way that is for others: `with` on a lock of asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import Attribute, Call, Name, Result, Use
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.fates import delegated
from asynclint.program.names.scopes import ScopeNode, called, dotted
from asynclint.program.names.values import ClassValue, External, Instance, Managed, Suspended, Tuple, Value, Values
from asynclint.program.observations import CoroutineUsedAsValue, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Role, RoleKind
    from asynclint.program.awaiting.awaitables import Awaitables
    from asynclint.program.inference.inference import Inference

Unfit = Literal["async context manager", "async iterable", "context manager", "iterable"]
"""What an object is for, where it is used as if it were for the other kind of statement."""

_ITERATING = ("__iter__", "__getitem__")
_WANTED: dict[RoleKind, tuple[tuple[str, ...], str, Unfit]] = {
    "with": (("__enter__",), "__aenter__", "async context manager"),
    "async with": (("__aenter__",), "__enter__", "context manager"),
    "for": (_ITERATING, "__aiter__", "async iterable"),
    "starred": (_ITERATING, "__aiter__", "async iterable"),
    "unpacked": (_ITERATING, "__aiter__", "async iterable"),
    "async for": (("__aiter__",), "__iter__", "iterable"),
}
"""By the kind of statement the special methods of which it wants one, that of the other, and what has that."""
_ITERABLES = frozenset(
    External(f"builtins.{name}") for name in ("dict", "generator", "list", "range", "set", "str", "tuple")
)
_EMPTY_BASES = frozenset(
    {"abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"}
)


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[CoroutineUsedAsValue]:
    """The objects that `scope`, inner scopes aside, enters or iterates over in a way that is sure to raise."""
    inference = awaitables.inference
    waited_for = delegated(scope)
    for index, call in enumerate(scope.body.calls):
        statement = _statement(inference, scope, call.role) if Result(index) not in waited_for else None
        if statement is None or _may_make_another(inference, scope, call):
            continue
        if _are_unfit(awaitables, inference.evaluate_call(scope, call), statement):
            yield from _observation(awaitables, scope, call, called(scope, call), statement)
    for use in scope.body.uses:
        is_read = isinstance(use.value, Name | Attribute) and use.value not in waited_for
        statement = _statement(inference, scope, use.role) if is_read else None
        if statement is not None and _are_unfit(
            awaitables, inference.evaluate(scope, use.value, use.statement), statement
        ):
            yield from _observation(awaitables, scope, use, dotted(use.value), statement)


def _may_make_another(inference: Inference, scope: ScopeNode, call: Call) -> bool:
    """Whether a factory is called, or asked for something, of which an annotation says nothing but its class: what it
    makes is up to how it was made.
    """
    callee = call.callee
    factories = inference.evaluate(scope, callee, call.statement)
    if isinstance(callee, Attribute):
        factories += inference.evaluate(scope, callee.value, call.statement)
    made_otherwise = inference.library.knowledge.untyped_with
    return any(
        isinstance(each, Instance)
        and isinstance(each.of, External)
        and not each.exact
        and each.of.name in made_otherwise
        for each in factories
    )


def _statement(inference: Inference, scope: ScopeNode, role: Role) -> RoleKind | None:
    """The kind of statement that does what is done with a value that has `role`; `None` where none does that."""
    if role.kind in _WANTED:
        return role.kind
    if role.kind != "argument" or role.position != 0:
        return None
    call = scope.body.calls[role.call]
    name = f"builtins.{call.callee.id}" if isinstance(call.callee, Name) else ""
    iterates = name in inference.library.knowledge.iterate
    return "for" if iterates and inference.callee(scope, call) == (External(name),) else None


def _observation(
    awaitables: Awaitables, scope: ScopeNode, at: Call | Use, text: str, statement: RoleKind
) -> Iterator[CoroutineUsedAsValue]:
    if awaitables.may_matter(scope, at.statement):
        place = Place(scope.module.path, scope.anchor(at.node))
        by = dotted(scope.body.calls[at.role.call].callee) if at.role.kind == "argument" else ""
        kind = _WANTED[statement][2]
        yield CoroutineUsedAsValue(place, scope.home.title, text, kind, at.role.kind, by, scope.home.may_await)


def _are_unfit(awaitables: Awaitables, values: Values, statement: RoleKind) -> bool:
    """Whether `statement` is sure to raise for `values`, and they wait for nothing, of which others would tell."""
    return (
        bool(values)
        and all(_is_unfit(awaitables, value, statement) for value in values)
        and awaitables.pending(values) is None
    )


def _is_unfit(awaitables: Awaitables, value: Value, statement: RoleKind) -> bool:
    wanted, other, kind = _WANTED[statement]
    match value:
        case Managed(given):
            return given == kind
        case Suspended(given):
            is_kind = given == kind or (given == "generator" and kind == "iterable")
            return is_kind and not awaitables.may_be_another(value)
        case Tuple():
            return kind == "iterable"
        case Instance(External("builtins.asyncgenerator")):
            return kind == "async iterable"
        case Instance(External() as of) if of in _ITERABLES:
            return kind == "iterable" and value.exact
        case Instance(of):
            above = ancestry(awaitables.inference, of)
            found = [_defines(awaitables, each, method) for method in wanted for each in above]
            return (
                all(each is False for each in found)
                and any(_defines(awaitables, each, other) for each in above)
                and awaitables.is_as_written(value)
                and (value.exact or not _is_extended(awaitables, of, wanted))
            )
    return False


def _is_extended(awaitables: Awaitables, of: ClassValue | External, methods: tuple[str, ...]) -> bool:
    """Whether a class of the project that derives from `of` has one of `methods`."""
    return any(each.scope.binds(method) for each in awaitables.subclasses(of) for method in methods)


def _defines(awaitables: Awaitables, of: Value, method: str) -> bool | None:
    """Whether the class `of` has `method`; `None` where nobody can tell."""
    if isinstance(of, ClassValue):
        return of.scope.binds(method)
    if not isinstance(of, External):
        return None
    return False if of.name in _EMPTY_BASES else awaitables.inference.library.protocol(of.name, method)
