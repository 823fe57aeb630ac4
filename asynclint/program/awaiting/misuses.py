"""Coroutines that are used where only what they give would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import (
    Attribute,
    Awaited,
    Call,
    Name,
    Result,
    Role,
    ScopeOf,
    Subscript,
    Use,
)
from asynclint.program.awaiting.annotated import annotated_plain
from asynclint.program.awaiting.awaitables import OWN_ATTRIBUTES
from asynclint.program.awaiting.branches import RAISING, holds_on_a_path
from asynclint.program.awaiting.wanted import only_looks, wants_plain_value
from asynclint.program.blocking.roots import is_decorated_entry_point
from asynclint.program.inference import asked
from asynclint.program.inference.decorators import gives_coroutine
from asynclint.program.inference.narrowing import classes_named
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.fates import TAKING, TESTS, bound_at, delegated, fate, fate_of_read, is_local, reads
from asynclint.program.names.scopes import COMPREHENSIONS, ScopeNode, called, dotted
from asynclint.program.names.takers import Taker, function_taker, is_function, takes_coroutine_functions
from asynclint.program.names.values import Awaitable, External, Instance, Suspended, Values
from asynclint.program.observations import CoroutineUsedAsValue, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression
    from asynclint.program.awaiting.awaitables import Awaitables, Pending
    from asynclint.program.inference.inference import Inference

_LOOKS = ("compared", "formatted")
"""Uses that raise nothing either, and are no use at all where a name holds the coroutine."""
_ATTRIBUTE = Role("attribute")
_GENERATOR = "(await ... for ...)"
_MISUSING = (TAKING - {"attribute"}) | {*_LOOKS, "argument", "returned", "yielded"}
"""The roles that may be misuses. An attribute is one by its name, and is looked at where it is read."""
_HOLDING = ("assigned", "stored")
"""The roles of what a name or an attribute gets; these may be annotated."""
_ASKING = frozenset(
    External(name) for name in ("builtins.isinstance", "builtins.type", "builtins.id", *asked.OF_OBJECTS)
)
_FITTING: dict[str, frozenset[str]] = {
    "async for": frozenset({"async generator"}),
    "async with": frozenset({"async context manager", "request"}),
}
"""Uses that are right for some of what waits; no other use is."""
_HARMLESS_FOR_FUTURES = frozenset({"attribute", "boolean", "compared", "condition", "formatted", "returned"})
_RAISING_FOR_FUTURES = frozenset({"operand", "raised", "starred", "subscript", "unpacked"})
_DESCRIBING_PACKAGES = frozenset({"abc", "asyncio", "builtins", "collections.abc", "inspect", "types", "typing"})
_AWAITABLE_NAMES = frozenset({"Awaitable", "Coroutine", "Future", "Task"})


class Misuse(msgspec.Struct, frozen=True):
    """A coroutine used as a value; where a local name holds it, that `name` and the statements that bound it."""

    observation: CoroutineUsedAsValue
    name: str = ""
    bound_at: tuple[int, ...] = ()


def misuses(awaitables: Awaitables, scope: ScopeNode) -> Iterator[Misuse]:
    """The misuses in `scope`, inner scopes aside; of each coroutine that a name holds, the first."""
    reader = _Reader(awaitables, scope)
    waited_for = delegated(scope)
    for index, call in enumerate(scope.body.calls):
        if Result(index) not in waited_for:
            yield from reader.of_call(index, call)
    for use in scope.body.uses:
        if use.value not in waited_for:
            yield from reader.of_use(use)


class _Reader:
    """Finds the misuses of one scope."""

    def __init__(self, awaitables: Awaitables, scope: ScopeNode) -> None:
        self._awaitables = awaitables
        self._inference = awaitables.inference
        self._scope = scope
        self._seen: set[tuple[str, tuple[int, ...]]] = set()

    # -- what is misused --------------------------------------------------------------------------------------------

    def of_call(self, index: int, call: Call) -> Iterator[Misuse]:
        if call.role.kind in _HOLDING:
            yield from self._of_held(index, call)
        if call.role.kind not in _MISUSING:
            return
        values = self._inference.evaluate_call(self._scope, call)
        pending = self._waiting(values, call.role)
        if pending is None or not (
            self._is_misuse(pending, call.role, call.statement) or self._is_written(pending, call.role)
        ):
            return
        if self._is_kept_by_walrus(index, call) or asked.decides(
            self._inference, self._scope, call.statement, call.guards
        ):
            return
        if call.role.kind in _FITTING and not all(isinstance(value, Suspended) for value in values):
            return
        yield Misuse(self._observation(call.node, called(self._scope, call), pending, call.role))

    def _of_held(self, index: int, call: Call) -> Iterator[Misuse]:
        """A coroutine that a name or an attribute gets which is annotated as something else."""
        pending = self._awaitables.pending(self._inference.evaluate_call(self._scope, call))
        if pending != "coroutine" or not self._awaitables.may_matter(self._scope, call.statement):
            return
        holder = annotated_plain(self._awaitables, self._scope, index, call)
        if holder:
            name = holder if call.role.kind == "assigned" else ""
            self._seen.add((name, (call.statement,)))
            observation = self._observation(call.node, called(self._scope, call), pending, call.role, holder)
            yield Misuse(observation, name, (call.statement,))

    def _is_kept_by_walrus(self, index: int, call: Call) -> bool:
        """Whether a call that is tested has a name besides, by which something may await it."""
        if call.role.kind not in (*TESTS, *_LOOKS):
            return False
        names = [
            binding.name
            for binding in self._scope.bindings_at.get(call.statement, ())
            if binding.value == Result(index)
        ]
        return any(self._is_kept(self._scope.home, name, (call.statement,)) for name in names)

    def of_use(self, use: Use) -> Iterator[Misuse]:
        match use.value:
            case ScopeOf(number) if self._scope.children[number].is_async_generator:
                if self._is_misuse("async generator", use.role, use.statement):
                    yield Misuse(self._observation(use.node, _GENERATOR, "generator that awaits", use.role))
            case Attribute(Name() | Result() | Awaited() as owner, attribute):
                yield from self._of_attribute(use, owner, attribute)
            case Name() as name if use.role.kind in _MISUSING:
                yield from self._of_name(use, name, "")
            case Awaited(value) if use.role.kind in _MISUSING:
                pending = self._pending(use.value, use.statement, use.role)
                if pending is not None and self._is_misuse(pending, use.role, use.statement):
                    yield Misuse(self._observation(use.node, self._text(value), pending, use.role))

    def _of_attribute(self, use: Use, owner: Name | Result | Awaited, attribute: str) -> Iterator[Misuse]:
        if isinstance(owner, Name):
            yield from self._of_name(use, owner, attribute)
            return
        pending = self._pending(owner, use.statement, _ATTRIBUTE)
        if pending is not None and self._is_misuse(pending, _ATTRIBUTE, use.statement, attribute):
            yield Misuse(self._observation(use.node, self._text(owner), pending, _ATTRIBUTE, attribute))

    def _of_name(self, use: Use, read: Name, attribute: str) -> Iterator[Misuse]:
        name = read.id
        holder = self._scope.lookup(name)
        if holder is None or name not in holder.bindings or not self._is_own(holder, name):
            return
        statement = use.statement if holder is self._scope else self._scope.head.statement
        role = _ATTRIBUTE if attribute else use.role
        pending = self._pending(read, use.statement, role)
        if pending is None and self._may_raise(role) and holds_on_a_path(self._awaitables, holder, name, statement):
            pending = "coroutine"
        if pending is None or not self._is_misuse(pending, role, use.statement, attribute):
            return
        key = name, bound_at(holder, name, statement)
        if role.kind == "returned" and self._is_awaited(holder, *key) and not self._returns_plain_value():
            return
        if self._is_seen(*key) or (role.kind in TESTS and self._is_kept(holder, *key)):
            return
        if self._is_asked_about(holder, *key):
            return
        self._seen.add(key)
        yield Misuse(self._observation(use.node, name, pending, role, attribute), *key)

    def _is_own(self, holder: ScopeNode, name: str) -> bool:
        """Whether the name, bound in `holder`, is a local one of this function, or of this comprehension."""
        if holder is self._scope and holder.head.kind in COMPREHENSIONS:
            return True
        return holder is self._scope.home and is_local(holder, name)

    def _may_raise(self, role: Role) -> bool:
        """Whether a coroutine with `role` is wrong, whatever else its name holds on other ways to the statement."""
        return role.kind in (*RAISING, "argument") or (role.kind == "returned" and self._returns_plain_value())

    def _is_seen(self, name: str, statements: tuple[int, ...]) -> bool:
        """Whether it is said already of one of the coroutines that `statements` give the name."""
        return (name, statements) in self._seen or any((name, (statement,)) in self._seen for statement in statements)

    def _pending(self, expression: Expression, statement: int, role: Role) -> Pending | None:
        return self._waiting(self._inference.evaluate(self._scope, expression, statement), role)

    def _waiting(self, values: Values, role: Role) -> Pending | None:
        """What `values` wait for that are used as `role` says: also of tasks, where that raises."""
        pending = self._awaitables.pending(values)
        if pending is None and role.kind in _RAISING_FOR_FUTURES and self._awaitables.are_futures(values):
            return "future"
        return pending

    def _is_kept(self, holder: ScopeNode, name: str, statements: tuple[int, ...]) -> bool:
        """Whether something here may await what the name holds; on an object or in a container it is a value."""
        return any(
            use.role.kind != "stored" and fate_of_read(self._inference, scope, use) == "kept"
            for statement in statements
            for scope, use in reads(holder, name, statement)
        )

    def _is_awaited(self, holder: ScopeNode, name: str, statements: tuple[int, ...]) -> bool:
        """Whether the function awaits the name elsewhere: it knows what it returns."""
        return any(
            read.role.kind == "awaited" for statement in statements for _, read in reads(holder, name, statement)
        )

    def _is_asked_about(self, holder: ScopeNode, name: str, statements: tuple[int, ...]) -> bool:
        """Whether code asks what the name holds, or what makes that: it is not what it seems to be."""
        return any(asked.decides(self._inference, holder, statement) for statement in statements) or any(
            read.role.kind == "argument" and self._asks(scope, read.role)
            for statement in statements
            for scope, read in reads(holder, name, statement)
        )

    def _asks(self, scope: ScopeNode, role: Role) -> bool:
        """Whether `role` is that of what is looked at closer, other than for what the result of an `async def` is."""
        if _ASKING.isdisjoint(self._callee(scope, role)):
            return False
        arguments = scope.body.calls[role.call].arguments
        if len(arguments) != 2:
            return True
        at = scope.body.calls[role.call].statement
        classes = classes_named(self._inference, scope, arguments[1].value, at)
        subjects = self._inference.evaluate(scope, arguments[0].value, at)
        made_here = all(isinstance(value, Suspended) for value in subjects)
        return not (made_here and classes and all(self._is_of_no_coroutine(value) for value in classes))

    def _is_of_no_coroutine(self, value: Instance) -> bool:
        """Whether no coroutine is of the class of `value`: it is none of those that describe what an object can do."""
        if isinstance(value.of, External):
            package, _, name = value.of.name.rpartition(".")
            described = package in _DESCRIBING_PACKAGES or name in _AWAITABLE_NAMES
            return not described or self._awaitables.is_plain(value)
        above = ancestry(self._inference, value.of)
        return not any(isinstance(each, External) and each.name.endswith(".Protocol") for each in above)

    def _callee(self, scope: ScopeNode, role: Role) -> Values:
        """What a value with `role`, in `scope`, is passed to."""
        return self._inference.callee(scope, scope.body.calls[role.call]) if role.call >= 0 else ()

    # -- what counts as a misuse ------------------------------------------------------------------------------------

    def _is_misuse(self, pending: Pending, role: Role, statement: int, attribute: str = "") -> bool:
        """Whether `statement`, if it ever runs, does with what waits what is done only with what that gives."""
        if fits(pending, role) or attribute in OWN_ATTRIBUTES[pending]:
            return False
        return self._takes_value(pending, role) and self._awaitables.may_matter(self._scope, statement)

    def _takes_value(self, pending: Pending, role: Role) -> bool:
        if role.kind == "returned":
            return self._returns_plain_value() or (
                _returns_results(self._inference, self._scope) and not self._awaitables.callers.await_twice(self._scope)
            )
        if role.kind == "yielded":
            return self._yields_plain_values()
        wants_another = role.kind == "argument" and wants_plain_value(self._awaitables, self._scope, role, pending)
        return wants_another or fate(self._inference, self._scope, role) == "taken as a value"

    def _is_written(self, pending: Pending, role: Role) -> bool:
        """Whether a value with `role` is compared, printed or logged: of no use where nothing else can await it."""
        if fits(pending, role):
            return False
        if role.kind == "argument" and fate(self._inference, self._scope, role) == "looked at":
            return _ASKING.isdisjoint(self._callee(self._scope, role))
        return role.kind in _LOOKS or only_looks(self._awaitables, self._scope, role)

    def _returns_plain_value(self) -> bool:
        """Whether the scope is an `async def` that declares that it returns something that can't be awaited."""
        scope = self._scope
        if not scope.head.is_async or scope.head.kind != "function" or scope.head.returns is None:
            return False
        outer = scope.parent or scope
        declared = self._inference.declared(outer, scope.head.returns, scope.head.statement)
        return bool(declared) and all(self._awaitables.is_plain(value) for value in declared)

    def _yields_plain_values(self) -> bool:
        """Whether the generator declares that it yields something that can't be awaited."""
        scope = self._scope
        if scope.head.returns is None:
            return False
        declared = self._inference.declared(scope.parent or scope, scope.head.returns, scope.head.statement)
        items = [item for value in declared if isinstance(value, Instance) for item in value.items]
        return bool(items) and all(self._awaitables.is_plain(item) for item in items)

    # -- in words ---------------------------------------------------------------------------------------------------

    def _text(self, expression: Expression) -> str:
        if isinstance(expression, Awaited):
            return f"await {self._text(expression.value)}"
        if isinstance(expression, Result):
            return called(self._scope, self._scope.body.calls[expression.call])
        return dotted(expression)

    def _observation(self, node: int, text: str, gives: str, role: Role, attribute: str = "") -> CoroutineUsedAsValue:
        scope = self._scope
        place = Place(scope.module.path, scope.anchor(node))
        by = dotted(scope.body.calls[role.call].callee) if role.kind == "argument" else attribute
        taker = self._caller_of(role)
        used_as = "callee" if taker is not None else role.kind
        fits = taker is not None and takes_coroutine_functions(taker)
        return CoroutineUsedAsValue(
            place, scope.home.title, text, gives, used_as, by, scope.home.may_await, takes_coroutine_functions=fits
        )

    def _caller_of(self, role: Role) -> Taker | None:
        """What would call the value with `role`, if it were a function."""
        if role.kind != "argument":
            return None
        names = [value.name for value in self._callee(self._scope, role) if isinstance(value, External)]
        taker = function_taker(self._inference.library.knowledge, names[0]) if names else None
        return taker if taker is not None and is_function(taker, role) else None


