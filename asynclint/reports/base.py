"""What every output format is, and what they share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Protocol, TextIO

from asynclint.diagnostics import Diagnostic


class Reporter(Protocol):
    """How to write findings in one format."""

    def __call__(self, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
        """Write `diagnostics`, which are sorted, to `stream`. `texts` has the source text of their files by path."""


def reporter(output_format: str) -> Reporter:
    """The reporter for `full`, `concise` or `json`. Its module is imported here: not every run needs rich."""
    write: Reporter = import_module(f"asynclint.reports.{output_format}").write
    return write


# Control characters and lone surrogates, line separators, and the marks that change the direction of text.
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` on one line that does nothing to a terminal: what would is written as Python escapes it."""
    return _UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], text)
