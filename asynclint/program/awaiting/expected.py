"""Mistakes that are made on purpose: in `with pytest.raises(TypeError):`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Result
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.scopes import dotted, outermost

if TYPE_CHECKING:
    from asynclint.facts.model import Call, Expression
    from asynclint.program.names.scopes import ScopeNode

_EXPECTING = frozenset({"assertRaises", "assertRaisesRegex", "raises"})
_ERRORS = frozenset({"AttributeError", "BaseException", "Exception", "TypeError"})
"""The errors that come of using a coroutine, or its function, as something else."""


def is_expected_to_raise(scope: ScopeNode, statement: int) -> bool:
    """Whether `statement`, in `scope`, stands in a `with` that waits for such an error."""
    home, at = outermost(scope, statement)
    body = home.body
    waiting = {item.statement for item in body.withs if _waits_for_error(body.calls, item.value)}
    return bool(waiting) and any(body.blocks[block].owner in waiting for block in blocks_around(body, at))


def _waits_for_error(calls: list[Call], value: Expression) -> bool:
    if not isinstance(value, Result):
        return False
    call = calls[value.call]
    names = {dotted(given.value) for given in call.arguments}
    return dotted(call.callee).rpartition(".")[2] in _EXPECTING and not _ERRORS.isdisjoint(names)
