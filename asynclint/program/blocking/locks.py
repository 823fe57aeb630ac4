"""Thread locks that a coroutine holds while it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.blocking.roots import runs_by_hand
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.scopes import dotted
from asynclint.program.names.values import External, Instance, certain
from asynclint.program.observations import LockHeld, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import With
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_NATIVE = {
    "threading.Lock": "asyncio.Lock",
    "threading.RLock": "asyncio.Lock",
    "threading.Condition": "asyncio.Condition",
    "threading.Semaphore": "asyncio.Semaphore",
    "threading.BoundedSemaphore": "asyncio.BoundedSemaphore",
    "multiprocessing.synchronize.Lock": "asyncio.Lock",
    "multiprocessing.synchronize.RLock": "asyncio.Lock",
    "multiprocessing.synchronize.Condition": "asyncio.Condition",
    "multiprocessing.synchronize.Semaphore": "asyncio.Semaphore",
    "multiprocessing.synchronize.BoundedSemaphore": "asyncio.BoundedSemaphore",
}

_OF_THREAD = frozenset({"RLock", "Condition"})
"""Locks that the thread which holds one may take again."""


def observe(inference: Inference, scope: ScopeNode) -> Iterator[Observation]:
    """The `with` statements of `scope` that hold a thread lock across an `await`."""
    if not scope.may_await:
        return
    for item in scope.body.withs:
        if item.is_async or not item.awaits or _is_let_go(scope, item):
            continue
        values = certain(inference.evaluate(scope, item.value, item.statement))
        locks = [value.of.name for value in values if isinstance(value, Instance) and isinstance(value.of, External)]
        are_locks = bool(locks) and len(locks) == len(values) and all(lock in _NATIVE for lock in locks)
        if are_locks and not runs_by_hand(scope.module):
            place = Place(scope.module.path, scope.anchor(item.node))
            reentrant = locks[0].rpartition(".")[2] in _OF_THREAD
            yield LockHeld(place, scope.title, locks[0], _NATIVE[locks[0]], reentrant)


def _is_let_go(scope: ScopeNode, item: With) -> bool:
    """Whether the body of a `with` releases what it holds."""
    release = f"{dotted(item.value)}.release"
    return any(
        scope.body.blocks[block].owner == item.statement
        for call in scope.body.calls
        if dotted(call.callee) == release
        for block in blocks_around(scope.body, call.statement)
    )
