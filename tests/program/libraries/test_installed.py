"""The packages of a project's environment, read in place of the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from asynclint.run import run
from asynclint.settings import load_settings

COURIER = """
import time
from typing_extensions import Self

class Courier:
    async def __aenter__(self) -> Self: ...
    async def send(self, parcel: str) -> None: ...
    def weigh(self, parcel: str) -> int:
        time.sleep(1)
        return 3

def hire() -> Courier: ...
"""
SHOP = """
import courier

async def ship() -> None:
    async with courier.hire() as one:
        one.weigh("tea")
        one.send("tea")
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "shop"
    packages = project / ".venv" / "lib" / "python3.12" / "site-packages" / "courier"
    packages.mkdir(parents=True)
    packages.joinpath("__init__.py").write_text("from courier._main import hire\n__all__ = ['hire']\n")
    packages.joinpath("_main.py").write_text(COURIER)
    project.joinpath("pyproject.toml").touch()
    project.joinpath("shop.py").write_text(SHOP)
    monkeypatch.chdir(project)
    return project


def lines(python: str = "auto", *, isolated: bool = False) -> list[int]:
    given = {} if isolated else {"python": python}
    settings = load_settings([Path()], given, isolated=isolated)
    return [found.span.line for found in run([Path()], settings).diagnostics]


def test_the_packages_of_the_environment_are_read_but_chains_stay_out_of_them(shop: Path) -> None:
    assert lines() == [7]
    assert lines(".venv") == [7]


def test_without_it_nothing_is_known_of_them(shop: Path) -> None:
    assert lines("none") == []
    assert lines(isolated=True) == []


def test_findings_follow_a_package_that_changes(shop: Path) -> None:
    assert lines() == [7]
    main = shop / ".venv" / "lib" / "python3.12" / "site-packages" / "courier" / "_main.py"
    main.write_text(COURIER.replace("async def send", "def send"))
    assert lines() == []


def test_an_environment_that_is_installed_later_is_noticed(shop: Path) -> None:
    environment = shop / ".venv"
    environment.rename(shop / ".elsewhere")
    assert lines() == []
    shop.joinpath(".elsewhere").rename(environment)
    assert lines() == [7]
