"""Modules of a project: which file a dotted name means, and the facts of that file."""

from __future__ import annotations

import re
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.extract import Extraction, UnparsableTextError, extract, is_plain
from asynclint.facts.locations import Location, locate
from asynclint.facts.model import Anchor, Scope
from asynclint.program.mending import mend
from asynclint.program.scopes import ScopeNode
from asynclint.sources.decoding import SourceError, read_source
from asynclint.sources.files import display_path
from asynclint.sources.outline import Outline, Skeleton, outline, skeleton, unit_text
from asynclint.sources.suppressions import Suppressions, find_suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


_GLOBAL = re.compile(r"\bglobal\b([^\n;#]*)")
_WORD = re.compile(r"\w+")


class BrokenPart(msgspec.Struct, frozen=True):
    """A part of a file that does not parse. Line and column are 1-based."""

    reason: str
    line: int
    column: int


class Module:
    """One file, read as far as it was asked for."""

    def __init__(self, file: Path, name: str, text: str, roots: Sequence[Path], *, noqa: bool = True) -> None:
        self.file = file
        self.path = display_path(file)
        self.name = name
        self.text = text
        self.roots = tuple(roots)
        self._noqa = noqa
        self.is_package = file.name == "__init__.py"
        self.broken: list[BrokenPart] = []
        self._located: dict[int, Mapping[int, Location]] = {}

    @property
    def package(self) -> str:
        """The name that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def _outline(self) -> Outline:
        return outline(self.text)

    @cached_property
    def _skeleton(self) -> Skeleton:
        return skeleton(self.text, self._outline)

    @cached_property
    def suppressions(self) -> Suppressions:
        """The suppression comments of the file."""
        return find_suppressions(self.text, noqa=self._noqa)

    @cached_property
    def scope(self) -> ScopeNode:
        """The module's own scope, with the classes in it and the heads of all functions."""
        return ScopeNode(self, self._extract(0), None, 0)

    @cached_property
    def functions(self) -> tuple[ScopeNode, ...]:
        """The outermost functions of the file, methods included, in order."""
        return tuple(_outermost_functions(self.scope))

    @cached_property
    def functions_with_globals(self) -> dict[str, list[ScopeNode]]:
        """The outermost functions that have a `global` statement, by the names in it."""
        found: dict[str, list[ScopeNode]] = {}
        if _GLOBAL.search(self.text):
            for function in self.functions:
                for names in _GLOBAL.findall(self.unit_source(function.head.unit)):
                    for name in _WORD.findall(names):
                        found.setdefault(name, []).append(function)
        return found

    def unit_body(self, head: Scope) -> Scope:
        """The facts of the body of an outermost function."""
        found = self._extract(head.unit)
        inner = found.scopes[0] if found.scopes else None
        return inner if inner is not None and inner.kind == "function" else Scope("function", head.name, head.node)

    def unit_source(self, unit: int) -> str:
        """The text of an outermost function, as it stands."""
        part = self._outline.units[unit - 1]
        return self.text[part.start : part.end]

    def _unit_text(self, unit: int) -> tuple[str, int]:
        return unit_text(self.text, self._outline.units[unit - 1])

    def _extract(self, unit: int) -> Scope:
        try:
            return self._extraction(unit).scope
        except UnparsableTextError as error:
            self._note_broken(unit, error)
            return Scope("module", "", -1)

    def _extraction(self, unit: int) -> Extraction:
        if unit:
            return extract(self._unit_text(unit)[0])
        try:
            return extract(self._skeleton.text, elided=True)
        except UnparsableTextError:
            return extract(self._mended, elided=True)

    @cached_property
    def _mended(self) -> str:
        """The text of the file without function bodies, and without what does not parse."""
        text, errors = mend(self._skeleton, self._outline)
        for error in errors:
            self._note_broken(0, error)
        return text

    def has_comments_at(self, anchor: Anchor) -> bool:
        """Whether a suppression comment may be about `anchor`: one in the same function, or for the whole file."""
        found = self.suppressions.all
        if not found or not anchor.unit:
            return bool(found)
        first = self._outline.units[anchor.unit - 1].line
        last = first + self.unit_source(anchor.unit).count("\n")
        return any(each.whole_file or first <= each.line <= last for each in found)

    def find_broken_parts(self) -> None:
        """Make `broken` complete: parts that nobody asked for are parsed only where something in the file is wrong."""
        if not is_plain(self.text):
            for function in self.functions:
                _ = function.body

    def _note_broken(self, unit: int, error: UnparsableTextError) -> None:
        self.broken.append(BrokenPart(error.reason, self._line(unit, error.line), error.column))

    def _line(self, unit: int, line: int) -> int:
        return self._skeleton.line(line) if unit == 0 else line + self._unit_text(unit)[1]

    def locate(self, anchor: Anchor) -> Location:
        """Where `anchor` stands."""
        if anchor.unit not in self._located:
            extraction = self._extraction(anchor.unit)
            self._located[anchor.unit] = locate(extraction, lambda line: self._line(anchor.unit, line))
        return self._located[anchor.unit][anchor.node]

    def function_around(self, line: int) -> ScopeNode | None:
        """The outermost function that the 1-based `line` is in."""
        for function in self.functions:
            first = self._outline.units[function.head.unit - 1].line
            if first <= line <= first + self.unit_source(function.head.unit).count("\n"):
                return function
        return None

    def function_at(self, anchor: Anchor) -> str:
        """The qualified name, within the module, of the function that `anchor` stands in; empty outside of any."""
        inner = self.locate(anchor).function
        around = next((function for function in self.functions if function.head.unit == anchor.unit), None)
        return f"{around.qualname.removesuffix(around.name)}{inner}" if around is not None else inner


