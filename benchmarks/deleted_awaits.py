"""How many forgotten `await`s are found: deletes `await`s of real projects, one at a time, and lints the result.

    python benchmarks/deleted_awaits.py --seed 7 --count 60 PROJECT...

A project is a folder of sources. An `await` is a candidate where it stands in front of a call, and the name that is
called is, in that project, the name of `async def`s only. Candidates are drawn at random, the same ones for the same
seed. An `await` counts as missed when linting its file without it reports no AIO3 finding that was not there before.
Prints a table, and every one that was missed.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asynclint import check_source
from asynclint.settings import Settings

ASYNC_NAME = re.compile(r"^[ \t]*async[ \t]+def[ \t]+(\w+)", re.MULTILINE)
PLAIN_NAME = re.compile(r"^[ \t]*def[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Candidate:
    """An `await` at `offset` (in bytes) of `file`; `use` is the kind of syntax node that takes what it gives."""

    project: str
    file: Path
    line: int
    offset: int
    use: str


def candidates(project: Path) -> list[Candidate]:
    """The candidates of a project, in a fixed order."""
    texts = {file: file.read_bytes() for file in sorted(project.rglob("*.py"))}
    decoded = [text.decode("utf-8", "replace") for text in texts.values()]
    plain = {name for text in decoded for name in PLAIN_NAME.findall(text)}
    names = {name for text in decoded for name in ASYNC_NAME.findall(text)} - plain
    return [found for file, text in texts.items() for found in _in_file(project.name, file, text, names)]


def _in_file(project: str, file: Path, text: bytes, names: set[str]) -> list[Candidate]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.Await) and _called(node.value) in names:
                offset = starts[node.lineno - 1] + node.col_offset
                found.append(Candidate(project, file, node.lineno, offset, type(parent).__name__))
    return sorted(found, key=lambda each: each.offset)


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def is_found(candidate: Candidate) -> bool:
    """Whether the deletion of a candidate's `await` is reported."""
    before = candidate.file.read_bytes()
    after = before[: candidate.offset] + re.sub(rb"await\s*", b"", before[candidate.offset :], count=1)
    return bool(findings(candidate.file, after) - findings(candidate.file, before))


@cache
def findings(file: Path, text: bytes) -> Counter[tuple[int, str]]:
    """The AIO3 findings of `file`, had it the content `text`, by line and code."""
    report = check_source(
        text.decode("utf-8"), str(file), Settings(select=("AIO3",), ignore=("AIO308",), cache=False, jobs=1)
    )
    return Counter((diagnostic.span.line, diagnostic.code) for diagnostic in report.diagnostics)


def main() -> None:
    """Draw, delete, lint, and print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("projects", nargs="+", type=Path)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--count", type=int, default=60)
    given = arguments.parse_args()
    every = [candidate for project in given.projects for candidate in candidates(project)]
    drawn = random.Random(given.seed).sample(every, min(given.count, len(every)))
    total: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for candidate in drawn:
        found = is_found(candidate)
        total.update((candidate.project, f"  used by {candidate.use}", "all"))
        hits.update((candidate.project, f"  used by {candidate.use}", "all") if found else ())
        if not found:
            print(f"missed: {candidate.file}:{candidate.line} ({candidate.use})", flush=True)
    for name, count in sorted(total.items()):
        print(f"{name:40} {hits[name]:4} of {count:4}")


if __name__ == "__main__":
    main()
