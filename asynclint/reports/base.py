"""What every output format is, and what they share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Protocol, TextIO

from asynclint.diagnostics import Diagnostic, Step


class Reporter(Protocol):
    """How to write findings in one format."""

    def __call__(self, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
        """Write `diagnostics`, which are sorted, to `stream`. `texts` has the text that they stand in, by `source`."""


def reporter(output_format: str, *, color: bool = False) -> Reporter:
    """The reporter for an output format, with colours if it has any. Its module is imported here: not every run needs
    rich.
    """
    write = import_module(f"asynclint.reports.{output_format.replace('-', '_')}").write
    found: Reporter = partial(write, color=color) if output_format == "full" else write
    return found


# Control characters and lone surrogates, line separators, the marks that change the direction of text, and what XML
# cannot hold (https://www.w3.org/TR/xml/#charsets).
# And what CI servers take for a command wherever it stands in a line: `##[error]`, `##vso[task.setvariable]`.
_UNPRINTABLE = re.compile("#(?=#\\w*\\[)|[\\x00-\\x1f\\x7f-\\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """`text` on one line that does nothing to a terminal: what would is written as Python escapes it."""
    return _UNPRINTABLE.sub(lambda found: "\\x23" if found[0] == "#" else repr(found[0])[1:-1], text)


def one_line(diagnostic: Diagnostic) -> str:
    """The message, with the chain behind it if it has more than one step: `... [load_user -> _fetch -> requests.get]`.

    It is not made printable.
    """
    if len(diagnostic.chain) < 2:
        return diagnostic.message
    folded = " -> ".join(step.callee.removesuffix("()") for step in diagnostic.chain)
    return f"{diagnostic.message} [{folded}]"


def in_cell(place: Diagnostic | Step) -> str:
    """`cell 3, line 2: ` for a place in a notebook, in formats that know places in files alone."""
    line = place.span.line if isinstance(place, Diagnostic) else place.line
    return f"cell {place.cell}, line {line}: " if place.cell else ""


def sentence(step: Step) -> str:
    """`load_user() calls _fetch()`."""
    return f"{step.caller} calls {step.callee}"


def paragraphs(diagnostic: Diagnostic) -> list[str]:
    """All that is to be said of a finding, a line for each thing: message, steps of the chain, help. All printable."""
    lines = [diagnostic.message]
    if len(diagnostic.chain) > 1:
        lines += [f"{step.source}:{step.line}: {sentence(step)}" for step in diagnostic.chain]
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    return [printable(line) for line in lines]
