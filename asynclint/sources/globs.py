"""Glob patterns in settings, with the meaning that they have in Ruff's."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(
    r"(?P<tree>\*\*/)|(?P<any>\*+)|(?P<one>\?)|(?P<set>\[!?\]?[^\]]*\])|(?P<brace>[{},])|(?P<text>.)",
    re.DOTALL,
)


class PathPattern:
    """A pattern for files and folders: one that names no folder matches by basename at any depth, and all are matched
    against the path below `root` too. `*` crosses folders, `**/` stands for any number of them, `{a,b}` for either.
    """

    def __init__(self, pattern: str, root: Path) -> None:
        self._basename = None if "/" in pattern else glob_regex(pattern)
        self._root = None if Path(pattern).is_absolute() else root
        self._path = glob_regex(pattern.removeprefix("./").rstrip("/"))

    def matches(self, path: Path) -> bool:
        """Whether the absolute `path` is meant, itself and not only a folder that it is in."""
        if self._basename is not None and self._basename.fullmatch(path.name):
            return True
        if self._root is None:
            return self._path.fullmatch(path.as_posix()) is not None
        return path.is_relative_to(self._root) and bool(self._path.fullmatch(path.relative_to(self._root).as_posix()))


@lru_cache(maxsize=1024)
def glob_regex(pattern: str) -> re.Pattern[str]:
    """`pattern` as a regular expression for `fullmatch`."""
    pieces = []
    depth = 0
    for token in _TOKEN.finditer(pattern):
        text = token.group()
        if token.lastgroup == "brace":
            depth += {"{": 1, "}": -1, ",": 0}[text]
        pieces.append(_piece(token.lastgroup or "", text, in_braces=depth > 0))
    try:
        return re.compile("".join(pieces), re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))


def _piece(kind: str, text: str, *, in_braces: bool) -> str:
    if kind == "tree":
        return "(?:.*/)?"
    if kind == "any":
        return ".*"
    if kind == "one":
        return "."
    if kind == "set":
        members = text.replace("\\", "\\\\")
        return "[^" + members[2:] if members.startswith("[!") else members
    if kind == "brace":
        alternatives = {"{": "(?:", "}": ")", ",": "|" if in_braces else ","}
        return alternatives[text]
    return re.escape(text)
