"""`await` in front of what can't be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Awaited, Collection, Name, ScopeOf
from asynclint.program.names.scopes import ScopeNode, dotted
from asynclint.program.observations import Observation, Place, PlainValueAwaited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaiting.awaitables import Awaitables


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[Observation]:
    """What `scope`, inner scopes aside, awaits although it is sure not to be awaitable: calls, and collections."""
    for call in scope.body.calls:
        kind = awaitables.awaited_in_vain(scope, call) if call.role.kind == "awaited" else None
        if kind is not None and awaitables.may_matter(scope, call.statement, call.guards):
            place = Place(scope.module.path, scope.anchor(call.node))
            yield PlainValueAwaited(place, scope.home.title, f"{dotted(call.callee)}()", kind)
    for use in scope.body.uses:
        awaited = use.value.value if isinstance(use.value, Awaited) else None
        if not isinstance(awaited, Name | Collection | ScopeOf):
            continue
        values = awaitables.inference.evaluate(scope, awaited, use.statement)
        if awaitables.are_collections(values) and awaitables.may_matter(scope, use.statement):
            place = Place(scope.module.path, scope.anchor(use.node))
            name = awaited.id if isinstance(awaited, Name) else ""
            yield PlainValueAwaited(place, scope.home.title, name, "collection")
