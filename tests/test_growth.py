"""That no program takes much more than twice the work for being twice as large, counted in calls of functions."""

import cProfile
from pathlib import Path
from typing import Any

import pytest

from asynclint import check_paths
from asynclint.checking import ProjectCheck
from asynclint.settings import Settings
from benchmarks.scaling import SHAPES, write

SIZE = 20
SQUARE = {"dense_calls"}
"""The shapes of which the text grows by the square."""
MOST = 2.8
"""By what a program of twice the size may take more."""


def calls(folder: Path, name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many calls it takes to check the shape called `name`."""
    folder.mkdir()
    write(folder, SHAPES[name][1](size))
    profile = cProfile.Profile()
    diagnostics = ProjectCheck.diagnostics

    def profiled(check: ProjectCheck, *given: Any) -> Any:
        return profile.runcall(diagnostics, check, *given)

    monkeypatch.setattr(ProjectCheck, "diagnostics", profiled)
    check_paths([folder], Settings(root=folder, cache=False, jobs=1))
    monkeypatch.undo()
    return sum(function.callcount for function in profile.getstats())


@pytest.mark.parametrize("name", SHAPES)
def test_grows_no_faster_than_the_program(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls(tmp_path / "warm", name, 2, monkeypatch)  # What is loaded once is no part of it.
    small = calls(tmp_path / "small", name, SIZE, monkeypatch)
    large = calls(tmp_path / "large", name, 2 * SIZE, monkeypatch)
    assert large / small < (2 * MOST if name in SQUARE else MOST)
