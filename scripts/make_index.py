"""Makes `asynclint/knowledge/libraries/`: what the callables of libraries give, read off their released wheels.

Nothing is imported: the wheels that `indexed.txt` lists are fetched by pip without their dependencies, and read as
asynclint reads any source. The standard library comes from the stubs that mypy's wheel bundles.

    python scripts/make_index.py [--cache FOLDER] [--output FOLDER] [PACKAGE ...]
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from asynclint.cache.store import Store
from asynclint.knowledge import load_knowledge
from asynclint.knowledge.index import STANDARD_LIBRARY, Index
from asynclint.program.libraries.installed import Installed, LibraryProject
from asynclint.program.names.library import Library
from asynclint.sources.filesystem import FileSystem
from scripts.index_builder import Builder, Pruned, write

HERE = Path(__file__).resolve().parent
TYPESHED = "mypy"
SUPPORT = frozenset({"pydantic"})
"""Distributions that are read for the sake of those that build on them, and not shipped."""

NO_PACKAGES = frozenset({"docs", "examples", "tests"})
"""Folders that some wheels carry beside their packages."""

FOREIGN = frozenset(
    {
        "_collections_abc",
        "_typeshed",
        "abc",
        "builtins",
        "collections",
        "collections.abc",
        "contextlib",
        "functools",
        "types",
        "typing",
        "typing_extensions",
    }
)
"""Modules of the standard library that asynclint knows by name."""
FOREIGN_PACKAGES = frozenset({"builtins", "typing", "types"})


def main() -> None:
    """Make the index."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", help="make the files of these packages only (default: all)")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "asynclint-index")
    parser.add_argument("--output", type=Path, default=HERE.parent / "asynclint" / "knowledge" / "libraries")
    arguments = parser.parse_args()
    tasks = _tasks([_wheel(line, arguments.cache) for line in _pinned()], arguments.cache)
    wanted = [task for task in tasks if not arguments.files or task.file in arguments.files]
    with multiprocessing.Pool(maxtasksperchild=1) as pool:
        for file, content, seconds in pool.imap(_make, wanted):
            write(arguments.output, {file: content})
            print(f"{file}: {len(content):,} bytes, {seconds:.0f} s", flush=True)


@dataclass(frozen=True)
class Task:
    """One file to make: of `packages` in `folder`, among the packages `around`."""

    file: str
    folder: Path
    packages: frozenset[str]
    around: frozenset[str]
    versions: dict[str, str]


def _tasks(wheels: list[Path], cache: Path) -> list[Task]:
    """The files to make, that of the standard library first."""
    owners: dict[str, dict[str, str]] = {}
    tasks = []
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        if _normal(name) == TYPESHED:
            folder = cache / "typeshed"
            _unpack(wheel, folder, "mypy/typeshed/stdlib/")
            packages = {file.stem for file in folder.iterdir()} & sys.stdlib_module_names - FOREIGN_PACKAGES
            public = frozenset(each for each in packages if not each.startswith("_"))
            tasks.append(Task(STANDARD_LIBRARY, folder, public, public, {f"typeshed of {name}": version}))
            continue
        for package in _unpack(wheel, cache / "site"):
            owners.setdefault(package, {})[name] = version
    around = frozenset(owners)
    for package, versions in sorted(owners.items()):
        if not {_normal(name) for name in versions} <= SUPPORT:
            tasks.append(Task(package, cache / "site", frozenset({package}), around, versions))
    return tasks


def _pinned() -> list[str]:
    lines = (HERE / "indexed.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _wheel(requirement: str, cache: Path) -> Path:
    """The wheel of a pinned requirement, fetched if need be."""
    folder = cache / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    name, version = requirement.split("==")
    pattern = f"{re.sub(r'[-_.]+', '_', name)}-{version}-*.whl"
    found = [file for file in folder.glob("*.whl") if file.match(pattern) or _matches(file, name, version)]
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(folder), requirement], check=True)
        return _wheel(requirement, cache)
    return found[0]


def _matches(file: Path, name: str, version: str) -> bool:
    parts = file.name.split("-")
    return _normal(parts[0]) == _normal(name) and parts[1] == version


def _unpack(wheel: Path, folder: Path, below: str = "") -> list[str]:
    """Unpack the sources of `wheel`, those below the path `below` only; the top-level packages in it."""
    packages = set()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            inner = name.removeprefix(below)
            top = inner.partition("/")[0]
            if (
                not name.startswith(below)
                or not name.endswith((".py", ".pyi"))
                or top.endswith((".data", ".dist-info"))
            ):
                continue
            top = top.removesuffix("-stubs")
            target = folder / top / inner.partition("/")[2] if "/" in inner else folder / inner
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
            if top.removesuffix(".py").isidentifier() and top not in NO_PACKAGES and not top.startswith("_"):
                packages.add(top.removesuffix(".py"))
    return sorted(packages)


def _make(task: Task) -> tuple[str, bytes, float]:
    """The name and content of one file, and the seconds that it took."""
    gc.disable()
    started = time.monotonic()
    standard = task.file == STANDARD_LIBRARY
    library = Library(load_knowledge(), () if standard else (Index(),))
    project = LibraryProject(FileSystem(), Store(), task.folder, FOREIGN if standard else frozenset())
    builder = Builder(Installed(project, library), task.packages, task.around)
    builder.collect()
    return task.file, Pruned(builder.modules, library).package(task.file, task.versions), time.monotonic() - started


if __name__ == "__main__":
    main()
