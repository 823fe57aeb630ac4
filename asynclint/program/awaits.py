"""`await` in front of what can't be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.constants import never_runs
from asynclint.program.observations import Observation, Place, PlainValueAwaited
from asynclint.program.scopes import ScopeNode, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.awaitables import Awaitables


def observe(awaitables: Awaitables, scope: ScopeNode) -> Iterator[Observation]:
    """The calls that `scope`, inner scopes aside, awaits although what they give is sure not to be awaitable."""
    for call in scope.body.calls:
        if call.role.kind != "awaited" or never_runs(awaitables.inference, scope, call.statement):
            continue
        if awaitables.gives_plain_value(scope, call):
            place = Place(scope.module.path, scope.anchor(call.node))
            yield PlainValueAwaited(place, scope.home.title, f"{dotted(call.callee)}()")
