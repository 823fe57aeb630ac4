"""Notebooks through the command, as their users see them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from asynclint import cli

SETUP = "import asyncio, time\n\nasync def work():\n    await asyncio.sleep(1)\n"


def write(*cells: str, name: str = "nb.ipynb") -> Path:
    raw = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    path = Path(name)
    path.write_text(json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Place and code of each finding."""
    cli.main(["--no-cache", *arguments])
    captured = capsys.readouterr()
    assert captured.err == ""
    return [found[0] for line in captured.out.splitlines() if (found := re.match(r".*?: AIO[0-9]+", line))]


def test_what_a_cell_lacks_is_missed_in_the_cell(capsys: pytest.CaptureFixture[str]) -> None:
    write('class Adapter(abc.ABC):\n    """A.\n    """\n    def __init__(self, **kwargs: Any):\n    @classmethod')
    places = found(capsys)
    assert places
    assert all(place.startswith("nb.ipynb:cell 1:") and int(place.split(":")[2]) <= 5 for place in places)


def test_findings_have_cell_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "!ls\n\nasync def poll():\n    time.sleep(1)\n")
    assert found(capsys) == ["nb.ipynb:cell 2:4:5: AIO101"]


def test_full_output_shows_the_line_and_the_chain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "helpers.py").write_text("import time\n\n\ndef load():\n    time.sleep(1)\n")
    write(SETUP + "import helpers", "%%time\nawait work()\nhelpers.load()\n")
    cli.main(["--output-format", "full", "nb.ipynb"])
    output = capsys.readouterr().out
    assert "nb.ipynb:cell 2:3:1: AIO101" in output
    assert "  3 | helpers.load()\n    | ^^^^^^^^^^^^^^\n" in output
    assert "  nb.ipynb:cell 2:3    the cell calls load()\n  helpers.py:5         load() calls time.sleep()\n" in output


def test_json_has_the_cell(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "", "def again():\n    asyncio.run(work())", "again()")
    Path("plain.py").write_text("import time\n\n\nasync def f():\n    time.sleep(1)\n")
    cli.main(["--output-format", "json"])
    in_cell, in_file = json.loads(capsys.readouterr().out)
    assert (in_cell["path"], in_cell["cell"], in_cell["location"]) == ("nb.ipynb", 4, {"line": 1, "column": 1})
    assert [(step["cell"], step["location"]["line"]) for step in in_cell["chain"]] == [(4, 1), (3, 2)]
    assert (in_file["path"], in_file["cell"]) == ("plain.py", None)


def test_a_loop_in_a_cell_is_nested_in_that_of_the_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "asyncio.run(work())", "loop = asyncio.get_event_loop()\nloop.run_until_complete(work())")
    assert found(capsys) == ["nb.ipynb:cell 2:1:1: AIO112", "nb.ipynb:cell 3:2:1: AIO112"]


@pytest.mark.parametrize(
    "cell",
    [
        "import nest_asyncio\nnest_asyncio.apply()\nasyncio.run(work())",
        "import trio\ntrio.run(work)",
        "try:\n    asyncio.get_running_loop()\nexcept RuntimeError:\n    asyncio.run(work())",
        "import threading\nthreading.Thread(target=asyncio.run, args=(work(),)).start()",
    ],
)
def test_loops_that_may_run_in_a_cell(capsys: pytest.CaptureFixture[str], cell: str) -> None:
    write(SETUP, cell)
    assert found(capsys) == []


def test_a_cell_that_blocks_is_reported_only_if_it_awaits(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "time.sleep(1)", "time.sleep(1)\nawait work()")
    assert found(capsys) == ["nb.ipynb:cell 3:1:1: AIO101"]


def test_a_thread_lock_held_across_an_await(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "import threading\nlock = threading.Lock()\nwith lock:\n    await work()")
    assert found(capsys, "--select", "AIO113") == ["nb.ipynb:cell 2:3:6: AIO113"]


def test_the_output_of_a_cell_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    task = "asyncio.create_task(work())"
    write(SETUP, f"{task}\n{task}", f"{task};", "asyncio.gather(work(), work())", "work()")
    assert found(capsys) == [
        "nb.ipynb:cell 2:1:1: AIO201",
        "nb.ipynb:cell 3:1:1: AIO201",
        "nb.ipynb:cell 5:1:1: AIO301",
    ]


def test_help_is_what_a_cell_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "work()\nprint()")
    cli.main(["--output-format", "full"])
    assert "help: `await work()`" in capsys.readouterr().out


def test_comments_silence_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "asyncio.run(work())  # noqa: AIO112", "asyncio.run(work())", "x = 1  # asynclint: ignore[AIO112]")
    assert found(capsys) == ["nb.ipynb:cell 3:1:1: AIO112", "nb.ipynb:cell 4:1:8: AIO901"]
    write("# asynclint: skip-file", SETUP, "asyncio.run(work())")
    assert found(capsys) == []


def test_a_broken_cell_breaks_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    write(SETUP, "print(\n", 'x = """', "if x:", "asyncio.run(work())")
    assert found(capsys) == [
        "nb.ipynb:cell 2:1:6: AIO900",
        "nb.ipynb:cell 3:1:1: AIO900",
        "nb.ipynb:cell 4:1:6: AIO900",
        "nb.ipynb:cell 5:1:1: AIO112",
    ]


def test_what_is_no_notebook_is_reported_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.ipynb").write_text('{"cells": [,')
    write("x = 1", name=".ipynb_checkpoints.ipynb")
    assert found(capsys) == ["broken.ipynb:1:12: AIO900"]
    assert found(capsys, "--per-file-ignores", "*.ipynb:ALL") == []


def test_cells_are_counted_anew_when_one_came_in_between(capsys: pytest.CaptureFixture[str]) -> None:
    path = write(SETUP, "asyncio.run(work())")
    assert cli.main([]) == 1
    content = json.loads(path.read_text())
    content["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": "text"})
    path.write_text(json.dumps(content))
    capsys.readouterr()
    assert cli.main([]) == 1
    assert capsys.readouterr().out.startswith("nb.ipynb:cell 3:1:1: AIO112")


def test_a_notebook_that_changed_since_a_revision_has_changed_in_all_its_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    git("init")
    write(SETUP, "asyncio.run(work())", name="old.ipynb")
    write(SETUP, "asyncio.run(work())", name="new.ipynb")
    git("add", ".")
    git("commit", "--message", "notebooks")
    write(SETUP, "asyncio.run(work())", "x = 1", name="new.ipynb")
    assert found(capsys, "--since", "HEAD") == ["new.ipynb:cell 2:1:1: AIO112"]
