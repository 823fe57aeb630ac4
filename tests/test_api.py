from __future__ import annotations

from pathlib import Path

import pytest

import asynclint
from asynclint import Settings, UserError, check_paths, check_source, load_settings

STALLS = "import time\n\nasync def main():\n    time.sleep(1)\n"


def test_all_that_is_public_is_there() -> None:
    assert all(getattr(asynclint, name) is not None for name in asynclint.__all__)
    with pytest.raises(AttributeError, match="no attribute 'check_path'"):
        asynclint.check_path  # noqa: B018


def test_checks_paths_with_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(STALLS)
    (finding,) = check_paths([tmp_path]).diagnostics
    assert (finding.code, finding.span.line, finding.function, finding.called) == ("AIO101", 4, "main", "time.sleep")
    assert check_paths([str(tmp_path)], Settings(ignore=("AIO101",))).diagnostics == ()
    with pytest.raises(UserError, match="no such file or folder"):
        check_paths([tmp_path / "gone"])


def test_checks_paths_with_the_settings_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.asynclint]\nignore = ["AIO1"]\ncache = false\n')
    (tmp_path / "app.py").write_text(STALLS)
    assert check_paths([tmp_path], load_settings([tmp_path]).settings).diagnostics == ()


@pytest.mark.parametrize("source", [STALLS, STALLS.encode(), b"# coding: latin-1\n# \xe9\n" + STALLS.encode()])
def test_checks_text_and_bytes(source: str | bytes) -> None:
    assert [finding.code for finding in check_source(source, "app.py").diagnostics] == ["AIO101"]


def test_bytes_that_are_no_text_are_a_finding() -> None:
    assert [finding.code for finding in check_source(b"x = '\xff'\n", "app.py").diagnostics] == ["AIO900"]


def test_a_finding_names_the_function_that_it_is_in() -> None:
    source = """
import time

class Shop:
    class Till:
        def open(self):
            async def ring():
                time.sleep(1)
            return ring
"""
    (finding,) = check_source(source, "app.py").diagnostics
    assert (finding.function, finding.function_line) == ("Shop.Till.open.ring", 7)
