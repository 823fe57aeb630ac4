from __future__ import annotations

from pathlib import Path

import pytest

from asynclint.sources.environments import EnvironmentNotFoundError, find_packages

POSIX = "lib/python3.12/site-packages"


def environment(prefix: Path, packages: str = POSIX) -> Path:
    folder = prefix / packages
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("packages", [POSIX, "lib64/python3.11/site-packages", "Lib/site-packages"])
def test_an_environment_is_named_by_its_folder(tmp_path: Path, packages: str) -> None:
    folder = environment(tmp_path / "env", packages)
    assert find_packages("env", tmp_path, {}) == (folder,)


def test_an_environment_is_named_by_its_interpreter(tmp_path: Path) -> None:
    folder = environment(tmp_path / "env")
    interpreter = tmp_path / "env" / "bin" / "python"
    interpreter.parent.mkdir()
    interpreter.symlink_to("/usr/bin/python3")
    interpreter.parent.joinpath("python3").touch()
    assert find_packages("env/bin/python3", tmp_path, {}) == (folder,)


def test_the_active_environment_comes_before_that_of_the_project(tmp_path: Path) -> None:
    active, own = environment(tmp_path / "active"), environment(tmp_path / "project" / ".venv")
    variables = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert find_packages("auto", tmp_path / "project", variables) == (active, own)
    assert find_packages("auto", tmp_path / "project", {}) == (own,)
    assert find_packages("none", tmp_path / "project", variables) == ()


def test_the_newest_python_comes_first(tmp_path: Path) -> None:
    old, new = (environment(tmp_path, f"lib/python3.{minor}/site-packages") for minor in (9, 13))
    assert find_packages(str(tmp_path), tmp_path, {}) == (new, old)


def test_what_is_no_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentNotFoundError, match=r"^nowhere: no Python environment"):
        find_packages("nowhere", tmp_path, {})
