"""Checks the names in `asynclint/knowledge/` against the libraries themselves.

The standard library is imported. Third-party libraries are only read: first what is installed in the running
interpreter, then, with `--download`, wheels (or source archives) that pip fetches without their dependencies into a
temporary folder. A name counts as verified when reading the source, through re-exports and base classes, leads to a
definition; as wrong when the place where it would be defined is known in full and does not have it; and could not be
verified otherwise.

    python scripts/check_knowledge.py --download [--cache FOLDER] [--json FILE] [LIBRARY ...]

Exit status 1 when a name is wrong.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from asynclint.knowledge import Knowledge, load_knowledge

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOURCES = (".pyi", ".py")
COMPILED = (".so", ".pyd")
MANY_STARS = 50
"""A module with more star imports than this is not looked through: reading all of them takes minutes."""

Verdict = Literal["verified", "wrong", "unknown"]


class UnreadableError(Exception):
    """The name cannot be followed by reading: a compiled module, a `__getattr__`, a library that is not there."""


class MissingError(Exception):
    """The place where the name would be defined does not define it."""


@dataclass
class Module:
    """One source file, and what its top level binds."""

    name: str
    path: Path
    library: Library

    @cached_property
    def text(self) -> str:
        """The source code."""
        return self.path.read_text("utf-8-sig", errors="replace")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """What relative imports start from."""
        return self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]

    @cached_property
    def bindings(self) -> dict[str, ast.AST | str]:
        """Name -> the definition, or the dotted name that an import binds it to."""
        found: dict[str, ast.AST | str] = {}
        for statement in _statements(self.tree.body):
            match statement:
                case ast.Import(names=names):
                    for each in names:
                        found[each.asname or each.name.partition(".")[0]] = (
                            each.name if each.asname else each.name.partition(".")[0]
                        )
                case ast.ImportFrom(names=names):
                    source = self._source(statement)
                    found.update(
                        {each.asname or each.name: f"{source}.{each.name}" for each in names if each.name != "*"}
                    )
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found[name] = statement
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        for leaf in target.elts if isinstance(target, ast.Tuple) else [target]:
                            if isinstance(leaf, ast.Name):
                                found[leaf.id] = value
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found[name] = statement
        return found

    @property
    def is_lazy(self) -> bool:
        """Whether names may appear here that no statement of it binds."""
        return "__getattr__" in self.bindings or any(
            mark in self.text for mark in ("_LazyModule", "lazy_loader", "globals()[", "globals().update")
        )

    @cached_property
    def stars(self) -> list[str]:
        """The modules whose names are all imported here."""
        return [
            self._source(statement)
            for statement in _statements(self.tree.body)
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
        ]

    def _source(self, statement: ast.ImportFrom) -> str:
        parts = self.package.split(".")
        base = ".".join(parts[: len(parts) - statement.level + 1]) if statement.level else ""
        return ".".join(part for part in (base, statement.module or "") if part)


@dataclass
class Library:
    """Folders with source code, looked through in order."""

    roots: list[Path]
    modules: dict[str, Module | None] = field(default_factory=dict)
    tops: dict[str, list[Path]] = field(default_factory=dict)
    followed: dict[str, tuple[Module, ast.AST] | MissingError | UnreadableError] = field(default_factory=dict)

    def module(self, name: str) -> Module | None:
        """The module `name`, or `None` where there is no source of it."""
        if name not in self.modules:
            self.modules[name] = next(
                (Module(name, path, self) for path in self._candidates(name) if path.is_file()), None
            )
        return self.modules[name]

    def find(self, name: str) -> tuple[Module, ast.AST]:
        """Where `name` is defined. Raises `MissingError` or `UnreadableError`."""
        return self._from_the_top(name, 0)

    def _from_the_top(self, name: str, depth: int) -> tuple[Module, ast.AST]:
        """Follows `name` from the first module that it leads through; a package and what it imports may share a
        name.
        """
        if name not in self.followed:
            self.followed[name] = UnreadableError("imports go round in circles")
            self.followed[name] = self._follow_from_the_top(name, depth)
        outcome = self.followed[name]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _follow_from_the_top(self, name: str, depth: int) -> tuple[Module, ast.AST] | MissingError | UnreadableError:
        parts = name.split(".")
        failure: MissingError | UnreadableError = UnreadableError("no source of it here")
        for length in range(1, len(parts) + 1):
            module = self.module(".".join(parts[:length]))
            if module is not None:
                try:
                    return self._below(module, parts[length:], name, depth + 1)
                except (MissingError, UnreadableError) as error:
                    failure = error
        return failure

    def _candidates(self, name: str) -> Iterator[Path]:
        top, *below = name.split(".")
        for root in self._with_top(top):
            for start in (root / top, root / f"{top}-stubs"):
                path = start.joinpath(*below)
                for suffix in SOURCES:
                    yield path / f"__init__{suffix}"
                    yield path.with_name(f"{path.name}{suffix}")

    def _with_top(self, top: str) -> list[Path]:
        if top not in self.tops:
            names = (top, f"{top}-stubs", *(f"{top}{suffix}" for suffix in SOURCES))
            self.tops[top] = [root for root in self.roots if any((root / name).exists() for name in names)]
        return self.tops[top]

    def _below(self, module: Module, rest: list[str], name: str, depth: int) -> tuple[Module, ast.AST]:
        if depth > 25:
            raise UnreadableError("imports go round in circles")
        if not rest:
            return module, module.tree
        head, *tail = rest
        bound = module.bindings.get(head)
        submodule = self.module(f"{module.name}.{head}")
        if submodule is not None and (bound is None or bound == submodule.name):
            return self._below(submodule, tail, name, depth + 1)
        if isinstance(bound, str):
            return self._from_the_top(".".join([bound, *tail]), depth)
        if bound is not None:
            return self._attribute(module, bound, tail, name, depth)
        return self._unbound(module, rest, depth)

    def _unbound(self, module: Module, rest: list[str], depth: int) -> tuple[Module, ast.AST]:
        """A name that no statement of the module binds: it may come by a star import."""
        if len(module.stars) > MANY_STARS:
            raise UnreadableError(f"{module.name} imports everything from {len(module.stars)} modules")
        unread = ""
        for star in module.stars:
            try:
                return self._from_the_top(".".join([star, *rest]), depth)
            except MissingError:
                continue
            except UnreadableError as error:
                unread = str(error)
        if unread:
            raise UnreadableError(unread)
        if module.is_lazy:
            raise UnreadableError(f"{module.name} makes its names on demand")
        if any(each.suffix in COMPILED for each in module.path.parent.glob(f"{rest[0]}.*")):
            raise UnreadableError(f"{module.name}.{rest[0]} is compiled")
        raise MissingError(f"{module.name} has no {rest[0]}")

    def _attribute(
        self, module: Module, node: ast.AST, tail: list[str], name: str, depth: int
    ) -> tuple[Module, ast.AST]:
        if depth > 25:
            raise UnreadableError("definitions go round in circles")
        match node:
            case ast.Name() | ast.Attribute():
                return self._follow(module, node, tail, name, depth)
            case ast.Call(func=called) if tail:
                home, made = self._follow(module, called, [], name, depth + 1)
                if isinstance(made, ast.ClassDef):
                    return self._attribute(home, made, tail, name, depth + 1)
                raise UnreadableError("what a call made it is not known")
            case _ if not tail:
                return module, node
            case ast.ClassDef():
                return self._member(module, node, tail, name, depth)
            case ast.FunctionDef(returns=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
                return self._annotated(module, annotation, tail, name, depth)
        raise UnreadableError("the type of an attribute on the way is not known")

    def _follow(self, module: Module, node: ast.expr, tail: list[str], name: str, depth: int) -> tuple[Module, ast.AST]:
        parts = _dotted(node)
        if not parts:
            raise UnreadableError("what it is bound to is not a name")
        return self._below(module, [*parts, *tail], name, depth + 1)

    def _annotated(
        self, module: Module, node: ast.expr, tail: list[str], name: str, depth: int
    ) -> tuple[Module, ast.AST]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        if isinstance(node, ast.Subscript):
            node = node.value
        return self._follow(module, node, tail, name, depth)

    def _member(
        self, module: Module, owner: ast.ClassDef, tail: list[str], name: str, depth: int
    ) -> tuple[Module, ast.AST]:
        head, *below = tail
        found = _class_bindings(owner).get(head)
        if isinstance(found, ast.Name) and found.id != head and found.id in _class_bindings(owner):
            return self._member(module, owner, [found.id, *below], name, depth + 1)
        if found is not None and not below:
            return module, found
        if found is not None:
            return self._attribute(module, found, below, name, depth + 1)
        unread = ""
        for written in owner.bases:
            base = written.value if isinstance(written, ast.Subscript) else written
            try:
                home, parent = self._follow(module, base, [], name, depth + 1)
                if isinstance(parent, ast.ClassDef):
                    return self._attribute(home, parent, tail, name, depth + 1)
                unread = unread or "a base class is made by a call"
            except MissingError:
                continue
            except UnreadableError as error:
                last = (_dotted(base) or [""])[-1]
                if last not in ("object", "Generic", "Protocol", "ABC", "Exception", "TypedDict", "NamedTuple", "str"):
                    unread = unread or f"base class {last}: {error}"
        if unread:
            raise UnreadableError(unread)
        if {"__getattr__", "__getattribute__"} & _class_bindings(owner).keys():
            raise UnreadableError(f"{owner.name} makes its attributes on demand")
        raise MissingError(f"{owner.name} has no {head}")


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module or class, those inside `if`, `try` and `with` included."""
    for statement in body:
        yield statement
        for inner in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.If | ast.Try | ast.With):
                yield from _statements(getattr(statement, inner, []))
        if isinstance(statement, ast.Try):
            for handler in statement.handlers:
                yield from _statements(handler.body)


