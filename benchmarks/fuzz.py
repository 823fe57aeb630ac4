"""Lints input that nobody would write, for as long as is wanted, and reports whatever goes wrong.

    python -m benchmarks.fuzz [--seed 1] [--seconds 300] [--kinds deep,programs] [--work FOLDER] [PROJECT...]

Inputs are drawn at random, the same ones for the same seed, each kind in its turn (see `benchmarks/inputs.py`; `syntax`
is what hypothesmith makes from Python's grammar). Real files and projects to begin with are those in the folders
PROJECT, by default this repository's fixtures. What is expected of each input: diagnostics that stand in the text, in
all output formats, and no internal error; the same diagnostics with a cache that is empty, full, and half out of date;
functions parsed alone that say what they say in their file; and no error in what the running Python takes. Inputs
that fail are left in the folder `--work`. Prints a table by kind, and exits with 1 where anything failed.
"""

from __future__ import annotations

import argparse
import ast
import faulthandler
import io
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import get_args

import msgspec

from asynclint import Report, Settings, check_paths
from asynclint.facts.extract import UnparsableTextError
from asynclint.reports.base import reporter
from asynclint.settings import OutputFormat
from asynclint.sources.decoding import SourceError, decode
from asynclint.sources.lines import split_lines
from benchmarks.inputs import KINDS, Files
from benchmarks.slices import differences

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures"
SYNTAX = "syntax"
_BATCH = 50
_FORGETFUL = Settings(select=("ALL",), cache=False, jobs=1, python="none")
_EXCUSES = ("nested too deeply", "does not know")
_LARGEST = 100_000
"""Bytes of real files to begin with: what takes long is asked for elsewhere."""


class Tally(msgspec.Struct):
    """What was tried of one kind; `seconds` are the processor's, `slowest` those of one input."""

    inputs: int = 0
    failed: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")


def projects(folders: Sequence[Path]) -> list[Files]:
    """The projects in `folders`: each folder with Python files, with those that stand in it."""
    found = [
        {file.name: file.read_bytes() for file in sorted(folder.glob("*.py")) if 0 < file.stat().st_size < _LARGEST}
        for start in folders
        for folder in sorted({file.parent for file in start.rglob("*.py") if file.is_file()})
    ]
    return [project for project in found if project]


def problems(folder: Path, files: Files) -> Iterator[str]:
    """Lint `files` as a project in `folder`, and say what should not be, in one line each."""
    write(folder, files)
    report = check_paths([folder], _FORGETFUL)
    yield from map(str, report.failures)
    yield from _misplaced(report)
    yield from _unwritable(report)
    yield from _forgotten(folder, files, report)
    for name, content in files.items():
        if name.endswith(".py"):
            yield from _misread(name, content, report)


def write(folder: Path, files: Files) -> None:
    """Write `files` as a project in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").touch()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _misplaced(report: Report) -> Iterator[str]:
    """Diagnostics that stand nowhere in the text."""
    for each in report.diagnostics:
        lines = split_lines(report.texts[each.source])
        span = each.span
        if report.texts[each.source] and not (
            1 <= span.line <= span.end_line <= len(lines)
            and 1 <= span.column <= len(lines[span.line - 1]) + 1
            and span.end_column <= len(lines[span.end_line - 1]) + 2
            and (span.line, span.column) <= (span.end_line, span.end_column)
        ):
            yield f"stands outside of its file: {each.source}:{span} {each.code}"


def _unwritable(report: Report) -> Iterator[str]:
    """Output formats that can't say what was found."""
    for output_format in get_args(OutputFormat):
        stream = io.StringIO()
        try:
            reporter(output_format)(report.diagnostics, report.texts, stream)
            stream.getvalue().encode("utf-8")
        except Exception as error:  # noqa: BLE001
            yield f"cannot be written as {output_format}: {error!r}"


