from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asynclint import cli

APP = """\
from helpers import load


async def main():
    load()
"""
HELPERS = """\
import time


def load():
    time.sleep(1)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    (root / "pyproject.toml").write_text("[tool.asynclint]\n")
    (root / "app.py").write_text(APP)
    (root / "helpers.py").write_text(HELPERS)
    return root


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        """What a run prints, which has to be what a run without a cache prints."""
        cli.main(arguments)
        output = capsys.readouterr().out
        cli.main([*arguments, "--no-cache"])
        assert output == capsys.readouterr().out
        return output

    return run


def old(*paths: Path) -> None:
    """Make it long ago that `paths` were changed."""
    for path in paths:
        os.utime(path, (1_700_000_000, 1_700_000_000))


def imported_by(*arguments: str) -> set[str]:
    code = f"import sys; from asynclint import cli; cli.main({list(arguments)!r}); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--version",), ("--output-format", "json"), ("app.py",)])
def test_a_run_on_what_has_not_changed_imports_little(project: Path, arguments: tuple[str, ...]) -> None:
    cli.main(arguments)
    assert not imported_by(*arguments) & {
        "libcst",
        "rich",
        "pathspec",
        "asynclint.program.program",
        "asynclint.checking",
    }


def test_says_the_same_again(project: Path, lint: Callable[..., str]) -> None:
    first = lint()
    assert "app.py:5:5: AIO101" in first
    assert lint() == first
    assert [each["code"] for each in json.loads(lint("--output-format", "json"))] == ["AIO101"]
    assert "    load()" in lint("--output-format", "full")


def test_sees_what_has_changed(project: Path, lint: Callable[..., str]) -> None:
    assert "AIO101" in lint()
    (project / "helpers.py").write_text(HELPERS.replace("time.sleep", "time.ctime"))
    assert lint() == ""
    (project / "helpers.py").write_text(HELPERS)
    assert "AIO101" in lint()


def test_sees_a_change_that_keeps_the_size_and_the_time(project: Path, lint: Callable[..., str]) -> None:
    (project / "helpers.py").write_text(HELPERS)
    old(project / "helpers.py", project / "app.py", project)
    assert "AIO101" in lint()
    (project / "helpers.py").write_text(HELPERS.replace("time.sleep", "time.ctime"))
    old(project / "helpers.py", project)
    assert lint() == ""


def test_text_that_cannot_be_encoded_is_linted_all_the_same(project: Path, lint: Callable[..., str]) -> None:
    (project / "app.py").write_text(APP + '    print("\\ud800")\n')
    assert lint() == lint() != ""


def test_sees_files_that_come_and_go(project: Path, lint: Callable[..., str]) -> None:
    lint()
    (project / "more.py").write_text(APP)
    assert lint().count("AIO101") == 2
    (project / "helpers.py").unlink()
    assert lint() == ""
    (project / "helpers").mkdir()
    (project / "helpers" / "__init__.py").write_text(HELPERS)
    assert lint().count("AIO101") == 2
    (project / ".gitignore").write_text("more.py\n")
    assert lint().count("AIO101") == 1


def test_sees_settings_and_options(project: Path, lint: Callable[..., str]) -> None:
    assert "AIO101" in lint()
    assert lint("--ignore", "AIO101") == ""
    (project / "pyproject.toml").write_text("[tool.asynclint]\nignore = ['AIO101']\n")
    assert lint() == ""
    assert lint("--select", "AIO101") != ""
    assert lint("helpers.py", "--select", "AIO101") == ""


def test_reports_paths_as_seen_from_where_it_runs(
    project: Path, lint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint("app.py")
    monkeypatch.chdir(project.parent)
    assert lint("project/app.py").startswith("project/app.py:5:5")


def test_the_folder_is_marked_and_can_be_removed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([])
    folder = project / ".asynclint_cache"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    capsys.readouterr()
    assert cli.main(["clean"]) == 0
    assert capsys.readouterr().out == "Removed .asynclint_cache\n"
    assert not folder.exists()
    assert cli.main(["clean"]) == 0
    assert capsys.readouterr().out == "No cache in .asynclint_cache\n"


def test_no_cache_writes_nothing(project: Path) -> None:
    cli.main(["--no-cache"])
    (project / "pyproject.toml").write_text("[tool.asynclint]\ncache = false\n")
    cli.main([])
    assert sorted(path.name for path in project.iterdir()) == ["app.py", "helpers.py", "pyproject.toml"]


def test_clean_leaves_alone_what_is_not_its_own(project: Path) -> None:
    cli.main([])
    (project / ".asynclint_cache" / "mine.txt").write_text("x")
    cli.main(["clean"])
    assert [path.name for path in (project / ".asynclint_cache").iterdir()] == ["mine.txt"]
    assert cli.main(["clean", "--cache-dir", "."]) == 0
    assert (project / "app.py").exists()


def spoil_with_garbage(folder: Path) -> None:
    (folder / "cache.sqlite3").write_bytes(b"no database " * 1000)


def spoil_with_half_a_file(folder: Path) -> None:
    database = folder / "cache.sqlite3"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])


def spoil_with_another_database(folder: Path) -> None:
    (folder / "cache.sqlite3").unlink()
    with sqlite3.connect(folder / "cache.sqlite3") as connection:
        connection.execute("CREATE VIEW entry AS SELECT 1 AS key, 2 AS used, 3 AS value")
    connection.close()


def spoil_with_links(folder: Path) -> None:
    (folder / "cache.sqlite3").unlink()
    (folder / "cache.sqlite3").symlink_to(folder.parent.parent / "outside")


def spoil_with_a_linked_journal(folder: Path) -> None:
    (folder / "cache.sqlite3-journal").symlink_to(folder.parent.parent / "outside")


def spoil_with_a_linked_folder(folder: Path) -> None:
    outside = folder.parent.parent / "elsewhere"
    folder.rename(outside)
    (outside / "cache.sqlite3").unlink()
    folder.symlink_to(outside, target_is_directory=True)


def spoil_with_a_file_for_the_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("x")


def spoil_with_a_folder_of_another(folder: Path) -> None:
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")


@pytest.mark.parametrize("spoil", [each for name, each in globals().items() if name.startswith("spoil_")])
def test_goes_on_without_a_cache_that_is_no_good(
    project: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None]
) -> None:
    cli.main([])
    output = capsys.readouterr().out
    spoil(project / ".asynclint_cache")
    before = sorted(path for path in project.parent.rglob("*") if "project" not in path.parts)
    assert cli.main([]) == 1
    captured = capsys.readouterr()
    assert captured.out == output
    assert captured.err.startswith("asynclint: warning: the cache ")
    assert captured.err.count("\n") == 1
    assert sorted(path for path in project.parent.rglob("*") if "project" not in path.parts) == before


def test_garbage_is_complained_of_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([])
    spoil_with_garbage(project / ".asynclint_cache")
    cli.main([])
    capsys.readouterr()
    cli.main([])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("value", [b"", b"\xc1", b"\x80", b"\x92\x01"])
def test_values_of_another_form_are_passed_over(project: Path, lint: Callable[..., str], value: bytes) -> None:
    lint()
    with sqlite3.connect(project / ".asynclint_cache" / "cache.sqlite3") as connection:
        connection.execute("UPDATE entry SET value = ?", (value,))
    connection.close()
    assert "AIO101" in lint()


def replace_in_values(project: Path, before: bytes, after: bytes) -> None:
    with sqlite3.connect(project / ".asynclint_cache" / "cache.sqlite3") as connection:
        for key, value in connection.execute("SELECT key, value FROM entry").fetchall():
            connection.execute("UPDATE entry SET value = ? WHERE key = ?", (value.replace(before, after), key))
    connection.close()


def test_facts_that_contradict_themselves_are_not_believed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([])
    output = capsys.readouterr().out
    # What is the result of call 0 becomes that of call 99.
    replace_in_values(project, b"\x92\xa1c\x00", b"\x92\xa1c\x63")
    (project / "app.py").write_text(f"{APP}\n\nvalue = load()\n")
    assert cli.main([]) == 1
    assert capsys.readouterr().out == output


def test_a_chain_in_a_circle_is_not_believed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "helpers.py").write_text(
        "import time\n\n\ndef load():\n    again()\n    time.sleep(1)\n\n\ndef again():\n    load()\n"
    )
    cli.main([])
    output = capsys.readouterr().out
    # The chain of `load` goes on at its first site, and no more at its second.
    label = b"\xa5sleep\x92\x94\x00\x00\x01\x00"
    replace_in_values(project, label + b"\x01", label + b"\x00")
    (project / "app.py").write_text(f"{APP}\n\nvalue = 1\n")
    assert cli.main([]) == 1
    assert capsys.readouterr().out == output
