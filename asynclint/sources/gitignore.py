"""`.gitignore` files: what Git would leave out, at every level up to the root of the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from asynclint.sources.filesystem import FileSystem

_WILDCARD = re.compile(r"\*+")
_MOST_WILDCARDS = 4
"""In one pattern: the time that it takes pathspec to find that a path does not match grows by a power with each."""


class _Level(msgspec.Struct, frozen=True):
    """One file of patterns, and the folder that they are relative to."""

    folder: Path
    spec: GitIgnoreSpec

    def verdict(self, path: Path, *, is_folder: bool) -> bool | None:
        """Whether `path` is ignored; `None` where this file does not say."""
        relative = path.relative_to(self.folder).as_posix()
        return self.spec.check_file(relative + "/" if is_folder else relative).include


class IgnoreFiles(msgspec.Struct, frozen=True):
    """The ignore files that hold in a folder, outermost first."""

    levels: tuple[_Level, ...] = ()

    @classmethod
    def above(cls, folder: Path, root: Path, filesystem: FileSystem) -> IgnoreFiles:
        """Those of the folders above `folder`, up to its repository's root, or else up to `root`.

        One that ignores `folder` itself is left out: who names an ignored folder wants it linted.
        """
        ancestors: list[Path] = []
        if not _is_repository(folder, filesystem):
            for ancestor in folder.parents:
                ancestors.append(ancestor)
                if _is_repository(ancestor, filesystem):
                    break
            else:
                ancestors = [ancestor for ancestor in ancestors if ancestor.is_relative_to(root)]
        levels = [level for ancestor in reversed(ancestors) for level in _levels(ancestor, filesystem)]
        return cls(tuple(level for level in levels if not level.verdict(folder, is_folder=True)))

    def within(self, folder: Path, filesystem: FileSystem) -> IgnoreFiles:
        """Those that hold inside `folder`, which stands in a folder where these do."""
        own = tuple(_levels(folder, filesystem))
        if _is_repository(folder, filesystem):
            return IgnoreFiles(own)
        return IgnoreFiles(self.levels + own) if own else self

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether `path` is ignored. The innermost file that says anything decides."""
        for level in reversed(self.levels):
            verdict = level.verdict(path, is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False


def _is_repository(folder: Path, filesystem: FileSystem) -> bool:
    return filesystem.kind(folder / ".git") is not None


def _levels(folder: Path, filesystem: FileSystem) -> Iterator[_Level]:
    for name in (".git/info/exclude", ".gitignore"):
        if not filesystem.is_file(folder / name):
            continue
        try:
            content, _ = filesystem.read(folder / name)
        except OSError:
            continue
        lines = content.decode("utf-8", "surrogateescape").splitlines()
        yield _Level(folder, _spec(lines))


def _spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    """Whether `line` can be read. Git passes over one that cannot; here, one that takes too long is no other."""
    from pathspec import GitIgnoreSpec

    if len(_WILDCARD.findall(line)) > _MOST_WILDCARDS:
        return False
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
