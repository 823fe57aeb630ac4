"""Facts of functions that are parsed alone are those of functions parsed in their file."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = sorted((ROOT / "tests/fixtures/tutorial").rglob("*.py"))
SOURCES = sorted((ROOT / "asynclint" / "program").rglob("*.py")) + [
    path for path in TUTORIAL if "AIO900" not in path.read_text(encoding="utf-8")
]

_spec = importlib.util.spec_from_file_location("slices", ROOT / "benchmarks" / "slices.py")
assert _spec is not None
assert _spec.loader is not None
slices = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(slices)


@pytest.mark.parametrize("path", SOURCES[::3], ids=lambda path: path.name)
def test_slices_have_the_facts_of_the_whole(path: Path) -> None:
    assert list(slices.differences(path.read_text(encoding="utf-8"))) == []


def test_what_is_for_type_checkers_alone_has_the_facts_of_the_whole() -> None:
    text = "if TYPE_CHECKING:\n    def stub() -> int: ...\n    class Stubs:\n        def stub(self): ...\n"
    assert list(slices.differences(text)) == []


def test_a_difference_is_seen() -> None:
    text = "def first():\n    return 1\n"
    whole = slices.extract(text).scope
    whole.scopes[0].returned.clear()
    assert slices._body(whole.scopes[0]) != slices._body(slices.extract(text).scope.scopes[0])
