"""Times asynclint beside other linters on real packages, and writes a table and a chart to `results/`.

    python benchmarks/compare.py --work /tmp/benchmark [--rounds 5] [--packages chainlit,litellm] [--slow 20000]

Downloads the packages of `packages.toml` and the tools of `requirements.txt` into the folder `--work`, and installs
asynclint there from this checkout. Then everything runs in turn, round by round, so that what else the machine does
meanwhile meets all alike; reported are medians. `--slow` takes pylint and flake8-async along, for packages of up to so
many lines: they take minutes for a hundred thousand. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import venv
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
ADDED = "\n\ndef added_by_the_benchmark(value):\n    return value\n"
CHANGED = re.compile(r"^def .*:\n", re.MULTILINE)
PARSE = """\
import ast, pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        pass
"""


@dataclass(frozen=True)
class Package:
    """A package to lint. `hub` and `leaf` are files of it, empty where none was chosen."""

    name: str
    version: str
    lines: int
    hub: str = ""
    leaf: str = ""


@dataclass(frozen=True)
class Measurement:
    """One run: seconds, and the peak of the memory of its largest process and of all together, in megabytes."""

    seconds: float
    largest: float
    total: float


Results = dict[tuple[str, str], list[Measurement]]
"""By package and scenario, the measurements of all rounds."""


class Bench:
    """The tools and packages in a working folder."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._bin = work / "venv" / "bin"

    def set_up(self, packages: Sequence[Package]) -> None:
        """Download and install what is missing; asynclint is installed anew."""
        if not self._bin.exists():
            venv.create(self._work / "venv", with_pip=True)
            self._pip("install", "-r", str(HERE / "requirements.txt"))
        self._pip("install", "--force-reinstall", "--no-deps", str(HERE.parent))
        self._pip("install", str(HERE.parent))
        for package in packages:
            self._unpack(package)

    def _pip(self, *arguments: str) -> None:
        subprocess.run([self._bin / "python", "-m", "pip", "-q", *arguments], check=True)

    def _unpack(self, package: Package) -> None:
        folder = self.source(package)
        if folder.exists():
            return
        wheels = self._work / "wheels" / package.name
        self._pip(
            "download", "--no-deps", "--only-binary=:all:", "-d", str(wheels), f"{package.name}=={package.version}"
        )
        with zipfile.ZipFile(next(wheels.iterdir())) as wheel:
            wheel.extractall(folder)
        (folder / "pyproject.toml").touch()

    def source(self, package: Package) -> Path:
        """Where the sources of a package are."""
        return self._work / "sources" / f"{package.name}-{package.version}"

    def asynclint(self, *arguments: object) -> list[str]:
        """A command."""
        return [str(self._bin / "asynclint"), "--isolated", "--quiet", "--exit-zero", *map(str, arguments)]

    def ruff(self, *arguments: object) -> list[str]:
        """A command, with the rules that are about asyncio."""
        rules = ["--isolated", "--preview", "--select", "ASYNC,RUF006,RUF029", "--exit-zero"]
        return [str(self._bin / "ruff"), "check", *rules, *map(str, arguments)]

    def python(self, *arguments: object) -> list[str]:
        """A command."""
        return [str(self._bin / "python"), *map(str, arguments)]


def scenarios(bench: Bench, package: Package, *, slow: bool) -> Iterator[tuple[str, Measurement]]:
    """One round on one package."""
    source = bench.source(package)
    caches = source / ".asynclint_cache"
    yield "ast.parse of every file", measure(bench.python("-c", PARSE, source))
    yield "asynclint, no cache", measure(bench.asynclint("--no-cache", source))
    yield "asynclint, no cache, one job", measure(bench.asynclint("--no-cache", "--jobs", 1, source))
    shutil.rmtree(caches, ignore_errors=True)
    yield "asynclint, filling the cache", measure(bench.asynclint(source))
    measure(bench.asynclint(source))
    yield "asynclint, nothing changed", measure(bench.asynclint(source))
    edits = (
        ("leaf, function added", package.leaf, _add),
        ("hub, function added", package.hub, _add),
        ("hub, function changed", package.hub, _change),
    )
    for name, file, edit in edits:
        if file:
            with edited(source / file, edit):
                yield f"asynclint, {name}", measure(bench.asynclint(source))
            measure(bench.asynclint(source))
    if package.leaf:
        yield "asynclint, one file named", measure(bench.asynclint(source / package.leaf))
        with edited(source / package.leaf, _add):
            yield "asynclint, one file named and changed", measure(bench.asynclint(source / package.leaf))
    yield "ruff, no cache", measure(bench.ruff("--no-cache", source))
    yield "ruff, nothing changed", measure(bench.ruff("--cache-dir", source / ".ruff_cache", source))
    if slow:
        flake8 = ["-m", "flake8", "--isolated", "--select", "ASYNC", "--exit-zero"]
        yield "flake8 --select ASYNC", measure(bench.python(*flake8, source))
        yield "pylint", measure(bench.python("-m", "pylint", "--exit-zero", "--recursive=y", source))


