"""The patterns of `match` statements: the names that they bind, and the conditions that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asynclint.facts.model import Choice, Expression, Opaque, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IS_A = "is a"
"""The operator of the condition that a class pattern is: its subject is an object of that class."""


def names_bound(pattern: cst.CSTNode) -> Iterator[cst.Name]:
    """The names that a pattern binds where it matches."""
    if isinstance(pattern, cst.MatchValue):
        return
    fields = [getattr(pattern, field, None) for field in ("name", "rest")] if not isinstance(pattern, cst.Name) else []
    yield from (name for name in fields if isinstance(name, cst.Name))
    for child in pattern.children:
        yield from names_bound(child)


def condition(
    pattern: cst.CSTNode, subject: Expression, read: Callable[[cst.BaseExpression], Expression]
) -> Expression | None:
    """The condition under which a pattern matches `subject`; `None` where it says nothing that a condition can.

    `read` gives the facts of the expressions in it.
    """
    match pattern:
        case cst.MatchValue():
            return Operation("==", (subject, read(pattern.value)))
        case cst.MatchSingleton():
            return Operation("is", (subject, read(pattern.value)))
        case cst.MatchClass():
            found = Operation(IS_A, (subject, read(pattern.cls)))
            return Choice("and", (found, Opaque())) if pattern.patterns or pattern.kwds else found
        case cst.MatchAs(pattern=inner) if inner is not None:
            return condition(inner, subject, read)
        case cst.MatchOr():
            options = [condition(each.pattern, subject, read) for each in pattern.patterns]
            return Choice("or", tuple(each for each in options if each is not None)) if None not in options else None
    return None