def fits(pending: Pending, role: Role) -> bool:
    """Whether a value that is `pending` may be used as `role` says."""
    if pending == "async context manager" and role.kind == "callee":
        return True
    if pending in _FITTING.get(role.kind, ()):
        return True
    return (pending == "future" and role.kind in _HARMLESS_FOR_FUTURES) or (
        role.kind == "returned" and pending != "coroutine"
    )


def _returns_results(inference: Inference, scope: ScopeNode) -> bool:
    """Whether `scope` is an `async def` whose caller awaits it once, and gets what it returns."""
    if not scope.head.is_async or scope.head.kind != "function":
        return False
    if not gives_coroutine(inference, scope) and not is_decorated_entry_point(inference, scope):
        return False
    return scope.head.returns is None or not _mentions_awaitable(inference, scope, scope.head.returns)


def _mentions_awaitable(inference: Inference, scope: ScopeNode, annotation: Expression) -> bool:
    if any(name in _AWAITABLE_NAMES for name in _names_in(annotation)):
        return True
    declared = inference.declared(scope.parent or scope, annotation, scope.head.statement)
    return any(isinstance(value, Awaitable | Suspended) for value in declared)


def _names_in(annotation: Expression) -> Iterator[str]:
    match annotation:
        case Name(name) | Attribute(_, name):
            yield name
        case Subscript(value, index):
            for part in (value, *index):
                yield from _names_in(part)
    for part in (*getattr(annotation, "operands", ()), *getattr(annotation, "elements", ())):
        yield from _names_in(part)
