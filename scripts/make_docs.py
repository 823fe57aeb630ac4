"""Writes what README.md shows of asynclint itself: the table of rules, and what it prints for a small project.

`--check` only says whether they are up to date.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from asynclint.rules.base import Rule
from asynclint.rules.catalogue import ALL_RULES

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
EXAMPLE = ROOT / "tests" / "fixtures" / "chains" / "readme"


def main() -> int:
    """Update README.md, or check it. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check_only: bool = parser.parse_args().check
    current = README.read_text(encoding="utf-8")
    updated = _filled(_filled(current, "rules", _table()), "terminal-output", _terminal_output())
    if check_only and updated != current:
        print("README.md is out of date; run python scripts/make_docs.py")
        return 1
    if updated != current:
        README.write_text(updated, encoding="utf-8")
    return 0


def _filled(readme: str, marker: str, content: str) -> str:
    """`readme` with `content` between the two comments `marker`."""
    before, begin, rest = readme.partition(f"<!-- {marker} -->")
    _, end, after = rest.partition(f"<!-- /{marker} -->")
    if not (begin and end):
        raise ValueError(f"README.md has no {marker} with its end after it")
    return f"{before}{begin}\n{content}\n{end}{after}"


def _table() -> str:
    rows = ["| code | name | what it finds | on |", "|---|---|---|---|", *map(_row, ALL_RULES)]
    return "\n".join(rows)


def _row(rule: type[Rule[Any]]) -> str:
    summary = rule.summary().replace("|", "\\|")
    return f"| {rule.code} | {rule.name} | {summary} | {'yes' if rule.default else 'no'} |"


def _terminal_output() -> str:
    """What asynclint prints for the example, without the comments that say what the test suite expects."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
        for file in Path(folder).rglob("*.py"):
            text = re.sub(r"  # expect: .*", "", file.read_text(encoding="utf-8"))
            file.write_text(text, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "asynclint", "--isolated", "--output-format", "full", "app"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        )
    return f"```text\n$ asynclint app\n{run.stdout}```"


if __name__ == "__main__":
    sys.exit(main())
