"""Hides the strings and comments of a text, so that what is left between line ends is code."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

STATEMENT = (
    r"(?:(?:assert|break|class|continue|def|del|except|finally|global|import|nonlocal|pass|raise|return|try|while|with)\b"
    r"|async[ \t]+def\b|from[ \t]+[.\w]+[ \t]+import\b)"
)
"""How a line begins that only a statement can begin with."""


def mask(source: str) -> str:
    """`source` after one line end, so that the line end before a line stands at the line's own offset in `source`.

    Comments are blank. Strings are dots, and hold no line ends; strings that cannot mislead are left as they are.
    """
    source = "\n" + source
    pieces: list[str] = []
    done = 0
    for start, end in opaque_spans(source):
        filler = " " if source[start] == "#" else "."
        pieces += (source[done:start], filler * (end - start))
        done = end
    pieces.append(source[done:])
    masked = "".join(pieces)
    return _VOID_INDENT.sub(lambda void: "\f" * len(void[0]), masked) if "\f" in masked else masked


_VOID_INDENT = re.compile(r"(?<=\n)[ \t\f]+(?=\f)")
"""White space at the start of a line that a form feed makes void."""


def opaque_spans(source: str) -> Iterator[tuple[int, int]]:
    """Where comments stand, and strings that hold brackets, backslashes or line ends."""
    at = 0
    while at < len(source):
        for literal in _LITERAL.finditer(source, at):
            if literal.lastindex is None:
                continue
            start, at = literal.span()
            if literal.lastgroup:
                at = _string_end(source, start)
                yield start, at
                break
            yield start, at
        else:
            return


def _harmless(quote: str) -> str:
    """A string that holds nothing that the masked text must not hold."""
    return rf"{quote}(?!{quote}{quote})[^{quote}\\\n()\[\]{{}}]*{quote}"


def _plain(quote: str) -> str:
    """The rest, after the first quote, of a string without replacement fields."""
    triple = rf"{quote}{quote}[^{quote}\\]*(?:(?:\\.|{quote}(?!{quote}{quote}))[^{quote}\\]*)*{quote}{quote}{quote}"
    single = rf"(?!{quote}{quote})[^{quote}\\\n]*(?:\\.[^{quote}\\\n]*)*{quote}"
    return f"(?:{triple}|{single})"


def _formatted(quote: str) -> str:
    """The rest, after the first quote, of an f-string whose replacement fields are simple."""
    code = rf"[^{quote}{{}}\\\n#]*"
    field = rf"\{{(?!\{{){code}(?:\{{{code}\}}{code})*\}}"
    part = rf"\\[^{{}}N]|\{{\{{|\}}\}}|{field}"
    literal = rf"[^{quote}\\{{}}]*"
    triple = rf"{quote}{quote}{literal}(?:(?:{part}|{quote}(?!{quote}{quote})){literal})*{quote}{quote}{quote}"
    literal = rf"[^{quote}\\{{}}\n]*"
    single = rf"(?!{quote}{quote}){literal}(?:(?:{part}){literal})*{quote}"
    return f"(?:{triple}|{single})"


# Each alternative begins with one literal character, which lets `re` skip fast to where one may match. An empty group
# marks what must be masked; a named one, strings whose end takes more than a pattern to find.
_LITERAL = re.compile(
    "|".join(
        (
            _harmless('"'),
            _harmless("'"),
            r"\#()[^\n]*",
            *(rf"{quote}(?<![fFtTrR]{quote})(){_plain(quote)}" for quote in "\"'"),
            *(rf"{quote}(?<=[fFtTrR]{quote})(){_formatted(quote)}" for quote in "\"'"),
            '"(?P<double>)',
            "'(?P<single>)",
        )
    ),
    re.DOTALL,
)
_PLAIN = re.compile("|".join(quote + _plain(quote) for quote in "\"'"), re.DOTALL)
_FORMATTED_PREFIX = r"(?<!\w)(?P<prefix>[fFtT][rR]?|[rR][fFtT])"
_FORMATTED_PREFIX_BEFORE = re.compile(rf"{_FORMATTED_PREFIX}\Z")


def _string_end(source: str, start: int) -> int:
    """The end of the string that begins at `start`; if it is never closed, that of its line or of the file."""
    quote = source[start] * 3 if source.startswith(source[start] * 3, start) else source[start]
    prefix = _FORMATTED_PREFIX_BEFORE.search(source[max(0, start - 3) : start])
    if prefix:
        return _formatted_end(source, start + len(quote), _Literal(quote, is_raw="r" in prefix[0].lower()))
    string = _PLAIN.match(source, start)
    if string:
        return string.end()
    line_end = source.find("\n", start) if len(quote) == 1 else -1
    return len(source) if line_end < 0 else line_end


# ---- f-strings as of PEP 701, in which replacement fields hold any code


class _Literal(NamedTuple):
    """Inside an f-string, or inside the format specification of one of its replacement fields."""

    quote: str
    is_raw: bool
    is_specification: bool = False

    def tokens(self) -> re.Pattern[str]:
        return _literal_tokens(self)

    def after(self, token: re.Match[str]) -> tuple[_Surrounding, ...] | None:
        match token[0]:
            case "{":
                return self, _Code(self, is_field=True)
            case "}" if self.is_specification:
                return ()
            case "\n":
                return None
            case self.quote:
                return None if self.is_specification else ()
        return (self,)


class _Code(NamedTuple):
    """Inside a replacement field of `literal`, or inside a bracket there."""

    literal: _Literal
    is_field: bool

    def tokens(self) -> re.Pattern[str]:
        return _CODE_TOKEN

    def after(self, token: re.Match[str]) -> tuple[_Surrounding, ...] | None:
        if token["broken"]:
            return None
        if token["quote"]:
            return self, _Literal(token["quote"], is_raw="r" in token["prefix"].lower())
        match token[0]:
            case "(" | "[" | "{":
                return self, _Code(self.literal, is_field=False)
            case ")" | "]" | "}":
                return ()
            case ":" if self.is_field:
                return (self.literal._replace(is_specification=True),)
        return (self,)


_Surrounding: TypeAlias = "_Literal | _Code"

_CODE_TOKEN = re.compile(
    rf"{_FORMATTED_PREFIX}(?P<quote>\"\"\"|'''|\"|')|{_PLAIN.pattern}|\#[^\n]*|[()\[\]{{}}:]"
    rf"|(?P<broken>[\"']|\n[ \t\f]*{STATEMENT})",
    re.DOTALL,
)


@lru_cache
def _literal_tokens(literal: _Literal) -> re.Pattern[str]:
    tokens = [r"\\[^{}]", "[{}]", literal.quote]
    if not literal.is_raw:
        tokens.insert(0, r"\\N\{[^{}\n]*\}")
    if not literal.is_specification:
        tokens.insert(0, r"\{\{|\}\}")
    if len(literal.quote) == 1:
        tokens.append("\n")
    return re.compile("|".join(tokens), re.DOTALL)


def _formatted_end(source: str, at: int, literal: _Literal) -> int:
    """The end of the f-string whose text begins at `at`, or where it turns out to be broken."""
    surroundings: list[_Surrounding] = [literal]
    while surroundings:
        innermost = surroundings.pop()
        token = innermost.tokens().search(source, at)
        if token is None:
            return len(source)
        remaining = innermost.after(token)
        if remaining is None:
            return token.start()
        surroundings += remaining
        at = token.end()
    return at