@cache
def _class_bindings(owner: ast.ClassDef) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in ast.walk(owner):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    match target:
                        case ast.Attribute(value=ast.Name(id="self"), attr=name):
                            found.setdefault(name, value)
            case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                found.setdefault(name, node)
    for statement in _statements(owner.body):
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = statement
            case ast.Assign(targets=targets, value=value):
                found.update({target.id: value for target in targets if isinstance(target, ast.Name)})
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = statement
    return found


def _dotted(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (start := _dotted(node.value)):
        return [*start, node.attr]
    return []


def names_of(knowledge: Knowledge) -> dict[str, str]:
    """Every name that the knowledge mentions -> where it stands."""
    found: dict[str, str] = {}

    def note(place: str, *names: str) -> None:
        for name in names:
            found.setdefault(name, place)

    note("primitives", *knowledge.primitives, *knowledge.wildcards)
    for table in ("offloaders", "schedulers", "awaitables", "tasks", "takes_coroutines", "untyped_with"):
        note(table, *getattr(knowledge, table))
    for table in ("returns", "attributes", "items", "iterates", "enters", "constants", "aliases"):
        note(table, *getattr(knowledge, table), *getattr(knowledge, table).values())
    for derived, bases in knowledge.bases.items():
        note("bases", derived, *bases)
    for passes in knowledge.passes.values():
        for caller, classes in passes.items():
            note("passes", caller, *classes)
    for entry in knowledge.entrypoints:
        note("entrypoints", *entry.decorators, *entry.bases)
    return {name: place for name, place in found.items() if "*" not in name}


def check_standard_library(name: str) -> tuple[Verdict, str]:
    """Looks for `name` by importing it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        try:
            for part in parts[length:]:
                value = getattr(value, part)
        except AttributeError as error:
            return _check_in_stubs(name, str(error))
        return "verified", f"runtime {sys.version_info[0]}.{sys.version_info[1]}"
    return _check_in_stubs(name, "no such module")


def _check_in_stubs(name: str, reason: str) -> tuple[Verdict, str]:
    """Looks for what this version, this platform or a class as such does not have in the stubs that mypy brings."""
    stubs = Path(sysconfig.get_path("purelib"), "mypy", "typeshed", "stdlib")
    if not stubs.is_dir():
        return "unknown", f"{reason}, and mypy is not installed for its stubs"
    try:
        Library([stubs]).find(name)
    except (MissingError, UnreadableError) as error:
        return "wrong", f"{reason}; {error}"
    return "verified", "typeshed"


def check_by_reading(library: Library, distribution: str, version: str, name: str) -> tuple[Verdict, str]:
    """Looks for `name` in source code. A primitive that is an `async def` is wrong."""
    knowledge = load_knowledge()
    try:
        found = library.find(name)[1]
        if isinstance(found, ast.AsyncFunctionDef) and name in knowledge.primitives:
            return "wrong", "is a coroutine function"
        if name in knowledge.awaitables and isinstance(found, ast.FunctionDef):
            return "unknown", "is a plain function: whether its result is awaited cannot be read"
    except MissingError as error:
        return "wrong", str(error)
    except (UnreadableError, SyntaxError, RecursionError) as error:
        return "unknown", str(error)
    return "verified", f"{distribution.partition('<')[0]} {version}"


def distribution_of(name: str, table: dict[str, str]) -> str:
    """The distribution on PyPI that has `name`."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (found := table.get(".".join(parts[:length]))) is not None:
            return found
    return parts[0]


def _folder(cache: Path, distribution: str) -> Path:
    return cache / distribution.replace("<", "-below-")


def fetch(distribution: str, cache: Path) -> str:
    """Puts the sources of a distribution into `cache`, and gives its version; empty where there is none to be had."""
    folder = _folder(cache, distribution)
    stamp = folder.with_name(f"{folder.name}.version")
    if stamp.exists():
        return stamp.read_text().strip()
    version = ""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", scratch, distribution]
        for extra in (["--only-binary=:all:"], ["--no-binary=:all:"]):
            subprocess.run([*command, *extra], capture_output=True, check=False)
            archives = list(Path(scratch).iterdir())
            if archives:
                version = _unpack(archives[0], folder)
                break
    stamp.write_text(version)
    return version


def _unpack(archive: Path, folder: Path) -> str:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder, [each for each in wheel.namelist() if each.endswith(SOURCES)])
            for compiled in (each for each in wheel.namelist() if each.endswith(COMPILED)):
                (folder / compiled).parent.mkdir(parents=True, exist_ok=True)
                (folder / compiled).touch()
    else:
        with tarfile.open(archive) as source:
            for member in source.getmembers():
                if member.isfile() and member.name.endswith(SOURCES):
                    # a source archive has one folder at its top, and perhaps `src` below it
                    path = Path(*[part for part in Path(member.name).parts[1:] if part not in ("..", "src", "lib")])
                    target = folder / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    stream = source.extractfile(member)
                    target.write_bytes(stream.read() if stream else b"")
    return (
        archive.name.removesuffix(".tar.gz").split("-")[1]
        if archive.suffix == ".whl"
        else (archive.name.removesuffix(".tar.gz").removesuffix(".zip").rpartition("-")[2])
    )


