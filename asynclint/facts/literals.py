"""Reads literals: strings, what they quote or embed, and numbers."""

from __future__ import annotations

import ast
import warnings
from sys import intern
from typing import TYPE_CHECKING

import libcst as cst

from asynclint.facts.model import Constant
from asynclint.facts.nodes import is_a
from asynclint.facts.parsing import parse_expression_for_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_STRING = 120
LONGEST_QUOTED = 10 * LONGEST_STRING
LONGEST_NUMBER = 40

_QUOTES = "'\""
_TRIPLE_QUOTES = ('"""', "'''")

SINGLETONS = {"True": Constant(True, "bool"), "False": Constant(False, "bool"), "None": Constant(None, "None")}


def string(node: cst.SimpleString) -> Constant:
    """The constant that a string is: bytes without their value, a long string cut after its first characters."""
    if _is_bytes(node):
        return Constant(None, "bytes")
    short = len(node.value) <= LONGEST_STRING
    return Constant(intern(_evaluated(node.value) if short else node.value[:LONGEST_STRING]), "str")


def quoted(node: cst.SimpleString) -> cst.BaseExpression | None:
    """The expression that a string quotes, as annotations do; `None` where it quotes none, or a very long one."""
    if _is_bytes(node) or len(node.value) > LONGEST_QUOTED:
        return None
    try:
        return parse_expression_for_facts(_evaluated(node.value))
    except cst.ParserSyntaxError:
        return None


def _is_bytes(node: cst.SimpleString) -> bool:
    return node.value[0] not in _QUOTES and "b" in node.value[:2].lower().partition("'")[0].partition('"')[0]


def _evaluated(literal: str) -> str:
    """The value of a string literal; the literal itself where an escape in it means nothing."""
    if literal[0] in _QUOTES and "\\" not in literal and not literal.startswith(_TRIPLE_QUOTES):
        return literal[1:-1]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(ast.literal_eval(literal))
    except SyntaxError:
        return literal


def embedded(parts: Sequence[cst.BaseFormattedStringContent]) -> Iterator[cst.BaseExpression]:
    """The expressions in an f-string, in source order, those in format specifications included."""
    for part in parts:
        if is_a(part, cst.FormattedStringExpression):
            yield part.expression
            yield from embedded(part.format_spec or ())


def beginning(parts: Sequence[cst.BaseFormattedStringContent]) -> str:
    """The text that an f-string begins with, as far as it has no escapes."""
    first = parts[0] if parts else None
    text = first.value if is_a(first, cst.FormattedStringText) else ""
    return text.partition("\\")[0].partition("{{")[0].partition("}}")[0][:LONGEST_STRING]


def integer(node: cst.Integer) -> Constant:
    """The constant that an integer is; without its value where that does not fit 63 bits."""
    value = int(node.value.replace("_", ""), 0) if len(node.value) <= LONGEST_NUMBER else None
    return Constant(value if value is not None and abs(value) < 2**62 else None, "int")
