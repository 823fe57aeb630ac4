"""The comments of a source text, found without parsing it: what strings and f-strings contain is passed over."""

from __future__ import annotations

import msgspec

from asynclint.sources.lines import line_starts, with_newlines
from asynclint.sources.masking import opaque_spans


class Comment(msgspec.Struct, frozen=True):
    """A comment: its 1-based place, whether it has its line to itself, and its text from `#` to the end of the line."""

    line: int
    column: int
    own_line: bool
    text: str


def find_comments(text: str) -> list[Comment]:
    """The comments of `text` in order. Comments inside the braces of an f-string are not among them."""
    starts = line_starts(text)
    line = 0
    comments = []
    for start, end in opaque_spans(with_newlines(text)):
        if text[start] != "#":
            continue
        while line + 1 < len(starts) and starts[line + 1] <= start:
            line += 1
        own_line = not text[starts[line] : start].strip()
        comments.append(Comment(line + 1, start - starts[line] + 1, own_line, text[start:end].rstrip("\r")))
    return comments
