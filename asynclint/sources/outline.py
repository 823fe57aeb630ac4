"""The outline: where every outermost function stands, found without parsing, so that each can be parsed alone.

Two passes, both mostly inside compiled patterns. The first masks strings and comments; what is left between line ends
is code. The second walks over the lines of the masked text that can begin or end a definition. Text that is no valid
Python yields what can be found: an open bracket or string ends at the next line that begins as only a statement can.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from asynclint.sources.lines import with_newlines
from asynclint.sources.masking import STATEMENT, mask

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """An outermost function definition: one that stands in no other function.

    `start`, `body` and `end` are character offsets; `line` and `def_line` are 1-based.
    """

    name: str
    qualname: str
    """Dotted, through the classes around it: `Outer.Inner.method`."""
    is_async: bool
    start: int
    """The first character of the line of the first decorator, or of the `def` where there is none."""
    body: int
    """Just after the colon of the header."""
    end: int
    """Just after the last line with code of the function, its line end included."""
    line: int
    """The line of `start`."""
    def_line: int
    """The line of the keyword, `def` or `async`."""
    indent: str
    """White space before the keyword."""


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """The outermost functions of a text, in source order."""

    units: tuple[Unit, ...]


class Skeleton(msgspec.Struct, frozen=True):
    """A text without the bodies of its functions."""

    text: str
    cuts: tuple[tuple[int, int], ...]
    """For each body cut out: the line of `text` that it began on, and how many lines are gone up to there."""

    def line(self, number: int) -> int:
        """The 1-based line of the file that line `number` of the skeleton comes from."""
        earlier = bisect_left(self.cuts, number, key=itemgetter(0))
        return number + self.cuts[earlier - 1][1] if earlier else number


def outline(text: str) -> Outline:
    r"""The outline of a decoded text, whose lines may end in any of `\n`, `\r\n` and `\r`. Never raises."""
    return Outline(tuple(_units(with_newlines(text))))


def statement_lines(text: str) -> list[int]:
    """The 1-based lines on which statements at the left margin begin, decorators with what they decorate."""
    source = with_newlines(text)
    masked = mask(source)
    lines = _LineCounter(source)
    found: list[int] = []
    at = 0
    while boundary := _next_boundary(masked, at, 0, with_definitions=False):
        at = boundary.definition.end() if boundary.definition else boundary.after_indent
        if not _CLAUSE.match(masked, boundary.after_indent):
            found.append(lines.line(boundary.start))
    return found


def unit_text(text: str, unit: Unit) -> tuple[str, int]:
    """Text that parses on its own, and the number to add to its 1-based line numbers to get those of the file.

    Columns hold. An indented function stands under a line `if 1:` of its own.
    """
    own = text[unit.start : unit.end]
    if _column(unit.indent):
        return "if 1:\n" + own, unit.line - 2
    return own, unit.line - 1


def skeleton(text: str, outline: Outline) -> Skeleton:
    """The file without function bodies: each is ` ...`, so that what runs outside functions parses alone."""
    source = with_newlines(text)
    kept: list[str] = []
    cuts: list[tuple[int, int]] = []
    lines = _LineCounter(source)
    done = gone = 0
    for unit in outline.units:
        line_end = _line_end_before(text, unit.end)
        kept += (text[done : unit.body], " ...", line_end)
        head_line = lines.line(unit.body)
        cut = lines.line(unit.end - len(line_end)) - head_line
        cuts.append((head_line - gone, gone + cut))
        gone += cut
        done = unit.end
    kept.append(text[done:])
    return Skeleton("".join(kept), tuple(cuts))


def _line_end_before(text: str, offset: int) -> str:
    """The line end that stands just before `offset`; empty at the end of a file without one."""
    if text.endswith("\r\n", 0, offset):
        return "\r\n"
    return text[offset - 1] if text.endswith(("\n", "\r"), 0, offset) else ""


def _column(indent: str) -> int:
    """The column after white space, as CPython's tokenizer counts: tab stops at 8, and a form feed starts anew."""
    return len(indent.rpartition("\f")[2].expandtabs(8))


