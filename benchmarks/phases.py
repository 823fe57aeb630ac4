"""Where the time of a first run goes, in percent, on one processor and without a cache.

    python -m benchmarks.phases PROJECT

Processor time of each phase without that of the phases it waits for. What is measured takes a little longer for it.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import libcst as cst

from asynclint import checking, forks
from asynclint.cli import main as lint
from asynclint.facts import extract
from asynclint.facts.statements import StatementVisitor
from asynclint.program.blocking.call_graph import CallGraph
from asynclint.program.names import modules

PHASES: dict[str, list[tuple[Any, str]]] = {
    "finding functions and names in text": [
        (modules, "outline"),
        (modules, "skeleton"),
        (modules, "survey"),
        (modules, "find_suppressions"),
    ],
    "libcst's parser": [(cst, "parse_module")],
    "from nodes to facts": [(StatementVisitor, "visit_Module"), (extract, "too_deep")],
    "where findings stand": [(modules, "locate")],
    "what blocks": [(CallGraph, "explore")],
    "what is awaited, and all other rules": [(checking.ProjectCheck, "_check_share")],
}
"""The functions of each phase."""
REST = "start, files, output"


class Clock:
    """The processor seconds of phases, each without those of the phases that it waits for."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]

    def counted(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, with its time counted as that of `phase`."""

        def call(*given: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            started = time.process_time()
            try:
                return function(*given, **options)
            finally:
                taken = time.process_time() - started
                self.seconds[phase] += taken - self._inner.pop()
                self._inner[-1] += taken

        return call


def main() -> None:
    """Lint a project in this process, and print where the time went."""
    forks._TOO_MUCH = sys.maxsize  # noqa: SLF001 -- what copies of the process do would not be seen
    clock = Clock()
    for phase, functions in PHASES.items():
        for owner, name in functions:
            setattr(owner, name, clock.counted(phase, getattr(owner, name)))
    with contextlib.redirect_stdout(io.StringIO()):
        clock.counted(REST, lint)(["--isolated", "--no-cache", "--exit-zero", "--jobs=1", sys.argv[1]])
    total = sum(clock.seconds.values())
    print(f"{total:.1f} seconds, of which\n\n| | % |\n|---|---|")
    for phase in (*PHASES, REST):
        print(f"| {phase} | {100 * clock.seconds[phase] / total:.0f} |")


if __name__ == "__main__":
    main()
