"""From the numbers in facts to lines and columns.

Only what is reported is looked up, because positions cost as much as a parse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
import msgspec
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from asynclint.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asynclint.facts.extract import Extraction


class Location(msgspec.Struct, frozen=True):
    """Where a node stands.

    `lines` are the first and last line of its statement (of a compound one, of its head), `owner` those of the head of
    the function that it stands in; zeros where there is none. `function` is the dotted path of names to that function
    within the text; empty where there is none.
    """

    span: Span
    lines: tuple[int, int]
    owner: tuple[int, int] = (0, 0)
    function: str = ""

    def moved(self, line: Callable[[int], int]) -> Location:
        """The same in a file, where `line` turns lines of the text into those of the file."""
        span = Span(line(self.span.line), self.span.column, line(self.span.end_line), self.span.end_column)
        owner = (line(self.owner[0]), line(self.owner[1])) if self.owner[0] else self.owner
        return Location(span, (line(self.lines[0]), line(self.lines[1])), owner, self.function)


def locate(extraction: Extraction) -> Mapping[int, Location]:
    """The locations of all numbered nodes of a text."""
    wrapper = MetadataWrapper(extraction.module, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    finder = _StatementFinder(positions)
    extraction.module.visit(finder)
    found: dict[int, Location] = {}
    for number, node in enumerate(extraction.nodes):
        place = positions.get(node)
        if place is None:
            continue
        (first, last), owner, function = finder.statements.get(node, ((place.start.line, place.end.line), None, ""))
        found[number] = Location(
            Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1),
            (first, last),
            owner or (0, 0),
            function,
        )
    return found


class _StatementFinder(cst.CSTVisitor):
    """Notes for every node the lines of its statement, and the lines and the name of the `def` that it belongs to."""

    def __init__(self, positions: Mapping[cst.CSTNode, CodeRange]) -> None:
        super().__init__()
        self._positions = positions
        self._lines: list[tuple[int, int]] = []
        self._owners: list[tuple[int, int] | None] = [None]
        self._names: list[str] = []
        self.statements: dict[cst.CSTNode, tuple[tuple[int, int], tuple[int, int] | None, str]] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement | cst.ExceptHandler | cst.MatchCase):
            self._lines.append(self._head(node))
        if self._lines:
            function = ".".join(self._names) if self._owners[-1] else ""
            self.statements[node] = self._lines[-1], self._owners[-1], function
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            self._owners.append((self._positions[node.name].start.line, self._head(node)[1]))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(
            original_node, cst.SimpleStatementLine | cst.BaseCompoundStatement | cst.ExceptHandler | cst.MatchCase
        ):
            self._lines.pop()
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()
        if isinstance(original_node, cst.FunctionDef):
            self._owners.pop()

    def _head(self, node: cst.CSTNode) -> tuple[int, int]:
        place = self._positions[node]
        body = getattr(node, "body", None)
        if isinstance(body, cst.IndentedBlock):
            return place.start.line, max(place.start.line, self._positions[body].start.line - 1)
        return place.start.line, place.end.line
