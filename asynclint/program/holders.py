"""What queues, context variables and their like give back, by what their annotations say that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute
from asynclint.program.values import Instance, Values, union

if TYPE_CHECKING:
    from asynclint.facts.model import Call
    from asynclint.program.inference import Inference
    from asynclint.program.scopes import ScopeNode


def contents(inference: Inference, scope: ScopeNode, call: Call, name: str) -> Values:
    """What the object holds of which `call` calls the library method `name`, if that method gives it; empty where it
    does not, or nobody says what the object holds.
    """
    owner, _, method = name.rpartition(".")
    if not isinstance(call.callee, Attribute) or method not in inference.library.held_by(owner):
        return ()
    holders = inference.evaluate(scope, call.callee.value, call.statement)
    found = [holder.items for holder in holders if isinstance(holder, Instance)]
    return union(found) if all(found) else ()
