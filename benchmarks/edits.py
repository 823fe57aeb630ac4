"""Whether a run that remembers finds after every edit what one that remembers nothing does.

    python -m benchmarks.edits [--seed 1] [--edits 50] PROJECT

Edits a copy of the folder PROJECT at random, a function or a line at a time, and lints it after each edit with the
cache that the runs before it have filled, and without one. Prints the edits after which the two differ, and exits with
1 where there is one.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from asynclint.diagnostics import Diagnostic
from asynclint.run import run
from asynclint.settings import load_settings
from asynclint.sources.outline import Unit, outline

_STATEMENTS = (
    "import time; time.sleep(1)",
    "self.session = open('file')",
    "app.state.session = None",
    "self.run()",
    "value = get()",
    "return None",
    "global session; session = None",
)
Edit = Callable[[Random, str], str]


def edits() -> dict[str, Edit]:
    """What is done to a file, by name."""
    return {
        "a statement more in a function": _with_statement,
        "a line less in a function": _without_line,
        "a function less": lambda draw, text: _cut(text, _unit(draw, text)),
        "a function twice": _doubled,
        "a line less": _without_any_line,
        "two functions change places": _swapped,
    }


def _unit(draw: Random, text: str) -> Unit | None:
    units = outline(text).units
    return draw.choice(units) if units else None


def _with_statement(draw: Random, text: str) -> str:
    unit = _unit(draw, text)
    lines = text[unit.body : unit.end].splitlines(keepends=True) if unit is not None else []
    if unit is None or len(lines) < 2:
        return text
    indent = re.match(r"[ \t]*", lines[1])
    statement = f"{indent[0] if indent else ''}{draw.choice(_STATEMENTS)}\n"
    return text[: unit.body] + lines[0] + statement + "".join(lines[1:]) + text[unit.end :]


def _without_line(draw: Random, text: str) -> str:
    unit = _unit(draw, text)
    if unit is None:
        return text
    lines = text[unit.body : unit.end].splitlines(keepends=True)
    if len(lines) > 2:
        del lines[draw.randrange(1, len(lines))]
    return text[: unit.body] + "".join(lines) + text[unit.end :]


def _cut(text: str, unit: Unit | None) -> str:
    return text[: unit.start] + text[unit.end :] if unit is not None else text


def _doubled(draw: Random, text: str) -> str:
    unit = _unit(draw, text)
    return text[: unit.end] + text[unit.start : unit.end] + text[unit.end :] if unit is not None else text


def _without_any_line(draw: Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[draw.randrange(len(lines))]
    return "".join(lines)


def _swapped(draw: Random, text: str) -> str:
    first, second = (_unit(draw, text) for _ in range(2))
    if first is None or second is None or first.end > second.start:
        return text
    one, other = text[first.start : first.end], text[second.start : second.end]
    return text[: first.start] + other + text[first.end : second.start] + one + text[second.end :]


def found(project: Path, *, cache: bool) -> tuple[Diagnostic, ...]:
    """The findings of a run."""
    return run([project], load_settings([project], {"cache": cache, "python": "none"}).settings).diagnostics


def main() -> int:
    """Edit, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("project", type=Path)
    given = parser.parse_args()
    draw = Random(given.seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        shutil.copytree(given.project, project)
        (project / "pyproject.toml").touch()
        files = sorted(project.rglob("*.py"))
        found(project, cache=True)
        for number in range(given.edits):
            file = draw.choice(files)
            name, edit = draw.choice(list(edits().items()))
            file.write_bytes(edit(draw, file.read_bytes().decode()).encode())
            if found(project, cache=True) != found(project, cache=False):
                wrong += 1
                print(f"edit {number}: {name} in {file.relative_to(project)}: differs", flush=True)
    print(f"{given.edits} edits, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
