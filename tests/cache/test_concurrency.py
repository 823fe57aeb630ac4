from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from asynclint import cli

APP = "import time\n\n\nasync def main():\n    time.sleep({})\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    for number in range(1, 11):
        (tmp_path / f"app{number}.py").write_text(APP.format(number))
    return tmp_path


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "asynclint", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_runs_at_once_and_runs_killed_leave_a_cache_that_is_right(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = random.Random(5)
    for _ in range(2):
        (project / "app1.py").write_text(APP.format(1 + choice.random()))
        killed = [start(), start()]
        kept = [start(), start()]
        time.sleep(choice.uniform(0.3, 1.2))
        for process in killed:
            process.kill()
            process.communicate()
        outputs = [process.communicate(timeout=60) for process in kept]
        assert cli.main(["--no-cache"]) == 1
        expected = capsys.readouterr().out
        assert outputs == [(expected, "")] * 2
        assert cli.main([]) == 1
        assert capsys.readouterr() == (expected, "")


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_full_disk_is_said_once(project: Path) -> None:
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)); "
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    code = f"{limit}{ignore}from asynclint import cli; sys.exit(cli.main([]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("AIO101")) == (1, 10)
    assert done.stderr.startswith("asynclint: warning: the cache is not used: ")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_said_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--cache-dir", "/dev/null/cache"]) == 1
    captured = capsys.readouterr()
    assert captured.out.count("AIO101") == 10
    assert captured.err.startswith("asynclint: warning: the cache is not used: /dev/null/cache: ")
    assert captured.err.count("\n") == 1
