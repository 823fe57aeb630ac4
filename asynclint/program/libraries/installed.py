"""Libraries whose sources lie in a folder, such as `site-packages`: read when they are asked about, never imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.cache.facts import FileFacts
from asynclint.program.inference.inference import Inference
from asynclint.program.libraries.descriptions import describe
from asynclint.program.names.modules import Module
from asynclint.program.names.project import Project
from asynclint.sources.decoding import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from asynclint.cache.store import Store
    from asynclint.knowledge.index import Definition
    from asynclint.program.names.library import Library
    from asynclint.sources.filesystem import FileSystem


class LibraryProject(Project):
    """The packages below one folder. Stubs (`.pyi`) come before the modules that they describe, as for type checkers.

    The modules `foreign` are left to whoever knows them by name.
    """

    def __init__(self, filesystem: FileSystem, store: Store, root: Path, foreign: frozenset[str] = frozenset()) -> None:
        super().__init__(filesystem, store, root)
        self._foreign = foreign
        self._files: dict[str, Path | None] = {}

    def _read(self, file: Path) -> Module | None:
        try:
            source = self.source_at(file)
        except SourceError:
            return None
        parts = file.relative_to(self.root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        return Module(file, name, source, [self.root], FileFacts(self._store, file), self.reads)

    def find(self, name: str, seen_from: Module | None = None) -> Module | None:
        """The module `name`."""
        file = None if name in self._foreign else self.file(name)
        return self.module_at(file) if file is not None else None

    def has_package(self, name: str, seen_from: Module | None = None) -> bool:
        """Whether `name` is a folder without an `__init__.py`."""
        if name in self._foreign or self.file(name) is not None:
            return False
        return self._filesystem.is_folder(self.root.joinpath(*name.split(".")))

    def file(self, name: str) -> Path | None:
        """The source of the module `name`."""
        if name not in self._files:
            base = self.root.joinpath(*name.split("."))
            packages = (base / "__init__.pyi", base / "__init__.py")
            candidates = (*packages, base.with_name(f"{base.name}.pyi"), base.with_name(f"{base.name}.py"))
            self._files[name] = next((file for file in candidates if self._filesystem.is_file(file)), None)
        return self._files[name]


class Installed:
    """The packages below one folder, as a source of definitions."""

    def __init__(self, project: LibraryProject, library: Library) -> None:
        self.project = project
        self.inference = Inference(project, library, shallow=True)
        self._found: dict[tuple[str, str], Definition | None] = {}

    def has_module(self, name: str) -> bool:
        """Whether there is a module or package of that name."""
        return self.project.file(name) is not None or self.project.has_package(name)

    def find(self, module: str, name: str) -> Definition | None:
        """What `name` of `module` is."""
        key = module, name
        if key not in self._found:
            file = self.project.file(module)
            source = self.project.module_at(file) if file is not None else None
            self._found[key] = None if source is None else describe(self.inference, source, name)
        return self._found[key]
