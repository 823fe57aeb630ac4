from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from asynclint import cli
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.program import Program
from asynclint.progress import Progress
from asynclint.run import run
from asynclint.settings import load_settings

STALLS = """\
import time


async def poll():
    time.sleep(1)


async def forget(job):
    forget(job)
"""


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "asynclint.toml").write_text('ignore = ["AIO301"]\njobs = 1\n')
    for package in ("api", "jobs"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "main.py").write_text(STALLS)
    return tmp_path


def found(*arguments: str, paths: tuple[str, ...] = (".",)) -> list[tuple[str, str]]:
    given = [Path(path) for path in paths]
    report = run(given, load_settings(given, {}, config=arguments))
    return [(diagnostic.path, diagnostic.code) for diagnostic in report.diagnostics]


def test_a_file_has_the_settings_of_the_nearest_configuration_file(monorepo: Path) -> None:
    assert found() == [("api/main.py", "AIO101"), ("jobs/main.py", "AIO101")]
    (monorepo / "jobs" / "pyproject.toml").write_text('[tool.asynclint]\nignore = ["AIO101"]\n')
    assert found() == [("api/main.py", "AIO101"), ("jobs/main.py", "AIO301")]
    assert found(paths=("jobs", "api")) == found()
    (monorepo / "jobs" / "pyproject.toml").write_text("[tool.other]\n")
    assert found() == [("api/main.py", "AIO101"), ("jobs/main.py", "AIO101")]


def test_nearer_files_extend_farther_ones_where_they_say_so(monorepo: Path) -> None:
    (monorepo / "jobs" / "asynclint.toml").write_text('extend = "../asynclint.toml"\nextend-ignore = ["AIO101"]\n')
    assert found() == [("api/main.py", "AIO101")]


def test_the_command_line_goes_over_all_of_them(monorepo: Path) -> None:
    (monorepo / "jobs" / "asynclint.toml").write_text('select = ["AIO301"]\n')
    assert found() == [("api/main.py", "AIO101"), ("jobs/main.py", "AIO301")]
    assert found('select = ["AIO9"]') == []
    (monorepo / "other.toml").write_text('select = ["AIO301"]\n')
    assert found("other.toml") == [("api/main.py", "AIO301"), ("jobs/main.py", "AIO301")]


def test_each_file_decides_what_is_left_out_below_it(monorepo: Path) -> None:
    (monorepo / "jobs" / "asynclint.toml").write_text('extend-exclude = ["main.py"]\n')
    assert found() == [("api/main.py", "AIO101")]
    (monorepo / "jobs" / "asynclint.toml").write_text("nonsense = 1\n")
    (monorepo / "asynclint.toml").write_text('extend-exclude = ["jobs"]\n')
    assert [path for path, _ in found()] == ["api/main.py"] * 2


def test_per_file_ignores_are_relative_to_their_file(monorepo: Path) -> None:
    (monorepo / "jobs" / "asynclint.toml").write_text('per-file-ignores = { "./main.py" = ["ALL"] }\n')
    assert found() == [("api/main.py", "AIO101")]


def test_what_a_project_calls_blocking_holds_for_its_own_files(monorepo: Path) -> None:
    (monorepo / "api" / "asynclint.toml").write_text('select = ["AIO190"]\nblocking = { "jobs.helpers.work" = true }\n')
    (monorepo / "jobs" / "__init__.py").write_text("")
    (monorepo / "jobs" / "helpers.py").write_text("def work(): ...\n")
    for package in ("api", "jobs"):
        (monorepo / package / "main.py").write_text("from jobs.helpers import work\n\n\nasync def run():\n    work()\n")
    assert found() == [("api/main.py", "AIO190")]


def test_what_is_wrong_with_a_nearer_file_is_one_line(monorepo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (monorepo / "jobs" / "asynclint.toml").write_text("nonsense = 1\n")
    assert cli.main([]) == 2
    assert capsys.readouterr().err == 'asynclint: error: jobs/asynclint.toml: unknown key "nonsense"\n'
    assert cli.main(["api"]) == 1


def test_config_shows_what_holds_for_a_folder(monorepo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (monorepo / "jobs" / "asynclint.toml").write_text("max-hops = 2\n")
    cli.main(["config", "--show-source", "jobs/main.py"])
    assert "max-hops = 2  # jobs/asynclint.toml" in capsys.readouterr().out


def test_what_is_remembered_depends_on_settings_and_not_on_their_files(
    monorepo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    explored: set[str] = set()
    explore = Program.explore

    def noting(program: Program, parts: Sequence[ScopeNode], progress: Progress) -> None:
        explored.update(part.module.path for part in parts)
        explore(program, parts, progress)

    monkeypatch.setattr(Program, "explore", noting)
    configuration = monorepo / "jobs" / "pyproject.toml"
    configuration.write_text('[tool.asynclint]\nignore = ["AIO301"]\n')
    both = found()
    assert explored == {"api/main.py", "jobs/main.py"}
    explored.clear()
    configuration.write_text('[tool.asynclint]\nignore = ["AIO301"]\n\n[tool.other]\nx = 1\n')
    assert found() == both
    assert explored == set()
    configuration.write_text('[tool.asynclint]\nignore = ["AIO1"]\n')
    assert found() != both
    assert explored == {"jobs/main.py"}
