"""A project: which file a dotted name means, seen from one of its modules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from asynclint.cache.facts import FileFacts
from asynclint.program.memory.reads import Reads
from asynclint.program.names.modules import Module
from asynclint.sources.decoding import SourceError, read_content, read_source
from asynclint.sources.files import package_root
from asynclint.sources.notebooks import SUFFIX as NOTEBOOK_SUFFIX
from asynclint.sources.notebooks import Notebook, read_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from asynclint.cache.store import Store
    from asynclint.sources.filesystem import FileSystem


class Project:
    """All modules that can be reached from one root folder.

    `overlay` has the text of files that are not to be read from disk. Facts come from `store` where it has them.
    `is_library` says whether a name is that of a library. Without `noqa`, `# noqa` comments mean nothing.
    """

    def __init__(
        self,
        filesystem: FileSystem,
        store: Store,
        root: Path,
        sources: Sequence[Path] = (),
        overlay: Mapping[Path, str] | None = None,
        *,
        is_library: Callable[[str], bool] = lambda _: False,
        noqa: bool = True,
    ) -> None:
        self.root = root
        self._is_library = is_library
        self._noqa = noqa
        self._filesystem = filesystem
        self._store = store
        self._sources = tuple(sources) or (root, root / "src")
        self.reads = Reads()
        self._overlay = dict(overlay or {})
        self._modules: dict[Path, Module | None] = {}
        self._by_path: dict[str, Module] = {}
        self._found: dict[tuple[Path, str], Path | None] = {}
        self._folders: dict[tuple[Path, str], bool] = {}

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

    def source_at(self, file: Path) -> str | Notebook:
        """What `file` holds. Raises `SourceError`."""
        text = self._overlay.get(file)
        if file.suffix == NOTEBOOK_SUFFIX:
            return read_notebook(read_content(file, self._filesystem)[0] if text is None else text.encode())
        return read_source(file, self._filesystem).text if text is None else text

    def _read(self, file: Path) -> Module | None:
        try:
            source = self.source_at(file)
        except SourceError:
            return None
        top = package_root(file, self._filesystem)
        name = _module_name(
            file, top if top != file.parent or self.root not in file.parents else self._nearest_root(file)
        )
        facts = FileFacts(self._store, file)
        return Module(file, name, source, self._roots(file, top), facts, self.reads, noqa=self._noqa)

    def take_new_facts(self) -> dict[str, bytes]:
        """By file, the facts that this process has made since this was asked for the last time, packed."""
        modules = (module for module in self._modules.values() if module is not None)
        new = {str(module.file): module.take_new_facts() for module in modules}
        return {file: packed for file, packed in new.items() if packed}

    def keep_facts(self, found: Mapping[str, bytes]) -> None:
        """Take facts that another process has made."""
        for file, packed in found.items():
            module = self.module_at(Path(file))
            if module is not None:
                module.keep_facts(packed)

    def save_facts(self) -> None:
        """Put all facts that were made into the cache."""
        for module in self._modules.values():
            if module is not None:
                module.save_facts()

    def _nearest_root(self, file: Path) -> Path:
        candidates = [root for root in self._sources if root in file.parents]
        return max(candidates, key=lambda root: len(root.parts), default=file.parent)

    def _roots(self, file: Path, top: Path) -> list[Path]:
        """Folders that absolute imports in `file` start from, best first."""
        above = [folder for folder in file.parents if folder == self.root or self.root in folder.parents]
        return list(dict.fromkeys([top, *self._sources, *above]))

    def find(self, name: str, seen_from: Module) -> Module | None:
        """The module of the project that `name`, imported in `seen_from`, means."""
        if not name or name.partition(".")[0] in sys.stdlib_module_names:
            return None
        for root in seen_from.roots:
            file = self._file(root, name)
            if file is not None and not self._is_hidden(file, name, root, seen_from):
                return self.module_at(file)
        return None

    def _is_hidden(self, file: Path, name: str, root: Path, seen_from: Module) -> bool:
        """Whether `name` means a library, and not `file`, which `root` has under that name: no module imports itself,
        and inside of a package, where only scripts look, libraries come first.
        """
        if root not in seen_from.file.parents or seen_from.roots[0] not in root.parents:
            return file == seen_from.file and "." not in name and not seen_from.is_package
        is_around = file.name == "__init__.py" and file.parent in seen_from.file.parents
        return is_around or file == seen_from.file or self._is_library(name)

    def has_package(self, name: str, seen_from: Module) -> bool:
        """Whether `name` is a package of the project without an `__init__.py`."""
        if name.partition(".")[0] in sys.stdlib_module_names:
            return False
        found = [root for root in seen_from.roots if self._is_folder(root, name)]
        if not found or not self._is_library(name):
            return bool(found)
        return any(self._holds_package(root.joinpath(*name.split("."))) for root in found)

    def _holds_package(self, folder: Path) -> bool:
        """Whether there is a package below `folder`: one that is named as a library may hold anything else."""
        try:
            entries = self._filesystem.entries(folder).values()
        except OSError:
            return False
        inner = [folder / entry.name for entry in entries if entry.kind == "folder" and not entry.is_link]
        return any(self._filesystem.is_file(each / "__init__.py") or self._holds_package(each) for each in inner)

    def _is_folder(self, root: Path, name: str) -> bool:
        key = root, name
        if key not in self._folders:
            self._folders[key] = self._filesystem.is_folder(root.joinpath(*name.split(".")))
        return self._folders[key]

    def _file(self, root: Path, name: str) -> Path | None:
        key = root, name
        if key not in self._found:
            base = root.joinpath(*name.split("."))
            candidates = (base / "__init__.py", base.with_name(f"{base.name}.py"))
            known = (file for file in candidates if file in self._overlay or self._filesystem.is_file(file))
            self._found[key] = next(known, None)
        return self._found[key]


def _module_name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
