"""Parses with libcst: whole, to see where nodes stand; and in two thirds of that time, for facts.

libcst's parser is compiled. Most of its time goes into calling the Python classes of the nodes, which it finds as
attributes of the module `libcst`. Facts need no white space, no punctuation and no methods: while a text is parsed for
them, the parser finds a module of stand-ins, in which each class is a plain structure, or nothing where facts never
look. Where a libcst finds its classes elsewhere, it makes its own nodes, and facts come out the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from types import ModuleType

import libcst as cst
import msgspec

_UNSEEN = (
    cst.BaseParenthesizableWhitespace,
    cst.TrailingWhitespace,
    cst.Newline,
    cst.EmptyLine,
    cst.Comment,
    cst.Comma,
    cst.Dot,
    cst.Colon,
    cst.Semicolon,
    cst.AssignEqual,
    cst.ParamSlash,
    cst.LeftParen,
    cst.RightParen,
    cst.LeftSquareBracket,
    cst.RightSquareBracket,
    cst.LeftCurlyBrace,
    cst.RightCurlyBrace,
)
"""White space and punctuation."""


def parse(text: str) -> cst.Module:
    """What `libcst.parse_module(text)` gives, whatever validation has to say. Raises `libcst.ParserSyntaxError`."""
    with _unvalidated():
        return cst.parse_module(text)


def parse_for_facts(text: str) -> cst.Module:
    """What `parse` gives, as far as facts look: nodes of the same kinds with the same fields, in which white space and
    punctuation are `None`. Of their methods there is `children` alone; their types are libcst's for `isinstance` only.

    Raises `libcst.ParserSyntaxError`.
    """
    with _stand_ins():
        return cst.parse_module(text)


def parse_expression_for_facts(text: str) -> cst.BaseExpression:
    """What `libcst.parse_expression(text)` gives, in the same way. Raises `libcst.ParserSyntaxError`."""
    with _stand_ins():
        return cst.parse_expression(text)


class _StandIn(msgspec.Struct, eq=False):
    """A node as the parser makes it, with its fields and nothing else. Like libcst's, it is equal to itself alone."""

    @property
    def children(self) -> list[_StandIn]:
        """The nodes in the fields of this one, in the order of these: for patterns, that of the source."""
        found: list[_StandIn] = []
        for name in self.__struct_fields__:
            field = getattr(self, name)
            if isinstance(field, _StandIn):
                found.append(field)
            elif isinstance(field, tuple | list):
                found += [each for each in field if each is not None]
        return found


_unseen: Callable[..., None] = {}.update
"""What stands for white space and punctuation: it takes whatever fields there are, and is quicker than a function."""


def _stand_in_for(node_class: type[cst.CSTNode]) -> type[msgspec.Struct]:
    defaults = [(each.name, object, None if each.default is MISSING else each.default) for each in fields(node_class)]
    stand_in = msgspec.defstruct(node_class.__name__, defaults, bases=(_StandIn,), eq=False)
    node_class.register(stand_in)
    return stand_in


def _new_attribute(name: str) -> object:
    """What the parser finds as an attribute of `libcst` that it has not asked for before."""
    value = getattr(cst, name)
    if isinstance(value, type) and issubclass(value, cst.CSTNode):
        value = _unseen if issubclass(value, _UNSEEN) else _stand_in_for(value)
    setattr(_stand_in_module, name, value)
    return value


_stand_in_module = ModuleType(cst.__name__)
"""What the parser takes for the module `libcst`, and imports again for every node."""

_stand_in_module.__spec__ = cst.__spec__  # Without one, that takes longer than making the node.
_stand_in_module.__getattr__ = _new_attribute  # type: ignore[method-assign]


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Meanwhile, libcst's parser finds stand-ins, where it looks for its classes there at all."""
    sys.modules[cst.__name__] = _stand_in_module
    try:
        yield
    finally:
        sys.modules[cst.__name__] = cst


@contextmanager
def _unvalidated() -> Iterator[None]:
    """Validation happens in `CSTNode.__post_init__`; where a libcst has none there, this does nothing."""
    validate = vars(cst.CSTNode).get("__post_init__")
    if validate is None:
        yield
        return
    cst.CSTNode.__post_init__ = _pass  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        cst.CSTNode.__post_init__ = validate  # type: ignore[method-assign]


def _pass(_: cst.CSTNode) -> None:
    """Leave the node as it is."""
