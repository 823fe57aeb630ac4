"""What the last statement of a block leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asynclint.facts.nodes import is_a

if TYPE_CHECKING:
    from asynclint.facts.model import Leaves

_LEAVING: dict[str, Leaves] = {
    "Return": "function",
    "Raise": "function",
    "Break": "round",
    "Continue": "round",
}


def leaves(body: cst.BaseSuite) -> Leaves:
    """What a block leaves for sure by its last statement, or by all branches of that."""
    last: cst.CSTNode | None = body.body[-1] if body.body else None
    if is_a(last, cst.SimpleStatementLine):
        last = last.body[-1] if last.body else None
    if is_a(last, cst.If):
        return _together(leaves(last.body), _else_leaves(last.orelse))
    if is_a(last, cst.Try) or is_a(last, cst.TryStar):
        handled = (leaves(handler.body) for handler in last.handlers)
        return _together(leaves(last.body) or _else_leaves(last.orelse), *handled)
    return _LEAVING.get(type(last).__name__, "") if last is not None else ""


def _else_leaves(node: cst.If | cst.Else | None) -> Leaves:
    if is_a(node, cst.If):
        return _together(leaves(node.body), _else_leaves(node.orelse))
    return leaves(node.body) if node is not None else ""


def _together(*branches: Leaves) -> Leaves:
    """What all branches leave."""
    if "" in branches:
        return ""
    return "round" if "round" in branches else "function"
