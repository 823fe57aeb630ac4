"""Code that never runs, whatever its function is called with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.inference.constants import Branches
from asynclint.program.names.scopes import outermost

if TYPE_CHECKING:
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def never_runs(inference: Inference, scope: ScopeNode, statement: int) -> bool:
    """Whether `statement`, or a definition that it is in, is there for type checkers only, or under a condition that
    always fails.
    """
    inner: ScopeNode | None = scope
    while inner is not None:
        scope, statement = outermost(inner, statement)
        if _is_ruled_out(inference, scope, statement):
            return True
        inner, statement = scope.parent, scope.head.statement
    return False


def _is_ruled_out(inference: Inference, scope: ScopeNode, statement: int) -> bool:
    body = scope.body
    if not 0 <= statement < len(body.statements):
        return False
    typing_only = body.blocks[body.statements[statement].block].typing_only
    return typing_only or _of_any_call(inference, scope).rules_out(statement)


def _of_any_call(inference: Inference, scope: ScopeNode) -> Branches:
    """The branches of a function, whatever it is called with."""
    found = inference.branches.get(scope)
    if found is None:
        found = inference.branches[scope] = Branches(inference, scope, {})
    return found
