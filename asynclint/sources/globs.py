"""Glob patterns in settings, with the meaning that they have in Ruff's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path

_TOKEN = re.compile(
    r"(?P<tree>(?:(?<=/)|(?<![^{,]))\*\*/)|(?P<any>\*+)|(?P<one>\?)|(?P<set>\[!?\]?[^\]]*\])|(?P<brace>[{},])|(?P<text>.)",
    re.DOTALL,
)
_MOST_WITH_BRACES = 3
_numbers = count()


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
    regexes = dict.fromkeys(_glob_regex(glob.rstrip("/")).pattern for glob in globs)
    return re.compile("|".join(regexes) or r"(?!)", re.DOTALL)


def is_too_costly(glob: str) -> bool:
    """Whether looking for `glob` could take longer than anybody waits: each wildcard multiplies the time where braces
    keep it from being looked for once and for all.
    """
    kinds = [token.lastgroup for token in _TOKEN.finditer(glob)]
    return "brace" in kinds and sum(kind in ("tree", "any") for kind in kinds) > _MOST_WITH_BRACES


@lru_cache(maxsize=1024)
def _glob_regex(pattern: str) -> re.Pattern[str]:
    """`pattern` as a regular expression for `fullmatch`."""
    tokens = [(token.lastgroup or "", token.group()) for token in _TOKEN.finditer(pattern)]
    has_braces = any(kind == "brace" for kind, _ in tokens)
    try:
        return re.compile(_with_braces(tokens) if has_braces else _without_braces(tokens), re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))


def _with_braces(tokens: Sequence[tuple[str, str]]) -> str:
    pieces = []
    depth = 0
    for kind, text in tokens:
        if kind == "brace":
            depth += {"{": 1, "}": -1, ",": 0}[text]
        pieces.append(_piece(kind, text, in_braces=depth > 0))
    return "".join(pieces)


def _without_braces(tokens: Sequence[tuple[str, str]]) -> str:
    """The tokens as a regular expression that takes linear time for each wildcard, however many there are.

    What a wildcard and the fixed text after it match first will do, if another wildcard comes next that can take the
    rest: so that is never tried again. (An atomic group, which `re` has from Python 3.11 on.)
    """
    pieces = [""]
    fixed = [""]
    wildcards = [""]
    for kind, text in tokens:
        if kind in ("tree", "any"):
            wildcards.append(kind)
            fixed.append("")
            pieces.append("")
        else:
            fixed[-1] += text
            pieces[-1] += _piece(kind, text, in_braces=False)
    regex = pieces[0]
    for at, (kind, piece) in enumerate(zip(wildcards[1:], pieces[1:], strict=True), start=1):
        after = wildcards[at + 1] if at + 1 < len(wildcards) else ""
        found = ("(?:.*?/)??" if kind == "tree" else ".*?") + piece
        if after == "any" or (after == "tree" and fixed[at].endswith("/")):
            name = f"found{next(_numbers)}"
            found = f"(?=(?P<{name}>{found}))(?P={name})"
        regex += found
    return regex


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
