from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynclint.sources.decoding import SourceError
from asynclint.sources.notebooks import Notebook, read_notebook


def notebook(*cells: str, metadata: dict[str, Any] | None = None) -> Notebook:
    """A notebook of code cells."""
    raw = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
    content = {"cells": raw, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    return read_notebook(json.dumps(content).encode())


def seen(*lines: str) -> list[str]:
    """What Python sees of a cell."""
    return notebook("\n".join(lines)).cell_text(1).split("\n")


def test_lines_are_those_of_the_cell() -> None:
    found = notebook("import time\n", "", "x = 1\ny = 2")
    assert [cell.number for cell in found.cells] == [1, 2, 3]
    lines = found.text.split("\n")
    for number, cell in enumerate(found.cells):
        assert lines[cell.first - 1] == ["import time", "", "x = 1"][number]
    last = found.cells[2]
    assert found.cell_at(last.first) == found.cell_at(last.last) == last
    assert found.cell_at(last.last).first == last.last - 1  # type: ignore[union-attr]


def test_cells_are_counted_with_those_that_hold_no_code() -> None:
    cells = [{"cell_type": "markdown", "source": "# `title`"}, {"cell_type": "code", "source": "x = 1"}]
    found = read_notebook(json.dumps({"cells": cells}).encode())
    assert [cell.number for cell in found.cells] == [2]


@pytest.mark.parametrize(
    ("magic", "python"),
    [
        ("%matplotlib inline", "pass"),
        ("!pip install 'it", "pass"),
        ("    !ls", "    pass"),
        ("?print", "pass"),
        ("print?", "pass"),
        ("obj.attribute??", "pass"),
        ("/print 1", "pass"),
        ("files = !ls *.csv", "files = get_ipython()"),
        ("a, b = %time f()", "a, b = get_ipython()"),
        ("x = y % 3", "x = y % 3"),
        ("x != y", "x != y"),
        ("work()  # is this right?", "work()  # is this right?"),
        ("print('%s' % x)", "print('%s' % x)"),
    ],
)
def test_magics_are_left_out(magic: str, python: str) -> None:
    assert seen("before()", magic, "after()") == ["before()", python, "after()"]


def test_a_magic_may_go_on_over_lines() -> None:
    assert seen("!docker run \\", "  image", "x = 1") == ["pass", "", "x = 1"]


@pytest.mark.parametrize(
    "lines",
    [
        ("x = (1", "% 2)"),
        ('s = """', "%not magic", '"""'),
        ("x = 7 \\", "% 2"),
    ],
)
def test_lines_that_go_on_are_no_magics(lines: Sequence[str]) -> None:
    assert seen(*lines) == list(lines)


@pytest.mark.parametrize(
    ("head", "is_python"),
    [("%%time", True), ("%%capture out", True), ("%%bash", False), ("%%html", False), ("%%writefile x.py", False)],
)
def test_some_cell_magics_run_python(head: str, is_python: bool) -> None:
    assert seen("", head, "await work()") == ["", "", "await work()" if is_python else ""]


@pytest.mark.parametrize("lines", [("%%time",), ("%%time", "%%capture"), ("%%time", "", "  ")])
def test_a_cell_of_cell_magics_alone_is_empty(lines: Sequence[str]) -> None:
    assert not "".join(seen(*lines)).strip()


@pytest.mark.parametrize(
    ("code", "awaits"),
    [
        ("await work()", True),
        ("async with session: pass", True),
        ("if x:\n    async for y in z: pass", True),
        ("[x async for x in y]", True),
        ("async def main():\n    await work()", False),
        ("time.sleep(1)", False),
        ("await (", False),
    ],
)
def test_a_cell_that_awaits_runs_as_a_coroutine(code: str, awaits: bool) -> None:
    assert notebook(code).cells[0].awaits is awaits


@pytest.mark.parametrize(
    ("code", "line"),
    [("x = 1\nwork(\n    x\n)", 2), ("work()  # done", 1), ("work();", 0), ("x = work()", 0), ("", 0), ("(", 0)],
)
def test_the_last_expression_is_shown(code: str, line: int) -> None:
    cell = notebook("", code).cells[1]
    assert cell.shown == (cell.first + line - 1 if line else 0)


def test_a_string_without_an_end_ends_with_its_cell() -> None:
    found = notebook('x = 1\ns = """never\nends', "y = 2")
    assert [found.text.split("\n")[line - 2] for line in found.unclosed] == [""]
    assert found.unclosed == (found.cells[0].first + 1,)
    assert found.cell_text(2) == "y = 2"


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "julia"}},
        {"kernelspec": {"language": "R"}},
        {"kernelspec": {"language": "R"}, "language_info": {}},
    ],
)
def test_notebooks_of_other_languages_hold_nothing(metadata: dict[str, Any]) -> None:
    assert notebook("x = 1", metadata=metadata).cells == ()


def test_cells_of_other_languages_are_left_out() -> None:
    cells = [{"cell_type": "code", "source": "x", "metadata": {"vscode": {"languageId": "sql"}}}]
    assert read_notebook(json.dumps({"cells": cells}).encode()).cells == ()


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        (b"", "not a notebook: invalid JSON: Expecting value", (1, 1)),
        (b'{"cells": [\n{,', "not a notebook: invalid JSON: Expecting property name", (2, 2)),
        (b"[]", "not a notebook: Expected `object`, got `array`", (1, 1)),
        (b'{"worksheets": []}', "not a notebook of format 4: it has no `cells`", (1, 1)),
        (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "not a notebook: Expected `str`, got `int`", (1, 1)),
        (b'{"cells": [{"cell_type": "\xff"}]}', "byte 0xff is not valid utf-8", (1, 27)),
        (b"[" * 100_000, "not a notebook: ", (1, 1)),
    ],
)
def test_what_is_no_notebook_is_said(content: bytes, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(SourceError) as caught:
        read_notebook(content)
    assert caught.value.message.startswith(message)
    assert (caught.value.line, caught.value.column) == place


@given(st.lists(st.text(alphabet="%!?=x() '\"\\\n\t#[f{:;/,", max_size=60), max_size=4))
def test_any_cells_keep_their_lines(cells: list[str]) -> None:
    found = notebook(*cells)
    lines = found.text.split("\n")
    assert len(found.cells) == len(cells)
    for cell, raw in zip(found.cells, cells, strict=True):
        assert cell.last - cell.first == raw.rstrip("\n").count("\n")
        assert cell.last < len(lines)
        assert lines[cell.first - 2] == "pass"
