"""Whether runs that share a cache, and are killed at any moment, leave it right.

    python -m benchmarks.shared_cache [--seed 1] [--rounds 5] [--runs 20] PROJECT

Lints a copy of the folder PROJECT with many runs at once over one cache, in several rounds, before each of which a file
changes. In each round, half of the runs are killed, each at a moment of its own; the others have to print what a run
without a cache prints, and so has a last run. Prints a line for each round, and exits with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

_ADDED = "\n\nasync def added_by_the_benchmark():\n    import time\n    time.sleep({})\n"
_LONGEST = 900
"""Seconds that one run may take."""

Process = subprocess.Popen[bytes]


def main() -> int:
    """Print what each round came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    draw = Random(given.seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        project, cache = Path(work, "project"), Path(work, "cache")
        shutil.copytree(given.project, project)
        files = sorted(file for file in project.rglob("*.py") if file.stat().st_size)
        for number in range(given.rounds):
            with draw.choice(files).open("a", encoding="utf-8") as file:
                file.write(_ADDED.format(number))
            began = time.monotonic()
            expected = _output(_start(project, "--no-cache"))
            took = time.monotonic() - began
            runs = [_start(project, "--cache-dir", str(cache)) for _ in range(given.runs)]
            killed = _kill(runs[::2], draw, took * given.runs / 2)
            outputs = [_output(run) for run in runs[1::2]]
            outputs.append(_output(_start(project, "--cache-dir", str(cache))))
            different = sum(output != expected for output in outputs)
            wrong += different
            print(f"round {number}: {killed} killed, {len(outputs)} compared, {different} differ", flush=True)
    return 1 if wrong else 0


def _start(project: Path, *options: str) -> Process:
    command = [sys.executable, "-m", "asynclint", "check", "--isolated", "--jobs", "1", *options, "."]
    return subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _output(run: Process) -> tuple[bytes, bytes]:
    return run.communicate(timeout=_LONGEST)


def _kill(runs: Sequence[Process], draw: Random, longest: float) -> int:
    """Kill each of `runs` within `longest` seconds. Gives how many had not yet come to their end."""
    began = time.monotonic()
    killed = 0
    for moment, run in zip(sorted(draw.uniform(0, longest) for _ in runs), runs, strict=True):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        killed += run.poll() is None
        run.kill()
        run.communicate()
    return killed


if __name__ == "__main__":
    sys.exit(main())
