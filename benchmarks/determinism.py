"""Whether a project's findings are the same bytes, however a run comes about.

    python -m benchmarks.determinism PROJECT

Lints a copy of the folder PROJECT in all combinations of: the order of arguments, the seed of hashes, one job or two,
no cache, an empty one, a full one and one that is half out of date, the locale, and the working directory. Prints the
combinations that differ from a plain run, and exits with 1 where there is one.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from asynclint import cli

CacheState = Literal["none", "empty", "full", "half stale"]
CACHE_STATES: tuple[CacheState, ...] = ("none", "empty", "full", "half stale")
# Workers are worth their while whatever there is to do.
_COMMAND = "import sys; from asynclint import cli, forks; forks._ENOUGH = 1; sys.exit(cli.main(sys.argv[1:]))"
_ADDED = b"import time\n\nasync def added():\n    time.sleep(1)\n\n"


class Run(NamedTuple):
    """How a run comes about; `above`: started in the folder above the project."""

    cache: CacheState = "none"
    backwards: bool = False
    seed: int = 0
    jobs: int = 1
    locale: str = "C"
    above: bool = False


ALL = [Run(*each) for each in product(CACHE_STATES, (False, True), (0, 1), (1, 2), ("C", "tr_TR.UTF-8"), (False, True))]
"""All combinations."""

PAIRS = [
    Run(CACHE_STATES[2 * a + b], bool(c), a ^ c, 1 + (b ^ c), ("C", "tr_TR.UTF-8")[a ^ b ^ c], bool(a ^ b ^ c))
    for a, b, c in product((0, 1), repeat=3)
]
"""Eight that have every pair of values, but for those of locale and working directory, which go together."""


def output(project: Path, run: Run) -> bytes:
    """What is printed of `project`, with paths as they are seen from there. Beside it, a cache folder is made anew."""
    cache = project.with_name("cache")
    shutil.rmtree(cache, ignore_errors=True)
    arguments = ["check", "--select", "ALL", "--jobs", str(run.jobs)]
    arguments += ["--no-cache"] if run.cache == "none" else ["--cache-dir", str(cache)]
    prefix = f"{project.name}/" if run.above else ""
    arguments += [prefix + name for name in sorted(_names(project), reverse=run.backwards)]
    folder = project.parent if run.above else project
    if run.cache == "full":
        _fill_cache(folder, arguments)
    elif run.cache == "half stale":
        with _edited(sorted(project.rglob("*.py"))[::2]):
            _fill_cache(folder, arguments)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    environment |= {"PYTHONHASHSEED": str(run.seed), "LC_ALL": run.locale, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _COMMAND, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return done.stdout.replace(prefix.encode(), b"") + done.stderr


def _names(project: Path) -> Iterator[str]:
    """What to name on the command line."""
    return (each.name for each in project.iterdir() if each.is_dir() or each.suffix == ".py")


def _fill_cache(folder: Path, arguments: Sequence[str]) -> None:
    before = Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(io.StringIO()):
            cli.main(arguments)
    finally:
        os.chdir(before)


@contextmanager
def _edited(files: Sequence[Path]) -> Iterator[None]:
    """Meanwhile, `files` have one function more."""
    texts = {file: file.read_bytes() for file in files}
    for file, text in texts.items():
        file.write_bytes(_ADDED + text)
    yield
    for file, text in texts.items():
        file.write_bytes(text)


def main() -> int:
    """Compare all combinations."""
    with tempfile.TemporaryDirectory() as work:
        project = Path(work, "project")
        shutil.copytree(sys.argv[1], project)
        expected = output(project, Run())
        different = [run for run in ALL if output(project, run) != expected]
    for run in different:
        print(run)
    print(f"{len(ALL)} runs, {len(expected.splitlines())} lines each, {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
