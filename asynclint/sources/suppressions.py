"""Suppression comments: `# noqa`, `# asynclint: ignore[...]` and those that hold for a whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from asynclint.sources.comments import Comment, find_comments
from asynclint.sources.equivalents import EQUIVALENTS

_OWN_LETTERS = "AIO"
# A code has digits, or else is all the letters of a family: what follows a code may be prose.
_CODE = r"(?:[A-Z]+[0-9]+|AIO|ASYNC|RUF)\b"
_CODES = rf"(?P<codes>{_CODE}(?:[\s,]+{_CODE})*)"
_NOQA = re.compile(rf"\#\s*(?P<file>(?:ruff|flake8)\s*[:=]\s*)?noqa\b(?:\s*:\s*{_CODES})?", re.IGNORECASE)
_MARKER = re.compile(
    r"\#\s*asynclint:\s*(?:(?P<file>skip-file)\b|ignore\b(?:\s*\[(?P<codes>[^\]]*)\])?)", re.IGNORECASE
)
_LETTERS_AND_DIGITS = re.compile(r"([A-Z]+)([0-9]*)")


class Suppression(msgspec.Struct, frozen=True):
    """One directive in a comment. Line and columns are 1-based, the end column exclusive.

    `codes` are the codes and rule names as they are written, `None` where the directive is against all rules.
    `explicit`: it speaks of asynclint, so that it may be called unused; a `# noqa` may be meant for another linter.
    """

    line: int
    column: int
    end_column: int
    codes: tuple[str, ...] | None
    explicit: bool
    whole_file: bool = False

    def covers(self, code: str, name: str = "") -> bool:
        """Whether this is against the rule with `code` and `name`."""
        return self.codes is None or bool(self.covering(code, name))

    def covering(self, code: str, name: str = "") -> tuple[str, ...]:
        """Those of the codes that mean the rule with `code` and `name`."""
        return tuple(written for written in self.codes or () if _means(written, code, name))

    @property
    def own_codes(self) -> tuple[str, ...]:
        """Those of the codes that are asynclint's own, which may be called unused."""
        if not self.explicit:
            return ()
        return tuple(written for written in self.codes or () if not _is_foreign(written))


class Suppressions:
    """The suppression comments of one file."""

    def __init__(self, all_: tuple[Suppression, ...] = ()) -> None:
        self.all = all_
        self._by_line: dict[int, list[Suppression]] = {}
        for suppression in all_:
            if not suppression.whole_file:
                self._by_line.setdefault(suppression.line, []).append(suppression)
        self._whole_file = [suppression for suppression in all_ if suppression.whole_file]

    @property
    def skip_file(self) -> bool:
        """Whether nothing in the file is to be reported."""
        return any(suppression.codes is None for suppression in self._whole_file)

    def matching(
        self, code: str, lines: tuple[int, int], owner: tuple[int, int] = (0, 0), *, name: str = ""
    ) -> Suppression | None:
        """What silences the rule with `code` and `name` for a statement on `lines` (first and last), in the function
        whose head is on the lines `owner`. The statement's own comment goes first, and of several on one line that
        which names the rule.
        """
        if not self.all:
            return None
        for line in (*range(lines[0], lines[1] + 1), *range(owner[0], owner[1] + 1)):
            found = [each for each in self._by_line.get(line, ()) if each.covers(code, name)]
            if found:
                return min(found, key=lambda suppression: suppression.codes is None)
        return next((each for each in self._whole_file if each.covers(code, name)), None)


def find_suppressions(text: str, *, noqa: bool = True) -> Suppressions:
    """The suppression comments of `text`, which need not parse; without `noqa`, those that only asynclint knows."""
    lowered = text.lower()
    if "noqa" not in lowered and "asynclint:" not in lowered:
        return Suppressions()
    return Suppressions(tuple(found for comment in find_comments(text) for found in _in_comment(comment, noqa=noqa)))


def _in_comment(comment: Comment, *, noqa: bool) -> Iterator[Suppression]:
    for directive in _MARKER.finditer(comment.text):
        yield _suppression(comment, directive, explicit=True)
    for directive in _NOQA.finditer(comment.text) if noqa else ():
        # On a line with code, flake8 and Ruff take no file-level directive.
        if directive["file"] and not comment.own_line:
            continue
        codes = directive["codes"] or ""
        yield _suppression(comment, directive, explicit=any(not _is_foreign(code) for code in _split(codes)))


def _suppression(comment: Comment, directive: re.Match[str], *, explicit: bool) -> Suppression:
    codes = directive["codes"]
    return Suppression(
        line=comment.line,
        column=comment.column + directive.start(),
        end_column=comment.column + directive.end(),
        codes=None if codes is None else _split(codes),
        explicit=explicit,
        whole_file=directive["file"] is not None,
    )


def _split(codes: str) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[\s,]+", codes) if code)


def _is_foreign(written: str) -> bool:
    """Whether `written` is a code of another linter, and neither one of asynclint's nor a rule's name."""
    code = _LETTERS_AND_DIGITS.fullmatch(written.upper())
    return code is not None and code[1] != _OWN_LETTERS


def _means(written: str, code: str, name: str) -> bool:
    if name and written.lower() == name:
        return True
    wanted = written.upper()
    if _is_prefix(wanted, code):
        return True
    return any(code in ours and _is_prefix(wanted, foreign) for foreign, ours in EQUIVALENTS.items())


def _is_prefix(written: str, code: str) -> bool:
    """Whether `written` is `code` or a family that it is in: `AIO1` and `AIO` are families of `AIO101`, `A` is not."""
    parts = _LETTERS_AND_DIGITS.fullmatch(written)
    return parts is not None and code.startswith(written) and not code[len(parts[1])].isalpha()
