"""The plugin, in the real flake8."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import asynclint
from asynclint.rules.catalogue import ALL_RULES

API = """\
import os

from store import load


async def profile():
    os.stat("a")
    return load()
"""

STORE = """\
import requests


def load():
    return fetch()


def fetch():
    return requests.get("https://example.org")
"""

CHAIN = (
    "./api.py:8:12: AIO102 blocking HTTP request: `load()` reaches `requests.get()` and stalls the event loop"
    " [load -> fetch -> requests.get]"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.asynclint]\ncache = false\n")
    (tmp_path / "api.py").write_text(API)
    (tmp_path / "store.py").write_text(STORE)
    is_installed = any(each.value.startswith("asynclint.") for each in entry_points(group="flake8.extension"))
    local = "" if is_installed else "[flake8:local-plugins]\nextension =\n    AIO = asynclint.flake8_plugin:Plugin\n"
    (tmp_path / ".flake8").write_text(f"{local}[flake8]\n")
    return tmp_path


def flake8(project: Path, *arguments: str, stdin: str | None = None) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-m", "flake8", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        env=os.environ | {"PYTHONPATH": str(Path(asynclint.__file__).parents[1])},
    )
    assert run.stderr == ""
    return run.stdout.splitlines()


def test_chains_through_other_files_are_found_in_every_process(project: Path) -> None:
    for number in range(4):
        (project / f"more{number}.py").write_text(API)
    found = flake8(project, "--jobs", "2")
    assert found == [CHAIN, *(CHAIN.replace("api.py", f"more{number}.py") for number in range(4))]


def test_a_file_is_checked_in_its_project(project: Path) -> None:
    assert flake8(project, "api.py") == [CHAIN.removeprefix("./")]


def test_suppressions_work_on_every_step_and_can_be_switched_off(project: Path) -> None:
    (project / "api.py").write_text(API.replace("return load()", "return load()  # noqa: AIO102"))
    assert flake8(project) == []
    assert flake8(project, "--disable-noqa") == [CHAIN]
    (project / "api.py").write_text(API)
    (project / "store.py").write_text(STORE.replace("return fetch()", "return fetch()  # noqa: AIO102"))
    assert flake8(project) == []
    assert flake8(project, "--disable-noqa") == [CHAIN]
    (project / "store.py").write_text(STORE.replace("return fetch()", "return fetch()  # asynclint: ignore"))
    assert flake8(project, "--disable-noqa") == []


def test_flake8_selects_the_rules(project: Path) -> None:
    assert flake8(project, "--ignore", "AIO102") == []
    assert flake8(project, "--per-file-ignores", "api.py:AIO1") == []
    assert flake8(project, "--select", "AIO") == [CHAIN]
    with (project / ".flake8").open("a") as configuration:
        configuration.write("extend-select = AIO105\n")
    assert [line.split()[1] for line in flake8(project)] == ["AIO105", "AIO102"]


def test_settings_of_the_project_hold(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.asynclint]\nignore = ["AIO102"]\ncache = false\n')
    assert flake8(project) == []
    (project / "pyproject.toml").write_text("[tool.asynclint]\nmax-hops = 0\n")
    told = "asynclint: pyproject.toml: [tool.asynclint] max-hops must be a whole number of 1 or more"
    assert flake8(project)[-1] == told


def test_standard_input_is_checked_under_its_name(project: Path) -> None:
    changed = API.replace("import os\n", "import os\n\n")
    assert flake8(project, "--stdin-display-name", "./api.py", "-", stdin=changed) == [CHAIN.replace(":8:", ":9:")]


def test_codes_are_such_as_flake8_takes() -> None:
    assert all(re.fullmatch("[A-Z]{1,3}[0-9]{0,3}", rule.code) for rule in ALL_RULES)