def main() -> int:
    """Checks, prints what came out, and gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", nargs="*", help="import names to check; all when none is given")
    parser.add_argument("--download", action="store_true", help="fetch what is not installed from PyPI")
    parser.add_argument("--cache", type=Path, help="where to keep what was fetched")
    parser.add_argument("--json", type=Path, help="write name -> verdict and reason to this file")
    parser.add_argument("--skip", action="append", default=[], help="a distribution not to fetch (large wheels)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = arguments.cache or Path(scratch)
        cache.mkdir(parents=True, exist_ok=True)
        results = check(arguments.libraries, cache if arguments.download else None, set(arguments.skip))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))
    for verdict in ("wrong", "unknown"):
        found = {name: reason for name, (each, reason, _) in results.items() if each == verdict}
        print(f"\n{'wrong' if verdict == 'wrong' else 'could not verify'}: {len(found)}")
        for name, reason in sorted(found.items()):
            print(f"  {name}  ({results[name][2]}): {reason}")
    print(f"\nverified: {sum(1 for verdict, _, _ in results.values() if verdict == 'verified')}")
    return 1 if any(verdict == "wrong" for verdict, _, _ in results.values()) else 0


def check(only: list[str], cache: Path | None, skip: set[str]) -> dict[str, tuple[Verdict, str, str]]:
    """Name -> verdict, reason or version, and the table of the knowledge where the name stands."""
    places = names_of(load_knowledge())
    table = tomllib.loads(Path(__file__).with_name("distributions.toml").read_text("utf-8"))
    checks: dict[str, Callable[[str], tuple[Verdict, str]]] = {}
    results: dict[str, tuple[Verdict, str, str]] = {}
    third_party: dict[str, list[str]] = {}
    for name, place in places.items():
        root = name.partition(".")[0]
        if only and root not in only:
            continue
        if root in sys.stdlib_module_names or root == "telnetlib" or root == "distutils":
            results[name] = (*check_standard_library(name), place)
        else:
            third_party.setdefault(distribution_of(name, table), []).append(name)
    wanted = sorted(set(third_party) - skip)
    versions: dict[str, str] = {}
    if cache is not None:
        with ThreadPoolExecutor(4) as pool:
            versions = dict(zip(wanted, pool.map(partial(fetch, cache=cache), wanted), strict=True))
    installed = Path(sysconfig.get_path("purelib"))
    everywhere = [_folder(cache, each) for each in wanted] if cache is not None else []
    for distribution, names in third_party.items():
        first = [_folder(cache, distribution)] if cache is not None and versions.get(distribution) else [installed]
        library = Library([*first, *everywhere])
        version = versions.get(distribution, "installed")
        checks[distribution] = partial(check_by_reading, library, distribution, version)
        for name in names:
            results[name] = (*checks[distribution](name), places[name])
        results.update(_astray(library, names))
    return results


def _astray(library: Library, names: list[str]) -> dict[str, tuple[Verdict, str, str]]:
    """The aliases among `names` that are another object than the name that they stand for."""
    found: dict[str, tuple[Verdict, str, str]] = {}
    aliases = load_knowledge().aliases
    for alias in names:
        if (target := aliases.get(alias)) is None or target not in names:
            continue
        try:
            same = library.find(alias)[1] is library.find(target)[1]
        except (MissingError, UnreadableError, SyntaxError, RecursionError):
            continue
        if not same:
            found[alias] = ("wrong", f"is not {target}", "aliases")
    return found


if __name__ == "__main__":
    sys.exit(main())
