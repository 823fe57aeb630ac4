"""Runs asynclint over `fixtures/` and compares what it reports with what the files say.

A case is a file or folder in one of the folders of `fixtures/`. A line ending in `# expect: AIO101` (or several codes,
with commas) must be reported with exactly those codes, and no other line may be. The `pyproject.toml` of the case, or
else of the folder that it is in, has its settings.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from asynclint.run import run
from asynclint.settings import load_settings

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTATION = re.compile(r"# expect: (?P<codes>AIO[0-9]+(?:, AIO[0-9]+)*)$")

Codes = dict[tuple[str, int], Counter[str]]
"""How often each code stands at a line of a file."""


def cases() -> list[Path]:
    return [case for case in sorted(FIXTURES.glob("*/*")) if case.suffix == ".py" or case.is_dir()]


def expected(project: Path) -> Codes:
    found: Codes = {}
    for path in sorted(project.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if expectation := EXPECTATION.search(line):
                found[path.relative_to(project).as_posix(), number] = Counter(expectation["codes"].split(", "))
    return found


def reported(project: Path) -> Codes:
    settings = load_settings([project], {"jobs": 1, "cache": False, "python": "none"}).settings
    found: Codes = {}
    for diagnostic in run([Path()], settings).diagnostics:
        found.setdefault((diagnostic.path, diagnostic.span.line), Counter())[diagnostic.code] += 1
    return found


def copy_of(case: Path, project: Path) -> None:
    """Copy a case to where nothing else belongs to its project."""
    if case.is_dir():
        shutil.copytree(case, project)
    else:
        project.mkdir()
        shutil.copy(case, project)
    settings = case.parent / "pyproject.toml"
    if settings.is_file() and not (project / "pyproject.toml").exists():
        shutil.copy(settings, project)
    (project / "pyproject.toml").touch()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.relative_to(FIXTURES).as_posix())
def test_reports_what_the_fixture_expects(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    copy_of(case, project)
    monkeypatch.chdir(project)
    wanted, got = expected(project), reported(project)
    differences = [
        f"{path}:{line}: expected {in_words(wanted.get((path, line)))}, got {in_words(got.get((path, line)))}"
        for path, line in sorted(wanted.keys() | got.keys())
        if wanted.get((path, line)) != got.get((path, line))
    ]
    assert not differences, "\n" + "\n".join(differences)


def in_words(codes: Counter[str] | None) -> str:
    return ", ".join(sorted(codes.elements())) if codes else "nothing"
