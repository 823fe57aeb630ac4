from __future__ import annotations

from pathlib import Path

import pytest

from asynclint.rules.catalogue import ALL_RULES
from asynclint.settings import Selection, Settings, enabled_codes, ignored_codes

DEFAULT = {rule.code for rule in ALL_RULES if rule.default}
ALL = {rule.code for rule in ALL_RULES}


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        (Settings(), DEFAULT),
        (Settings(select=()), set()),
        (Settings(select=("ALL",)), ALL),
        (Settings(select=("AIO",)), ALL),
        (Settings(select=("AIO101", "task-not-stored")), {"AIO101", "AIO201"}),
        (Settings(extend_select=("AIO105",)), DEFAULT | {"AIO105"}),
        (Settings(ignore=("blocking-sleep",)), DEFAULT - {"AIO101"}),
        (Settings(extend_ignore=("AIO1",)), {code for code in DEFAULT if not code.startswith("AIO1")}),
        (Settings(select=("AIO101",), ignore=("AIO1",)), {"AIO101"}),
        (Settings(select=("AIO1",), ignore=("AIO1",)), set()),
        (Settings(select=("AIO101",), ignore=("blocking-sleep",)), set()),
        (Settings(select=("AIO101",), layers=(Selection(ignore=("AIO1",)),)), set()),
        (
            Settings(select=("AIO101",), ignore=("AIO102",), layers=(Selection(select=("AIO102",)),)),
            {"AIO101", "AIO102"},
        ),
    ],
)
def test_the_more_specific_selector_wins(settings: Settings, codes: set[str]) -> None:
    assert enabled_codes(settings) == codes


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("tests/*", "/project/tests/sub/a.py", True),
        ("tests/*", "/project/pkg/tests/a.py", False),
        ("**/tests/*", "/project/pkg/tests/a.py", True),
        ("conftest.py", "/project/pkg/conftest.py", True),
        ("test_*.py", "/elsewhere/test_a.py", True),
        ("!src/*", "/project/tests/a.py", True),
        ("!src/*", "/project/src/a.py", False),
    ],
)
def test_per_file_ignores_match_paths_from_the_root_or_basenames(pattern: str, path: str, matches: bool) -> None:
    settings = Settings(per_file_ignores={pattern: ("AIO101", "task-not-stored")}, root=Path("/project"))
    assert ignored_codes(settings, Path(path)) == ({"AIO101", "AIO201"} if matches else set())