def _add(text: str) -> str:
    """The text of a file with one function more."""
    return text + ADDED


def _change(text: str) -> str:
    """The text of a file whose first function does something more."""
    return CHANGED.sub(lambda head: f"{head[0]}    added_by_the_benchmark()\n", text, count=1)


@contextmanager
def edited(file: Path, edit: Callable[[str], str]) -> Iterator[None]:
    """While this lasts, `file` is as `edit` says."""
    content = file.read_bytes()
    file.write_bytes(edit(content.decode()).encode())
    try:
        yield
    finally:
        file.write_bytes(content)


def measure(command: Sequence[str]) -> Measurement:
    """Run a command and throw away what it prints. Raises `RuntimeError` where it fails."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        watch = MemoryWatch(process.pid)
        watch.start()
        _, errors = process.communicate()
        seconds = time.perf_counter() - started
        watch.stop()
    if process.returncode:
        message = f"{' '.join(command)} ended with {process.returncode}: {errors.decode(errors='replace')}"
        raise RuntimeError(message)
    return Measurement(seconds, watch.largest, watch.total)


class MemoryWatch(threading.Thread):
    """Looks every 20 ms how much memory the processes of a session hold; peaks in megabytes."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._stopped = threading.Event()
        self.largest = 0.0
        self.total = 0.0

    def run(self) -> None:
        """Look until `stop`."""
        while not self._stopped.wait(0.02):
            sizes = list(self._sizes())
            self.largest = max(self.largest, *sizes, 0.0)
            self.total = max(self.total, sum(sizes))

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join()

    def _sizes(self) -> Iterator[float]:
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                try:
                    fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[3]) == self._session:
                    yield int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def table(packages: Sequence[Package], results: Results) -> str:
    """The medians in Markdown."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    memory = "`largest` and `sum`: peak memory of the largest process and of all together"
    rounds = max(map(len, results.values()))
    what = f"Medians of {rounds} rounds" if rounds > 1 else "One round"
    lines = [f"{what}. {machine}. {memory}."]
    for package in packages:
        lines += ["", f"### {package.name} {package.version}, {package.lines:,} lines", ""]
        lines += ["| | seconds | largest, MB | sum, MB |", "|---|---|---|---|"]
        for (name, scenario), found in results.items():
            if name == package.name:
                seconds, largest, total = (
                    statistics.median(getattr(each, field) for each in found)
                    for field in ("seconds", "largest", "total")
                )
                lines.append(f"| {scenario} | {seconds:.2f} | {largest:.0f} | {total:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--packages", default="")
    parser.add_argument("--slow", type=int, default=0, metavar="LINES")
    given = parser.parse_args()
    known = tomllib.loads((HERE / "packages.toml").read_text())
    wanted = given.packages.split(",") if given.packages else list(known)
    packages = sorted((Package(name, **known[name]) for name in wanted), key=lambda package: package.lines)
    bench = Bench(given.work.resolve())
    bench.set_up(packages)
    results: Results = defaultdict(list)
    for number in range(given.rounds):
        for package in packages:
            for scenario, found in scenarios(bench, package, slow=package.lines <= given.slow):
                results[package.name, scenario].append(found)
                print(f"round {number + 1}: {package.name}: {scenario}: {found.seconds:.2f} s", flush=True)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "table.md").write_text(table(packages, results))
    series: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for package in packages:
        for (name, scenario), measured in results.items():
            if name == package.name:
                series[scenario].append((package.lines, statistics.median(each.seconds for each in measured)))
    points = given.work / "series.json"
    points.write_text(json.dumps(series, indent=1))
    subprocess.run(bench.python(HERE / "charts.py", points, folder / "chart.svg"), check=True)


if __name__ == "__main__":
    main()
