from __future__ import annotations

from pathlib import Path

import pytest

from asynclint import Settings, check_paths
from asynclint.run import Session

WORK = "import time\n\ndef work():\n    time.sleep(1)\n"
HANDS_OVER = """import asyncio
from jobs import work

async def main():
    asyncio.get_running_loop().call_soon(work)
"""


def lines(*paths: Path) -> list[tuple[str, int]]:
    found = check_paths(paths, Settings(cache=False)).diagnostics
    return [(Path(finding.path).name, finding.span.line) for finding in found]


@pytest.mark.parametrize("user", ["main.py", "app/__init__.py", "app/loops/main.py"])
def test_what_stands_beside_a_lone_file_is_its_project(tmp_path: Path, user: str) -> None:
    (tmp_path / "app" / "loops").mkdir(parents=True)
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "jobs.py").write_text(WORK)
    (tmp_path / user).write_text(HANDS_OVER)
    assert lines(tmp_path / "jobs.py") == [("jobs.py", 4)]


@pytest.mark.parametrize("user", ["downloads/main.py", "node_modules/main.py"])
def test_other_folders_beside_a_lone_file_are_not_read(tmp_path: Path, user: str) -> None:
    (tmp_path / user).parent.mkdir()
    (tmp_path / "jobs.py").write_text(WORK)
    (tmp_path / user).write_text(HANDS_OVER)
    assert lines(tmp_path / "jobs.py") == []
    assert lines(tmp_path / "jobs.py", tmp_path / user) == [("jobs.py", 4)]


def test_links_beside_a_lone_file_are_followed_to_packages_alone(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "scripts", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "jobs.py").write_text(WORK)
    (elsewhere / "main.py").write_text(HANDS_OVER)
    (folder / "link").symlink_to(elsewhere)
    assert lines(folder / "jobs.py") == []
    (elsewhere / "__init__.py").touch()
    assert lines(folder / "jobs.py") == [("jobs.py", 4)]


def test_a_file_of_a_package_brings_its_package_alone(tmp_path: Path) -> None:
    for name in ("jobs", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(WORK if name == "jobs" else HANDS_OVER)
    (tmp_path / "jobs" / "main.py").write_text("")
    assert lines(tmp_path / "jobs" / "__init__.py") == []
    (tmp_path / "jobs" / "main.py").write_text(HANDS_OVER)
    assert lines(tmp_path / "jobs") == [("__init__.py", 4)]


def test_a_session_sees_each_lone_file_in_a_project_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text(HANDS_OVER)
    (tmp_path / "jobs.py").write_text(WORK)
    session = Session(Settings())
    assert session.check(tmp_path / "app" / "__init__.py") == []
    assert [finding.span.line for finding in session.check(tmp_path / "jobs.py")] == [4]


def test_a_relative_import_in_a_file_of_no_package_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "jobs.py").write_text(WORK)
    for statement in ("from . import jobs", "from .jobs import work as jobs", "from .. import jobs"):
        (tmp_path / "main.py").write_text(f"{statement}\n\nasync def main():\n    jobs()\n    jobs.work()\n")
        assert check_paths(["main.py"], Settings(cache=False)).failures == ()
