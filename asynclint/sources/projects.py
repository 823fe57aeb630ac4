"""Which project a file belongs to, and where the other files of that project are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from asynclint.sources.files import absolute_path, find_repository, package_root
from asynclint.sources.filesystem import FileSystem


class Ground(msgspec.Struct, frozen=True):
    """The `root` folder that a project's names are resolved from, and where its files are: all that is in the folders
    `whole`, and the files and packages that stand in those `beside`.
    """

    root: Path
    whole: tuple[Path, ...]
    beside: tuple[Path, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """All folders that the files are in."""
        return (*self.whole, *self.beside)


def projects(files: Sequence[Path], starts: Sequence[Path], filesystem: FileSystem) -> dict[Ground, list[Path]]:
    """The files by project: that of the nearest folder with a `.git` or else a `pyproject.toml`. Where there is none,
    a project is what was named, with the package that it is in, or else with what stands beside it.
    """
    named = [_named_by(start, filesystem) for start in map(absolute_path, starts)]
    found: dict[Ground, list[Path]] = defaultdict(list)
    grounds: dict[Path, Ground] = {}
    for file in files:
        if file.parent not in grounds:
            repository = find_repository(file, filesystem)
            whole = Ground(repository, (repository,)) if repository is not None else _around(file, named, filesystem)
            grounds[file.parent] = whole
        found[grounds[file.parent]].append(file)
    return found


def _named_by(start: Path, filesystem: FileSystem) -> Ground:
    """The project that is named by naming `start`, if no marker tells of one."""
    is_folder = filesystem.is_folder(start)
    root = package_root(start / "__init__.py" if is_folder else start, filesystem)
    if root not in (start, start.parent):
        return Ground(root, (root / start.relative_to(root).parts[0],))
    return Ground(root, (start,)) if is_folder else Ground(root, (), (root,))


def _around(file: Path, named: Sequence[Ground], filesystem: FileSystem) -> Ground:
    """The project of `file` in which all stands that was named in or below the root of it."""
    above = [ground.root for ground in named if ground.root in file.parents]
    root = min(above, default=package_root(file, filesystem))
    inside = [ground for ground in named if ground.root == root or root in ground.root.parents]
    whole = {path for ground in inside for path in ground.whole}
    beside = {path for ground in inside for path in ground.beside}
    return Ground(root, tuple(sorted(whole)), tuple(sorted(beside)))
