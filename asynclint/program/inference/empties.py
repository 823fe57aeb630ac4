"""Whether a collection that is made empty stays so, and what code does for each thing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import Attribute, Expression, Name
from asynclint.program.names.bindings import blocks_around
from asynclint.program.names.fates import attributes_read
from asynclint.program.names.scopes import COMPREHENSIONS, dotted, outermost, within
from asynclint.program.names.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Use
    from asynclint.program.names.scopes import ScopeNode

COPYING: dict[Expression, Literal["list", "tuple", "set", "dict"]] = {
    Name("dict"): "dict",
    Name("frozenset"): "set",
    Name("list"): "list",
    Name("set"): "set",
    Name("sorted"): "list",
    Name("tuple"): "tuple",
}
"""What makes a collection of all that is in another one."""
_READING = frozenset({"copy", "count", "get", "index", "items", "keys", "values"})
"""Methods of a collection that change nothing in it."""
_LOOKING = frozenset(
    {
        "all",
        "any",
        "bool",
        "dict",
        "enumerate",
        "frozenset",
        "isinstance",
        "len",
        "list",
        "max",
        "min",
        "print",
        "repr",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "zip",
    }
)
"""Builtins that only look at what they are passed."""
_KEEPING = frozenset({"assigned", "element", "returned", "stored", "yielded"})


def is_filled(scope: ScopeNode, name: str, *, by_item: bool) -> bool:
    """Whether `scope` seems to put something into what `name` holds: `name.append(...)`, and, `by_item`,
    `name[...] = ...`.
    """
    read = Name(name)
    if by_item and any(use.value == read and use.role.kind == "subscript" for use in scope.body.uses):
        return True
    calls = (call for inner in within(scope) for call in inner.body.calls if call.role.kind == "discarded")
    return any(isinstance(call.callee, Attribute) and call.callee.value == read for call in calls)


def fillings(scope: ScopeNode, name: str) -> list[int]:
    """The statements of `scope` that may put something into what the local `name` holds, by a method, by a function
    that it is passed to, or by another name; -1 for those of functions in it.
    """
    found = [item.statement for item in scope.body.items if item.target == Name(name)]
    for inner, use in scope.uses_within.get(name, ()):
        if _may_fill(inner, use, name):
            home, statement = outermost(inner, use.statement)
            found.append(statement if home is scope else -1)
    return found


def is_in_loop(scope: ScopeNode, statement: int) -> bool:
    """Whether `statement` may run several times."""
    return any(scope.body.blocks[each].kind == "loop" for each in blocks_around(scope.body, statement))


def _may_fill(scope: ScopeNode, use: Use, name: str) -> bool:
    """Whether what `name` holds may be changed by what is done with it where it is read so."""
    if use.role.kind == "attribute":
        return any(read not in _READING for read in attributes_read(scope, use))
    if use.role.kind == "argument":
        return use.role.call < 0 or dotted(scope.body.calls[use.role.call].callee) not in _LOOKING
    return use.role.kind in _KEEPING and use.role.names != (name,)


def iterables_around(scope: ScopeNode, statement: int) -> Iterator[tuple[Expression, int]]:
    """What the `for` loops around `statement` iterate, each with its own statement."""
    for index in blocks_around(scope.body, statement):
        block = scope.body.blocks[index]
        if block.kind == "loop" and block.test is None:
            for binding in scope.bindings_at.get(block.owner, ()):
                if binding.how == "for" and binding.value is not None and not binding.outer:
                    yield binding.value, block.owner


def iterables_outside(scope: ScopeNode, outer: ScopeNode) -> Iterator[tuple[Expression, int]]:
    """What comprehensions from `scope` up to `outer`, in which they stand, take from that, with the statement there."""
    inner = scope
    while inner is not outer and inner.parent is not None:
        if inner.parent is outer:
            yield from ((loop.value, inner.head.statement) for loop in inner.body.loops if loop.outer)
        inner = inner.parent


def iterated_parameters(scope: ScopeNode) -> frozenset[str]:
    """The parameters that the loops and comprehensions in `scope` mention, or that names in them come from."""
    return frozenset(name for iterated in _iterables(scope) for name in sources(scope, iterated))


def _iterables(scope: ScopeNode) -> Iterator[Expression]:
    """All that the loops and comprehensions of a function iterate, those of functions in it aside."""
    yield from (binding.value for binding in scope.body.bindings if binding.how == "for" and binding.value is not None)
    for child in scope.children:
        if child.head.kind in COMPREHENSIONS:
            yield from (loop.value for loop in child.body.loops if loop.outer)
