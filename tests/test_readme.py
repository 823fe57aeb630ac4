from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from asynclint.rules.catalogue import by_code, by_name
from asynclint.settings.validation import OPTIONS

ROOT = Path(__file__).resolve().parents[1]


def test_the_table_of_rules_is_up_to_date() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make_docs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_every_option_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [key for key in OPTIONS if f"`{key}`" not in readme] == []


def test_every_rule_that_is_mentioned_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {code for code in re.findall(r"\bAIO\d{3}\b", text) if code not in by_code} == set()
    assert {
        name for name in re.findall(r"`((?:blocking|task|coroutine)-[a-z-]+)`", text) if name not in by_name
    } == set()
