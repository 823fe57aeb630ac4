"""Glob patterns in settings, with the meaning that they have in Ruff's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(
    r"(?P<tree>\*\*/)|(?P<any>\*+)|(?P<one>\?)|(?P<set>\[!?\]?[^\]]*\])|(?P<brace>[{},])|(?P<text>.)",
    re.DOTALL,
)


class PathPatterns:
    """Patterns for files and folders. One that names no folder matches by basename at any depth, and all are matched
    against the path below `root` too. `*` crosses folders, `**/` stands for any number of them, `{a,b}` for either.
    """

    def __init__(self, patterns: Iterable[str], root: Path) -> None:
        globs = list(patterns)
        self._basename = _any_of(glob for glob in globs if "/" not in glob)
        self._below_root = _any_of(glob.removeprefix("./") for glob in globs if not Path(glob).is_absolute())
        self._absolute = _any_of(glob for glob in globs if Path(glob).is_absolute())
        self._root = root.as_posix().rstrip("/") + "/"

    def match(self, path: Path) -> bool:
        """Whether one of the patterns means the absolute `path`, itself and not only a folder that it is in."""
        if self._basename.fullmatch(path.name):
            return True
        posix = path.as_posix()
        if posix.startswith(self._root) and self._below_root.fullmatch(posix, len(self._root)):
            return True
        return self._absolute.fullmatch(posix) is not None


def _any_of(globs: Iterable[str]) -> re.Pattern[str]:
    """What matches where one of `globs` does. Without any, nothing."""
    return re.compile("|".join(_glob_regex(glob.rstrip("/")).pattern for glob in globs) or r"(?!)", re.DOTALL)


@lru_cache(maxsize=1024)
def _glob_regex(pattern: str) -> re.Pattern[str]:
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
