from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynclint.settings import SettingsError, load_settings
from asynclint.sources.files import find_files
from asynclint.sources.globs import PathPatterns

ROOT = Path("/root")
MEANINGS = {"**/": "(?:.*/)?", "?": "."}


@given(
    st.lists(st.sampled_from(["a", "b", "/", "*", "?", "/**/", "ab", "[ab]"]), min_size=1, max_size=7).map("".join),
    st.text(alphabet="ab/", min_size=1, max_size=9),
)
def test_patterns_mean_what_their_parts_mean(pattern: str, path: str) -> None:
    absolute = ROOT / path.strip("/")
    relative = absolute.relative_to(ROOT).as_posix()
    parts = re.findall(r"(?:(?<=/)|\A)\*\*/|\*+|\[ab\]|.", pattern.rstrip("/"))
    whole = "".join(".*" if part.strip("*") == "" else MEANINGS.get(part, part) for part in parts)
    expected = re.fullmatch(whole, relative) is not None
    by_name = "/" not in pattern.rstrip("/") and re.fullmatch(whole, absolute.name) is not None
    if not pattern.startswith("/"):
        assert PathPatterns([pattern], ROOT).match(absolute) == (expected or by_name)


COSTLY = ["*a" * 20 + "b", "**/a/" * 20 + "b", "a*" * 30 + "b"]
LONG = ["a" * 200 + ".py", "a/" * 60 + "x.py"]


@pytest.mark.parametrize("pattern", COSTLY)
@pytest.mark.parametrize("path", LONG)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    start = time.process_time()
    assert not PathPatterns([pattern], ROOT).match(ROOT / path)
    assert time.process_time() - start < 1


def test_patterns_that_would_take_long_are_an_error(tmp_path: Path) -> None:
    for option in ('exclude = ["{}"]', 'extend-exclude = ["{}"]', 'per-file-ignores = {{ "{}" = ["ALL"] }}'):
        Path("asynclint.toml").write_text(option.format("{a,b}*" * 20))
        with pytest.raises(SettingsError, match="has braces and too many wildcards"):
            load_settings([Path()])
        Path("asynclint.toml").write_text(option.format("{src,tests}/**/*.py"))
        load_settings([Path()])


@pytest.mark.parametrize("pattern", COSTLY)
def test_nor_does_one_that_git_ignores_by(tmp_path: Path, pattern: str) -> None:
    (tmp_path / ".gitignore").write_text(f"{pattern}\nignored.py\n")
    for name in ("a" * 200 + ".py", "ignored.py"):
        (tmp_path / name).touch()
    start = time.process_time()
    assert [file.name for file in find_files([tmp_path], root=tmp_path).files] == ["a" * 200 + ".py"]
    assert time.process_time() - start < 1
