from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from asynclint import workers
from asynclint.diagnostics import Diagnostic
from asynclint.run import run
from asynclint.settings import load_settings

FIXTURES = Path(__file__).parent / "fixtures"


def findings(project: Path, jobs: int) -> tuple[Diagnostic, ...]:
    settings = load_settings([project], {"jobs": jobs, "cache": False}).settings
    return run([project], settings).diagnostics


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are worth their while whatever there is to do."""
    monkeypatch.setattr(workers, "_ENOUGH", 1)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("case", ["chains", "invalid-file"])
def test_many_jobs_find_what_one_finds(case: str) -> None:
    found = findings(FIXTURES / case, 1)
    assert found
    assert findings(FIXTURES / case, 2) == found


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("program", ["raise SystemExit", "import os; os.write(1, b'garbage, and not a little of it')"])
def test_workers_that_fail_change_nothing(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    found = findings(FIXTURES / "invalid-file", 1)
    monkeypatch.setattr(workers, "_SERVE", program)
    assert findings(FIXTURES / "invalid-file", 2) == found


def test_little_work_is_done_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_processes", None)
    assert findings(FIXTURES / "invalid-file", 2)


def children_of(pid: int) -> list[str]:
    """The ids of the processes that any thread of the process `pid` has started."""
    return [child for each in Path(f"/proc/{pid}/task").glob("*/children") for child in each.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_an_interrupt_ends_the_run_and_its_workers(tmp_path: Path) -> None:
    functions = "".join(f"async def f{number}(x):\n    await g(x, {number})\n\n\n" for number in range(3000))
    for number in range(20):
        (tmp_path / f"m{number}.py").write_text(functions)
    command = [sys.executable, "-m", "asynclint", "--isolated", "--no-cache", "--jobs", "2", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while len(started := children_of(process.pid)) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(0.5)
        interrupted = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
    assert time.monotonic() - interrupted < 10
    assert (process.returncode, output, errors.strip()) == (130, b"", b"")
    assert not [child for child in started if Path(f"/proc/{child}").exists()]
