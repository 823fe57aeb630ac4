"""README.md and the pages in docs/: nothing that they show is invented or out of date."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from asynclint.rules.catalogue import by_code, by_name
from asynclint.settings import SettingsError
from asynclint.settings.validation import OPTIONS, validated

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MADE = {"coming-from.md"}
"""Pages that are made when the site is built; so is what is in `rules/`."""
TOML = re.compile(r"^```toml(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.DOTALL | re.MULTILINE)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.mark.skipif(os.name == "nt", reason="needs pseudo-terminals")
@each_page
def test_commands_print_what_the_page_says(page: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make_docs.py"), "--check", str(page)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)


@each_page
def test_settings_that_are_shown_make_sense(page: Path) -> None:
    for title, text in TOML.findall(page.read_text(encoding="utf-8")):
        document = tomllib.loads(text)
        table = document["tool"]["asynclint"] if "tool" in document else document
        if title.startswith("broken/"):
            assert not OPTIONS.keys() >= table.keys()
            continue
        assert OPTIONS.keys() >= table.keys()
        try:
            validated(table, str)
        except SettingsError as error:
            pytest.fail(f"{page.name}: {error}")


@each_page
def test_every_rule_that_is_mentioned_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\bAIO\d{3}\b", text)) <= by_code.keys()
    names = set(re.findall(r"`((?:blocking|task|coroutine)-[a-z-]+)`|rules/([a-z-]+)\.md", text))
    assert {name for found in names for name in found if name and name != "index"} <= by_name.keys()


@each_page
def test_pages_that_are_linked_to_are_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8")):
        is_made = page.parent.name == "docs" and (link in MADE or link.startswith("rules/"))
        assert is_made or (page.parent / link).is_file(), link
