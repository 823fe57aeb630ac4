"""Whatever a file holds, asynclint ends in diagnostics: a small part of what `benchmarks/fuzz.py` tries for hours."""

from __future__ import annotations

import faulthandler
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from asynclint import Settings, check_paths, check_source
from benchmarks.fuzz import FIXTURES, drawn, problems, projects
from benchmarks.inputs import KINDS

# An error is no less one for being the shortest: what shrinks an example takes longer than all of them.
few = settings(max_examples=5, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _no_hanging() -> Iterator[None]:
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("kind", KINDS)
def test_input_of_every_kind_ends_in_diagnostics(tmp_path: Path, kind: str) -> None:
    real = [project for project in projects([FIXTURES]) if sum(map(len, project.values())) < 4_000]
    for name, files in islice(drawn(kind, 5, real), 2):
        assert list(problems(tmp_path / name, files)) == [], name


@given(text=hypothesmith.from_grammar())
@few
def test_what_the_grammar_allows_ends_in_diagnostics(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    assert list(problems(tmp_path_factory.mktemp("syntax"), {"app.py": text.encode("utf-8", "surrogatepass")})) == []


@pytest.mark.parametrize("place", ["x = '{}'", "# noqa: {}", "async def main(a{}): ...", "def f():\n    return '{}'"])
@pytest.mark.parametrize("character", ["\udfff", "\0"])
def test_text_with_characters_that_are_none_is_an_error_in_one_place(place: str, character: str) -> None:
    text = f"import time\n{place.format(character)}\n"
    (found,) = check_source(text, "/nowhere/app.py").diagnostics
    line, column = (
        text[: text.index(character)].count("\n") + 1,
        len(text[: text.index(character)].rpartition("\n")[2]) + 1,
    )
    assert (found.code, found.span.line, found.span.column) == ("AIO900", line, column)


def test_codecs_may_give_halves_of_characters(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(b"# coding: unicode_escape\nx = '\\ud800'\n")
    (found,) = check_paths([tmp_path], Settings(cache=False)).diagnostics
    assert "unpaired surrogates" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    # {}\n    pass\n",
        "class A('{}'): ...\n",
        "async def f():\n    x = '{}'\n",
        "def f():\n    open('{}'.a\n",
    ],
)
def test_a_very_long_word_takes_no_time(text: str) -> None:
    start = time.process_time()
    check_source(text.format("x" * 300_000), "/nowhere/app.py")
    assert time.process_time() - start < 10
