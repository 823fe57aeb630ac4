"""`await` in front of what can't be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Awaited, Collection, Name, ScopeOf
from asynclint.program.constants import never_runs
from asynclint.program.observations import Observation, Place, PlainValueAwaited
from asynclint.program.scopes import ScopeNode, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaitables import Awaitables


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[Observation]:
    """What `scope`, inner scopes aside, awaits although it is sure not to be awaitable: calls, and collections."""
    for call in scope.body.calls:
        if call.role.kind != "awaited" or never_runs(awaitables.inference, scope, call.statement):
            continue
        kind = awaitables.awaited_in_vain(scope, call)
        if kind is not None:
            place = Place(scope.module.path, scope.anchor(call.node))
            yield PlainValueAwaited(place, scope.home.title, f"{dotted(call.callee)}()", kind)
    for use in scope.body.uses:
        awaited = use.value.value if isinstance(use.value, Awaited) else None
        if not isinstance(awaited, Name | Collection | ScopeOf):
            continue
        if awaitables.are_collections(awaitables.inference.evaluate(scope, awaited, use.statement)) and not never_runs(
            awaitables.inference, scope, use.statement
        ):
            place = Place(scope.module.path, scope.anchor(use.node))
            name = awaited.id if isinstance(awaited, Name) else ""
            yield PlainValueAwaited(place, scope.home.title, name, "collection")
