"""From text to facts."""

from __future__ import annotations

import ast
import warnings

import libcst as cst
import msgspec

from asynclint.facts.builder import Builder, Numbered
from asynclint.facts.model import Scope
from asynclint.facts.nesting import too_deep
from asynclint.facts.parsing import parse, parse_for_facts
from asynclint.facts.statements import StatementVisitor

_TOO_DEEP = "nested too deeply to be read"
_UNKNOWN = "valid Python that libcst, which reads it, does not know"


class UnparsableTextError(Exception):
    """Text that libcst can't parse. `line` and `column` are 1-based places in that text."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class Extraction(msgspec.Struct, frozen=True):
    """The facts of a text, and, where it was read whole, the libcst nodes that the numbers in them stand for."""

    scope: Scope
    module: cst.Module
    nodes: list[Numbered]


def extract(text: str, *, elided: bool = False, whole: bool = False) -> Extraction:
    """The facts of `text`, which is a module. With `elided`, the bodies of outermost functions were taken out of it:
    each gets the number of its unit, counted from 1, instead. With `whole`, which takes longer, nodes can be located.

    Raises `UnparsableTextError`.
    """
    place = too_deep(text)
    if place is not None:
        raise _explained(text, *place, _TOO_DEEP)
    try:
        module = parse(text) if whole else parse_for_facts(text)
        builder = Builder(elided=elided, keeps_nodes=whole)
        StatementVisitor(builder).visit_Module(module)
    except cst.ParserSyntaxError as error:
        raise _explained(text, error.raw_line, error.raw_column + 1) from None
    except (RecursionError, MemoryError):
        raise UnparsableTextError(_TOO_DEEP, 1, 1) from None
    return Extraction(builder.scope, module, builder.nodes)


def explain_error(text: str) -> UnparsableTextError | None:
    """What is wrong with `text`, or `None` where it parses."""
    try:
        extract(text)
    except UnparsableTextError as error:
        return error
    return None


def is_plain(text: str) -> bool:
    """Whether the running Python's own parser, which is quick, takes `text`; where not, the syntax may be newer."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _explained(text: str, line: int, column: int, reason: str = "") -> UnparsableTextError:
    """The error as the running Python puts it, whose words and places are better; libcst decides whether it is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as told:
        reason, line, column = told.msg, told.lineno or 1, told.offset or 1
    except (ValueError, RecursionError, MemoryError):
        reason = reason or "invalid syntax"
    return UnparsableTextError(reason or _UNKNOWN, line, column)
