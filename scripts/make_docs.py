"""Writes the table of rules into README.md, from the rules. `--check` only says whether it is up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from asynclint.rules.base import Rule
from asynclint.rules.catalogue import ALL_RULES

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN = "<!-- rules -->"
END = "<!-- /rules -->"


def main() -> int:
    """Update README.md, or check it. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check_only: bool = parser.parse_args().check
    current = README.read_text(encoding="utf-8")
    updated = with_rules(current)
    if check_only and updated != current:
        print("README.md: the table of rules is out of date; run python scripts/make_docs.py")
        return 1
    if updated != current:
        README.write_text(updated, encoding="utf-8")
    return 0


def with_rules(readme: str) -> str:
    """`readme` with the table of rules between its markers."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md has no {BEGIN} with {END} after it")
    return f"{before}{BEGIN}\n{_table()}\n{END}{after}"


def _table() -> str:
    rows = ["| code | name | what it finds | on |", "|---|---|---|---|", *map(_row, ALL_RULES)]
    return "\n".join(rows)


def _row(rule: type[Rule[Any]]) -> str:
    summary = rule.summary().replace("|", "\\|")
    return f"| {rule.code} | {rule.name} | {summary} | {'yes' if rule.default else 'no'} |"


if __name__ == "__main__":
    sys.exit(main())
