"""The patterns of `match` statements: the names that they bind, and the conditions that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asynclint.facts.model import Choice, Expression, Name, Opaque, Operation
from asynclint.facts.nodes import is_a

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def names_bound(
    pattern: cst.CSTNode, item: tuple[int, ...] | None = ()
) -> Iterator[tuple[cst.Name, tuple[int, ...] | None]]:
    """The names that a pattern binds where it matches, each with the place in the subject that it stands for, as
    `Binding` has it (`None`: somewhere in it).
    """
    if is_a(pattern, cst.MatchValue):
        return
    fields = () if is_a(pattern, cst.Name) else ("name", "rest")
    place = item if is_a(pattern, cst.MatchAs) else None
    yield from ((name, place) for field in fields if is_a(name := getattr(pattern, field, None), cst.Name))
    if is_a(pattern, cst.MatchAs) and pattern.pattern is not None:
        yield from names_bound(pattern.pattern, item)
    elif (is_a(pattern, cst.MatchList) or is_a(pattern, cst.MatchTuple)) and item is not None:
        starred = False
        for index, element in enumerate(pattern.patterns):
            starred = starred or is_a(element, cst.MatchStar)
            inner = element.value if is_a(element, cst.MatchSequenceElement) else element
            yield from names_bound(inner, None if starred else (*item, index))
    else:
        for child in pattern.children:
            yield from names_bound(child, None)


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
            parts = [*(each.value for each in pattern.patterns), *(each.pattern for each in pattern.kwds)]
            return _all_of((found, Opaque()), parts, read) if parts else found
        case cst.MatchAs(pattern=inner, name=name):
            names = (Name(name.value),) if name is not None else named
            return condition(inner, subject, read, names) if inner is not None else None
        case cst.MatchOr():
            options = [condition(each.pattern, subject, read) for each in pattern.patterns]
            return Choice("or", tuple(each for each in options if each is not None)) if None not in options else None
        case cst.MatchList() | cst.MatchTuple():
            elements = [each.value for each in pattern.patterns if is_a(each, cst.MatchSequenceElement)]
            return _all_of((Opaque(),), elements, read)
        case cst.MatchMapping():
            return _all_of((Opaque(),), [each.pattern for each in pattern.elements], read)
    return Opaque()


def _all_of(
    whole: tuple[Expression, ...], parts: Iterable[cst.CSTNode], read: Callable[[cst.BaseExpression], Expression]
) -> Expression:
    """The conditions of the `whole`, and those of `parts` of the subject, of which only what has a name is known."""
    conditions = (condition(part, Opaque(), read) for part in parts)
    found = (*whole, *(each for each in conditions if each is not None))
    return Choice("and", found) if len(found) > 1 else found[0]
