"""Where a text nests more deeply than it is worth while to parse.

libcst's parser takes time that grows with the square or cube of the depth of an expression, and in the end more stack
than there is, which ends the process. CPython allows 200 brackets in each other (`MAXLEVEL` in its tokenizer) and runs
out of stack, too, somewhere above a thousand operators in a row.
"""

from __future__ import annotations

import re

from asynclint.sources.lines import place_at_end, with_newlines
from asynclint.sources.masking import mask, opaque_spans

MOST_BRACKETS = 200
MOST_LINKS = 1000
"""How many operators, calls, attributes and so on may lead down to one operand."""
MOST_BRANCHES = 5000
"""How many `elif`s a text may have: each stands in the one before it."""

_TOKEN = re.compile(
    r"(?P<elif>\belif\b)"
    r"|(?P<link>\"[^\"\n]*\"|'[^'\n]*'|\b(?:and|or|not|if|else|for|in|is|lambda|await|yield)\b|\.+|[-+*/%@&|^~<>]+)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[,;=])|\\\n|(?P<line_end>\n)"
)
_BRACE = re.compile(r"\{\{|\}\}|[{}]")
_FORMATTED_PREFIX = re.compile("[fFtT][rR]?$")
_LINKS = (".", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", '"', "'", "if", "or", "and", "not", "lambda")


def too_deep(text: str) -> tuple[int, int] | None:
    """The 1-based line and column from which `text` is nested too deeply; `None` where it is not."""
    if not _may_be_too_deep(text):
        return None
    inside = _too_deep_in_formatted(text)
    if inside is not None:
        return inside
    links = branches = 0
    levels = [0]
    for token in _TOKEN.finditer(mask(text)):
        kind = token.lastgroup
        if kind == "link":
            levels[-1] += 1
            links += 1
        elif kind == "open":
            levels.append(0)
        elif kind == "close" and len(levels) > 1:
            links -= levels.pop()
            levels[-1] += 1
            links += 1
        elif kind == "end" or (kind == "line_end" and len(levels) == 1):
            links -= levels[-1]
            levels[-1] = 0
        elif kind == "elif":
            branches += 1
        if links > MOST_LINKS or len(levels) > MOST_BRACKETS or branches > MOST_BRANCHES:
            return place_at_end(text[: max(token.start() - 1, 0)])
    return None


def _too_deep_in_formatted(text: str) -> tuple[int, int] | None:
    """The same for the replacement fields of f-strings in each other, which `mask` hides."""
    source = with_newlines(text)
    for start, end in opaque_spans(source) if source.count("{") > MOST_BRACKETS else ():
        if _FORMATTED_PREFIX.search(source, max(start - 2, 0), start):
            depth = 0
            for brace in _BRACE.finditer(source, start, end):
                depth += {"{": 1, "}": -1}.get(brace[0], 0)
                if depth > MOST_BRACKETS:
                    return place_at_end(source[: brace.start()])
    return None


def _may_be_too_deep(text: str) -> bool:
    """A quick look that tells of nearly all texts that they are not."""
    if len(text) < MOST_BRACKETS:
        return False
    brackets = text.count("(") + text.count("[") + text.count("{")
    return brackets > MOST_BRACKETS or brackets + sum(map(text.count, _LINKS)) > MOST_LINKS
