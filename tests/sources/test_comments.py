from __future__ import annotations

import io
import textwrap
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynclint.sources.comments import find_comments


def texts(source: str) -> list[str]:
    return [comment.text for comment in find_comments(source)]


@pytest.mark.parametrize(
    "source",
    [
        "x = '# no'  # yes",
        "x = 'it\\'s # no'  # yes",
        '"""\n# no\n"""  # yes',
        "x = '''a'b''c # no'''  # yes",
        "x = 'not closed # no\ny = 1  # yes",
        "x = f'{a!r:>{width}} # no'  # yes",
        "x = f'{{ # no'  # yes",
        'x = f"{a["# no"]} # no"  # yes',
        'x = f"{f"{f"{1:#x}"}"} # no"  # yes',
        "x = f'''{\n  a  # no\n}'''  # yes",
        "x = f'{(lambda: 1)()!r} # no'  # yes",
        "x = rf'\\{a} # no'  # yes",
        "x = f'\\N{DASH} # no'  # yes",
        "x = t'{a} # no'  # yes",
        "x = f'never closed # no\ny = 1  # yes",
        "x = 1 if'{'in y else 2  # yes",
        "x = [  # yes\n]",
        "x = 1 \\\r\n  # yes",
    ],
)
def test_what_strings_contain_is_no_comment(source: str) -> None:
    assert texts(source) == ["# yes"]


def test_places_count_characters_and_all_line_ends() -> None:
    comments = find_comments("é = 1  # a\r\n\r  # b\n\f# c")
    assert [(comment.line, comment.column, comment.own_line) for comment in comments] == [
        (1, 8, False),
        (3, 3, True),
        (4, 2, True),
    ]


@pytest.mark.parametrize("module", [textwrap, tokenize, pytest])
def test_agrees_with_tokenize(module: object) -> None:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    expected = [
        (token.start[0], token.start[1] + 1, token.string) for token in tokens if token.type == tokenize.COMMENT
    ]
    assert [(comment.line, comment.column, comment.text) for comment in find_comments(source)] == expected


@given(st.text("f'\"{}[]:#\\\n\rrx "))
def test_any_text_has_comments_where_they_are_said_to_be(source: str) -> None:
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for comment in find_comments(source):
        assert lines[comment.line - 1][comment.column - 1 :] == comment.text
