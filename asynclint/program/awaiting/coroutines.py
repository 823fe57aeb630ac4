"""Coroutines that are made and never awaited: thrown away, forgotten under a name, or taken for what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Awaited, Call, Collection, Name, Result, Role, ScopeOf, Use
from asynclint.program.awaiting import items, unfit
from asynclint.program.awaiting.awaitables import OWN_ATTRIBUTES
from asynclint.program.awaiting.callers import ADDING
from asynclint.program.awaiting.misuses import fits, misuses
from asynclint.program.awaiting.wanted import only_looks
from asynclint.program.inference import asked
from asynclint.program.inference.dead_code import never_runs
from asynclint.program.names.fates import attributes_read, fate_of_read, is_discarded, is_local, reads
from asynclint.program.names.scopes import ScopeNode, called
from asynclint.program.names.values import External
from asynclint.program.observations import CoroutineAssigned, CoroutineDiscarded, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaiting.awaitables import Awaitables, Pending


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[Observation]:
    """What becomes of the coroutines made in `scope`, inner scopes aside, where that is not what was meant."""
    taken: set[tuple[str, int]] = set()
    for misuse in misuses(awaitables, scope):
        taken.update((misuse.name, statement) for statement in misuse.bound_at)
        yield misuse.observation
    yield from items.observe(awaitables, scope)
    yield from unfit.observe(awaitables, scope)
    for call in scope.body.calls:
        if never_runs(awaitables.inference, scope, call.statement):
            continue
        lost = [*_discarded(awaitables, scope, call), *_forgotten(awaitables, scope, call, taken)]
        if lost and not asked.decides(awaitables.inference, scope, call.statement, call.guards):
            yield from lost
    for use in scope.body.uses:
        if isinstance(use.value, Awaited) and use.role.kind == "discarded":
            yield from _awaited_once(awaitables, scope, use)
        elif isinstance(use.value, ScopeOf) and len(use.role.names) == 1:
            yield from _forgotten_items(awaitables, scope, use)


def _discarded(awaitables: Awaitables, scope: ScopeNode, call: Call) -> Iterator[Observation]:
    if not is_discarded(scope, call):
        return
    values = awaitables.inference.evaluate_call(scope, call)
    pending = awaitables.pending(values)
    gives = "request" if awaitables.are_messages(values) else pending
    if gives in ("coroutine", "future", "async generator", "request"):
        yield CoroutineDiscarded(
            _place(scope, call), scope.home.title, called(scope, call), gives, scope.home.may_await
        )


def _awaited_once(awaitables: Awaitables, scope: ScopeNode, use: Use) -> Iterator[Observation]:
    """`await outer()` as a statement, where that gives another thing to be awaited."""
    awaited = use.value.value if isinstance(use.value, Awaited) else None
    if not isinstance(awaited, Result) or _runs_elsewhere(awaitables, scope, scope.body.calls[awaited.call]):
        return
    pending = awaitables.pending(awaitables.inference.evaluate(scope, use.value, use.statement))
    if pending in ("coroutine", "future", "request"):
        place = Place(scope.module.path, scope.anchor(use.node))
        text = f"await {called(scope, scope.body.calls[awaited.call])}"
        yield CoroutineDiscarded(place, scope.home.title, text, pending, scope.home.may_await)


def _runs_elsewhere(awaitables: Awaitables, scope: ScopeNode, call: Call) -> bool:
    """Whether `call` hands a function to a thread: that the function is a coroutine function is said of the call."""
    offloaders = awaitables.inference.library.knowledge.offloaders
    callees = awaitables.inference.callee(scope, call)
    return any(isinstance(callee, External) and callee.name in offloaders for callee in callees)


# -- forgotten under a name -----------------------------------------------------------------------------------------


def _forgotten(
    awaitables: Awaitables, scope: ScopeNode, call: Call, taken: set[tuple[str, int]]
) -> Iterator[Observation]:
    names = call.role.names if call.role.kind == "assigned" else _collections(scope, call.role)
    if len(names) != 1 or not is_local(scope, names[0]) or (names[0], call.statement) in taken:
        return
    name = names[0]
    pending = awaitables.pending(awaitables.inference.evaluate_call(scope, call))
    if pending not in ("coroutine", "future", "request"):
        return
    collected = call.role.kind != "assigned"
    if collected:
        lost = _is_only_added_to(awaitables, scope, name)
    else:
        lost = _is_lost(awaitables, scope, name, call.statement, pending)
    if not lost:
        return
    yield CoroutineAssigned(
        _place(scope, call), scope.home.title, called(scope, call), pending, scope.home.may_await, name, collected
    )


def _forgotten_items(awaitables: Awaitables, scope: ScopeNode, use: Use) -> Iterator[Observation]:
    """A list, made by a comprehension, of coroutines that nothing awaits."""
    name = use.role.names[0]
    comprehension = scope.children[use.value.scope] if isinstance(use.value, ScopeOf) else scope
    calls = [call for call in comprehension.body.calls if call.role.kind == "element"]
    if len(calls) != 1 or comprehension.head.kind not in ("list", "set") or not is_local(scope, name):
        return
    pending = awaitables.pending(awaitables.inference.evaluate_call(comprehension, calls[0]))
    if pending is None:
        return
    if not all(items.is_idle(awaitables.inference, inner, read) for inner, read in reads(scope, name, use.statement)):
        return
    place = Place(scope.module.path, scope.anchor(use.node))
    yield CoroutineAssigned(
        place, scope.home.title, called(comprehension, calls[0]), pending, scope.home.may_await, name, True
    )


def _is_lost(awaitables: Awaitables, scope: ScopeNode, name: str, statement: int, pending: Pending) -> bool:
    """Whether nothing is done with the local `name`, bound by `statement`, but to look at what it holds."""
    for inner, use in reads(scope, name, statement):
        if fits(pending, use.role):
            return False
        kept = fate_of_read(awaitables.inference, inner, use) == "kept"
        if kept and not (_is_added(awaitables, scope, inner, use) or only_looks(awaitables, inner, use.role)):
            return False
        if use.role.kind == "attribute" and _asks_for_own(awaitables, inner, use, pending):
            return False
    return True


def _is_added(awaitables: Awaitables, scope: ScopeNode, inner: ScopeNode, use: Use) -> bool:
    """Whether `use`, in `inner`, only adds a name to a local collection of `scope` of which nothing is awaited."""
    names = _collections(inner, use.role)
    return len(names) == 1 and inner.lookup(names[0]) is scope and _is_only_added_to(awaitables, scope, names[0])


def _asks_for_own(awaitables: Awaitables, scope: ScopeNode, use: Use, pending: Pending) -> bool:
    """Whether an attribute that is read off the name in the statement of `use` is one that every coroutine has."""
    return any(name in OWN_ATTRIBUTES[pending] for name in attributes_read(scope, use))


def _collections(scope: ScopeNode, role: Role) -> tuple[str, ...]:
    """The name of the collection that a value with `role` is added to: `coroutines.append(work())`."""
    if role.kind != "argument" or role.call < 0:
        return ()
    adding = scope.body.calls[role.call]
    if adding.role.kind != "discarded" or not isinstance(adding.callee, Attribute) or adding.callee.name not in ADDING:
        return ()
    return (adding.callee.value.id,) if isinstance(adding.callee.value, Name) else ()


def _is_only_added_to(awaitables: Awaitables, scope: ScopeNode, name: str) -> bool:
    """Whether the local collection `name` starts empty, is added to, and nothing more is done with it."""
    bindings = scope.bindings.get(name, [])
    if len(bindings) != 1 or not isinstance(bindings[0].value, Collection) or bindings[0].value.elements:
        return False
    for inner, use in reads(scope, name, bindings[0].statement):
        if use.role.kind == "attribute":
            if not all(read in ADDING for read in attributes_read(inner, use)):
                return False
        elif not items.is_idle(awaitables.inference, inner, use):
            return False
    return True


def _place(scope: ScopeNode, call: Call) -> Place:
    return Place(scope.module.path, scope.anchor(call.node))
