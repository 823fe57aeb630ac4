"""The patterns of `match` statements: the names that they bind, and the conditions that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asynclint.facts.model import Choice, Expression, Name, Opaque, Operation
from asynclint.facts.nodes import is_a

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def names_bound(pattern: cst.CSTNode) -> Iterator[cst.Name]:
    """The names that a pattern binds where it matches."""
    if is_a(pattern, cst.MatchValue):
        return
    fields = () if is_a(pattern, cst.Name) else ("name", "rest")
    yield from (name for field in fields if is_a(name := getattr(pattern, field, None), cst.Name))
    for child in pattern.children:
        yield from names_bound(child)


def condition(
    pattern: cst.CSTNode,
    subject: Expression,
    read: Callable[[cst.BaseExpression], Expression],
    named: tuple[Name, ...] = (),
) -> Expression | None:
    """The condition under which a pattern matches `subject`; `None` for one that matches whatever there is.

    `read` gives the facts of the expressions in it. `named` is the name that what matches is given, if it is given one.
    """
    match pattern:
        case cst.MatchValue():
            return Operation("==", (subject, read(pattern.value)))
        case cst.MatchSingleton():
            return Operation("is", (subject, read(pattern.value)))
        case cst.MatchClass():
            found = Operation("is a", (subject, read(pattern.cls), *named))
            return Choice("and", (found, Opaque())) if pattern.patterns or pattern.kwds else found
        case cst.MatchAs(pattern=inner, name=name):
            names = (Name(name.value),) if name is not None else named
            return condition(inner, subject, read, names) if inner is not None else None
        case cst.MatchOr():
            options = [condition(each.pattern, subject, read) for each in pattern.patterns]
            return Choice("or", tuple(each for each in options if each is not None)) if None not in options else None
    return Opaque()