def _forgotten(folder: Path, files: Files, report: Report) -> Iterator[str]:
    """Differences between runs that remember nothing, everything, and what is half out of date."""
    remembering = msgspec.structs.replace(_FORGETFUL, root=folder, cache=True)
    for state in ("empty", "full", "with other files", "half out of date"):
        if state == "with other files":
            for name, content in list(files.items())[::2]:
                (folder / name).write_bytes(b"import time\nasync def added(a, b): time.sleep(a)\n" + content)
            check_paths([folder], remembering)
            write(folder, files)
            continue
        if check_paths([folder], remembering).diagnostics != report.diagnostics:
            yield f"other findings where the cache is {state}"


def _misread(name: str, content: bytes, report: Report) -> Iterator[str]:
    """Errors in what the running Python takes, and functions that say something else when they are parsed alone."""
    try:
        text = decode(content)
    except SourceError:
        return
    try:
        different = list(differences(text))
    except UnparsableTextError:
        different = []
    if different:
        yield f"other facts in {name}: {', '.join(different)}"
    own = (each for each in report.diagnostics if f"/{each.path}".endswith(f"/{name}"))
    errors = [each.message for each in own if each.code == "AIO900"]
    if errors and not any(excuse in errors[0] for excuse in _EXCUSES) and _is_valid(text):
        yield f"is no error in {name}: {errors[0]}"


def _is_valid(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def drawn(kind: str, seed: int, real: Sequence[Files]) -> Iterator[tuple[str, Files]]:
    """Inputs of one kind without end, each with a name that is unique."""
    if kind != SYNTAX:
        for number in count():
            yield f"{kind}-{seed}-{number}", KINDS[kind](Random(f"{kind} {seed} {number}"), real)
    for batch in count():
        for number, text in enumerate(_from_the_grammar(f"{seed} {batch}")):
            yield f"{kind}-{seed}-{batch}-{number}", {"app.py": text.encode("utf-8", "surrogatepass")}


def _from_the_grammar(seed: str) -> list[str]:
    """Texts that follow Python's grammar."""
    import hypothesis
    import hypothesmith

    found: list[str] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=_BATCH,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(hypothesmith.from_grammar() | hypothesmith.from_node())
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def _try(name: str, files: Files, work: Path, timeout: float, tally: Tally) -> None:
    """Lint one input, and tell what is wrong."""
    folder = work / name
    start = time.process_time()
    write(folder, files)
    faulthandler.dump_traceback_later(timeout, exit=True)
    try:
        found = list(problems(folder, files))
    except Exception as error:  # noqa: BLE001
        found = [repr(error)]
    faulthandler.cancel_dump_traceback_later()
    took = time.process_time() - start
    tally.inputs += 1
    tally.seconds += took
    tally.slowest = max(tally.slowest, (took, name))
    if found:
        tally.failed += 1
        print("\n  ".join((str(folder), *found)), flush=True)
    else:
        shutil.rmtree(folder)


def main() -> int:
    """Try inputs until the time is up, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", type=Path, metavar="PROJECT", default=[FIXTURES])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--timeout", type=float, default=120, help="Seconds after which one input ends the run.")
    parser.add_argument("--kinds", default=",".join([*KINDS, SYNTAX]))
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="asynclint-fuzz-"))
    real = projects(given.projects)
    sources = {kind: drawn(kind, given.seed, real) for kind in given.kinds.split(",")}
    tallies = {kind: Tally() for kind in sources}
    end = time.monotonic() + given.seconds
    warnings.simplefilter("ignore")
    while time.monotonic() < end:
        # The kind that had the least of the time is next.
        kind = min(tallies, key=lambda each: tallies[each].seconds)
        name, files = next(sources[kind])
        _try(name, files, work, given.timeout, tallies[kind])
    print(f"{'kind':18}{'inputs':>8}{'failed':>8}{'seconds':>9}   slowest")
    for kind, tally in tallies.items():
        seconds, slowest = tally.slowest
        print(f"{kind:18}{tally.inputs:8}{tally.failed:8}{tally.seconds:9.1f}   {seconds:.2f} s, {slowest}")
    return 1 if any(tally.failed for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
