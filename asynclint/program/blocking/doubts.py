"""How sure it is that a place in a function runs, by the conditions around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Choice, Collection, Constant, Name, Operation, Result
from asynclint.program.blocking.lengths import Doubts
from asynclint.program.inference.given import AFFIXES
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.scopes import dotted
from asynclint.program.names.sources import sources
from asynclint.program.names.values import External, Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynclint.facts.model import Expression, Guard
    from asynclint.program.inference.constants import Branches

_TEXT = (Instance(External("builtins.str")),)


def doubts(branches: Branches, statement: int, guards: Sequence[Guard] = ()) -> Doubts | None:
    """How sure it is that what stands behind `guards` in `statement` runs; `None` where it can't."""
    scope = branches.scope
    choices = undecided = 0
    unknowns = sum(scope.body.blocks[each].kind == "except" for each in blocks_around(scope.body, statement))
    own = ((guard.test, statement, guard.negated) for guard in guards)
    for test, at, negated in (*scope.conditions(statement), *own):
        holds = branches.truth(test, at)
        if holds is negated:
            return None
        if holds is None:
            undecided += 1
            unknowns += bool(sources(scope, test))
            choices += not negated and _picks(branches, test, at)
    return None if branches.is_skipped(statement) else Doubts(choices, unknowns, undecided)


def _picks(branches: Branches, test: Expression, at: int) -> bool:
    """Whether `test` holds for a few literals only: one of several things was picked by its name."""
    match test:
        case Operation("==" | "is", (_, other)):
            return _is_literal(other)
        case Operation("in", (_, Collection(elements=elements))):
            return all(_is_literal(element) for element in elements)
        case Operation("in", (Constant(str(text)), searched)):
            return not text.isidentifier() or branches.inference.evaluate(branches.scope, searched, at) == _TEXT
        case Choice("and", options):
            return any(_picks(branches, option, at) for option in options)
        case Choice("or", options):
            return all(_picks(branches, option, at) for option in options)
        case Result(index):
            callee = branches.scope.body.calls[index].callee
            return isinstance(callee, Attribute) and callee.name in AFFIXES
    return False


def _is_literal(expression: Expression) -> bool:
    """Whether `expression` is a string or number, or a name for one: a constant, or a member of an enumeration."""
    if isinstance(expression, Constant):
        return isinstance(expression.value, str | int) and expression.kind != "bool"
    if isinstance(expression, Attribute) and expression.name == "value":
        expression = expression.value
    return isinstance(expression, Name | Attribute) and dotted(expression).rpartition(".")[2].isupper()
