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
    from collections.abc import Callable, Iterable, Mapping

    from libcst import BatchableCSTVisitor
    from libcst._batched_visitor import VisitorMethod

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


class _Wrapper(MetadataWrapper):
    """Spares the walk over all nodes for visitors where there are none, as there are none for positions."""

    def visit_batched(
        self,
        visitors: Iterable[BatchableCSTVisitor],
        before_visit: VisitorMethod | None = None,
        after_leave: VisitorMethod | None = None,
    ) -> cst.CSTNode:
        wanted = list(visitors)
        return super().visit_batched(wanted, before_visit, after_leave) if wanted else self.module


def locate(extraction: Extraction) -> Mapping[int, Location]:
    """The locations of all numbered nodes of a text that was read whole."""
    positions = _Wrapper(extraction.module, unsafe_skip_copy=True).resolve(PositionProvider)
    found: dict[int, Location] = {}
    for number, (node, statement, definitions) in enumerate(extraction.nodes):
        place = positions.get(node)
        if place is None:
            continue
        first, last = _head(positions, statement or node)
        owner = next((each for each in reversed(definitions) if isinstance(each, cst.FunctionDef)), None)
        found[number] = Location(
            Span(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1),
            (first, last),
            (positions[owner.name].start.line, _head(positions, owner)[1]) if owner else (0, 0),
            ".".join(each.name.value for each in definitions) if owner else "",
        )
    return found


def _head(positions: Mapping[cst.CSTNode, CodeRange], node: cst.CSTNode) -> tuple[int, int]:
    """The first and last line of `node`; of a compound statement, of its head."""
    place = positions[node]
    body = getattr(node, "body", None)
    if isinstance(body, cst.IndentedBlock):
        return place.start.line, max(place.start.line, positions[body].start.line - 1)
    return place.start.line, place.end.line
