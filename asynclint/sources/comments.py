"""The comments of a source text, found without parsing it: what strings and f-strings contain is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from asynclint.sources.lines import line_starts

_CODE = re.compile(
    r"""(?P<comment>\#[^\r\n]*)
      | (?P<formatted>(?<!\w)(?:[rR]?[fFtT]|[fFtT][rR])(?=['"]))?(?P<quote>'''|\"\"\"|'|")
      | (?P<bracket>[()\[\]{}])
      | (?P<colon>:)""",
    re.VERBOSE,
)
_STRING_END = {
    "'": re.compile(r"[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'?", re.DOTALL),
    '"': re.compile(r'[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"?', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:''')?", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:""")?', re.DOTALL),
}
_FORMATTED_PIECE = re.compile(r"\{\{|[{}'\"\r\n]|\\(?:\r\n|[^{}])", re.DOTALL)


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
    for start, end in _Scanner(text).comment_spans():
        while line + 1 < len(starts) and starts[line + 1] <= start:
            line += 1
        own_line = not text[starts[line] : start].strip()
        comments.append(Comment(line + 1, start - starts[line] + 1, own_line, text[start:end]))
    return comments


class _Literal(msgspec.Struct):
    """The scanner is in the text of an f-string, or in the format specification of one of its replacement fields."""

    quote: str
    is_spec: bool = False


class _Field(msgspec.Struct):
    """The scanner is in the expression of a replacement field, inside `depth` brackets."""

    quote: str
    depth: int = 0


class _Scanner:
    """A walk through `text` that knows what it is inside of, innermost last. No recursion: nesting may be very deep."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._inside: list[_Literal | _Field] = []

    def comment_spans(self) -> Iterator[tuple[int, int]]:
        """The start and end of every comment outside f-strings."""
        position = 0
        while True:
            innermost = self._inside[-1] if self._inside else None
            pattern = _FORMATTED_PIECE if isinstance(innermost, _Literal) else _CODE
            token = pattern.search(self._text, position)
            if token is None:
                return
            if isinstance(innermost, _Literal):
                position = self._in_literal(token, innermost)
                continue
            if innermost is None and token["comment"]:
                yield token.span()
            position = self._in_code(token, innermost)

    def _in_code(self, token: re.Match[str], field: _Field | None) -> int:
        """Take a token of code, in the expression of `field` if there is one. Gives where to go on."""
        quote = token["quote"]
        if quote and not token["formatted"]:
            end = _STRING_END[quote].match(self._text, token.end())
            return end.end() if end else len(self._text)
        if quote:
            self._inside.append(_Literal(quote))
        elif field and token["bracket"]:
            field.depth += 1 if token["bracket"] in "([{" else -1
            if field.depth < 0:
                self._inside.pop()
        elif field and token["colon"] and field.depth == 0:
            self._inside.append(_Literal(field.quote, is_spec=True))
        return token.end()

    def _in_literal(self, piece: re.Match[str], literal: _Literal) -> int:
        """Take a piece of the text of an f-string or of a format specification. Gives where to go on."""
        found = piece.group()
        if found == "{" or (found == "{{" and literal.is_spec):
            self._inside.append(_Field(literal.quote))
            return piece.start() + 1
        if found == "}" and literal.is_spec:
            del self._inside[-2:]
        elif self._text.startswith(literal.quote, piece.start()):
            self._leave_string()
            return piece.start() + len(literal.quote)
        elif found in "\r\n" and len(literal.quote) == 1:
            self._leave_string()
        return piece.end()

    def _leave_string(self) -> None:
        """Leave the innermost f-string, with the fields that it leaves open."""
        while isinstance(innermost := self._inside.pop(), _Field) or innermost.is_spec:
            pass
