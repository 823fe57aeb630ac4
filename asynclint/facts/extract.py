"""From text to facts."""

from __future__ import annotations

import libcst as cst
import msgspec

from asynclint.facts.builder import Builder
from asynclint.facts.model import Scope
from asynclint.facts.statements import StatementVisitor

class UnparsableText(Exception):
    """Text that libcst can't parse. `line` and `column` are 1-based places in that text."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class Extraction(msgspec.Struct, frozen=True):
    """The facts of a text, and the libcst nodes that the numbers in them stand for."""

    scope: Scope
    module: cst.Module
    nodes: list[cst.CSTNode]


def extract(text: str, *, elided: bool = False) -> Extraction:
    """The facts of `text`, which is a module. With `elided`, the bodies of outermost functions were taken out of it: each
    gets the number of its unit, counted from 1, instead.

    Raises `UnparsableText`.
    """
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise UnparsableText(
            "invalid syntax", error.raw_line, error.raw_column + 1
        ) from None
    except (RecursionError, MemoryError):
        raise UnparsableText("nested too deeply to be parsed", 1, 1) from None
    builder = Builder(elided=elided)
    StatementVisitor(builder).visit_Module(module)
    return Extraction(builder.scope, module, builder.nodes)
