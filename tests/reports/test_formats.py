from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec
import pytest

from asynclint.diagnostics import Diagnostic, Span
from asynclint.reports.base import printable, reporter
from asynclint.settings import OutputFormat


def written(output_format: str, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    stream = io.StringIO()
    reporter(output_format)(diagnostics, texts, stream)
    return stream.getvalue()


def test_full_shows_source_chain_and_help(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
    assert written("full", diagnostics, texts) == (
        "app/api.py:3:9: AIO102 blocking HTTP request: `load_user` reaches `requests.get` and stalls the event loop\n"
        "  3 |     user = load_user(uid)\n"
        "    |            ^^^^^^^^^^^^^^\n"
        "  app/api.py:3       async def profile() calls load_user()\n"
        "  app/users.py:31    load_user() calls _fetch()\n"
        "  app/users.py:9     _fetch() calls requests.get()\n"
        "  help: await asyncio.to_thread(load_user, ...), or use an async client such as httpx.AsyncClient\n"
        "\n"
        "app/jobs.py:3:9: AIO101 `time.sleep` stalls the event loop\n"
        "  3 |     前 = time.sleep(\n"
        "    |          ^^^^^^^^^^^\n"
        "  4 |         1\n"
        "    |         ^\n"
        "  5 |     )\n"
        "    |     ^\n"
        "\n"
    )


def test_full_cuts_a_long_excerpt(diagnostics: Sequence[Diagnostic]) -> None:
    long = msgspec.structs.replace(diagnostics[1], span=Span(1, 1, 9, 2))
    lines = written("full", [long], {"app/jobs.py": "x(\n" * 9 + ")"}).splitlines()
    assert lines[9:] == ["  5 | x(", "    | ^^", "    | ...", ""]


@pytest.mark.parametrize("span", [Span(1, 1, 1, 1), Span(7, 3, 7, 9), Span(2, 80, 2, 90)])
def test_full_survives_a_span_that_the_text_does_not_have(diagnostics: Sequence[Diagnostic], span: Span) -> None:
    elsewhere = msgspec.structs.replace(diagnostics[1], span=span)
    assert "AIO101" in written("full", [elsewhere], {"app/jobs.py": "x\ny\n"})
    assert "AIO101" in written("full", [elsewhere], {})


def test_full_has_colours_where_they_are_wanted(
    diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" not in written("full", diagnostics, texts)
    stream = io.StringIO()
    reporter("full", color=True)(diagnostics, texts, stream)
    assert "\x1b[1;31mAIO101\x1b[0m" in stream.getvalue()


def test_concise_is_one_line_a_finding(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
    assert written("concise", diagnostics, texts) == (
        "app/api.py:3:9: AIO102 blocking HTTP request: `load_user` reaches `requests.get` and stalls the event loop"
        " [load_user -> _fetch -> requests.get]\n"
        "app/jobs.py:3:9: AIO101 `time.sleep` stalls the event loop\n"
    )


def test_json_has_all_of_a_finding(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
    found = json.loads(written("json", diagnostics, texts))
    assert [each["code"] for each in found] == ["AIO102", "AIO101"]
    assert found[1] == {
        "code": "AIO101",
        "name": "blocking-sleep",
        "message": "`time.sleep` stalls the event loop",
        "help": "",
        "path": "app/jobs.py",
        "cell": None,
        "location": {"line": 3, "column": 9},
        "end_location": {"line": 5, "column": 6},
        "chain": [
            {
                "path": "app/jobs.py",
                "cell": None,
                "location": {"line": 3, "column": 9},
                "caller": "async def 待つ()",
                "callee": "time.sleep()",
            }
        ],
        "primitive": "time.sleep",
        "function": "待つ",
    }


IN_CELLS = {
    "concise": "nb.ipynb:cell 4:3:9: AIO102 ",
    "full": "  nb.ipynb:cell 2:31    load_user() calls _fetch()\n",
    "grouped": "nb.ipynb:cell 4:\n  3:9  AIO102",
    "pylint": "nb.ipynb:cell 4:3: [AIO102(",
    "github": "file=nb.ipynb,line=1,endLine=1,col=1,endColumn=1::nb.ipynb:cell 4:3:9: AIO102 ",
    "gitlab": '"description": "AIO102 cell 4, line 3: blocking',
    "junit": "nb.ipynb:cell 4:3:9: AIO102 ",
    "json": '"cell": 4',
    "json-lines": '"cell": 4',
    "sarif": '"text": "cell 2, line 31: load_user() calls _fetch()"',
}


@pytest.mark.parametrize("output_format", get_args(OutputFormat))
def test_all_formats_say_in_which_cell_a_finding_is(diagnostics: Sequence[Diagnostic], output_format: str) -> None:
    replace = msgspec.structs.replace
    first, *others = diagnostics[0].chain
    chain = (replace(first, path="nb.ipynb", cell=4), *(replace(step, path="nb.ipynb", cell=2) for step in others))
    output = written(output_format, [replace(diagnostics[0], path="nb.ipynb", cell=4, chain=chain)], {})
    assert IN_CELLS[output_format] in output


def test_json_of_nothing_is_an_empty_array() -> None:
    assert json.loads(written("json", [], {})) == []


@pytest.mark.parametrize("output_format", ["full", "concise", "grouped", "pylint", "github", "junit"])
def test_nothing_printed_can_command_a_terminal(diagnostics: Sequence[Diagnostic], output_format: str) -> None:
    hostile = msgspec.structs.replace(
        diagnostics[0], path="a\x1b[2J\n.py", span=Span(1, 1, 1, 4), message="m\x1b]0;t\x07", help="h\r\x9b"
    )
    output = written(output_format, [hostile], {"a\x1b[2J\n.py": "x\x1b[31m\u202e\ud800"})
    assert printable(output.replace("\n", "")) == output.replace("\n", "")
    assert r"a\x1b[2J\n.py" in output
