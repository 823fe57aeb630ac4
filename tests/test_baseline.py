from __future__ import annotations

from pathlib import Path

import pytest

from asynclint import cli

APP = """\
import time


class Shop:
    async def open(self):
        time.sleep(1)


async def close():
    time.sleep(2)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.asynclint]\nbaseline = "known.json"\ncache = false\n')
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "app.py").write_text(APP)
    (tmp_path / "jobs.py").write_text("import time\n\nasync def job():\n    time.sleep(3)\n")
    assert cli.main(["--write-baseline", "known.json"]) == 0
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], list[str]]:
    """The exit status of a run, the places of its findings, and what it says on standard error."""
    capsys.readouterr()
    status = cli.main(arguments)
    captured = capsys.readouterr()
    return status, [line.partition(": ")[0] for line in captured.out.splitlines()], captured.err.splitlines()


def test_the_file_names_rule_function_and_call(project: Path) -> None:
    assert (project / "known.json").read_text() == (
        "{\n"
        '  "version": 1,\n'
        '  "findings": [\n'
        '    {"path":"jobs.py","function":"job","rule":"AIO101","calls":"time.sleep","count":1},\n'
        '    {"path":"shop/app.py","function":"Shop.open","rule":"AIO101","calls":"time.sleep","count":1},\n'
        '    {"path":"shop/app.py","function":"close","rule":"AIO101","calls":"time.sleep","count":1}\n'
        "  ]\n"
        "}\n"
    )


def test_known_findings_are_silent_wherever_they_move(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(capsys) == (0, [], [])
    (project / "shop" / "app.py").write_text("# A new first line.\n\n" + APP.replace("sleep(2)", "sleep(\n        20)"))
    assert checked(capsys) == (0, [], [])


def test_it_holds_from_every_folder_and_for_every_path(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "shop")
    assert checked(capsys, "app.py") == (0, [], [])
    assert checked(capsys, "--baseline", "../known.json", str(project / "jobs.py")) == (0, [], [])


def test_a_second_hit_in_the_same_function_wakes_both(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop" / "app.py").write_text(APP + "    time.sleep(3)\n")
    assert checked(capsys) == (1, ["shop/app.py:10:5", "shop/app.py:11:5"], [])


def test_a_hit_in_another_function_or_of_another_call_is_new(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "jobs.py").write_text(
        "import time, requests\n\nasync def job():\n    time.sleep(3)\n    requests.get('u')\n\n"
        "async def other():\n    time.sleep(3)\n"
    )
    assert checked(capsys)[:2] == (1, ["jobs.py:5:5", "jobs.py:8:5"])


def test_what_is_gone_is_told_until_it_is_written_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop" / "app.py").write_text(APP.replace("time.sleep(2)", "pass"))
    told = [
        "asynclint: gone since known.json was written (--write-baseline known.json takes it out):",
        "  shop/app.py: AIO101 in close (time.sleep)",
    ]
    assert checked(capsys) == (0, [], told)
    assert checked(capsys, "--quiet") == (0, [], [])
    assert checked(capsys, "--write-baseline", "known.json")[0] == 0
    assert checked(capsys) == (0, [], [])
    assert "close" not in (project / "known.json").read_text()


def test_a_run_tells_nothing_of_what_it_did_not_check(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "shop" / "app.py").write_text(APP.replace("time.sleep(2)", "pass"))
    assert checked(capsys, "jobs.py") == (0, [], [])
    assert checked(capsys, "--select", "AIO2") == (0, [], [])
    (project / "shop" / "app.py").write_text("def broken(:\n")
    assert checked(capsys)[2] == []


def test_writing_a_part_leaves_the_rest(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / "known.json").read_text()
    assert checked(capsys, "--write-baseline", "known.json", "shop")[0] == 0
    assert (project / "known.json").read_text() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "known.json: no such baseline; --write-baseline known.json writes one"),
        ("[]", "known.json: not a baseline of asynclint: "),
        ("{", "known.json: not a baseline of asynclint: "),
        ("\udcff", "known.json: not a baseline of asynclint: "),
        ('{"version": 2, "findings": []}', "known.json: a baseline of version 2, where this asynclint knows 1"),
    ],
)
def test_a_baseline_that_makes_no_sense_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    if content is None:
        (project / "known.json").unlink()
    else:
        (project / "known.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    status, _, errors = checked(capsys)
    assert (status, len(errors)) == (2, 1)
    assert errors[0].startswith(f"asynclint: error: {message}")