class Project:
    """All modules that can be reached from one root folder.

    `overlay` has the text of files that are not to be read from disk. Without `noqa`, `# noqa` comments mean nothing.
    """

    def __init__(
        self,
        root: Path,
        sources: Sequence[Path] = (),
        overlay: Mapping[Path, str] | None = None,
        *,
        noqa: bool = True,
    ) -> None:
        self.root = root
        self._noqa = noqa
        self._sources = tuple(sources) or (root, root / "src")
        self._overlay = dict(overlay or {})
        self._modules: dict[Path, Module | None] = {}
        self._by_path: dict[str, Module] = {}
        self._found: dict[tuple[Path, str], Path | None] = {}

    def module_at(self, file: Path) -> Module | None:
        """The module in `file` (an absolute path); `None` where it can't be read as text."""
        if file not in self._modules:
            module = self._modules[file] = self._read(file)
            if module is not None:
                self._by_path[module.path] = module
        return self._modules[file]

    def module_reported_as(self, path: str) -> Module:
        """The module that was read from the file that reports call `path`."""
        return self._by_path[path]

    def _read(self, file: Path) -> Module | None:
        text = self._overlay.get(file)
        if text is None:
            try:
                text = read_source(file).text
            except SourceError:
                return None
        top = package_root(file)
        name = _module_name(
            file, top if top != file.parent or self.root not in file.parents else self._nearest_root(file)
        )
        return Module(file, name, text, self._roots(file, top), noqa=self._noqa)

    def _nearest_root(self, file: Path) -> Path:
        candidates = [root for root in self._sources if root in file.parents]
        return max(candidates, key=lambda root: len(root.parts), default=file.parent)

    def _roots(self, file: Path, top: Path) -> list[Path]:
        """Folders that absolute imports in `file` start from, best first."""
        above = [folder for folder in file.parents if folder == self.root or self.root in folder.parents]
        return list(dict.fromkeys([top, *self._sources, *above]))

    def find(self, name: str, seen_from: Module) -> Module | None:
        """The module of the project that `name`, imported in `seen_from`, means."""
        if name.partition(".")[0] in sys.stdlib_module_names:
            return None
        for root in seen_from.roots:
            file = self._file(root, name)
            if file is not None:
                return self.module_at(file)
        return None

    def has_package(self, name: str, seen_from: Module) -> bool:
        """Whether `name` is a package of the project without an `__init__.py`."""
        if name.partition(".")[0] in sys.stdlib_module_names:
            return False
        return any(root.joinpath(*name.split(".")).is_dir() for root in seen_from.roots)

    def _file(self, root: Path, name: str) -> Path | None:
        key = root, name
        if key not in self._found:
            base = root.joinpath(*name.split("."))
            candidates = (base / "__init__.py", base.with_name(f"{base.name}.py"))
            known = (file for file in candidates if file in self._overlay or file.is_file())
            self._found[key] = next(known, None)
        return self._found[key]


def _outermost_functions(scope: ScopeNode) -> Iterator[ScopeNode]:
    for child in scope.children:
        if child.head.kind == "function":
            yield child
        elif child.head.kind == "class":
            yield from _outermost_functions(child)


def package_root(file: Path) -> Path:
    """The folder that holds the outermost package that `file` is in."""
    folder = file.parent
    while _is_in_package(folder) and folder.parent != folder:
        folder = folder.parent
    return folder


@cache
def _is_in_package(folder: Path) -> bool:
    """Whether `folder` is a package, or stands in one without an `__init__.py` of its own."""
    return (folder / "__init__.py").is_file() or (folder.parent / "__init__.py").is_file()


def _module_name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
