"""For people at a terminal: the source with the call underlined, the chain of calls, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.text import Text

from asynclint.diagnostics import Diagnostic, Span, Step
from asynclint.reports.base import printable, sentence
from asynclint.reports.terminal import console
from asynclint.sources.lines import split_lines

_LONGEST_EXCERPT = 5
_TAB = "    "


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO, *, color: bool = False) -> None:
    """See `asynclint.reports.base.Reporter`."""
    terminal = console(stream, color=color)
    lines_by_source: dict[str, list[str]] = {}
    for diagnostic in diagnostics:
        if diagnostic.source not in lines_by_source:
            lines_by_source[diagnostic.source] = split_lines(texts.get(diagnostic.source, ""))
        for line in _diagnostic(diagnostic, lines_by_source[diagnostic.source]):
            terminal.print(line)
        terminal.print()


def _diagnostic(diagnostic: Diagnostic, lines: Sequence[str]) -> Iterator[Text]:
    span = diagnostic.span
    yield Text.assemble(
        (printable(diagnostic.source), "bold"),
        (f":{span.line}:{span.column}: ", "cyan"),
        (diagnostic.code, "bold red"),
        " ",
        printable(diagnostic.message),
    )
    yield from _excerpt(span, lines)
    if len(diagnostic.chain) > 1:
        yield from _chain(diagnostic.chain)
    if diagnostic.help:
        yield Text.assemble(("  help: ", "bold green"), printable(diagnostic.help))


def _excerpt(span: Span, lines: Sequence[str]) -> Iterator[Text]:
    """The lines of `span`, each with carets under what belongs to it."""
    last = min(span.end_line, len(lines))
    shown = range(span.line, min(last, span.line + _LONGEST_EXCERPT - 1) + 1)
    gutter = len(str(shown[-1])) if shown else 0
    for number in shown:
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(line.rstrip())
        yield Text.assemble((f"  {number:>{gutter}} | ", "blue"), _visible(line))
        indent = cell_len(_visible(line[:start]))
        carets = "^" * max(1, cell_len(_visible(line[start:end])))
        yield Text.assemble((f"  {'':>{gutter}} | ", "blue"), " " * indent, (carets, "bold red"))
    if shown and shown[-1] < last:
        yield Text(f"  {'':>{gutter}} | ...", "blue")


def _visible(source: str) -> str:
    return printable(source.replace("\t", _TAB))


def _chain(chain: Sequence[Step]) -> Iterator[Text]:
    places = [printable(f"{step.source}:{step.line}") for step in chain]
    width = max(map(cell_len, places))
    for place, step in zip(places, chain, strict=True):
        padding = " " * (width - cell_len(place) + 4)
        yield Text.assemble("  ", (place, "cyan"), padding, printable(sentence(step)))
