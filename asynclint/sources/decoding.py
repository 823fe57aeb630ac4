"""From the bytes of a file to its text, as PEP 263 has it (https://peps.python.org/pep-0263/)."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import msgspec

from asynclint.sources.filesystem import FileSystem, NotRegularError
from asynclint.sources.lines import place_at_end

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*(?P<name>[-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?")
_FIRST_TWO_LINES = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n)?([^\r\n]*)")


class SourceError(Exception):
    """Source text that cannot be had: `message` says why in one line, `line` and `column` (1-based) where."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class DecodingError(SourceError):
    """Bytes that are no Python source text."""


class SourceText(msgspec.Struct, frozen=True):
    """The text of one file, with its own line ends, and a hash of the bytes that it was made from."""

    path: Path
    text: str
    content_hash: str


def read_source(path: Path, filesystem: FileSystem) -> SourceText:
    """Read `path`. Raises `SourceError` where that fails or it is no regular file, `DecodingError` if it is no text."""
    content, content_hash = read_content(path, filesystem)
    return SourceText(path, decode(content), content_hash)


def read_content(path: Path, filesystem: FileSystem) -> tuple[bytes, str]:
    """The content of `path`, and its hash. Raises `SourceError` where that fails or it is no regular file."""
    try:
        return filesystem.read(path)
    except NotRegularError:
        raise SourceError("not a regular file") from None
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or type(error).__name__}") from error


def decode(content: bytes) -> str:
    """Decode `content` by its byte order mark and its encoding cookie, UTF-8 without either. Raises `DecodingError`."""
    body = content.removeprefix(codecs.BOM_UTF8)
    encoding = _encoding(body, has_mark=len(body) < len(content))
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = place_at_end(_as_far_as_possible(body[: error.start], encoding))
        byte = body[error.start]
        raise DecodingError(f"byte 0x{byte:02x} is not valid {encoding}: {error.reason}", line, column) from error
    except UnicodeError as error:
        raise DecodingError(f"not valid {encoding}: {error}") from error
    return accepted(text)


def _as_far_as_possible(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except UnicodeError:  # not all codecs can do that
        return body.decode("latin-1")


def accepted(text: str) -> str:
    """`text`, if no character in it keeps Python from reading it. Raises `DecodingError`."""
    nul = text.find("\0")
    if nul >= 0:
        raise DecodingError("source text cannot contain NUL bytes", *place_at_end(text[:nul]))
    try:
        text.isascii() or text.encode("utf-8")
    except UnicodeEncodeError as error:
        place = place_at_end(text[: error.start])
        raise DecodingError("source text cannot contain unpaired surrogates", *place) from None
    return text


def _encoding(body: bytes, *, has_mark: bool) -> str:
    """The codec that `body` asks for by a cookie in its first two lines."""
    for number, line in enumerate(_first_lines(body), start=1):
        if cookie := _COOKIE.match(line):
            name = cookie["name"].decode("latin-1")
            column = cookie.start("name") + 1
            encoding = _codec(name, number, column)
            if has_mark and encoding != "utf-8":
                raise DecodingError(f"encoding {name} contradicts the UTF-8 byte order mark", number, column)
            return encoding
        if not _BLANK.fullmatch(line):
            break
    return "utf-8"


def _first_lines(body: bytes) -> tuple[bytes, ...]:
    found = _FIRST_TWO_LINES.match(body)
    return tuple(found.groups()) if found else ()


def _codec(name: str, line: int, column: int) -> str:
    """The codec called `name`; it has to turn bytes into text, and ASCII into itself."""
    try:
        codec = codecs.lookup(name).name
        keeps_ascii = b"coding".decode(codec) == "coding"
    except (LookupError, ValueError):
        raise DecodingError(f"unknown encoding: {name}", line, column) from None
    if not keeps_ascii:
        raise DecodingError(f"encoding {name} cannot be used for source text", line, column)
    return "utf-8" if codec == "utf-8-sig" else codec