class _LineCounter:
    """Turns offsets, asked for in growing order, into 1-based lines."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._counted = 0
        self._line = 1

    def line(self, offset: int) -> int:
        self._line += self._source.count("\n", self._counted, offset)
        self._counted = offset
        return self._line


# What only a statement begins with: at the start of a line, it shows that a bracket still open was never closed.
_LINE_END = r"\n(?<!\\\n)"
_SPACE = r"(?:[ \t\f]|\\\n)+"

# In masked text, the offset of a line end is that of the next line in the text itself.

_CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
"""How a line begins that goes on with the statement before it."""
_STATEMENT_START = re.compile(STATEMENT)
_DEFINITION = re.compile(rf"(?:(?P<is_async>async){_SPACE})?(?P<keyword>def|class){_SPACE}(?P<name>[^\W\d]\w*)")
_CODE = re.compile(r"[^ \t\f\n]")
_LOGICAL_LINE_END = re.compile(_LINE_END)
_BRACKET_OR_LINE = re.compile(rf"[()\[\]{{}}]|{_LINE_END}(?:[ \t\f]*(?P<statement>{STATEMENT}))?")
_HEADER_TOKEN = re.compile(rf"\"[^\"\n]*\"|'[^'\n]*'|:|\blambda\b|{_BRACKET_OR_LINE.pattern}")


class _Class(NamedTuple):
    column: int
    name: str


class _Boundary(NamedTuple):
    """A line that ends what came before: a definition, its decorators included, or any other statement."""

    start: int
    after_indent: int
    column: int
    definition: re.Match[str] | None


def _units(source: str) -> Iterator[Unit]:
    masked = mask(source)
    lines = _LineCounter(source)
    classes: list[_Class] = []
    at = 0
    while boundary := _next_boundary(masked, at, classes[-1].column if classes else -1, with_definitions=True):
        while classes and boundary.column <= classes[-1].column:
            classes.pop()
        definition = boundary.definition
        if definition is None:
            at = boundary.after_indent
            continue
        at = definition.end()
        if definition["keyword"] == "class":
            classes.append(_Class(boundary.column, definition["name"]))
        elif body := _header_end(masked, at):
            following = _next_boundary(masked, body, boundary.column, with_definitions=False)
            at = following.start if following else len(masked)
            def_start = masked.rfind("\n", 0, definition.start())
            yield Unit(
                name=definition["name"],
                qualname=".".join((*(outer.name for outer in classes), definition["name"])),
                is_async=definition["is_async"] is not None,
                start=boundary.start,
                body=body - 1,
                end=_last_line_end(masked, body, at),
                line=lines.line(boundary.start),
                def_line=lines.line(def_start),
                indent=source[def_start : definition.start() - 1],
            )


def _next_boundary(masked: str, at: int, column: int, *, with_definitions: bool) -> _Boundary | None:
    """The first line from `at`, where no bracket is open, that begins a statement at `column` or left of it.

    Definitions further to the right count as well if they are wanted.
    """
    brackets = _Brackets(masked, at)
    pattern = _boundary_pattern(column, with_definitions=with_definitions)
    while line := pattern.search(masked, at):
        line_column = _column(line["indent"])
        keyword = _after_decorators(masked, line.end())
        definition = _DEFINITION.match(masked, keyword)
        is_left = line_column <= column
        if (definition and (is_left or with_definitions)) or (is_left and brackets.begins_statement(line.end())):
            return _Boundary(line.start(), line.end(), line_column, definition)
        at = max(line.end(), masked.rfind("\n", 0, keyword))
    return None


@lru_cache
def _boundary_pattern(column: int, *, with_definitions: bool) -> re.Pattern[str]:
    """Lines with code that may stand at `column` or left of it (tabs are not measured), or may begin a definition."""
    wanted = rf"(?! {{{column + 1}}})"
    if with_definitions:
        wanted = rf"(?:{wanted}|(?=[ \t\f]*(?:@|(?:async|class|def)\b)))"
    return re.compile(rf"{_LINE_END}{wanted}(?P<indent>[ \t\f]*)(?=[^ \t\f\n])")


class _Brackets:
    """Counts brackets from an offset where none is open; offsets are asked for in growing order."""

    def __init__(self, masked: str, start: int) -> None:
        self._masked = masked
        self._counted = start
        self._open = 0

    def begins_statement(self, offset: int) -> bool:
        """Whether the first code of a line, at `offset`, begins a statement rather than standing in a bracket."""
        if _STATEMENT_START.match(self._masked, offset):
            return True
        return self._masked[offset] not in ")]}" and self._open_before(offset) <= 0

    def _open_before(self, offset: int) -> int:
        count = self._masked.count
        for opening, closing in ("()", "[]", "{}"):
            self._open += count(opening, self._counted, offset) - count(closing, self._counted, offset)
        self._counted = offset
        return self._open


def _after_decorators(masked: str, at: int) -> int:
    """The first code after the decorators at `at`; `at` itself where there are none."""
    while masked.startswith("@", at):
        code = _CODE.search(masked, _logical_line_end(masked, at))
        at = code.start() if code else len(masked)
    return at


def _logical_line_end(masked: str, at: int) -> int:
    """The line end that ends a logical line, or the bracket there that closes what was opened before `at`."""
    depth = 0
    for token in _BRACKET_OR_LINE.finditer(masked, at):
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}" and depth:
            depth -= 1
        elif not depth or token["statement"]:
            return token.start()
    return len(masked)


def _header_end(masked: str, at: int) -> int | None:
    """The offset after the colon that ends the header of a function, read from after the name."""
    depth = lambdas = 0
    for token in _HEADER_TOKEN.finditer(masked, at):
        text = token[0]
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth -= 1
        elif text.startswith("\n") and (token["statement"] or not depth):
            return None
        elif text == "lambda" and not depth:
            lambdas += 1
        elif text == ":" and not depth:
            if not lambdas:
                return token.end()
            lambdas -= 1
    return None


def _last_line_end(masked: str, body: int, stop: int) -> int:
    """The offset in the text after the last line with code before `stop`."""
    code_end = body + len(masked[body:stop].rstrip())
    line_end = _LOGICAL_LINE_END.search(masked, code_end)
    return line_end.start() if line_end else len(masked) - 1
