from __future__ import annotations

import io
import os
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynclint.sources.decoding import DecodingError, SourceError, decode, read_source
from asynclint.sources.filesystem import FileSystem


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        ("é = 1\n".encode(), "é = 1\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\r\n"),
        (b"\xef\xbb\xbf# coding: utf8\n", "# coding: utf8\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (
            b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'",
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'",
        ),
        (b"# coding: cp1252\r'\x80'\r", "# coding: cp1252\r'€'\r"),
        (b"x = 1\n# coding: hex\n", "x = 1\n# coding: hex\n"),
        (b"\n\n# coding: hex\n", "\n\n# coding: hex\n"),
    ],
)
def test_decodes_by_mark_and_cookie_and_keeps_line_ends(content: bytes, text: str) -> None:
    assert decode(content) == text


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        (b"# coding: idna\nx = '\xe9'\n", "byte 0xe9 is not valid idna: ordinal not in range(128)", (2, 6)),
        (b"x = 1\ny = '\xe9'\n", "byte 0xe9 is not valid utf-8: invalid continuation byte", (2, 6)),
        ("ö = 1\r\né = '".encode() + b"\xff'", "byte 0xff is not valid utf-8: invalid start byte", (2, 6)),
        (b"# coding: nonsense\n", "unknown encoding: nonsense", (1, 11)),
        (b"\n# coding: rot13\n", "unknown encoding: rot13", (2, 11)),
        (b"# coding: hex\n", "unknown encoding: hex", (1, 11)),
        (b"# coding: utf-16\n", "encoding utf-16 cannot be used for source text", (1, 11)),
        (b"# coding: cp037\n", "encoding cp037 cannot be used for source text", (1, 11)),
        (b"\xef\xbb\xbf# coding: latin-1\n", "encoding latin-1 contradicts the UTF-8 byte order mark", (1, 11)),
        (b"x = 1\ny = '\0'\n", "source text cannot contain NUL bytes", (2, 6)),
    ],
)
def test_says_where_a_file_is_no_text(content: bytes, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(DecodingError) as caught:
        decode(content)
    assert (caught.value.message, (caught.value.line, caught.value.column)) == (message, place)


@given(
    st.one_of(st.binary(), st.builds(lambda name, rest: b"# coding: " + name + b"\n" + rest, st.binary(), st.binary()))
)
def test_any_bytes_are_text_or_an_error_with_a_place(content: bytes) -> None:
    try:
        assert "\0" not in decode(content)
    except DecodingError as error:
        assert error.line >= 1
        assert error.column >= 1


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")), st.booleans())
def test_utf8_comes_back_as_it_was(text: str, has_mark: bool) -> None:
    content = text.encode("utf-8-sig" if has_mark else "utf-8")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        return
    if encoding in {"utf-8", "utf-8-sig"}:
        assert decode(content) == text.removeprefix("" if has_mark else "\ufeff")


def test_reads_a_file_with_a_hash_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    (tmp_path / "b.py").write_bytes(b"x = 1\n")
    first, second = (read_source(tmp_path / name, FileSystem()) for name in ("a.py", "b.py"))
    assert (first.path, first.text) == (tmp_path / "a.py", "x = 1\r\n")
    assert first.content_hash != second.content_hash


def test_refuses_what_is_no_readable_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        read_source(tmp_path / "gone.py", FileSystem())
    with pytest.raises(SourceError, match=r"cannot be read|not a regular file"):
        read_source(tmp_path, FileSystem())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_does_not_wait_for_the_writer_of_a_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(SourceError, match="not a regular file"):
        read_source(tmp_path / "pipe.py", FileSystem())
