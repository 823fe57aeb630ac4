from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from asynclint import cli

API = """\
import time

from store import load


async def profile():
    return load()


async def wait():
    time.sleep(1)


async def pause():
    time.sleep(1)
"""

STORE = """\
import requests


def load():
    return fetch()


def fetch():
    url = "https://example.org"
    return requests.get(url)
"""

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git("init", "--quiet", "--initial-branch", "main")
    (root / "pyproject.toml").write_text("[tool.asynclint]\ncache = false\n")
    (root / "api.py").write_text(API)
    (root / "store.py").write_text(STORE)
    commit()
    return root


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "change")


def places(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Where the findings of a run are."""
    capsys.readouterr()
    assert cli.main(arguments) in (0, 1)
    captured = capsys.readouterr()
    assert captured.err == ""
    return [line.partition(": ")[0] for line in captured.out.splitlines()]


def test_without_changes_nothing_is_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(places(capsys)) == 3
    assert places(capsys, "--since", "HEAD") == []


@pytest.mark.parametrize("committed", [False, True])
def test_findings_on_changed_lines_are_reported(
    project: Path, capsys: pytest.CaptureFixture[str], committed: bool
) -> None:
    git("tag", "before")
    (project / "api.py").write_text("# Moves all lines.\n" + API.replace("    time.sleep(1)", "    time.sleep(2)", 1))
    if committed:
        commit()
    assert places(capsys, "--since", "before") == ["api.py:12:5"]


def test_a_changed_step_of_the_chain_counts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "store.py").write_text(STORE.replace("return requests.get(url)", "return requests.get(url, timeout=1)"))
    assert places(capsys, "--since", "HEAD") == ["api.py:7:12"]
    (project / "store.py").write_text(STORE.replace("example.org", "example.com"))
    assert places(capsys, "--since", "HEAD") == []


def test_a_function_that_became_async_counts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "api.py").write_text(API.replace("async def pause", "def pause"))
    commit()
    (project / "api.py").write_text(API)
    assert places(capsys, "--since", "HEAD") == ["api.py:15:5"]


def test_untracked_files_are_new_and_ignored_ones_are_not(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "new.py").write_text("import time\n\nasync def new():\n    time.sleep(1)\n")
    assert places(capsys, "--since", "HEAD") == ["new.py:4:5"]
    (project / ".gitignore").write_text("new.py\n")
    assert places(capsys, "--since", "HEAD") == []


def test_a_renamed_file_is_changed_where_its_lines_are(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git("mv", "api.py", "views.py")
    (project / "views.py").write_text(API + "    time.sleep(3)\n")
    assert places(capsys, "--since", "HEAD") == ["views.py:16:5"]


def test_another_branch_counts_from_where_this_one_left_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git("checkout", "--quiet", "-b", "feature")
    (project / "store.py").write_text(STORE + "\n\nasync def more():\n    return fetch()\n")
    commit()
    git("checkout", "--quiet", "main")
    (project / "api.py").write_text("")
    commit()
    git("checkout", "--quiet", "feature")
    assert places(capsys, "--since", "main") == ["store.py:14:12"]


@pytest.mark.parametrize("name", ["a b.py", 'ü"q\\.py', "tab\t.py"])
def test_odd_names_and_lines_that_look_like_headers(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = 'import time\n\nTEXT = """\n-- a/x\n++ b/x\n@@ -1 +1 @@\n"""\n\nasync def f():\n    pass\n'
    (project / name).write_text(text)
    commit()
    changed = text.replace("-- a/x\n++ b/x\n", "-- a/y\n++ b/y\n").replace("    pass", "    time.sleep(1)")
    (project / name).write_text(changed.removesuffix("\n"))
    assert [place.rpartition(".py")[2] for place in places(capsys, "--since", "HEAD")] == [":10:5"]


def test_what_the_user_configured_for_diffs_plays_no_part(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("diff.noprefix=true", "diff.mnemonicPrefix=true", "color.ui=always", "diff.external=false"):
        git("config", *option.split("="))
    (project / "api.py").write_text(API.replace("    time.sleep(1)", "    time.sleep(2)", 1))
    assert places(capsys, "--since", "HEAD") == ["api.py:11:5"]


def test_a_folder_of_the_repository_can_be_checked_from_elsewhere(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "new").mkdir()
    (project / "new" / "job.py").write_text("import time\n\nasync def new():\n    time.sleep(1)\n")
    monkeypatch.chdir(project.parent)
    assert places(capsys, "--since", "HEAD", "project/new") == ["project/new/job.py:4:5"]
    (project.parent / "link").symlink_to("project/new")
    assert places(capsys, "--since", "HEAD", "link") == ["link/job.py:4:5"]


def error_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert cli.main(arguments) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 1
    return errors[0].removeprefix("asynclint: error: ")


def test_what_cannot_be_compared_with_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for revision in ("nowhere", "", "--output=x", "HEAD:api.py"):
        message = error_of(capsys, f"--since={revision}")
        assert message == f"--since: `{revision}` is no revision of the repository {project.as_posix()}"
    assert not (project / "x").exists()
    monkeypatch.chdir(project.parent)
    (project.parent / "loose.py").write_text("")
    assert error_of(capsys, "--since", "HEAD", "loose.py") == (
        "--since: git in .: fatal: not a git repository (or any of the parent directories): .git"
    )
    monkeypatch.setenv("PATH", str(project))
    assert error_of(capsys, "--since", "HEAD", "project") == "--since needs the `git` command, which is not installed"
