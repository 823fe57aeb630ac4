"""The same findings are the same bytes, however a run comes about."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

from benchmarks.determinism import PAIRS, Run, output

FIXTURES = Path(__file__).parent / "fixtures"
CASES = ("invalid-file", "suppressions", "tasks-awaited-in-turn")


def test_runs_take_every_value_with_every_other() -> None:
    for one, other in combinations(Run._fields, 2):
        values = {(getattr(run, one), getattr(run, other)) for run in PAIRS}
        together = {one, other} == {"locale", "above"}
        expected = len({first for first, _ in values}) * (1 if together else len({second for _, second in values}))
        assert len(values) == expected


def test_order_seed_jobs_cache_locale_and_folder_do_not_show(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for case in CASES:
        shutil.copytree(FIXTURES / case, project / case)
    (project / "pyproject.toml").touch()
    expected = output(project, Run())
    assert expected.count(b": AIO") > 20
    for run in PAIRS:
        assert output(project, run) == expected, run
