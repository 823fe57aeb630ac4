"""Whether every file of large trees is linted without an error of asynclint's own, and which take longest.

    python benchmarks/every_file.py [--timeout 60] [--count N --seed N] FOLDER...

Lints every Python file below the folders (or `--count` of them, drawn at random), each as a file by itself, in this
process. Prints the failures, and the ten files that took the most time a line.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import time
from collections import Counter
from pathlib import Path

from asynclint import Settings, check_source


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--timeout", type=float, default=60, help="Seconds after which a file ends the run.")
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    files = sorted(file for folder in given.folders for file in folder.rglob("*.py") if file.is_file())
    if given.count is not None:
        files = random.Random(given.seed).sample(files, min(given.count, len(files)))
    settings = Settings(select=("ALL",), cache=False)
    times: list[tuple[float, float, int, Path]] = []
    codes: Counter[str] = Counter()
    failures = 0
    began = time.monotonic()
    for file in files:
        content = file.read_bytes()
        faulthandler.dump_traceback_later(given.timeout, exit=True)
        start = time.process_time()
        # The name stands in no folder: what is imported is not read, and the time is that of this file.
        report = check_source(content, f"/nowhere/{file.name}", settings)
        took = time.process_time() - start
        faulthandler.cancel_dump_traceback_later()
        lines = content.count(b"\n") + 1
        times.append((took / max(lines, 100), took, lines, file))
        codes.update(diagnostic.code for diagnostic in report.diagnostics)
        failures += len(report.failures)
        for failed in report.failures:
            print(f"{file}: {failed}", flush=True)
    lines = sum(each[2] for each in times)
    print(f"{len(files)} files, {lines} lines, {failures} failures, {time.monotonic() - began:.0f} s")
    print(", ".join(f"{code}: {count}" for code, count in sorted(codes.items())))
    for a_line, took, lines, file in sorted(times, reverse=True)[:10]:
        print(f"{a_line * 1000:8.2f} ms a line {took:8.2f} s {lines:7} lines  {file}")


if __name__ == "__main__":
    main()
