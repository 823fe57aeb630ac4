from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asynclint import Settings, check_paths
from asynclint.cli import main
from asynclint.failures import InternalError
from asynclint.program.awaiting import coroutines
from asynclint.program.blocking import roots
from asynclint.program.blocking.call_graph import CallGraph
from asynclint.rules.catalogue import by_code
from asynclint.run import Session

STALLS = "import time\n\nasync def main():\n    time.sleep(1)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three files; what is asked of `bad.py` goes wrong as the test wants."""
    (tmp_path / "pyproject.toml").touch()
    for name in ("a.py", "bad.py", "z.py"):
        (tmp_path / name).write_text(STALLS)
    return tmp_path


def fail_for_bad(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, error: Exception) -> None:
    """Have the function `name` raise `error` where a file `bad.py` is among what it is asked about."""
    work = getattr(owner, name)

    def fail(*given: Any, **named: Any) -> Any:
        modules = [getattr(each, "module", each) for each in given]
        if any(getattr(module, "path", "") == "bad.py" for module in modules):
            raise error
        return work(*given, **named)

    monkeypatch.setattr(owner, name, fail)


@pytest.mark.parametrize("step", [(CallGraph, "sites"), (coroutines, "observe"), (roots, "entry_points")])
@pytest.mark.parametrize("cache", ["--no-cache", "--cache-dir=.cache"])
def test_other_files_are_checked_where_one_fails(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    step: tuple[Any, str],
    cache: str,
) -> None:
    with monkeypatch.context() as broken:
        fail_for_bad(broken, *step, KeyError("lost\n\x1b[31m"))
        for _ in range(2):
            assert main(["check", cache, "."]) == 2
            out, err = capsys.readouterr()
            assert [line.split(":")[0] for line in out.splitlines()] == ["a.py", "z.py"]
            (line,) = err.splitlines()
            assert line.startswith("asynclint: error: internal error in bad.py: KeyError: 'lost")
            assert "please report this" in line
            assert "\x1b" not in line
    assert main(["check", cache, "."]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_rule_that_fails_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: object, observed: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(by_code["AIO101"], "check", fail)
    assert main(["check", "--no-cache", "bad.py"]) == 2
    assert "internal error in bad.py, AIO101: ZeroDivisionError: by zero (test_failures.py:" in capsys.readouterr().err


def test_a_traceback_is_shown_where_it_is_wanted(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_for_bad(monkeypatch, coroutines, "observe", KeyError("lost"))
    monkeypatch.setenv("ASYNCLINT_TRACEBACK", "1")
    assert main(["check", "--no-cache", "."]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("error", [RecursionError("too deep"), MemoryError()])
def test_a_file_that_is_too_much_is_an_invalid_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_for_bad(monkeypatch, coroutines, "observe", error)
    report = check_paths(["."], Settings(cache=False))
    assert [(each.path, each.code) for each in report.diagnostics] == [
        ("a.py", "AIO101"),
        ("bad.py", "AIO900"),
        ("z.py", "AIO101"),
    ]
    assert report.failures == ()


def test_files_that_hand_functions_to_the_loop_may_fail(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(inference: object, module: Any) -> Iterator[Any]:
        if module.path == "bad.py":
            raise KeyError("lost")
        return iter(())

    monkeypatch.setattr(roots, "scheduled", fail)
    report = check_paths(["a.py"], Settings(cache=False))
    assert [each.path for each in report.failures] == ["bad.py"]
    assert [each.path for each in report.diagnostics] == ["a.py"]


def test_a_session_goes_on_after_a_failure(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_for_bad(monkeypatch, coroutines, "observe", KeyError("lost"))
    session = Session(Settings())
    with pytest.raises(InternalError, match=r"internal error in bad\.py"):
        session.check(project / "bad.py")
    assert len(session.check(project / "z.py")) == 1


def test_no_baseline_is_written_without_all_findings(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_for_bad(monkeypatch, coroutines, "observe", KeyError("lost"))
    assert main(["check", "--no-cache", "--write-baseline", "known.json", "."]) == 2
    assert capsys.readouterr().err.startswith("asynclint: error: internal error in bad.py: KeyError")
    assert not (project / "known.json").exists()
