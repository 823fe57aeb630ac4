from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from asynclint import forks
from asynclint.diagnostics import Diagnostic
from asynclint.run import run
from asynclint.settings import load_settings

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    """Copies a folder of fixtures to where nothing else belongs to its project."""
    return lambda case: shutil.copytree(FIXTURES / case, tmp_path / case)


def findings(project: Path, jobs: int) -> tuple[Diagnostic, ...]:
    settings = load_settings([project], {"jobs": jobs, "cache": False}).settings
    return run([project], settings).diagnostics


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of the process are worth their while whatever there is to do."""
    monkeypatch.setattr(forks, "_ENOUGH", 1)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("case", ["chains", "invalid-file"])
def test_many_jobs_find_what_one_finds(copied: Callable[[str], Path], case: str) -> None:
    project = copied(case)
    found = findings(project, 1)
    assert found
    assert findings(project, 2) == found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs copies of the process")
@pytest.mark.parametrize(("case", "jobs"), [("chains", 2), ("invalid-file", 1)])
def test_a_process_for_each_file_finds_what_one_process_finds(
    monkeypatch: pytest.MonkeyPatch, copied: Callable[[str], Path], case: str, jobs: int
) -> None:
    project = copied(case)
    found = findings(project, 1)
    monkeypatch.setattr(forks, "_TOO_MUCH", 1)
    assert found
    assert findings(project, jobs) == found


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("work", [lambda *_: os._exit(1), lambda *_: None])
def test_copies_of_the_process_that_fail_change_nothing(
    monkeypatch: pytest.MonkeyPatch, copied: Callable[[str], Path], work: Callable[..., None]
) -> None:
    project = copied("task-never-awaited")
    found = findings(project, 1)
    monkeypatch.setattr(forks, "_work", work)
    assert findings(project, 2) == found


@pytest.mark.usefixtures("eager")
def test_a_comment_is_of_use_in_whatever_process(tmp_path: Path) -> None:
    for name in "abcd":
        text = f"import time\n\n\nasync def {name}():\n    time.sleep(1)  # noqa: AIO101\n"
        (tmp_path / f"{name}.py").write_text(text)
    assert findings(tmp_path, 4) == ()


@pytest.mark.usefixtures("eager")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs copies of the process")
def test_a_process_that_may_have_no_children_does_all_itself(copied: Callable[[str], Path]) -> None:
    project = copied("task-never-awaited")
    with multiprocessing.get_context("fork").Pool(1) as pool:
        found = pool.apply(findings, (project, 2))
    assert found == findings(project, 1)


def test_little_work_is_done_by_one_process(monkeypatch: pytest.MonkeyPatch, copied: Callable[[str], Path]) -> None:
    monkeypatch.setattr(forks, "_work", None)
    assert findings(copied("invalid-file"), 2)


def children_of(pid: int) -> list[str]:
    """The ids of the processes that any thread of the process `pid` has started."""
    return [child for each in Path(f"/proc/{pid}/task").glob("*/children") for child in each.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("stage", ["reading", "checking"])
def test_an_interrupt_ends_the_run_and_its_copies(tmp_path: Path, stage: str) -> None:
    functions = "".join(f"async def f{number}(x):\n    await g(x, {number})\n\n\n" for number in range(3000))
    for number in range(20 if stage == "reading" else 8):
        (tmp_path / f"m{number}.py").write_text(functions)
    command = [sys.executable, "-m", "asynclint", "--isolated", "--no-cache", "--jobs", "2", str(tmp_path)]
    started: set[str] = set()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while len(started) < (1 if stage == "reading" else 3):
            started.update(children_of(process.pid))
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(0.5)
        interrupted = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
    assert time.monotonic() - interrupted < 10
    assert (process.returncode, output, errors.strip()) == (130, b"", b"")
    assert not [child for child in started if Path(f"/proc/{child}").exists()]
