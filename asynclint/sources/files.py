"""Which files to lint: discovery of Python files, exclusion, `.gitignore`, and the root of a project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from asynclint.errors import UserError
from asynclint.sources.filesystem import Entry, FileSystem
from asynclint.sources.gitignore import IgnoreFiles
from asynclint.sources.globs import PathPatterns

SUFFIXES = (".py", ".ipynb")
DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
"""What Ruff leaves out by default (https://docs.astral.sh/ruff/settings/#exclude)."""


class MissingPathError(UserError):
    """A path that was asked for is not there. The message names it, in one line."""


class UnreadableFolder(msgspec.Struct, frozen=True, order=True):
    """A folder whose files could not be listed, and why."""

    path: Path
    reason: str


class Discovery(msgspec.Struct, frozen=True):
    """The files to lint, sorted and each once, and the folders that could not be looked into."""

    files: tuple[Path, ...]
    unreadable: tuple[UnreadableFolder, ...]


def find_files(
    paths: Iterable[Path],
    *,
    root: Path,
    exclude: Sequence[str] = DEFAULT_EXCLUDE,
    extend_exclude: Sequence[str] = (),
    respect_gitignore: bool = True,
    force_exclude: bool = False,
    beside: Iterable[Path] = (),
    excluded: Callable[[Path], PathPatterns] | None = None,
    filesystem: FileSystem | None = None,
) -> Discovery:
    """Find the Python files among and below `paths`, as absolute paths whose symbolic links stand as they are.

    Of the folders `beside`, the files are taken that stand in them, and the packages, but no other folders.

    A file that is named is linted whatever its suffix, stubs aside, and even if it is excluded, unless `force_exclude`
    is set. Patterns are relative to `root`; `excluded` has others for some folders, in place of them. Raises
    `MissingPathError`.
    """
    filesystem = filesystem or FileSystem()
    starts = [absolute_path(path) for path in paths]
    for start in starts:
        if filesystem.kind(start) is None:
            raise MissingPathError(f"{display_path(start)}: no such file or folder")
    patterns = PathPatterns((*exclude, *extend_exclude), root)
    walk = _Walk(filesystem, excluded or (lambda folder: patterns), root, respect_gitignore=respect_gitignore)
    for start in starts:
        if not (force_exclude and walk.excludes_any_of(start)):
            walk.start(start)
    for folder in beside:
        walk.start_beside(folder)
    walk.follow_links()
    return Discovery(files=tuple(sorted(walk.files.values())), unreadable=tuple(sorted(walk.unreadable)))


def absolute_path(path: Path) -> Path:
    """`path` from the root of the file system and without `..`. Symbolic links stand as they are."""
    return Path(os.path.abspath(path))


def find_project_root(start: Path) -> Path:
    """The nearest folder at or above `start` with a `pyproject.toml` or a `.git`, or else `start`'s own folder."""
    absolute = absolute_path(start)
    folder = absolute if absolute.is_dir() else absolute.parent
    for candidate in (folder, *folder.parents):
        if (candidate / "pyproject.toml").is_file() or (candidate / ".git").exists():
            return candidate
    return folder


def find_repository(start: Path, filesystem: FileSystem) -> Path | None:
    """The nearest folder above `start` with a `.git`, or else the nearest with a `pyproject.toml`, if there is one."""
    above = absolute_path(start).parents
    repositories = (folder for folder in above if filesystem.kind(folder / ".git") is not None)
    packages = (folder for folder in above if filesystem.is_file(folder / "pyproject.toml"))
    return next(repositories, None) or next(packages, None)


def package_root(file: Path, filesystem: FileSystem) -> Path:
    """The folder that holds the outermost package that `file` is in."""
    folder = file.parent
    while _is_in_package(folder, filesystem) and folder.parent != folder:
        folder = folder.parent
    return folder


def _is_in_package(folder: Path, filesystem: FileSystem) -> bool:
    """Whether `folder` is a package, or stands in one without an `__init__.py` of its own."""
    return filesystem.is_file(folder / "__init__.py") or filesystem.is_file(folder.parent / "__init__.py")


def display_path(path: Path) -> str:
    """`path` as it is printed: relative to the working directory if below it, with forward slashes."""
    absolute = absolute_path(path)
    try:
        shown = absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return absolute.as_posix()
    # GitHub takes a line that begins with two colons for a command.
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


class _Walk:
    """A walk through folders. Links to folders wait until real ones are done: a file is found by its own name first."""

    def __init__(
        self,
        filesystem: FileSystem,
        excluded: Callable[[Path], PathPatterns],
        root: Path,
        *,
        respect_gitignore: bool,
    ) -> None:
        self.files: dict[str, Path] = {}
        self.unreadable: list[UnreadableFolder] = []
        self._filesystem = filesystem
        self._excluded = excluded
        self._root = root
        self._respect_gitignore = respect_gitignore
        self._visited: set[str] = set()
        self._links: list[tuple[Path, IgnoreFiles]] = []

    def start(self, path: Path) -> None:
        """Take `path`, which the user named."""
        if self._filesystem.is_folder(path):
            self._descend(path, self._ignored_above(path))
        elif path.suffix != ".pyi":
            self._add(path, os.path.realpath(path))

    def start_beside(self, folder: Path) -> None:
        """Take the files and packages that stand in `folder`."""
        rules = self._ignored_above(folder)
        rules = rules.within(folder, self._filesystem) if self._respect_gitignore else rules
        links, self._links = self._links, []
        inner = self._look_into(folder, os.path.realpath(folder), self._entries(folder), rules)
        found = [(path, rules) for path, _ in inner]
        packages = [each for each in (*found, *self._links) if self._filesystem.is_file(each[0] / "__init__.py")]
        self._links = [*links, *packages]

    def _ignored_above(self, folder: Path) -> IgnoreFiles:
        if not self._respect_gitignore:
            return IgnoreFiles()
        return IgnoreFiles.above(folder, self._root, self._filesystem)

    def follow_links(self) -> None:
        """Walk what only links lead to."""
        while self._links:
            self._descend(*self._links.pop(0))

    def excludes_any_of(self, path: Path) -> bool:
        """Whether a pattern means `path` or a folder that it is in."""
        return any(self._excluded(each.parent).match(each) for each in (path, *path.parents))

    def _descend(self, folder: Path, ignored: IgnoreFiles) -> None:
        pending = [(folder, os.path.realpath(folder), ignored)]
        while pending:
            current, real, above = pending.pop()
            if real in self._visited:
                continue
            self._visited.add(real)
            entries = self._entries(current)
            rules = above.within(current, self._filesystem) if self._respect_gitignore else above
            pending += [(path, inside, rules) for path, inside in self._look_into(current, real, entries, rules)]

    def _look_into(
        self, folder: Path, real: str, entries: Iterable[Entry], rules: IgnoreFiles
    ) -> Iterator[tuple[Path, str]]:
        """Take the files of `folder`, which is really at `real`, and give its folders with their real paths."""
        excluded = self._excluded(folder)
        for entry in entries:
            is_folder = entry.kind == "folder"
            if not is_folder and not (entry.name.endswith(SUFFIXES) and entry.kind == "file"):
                continue
            path = folder / entry.name
            if excluded.match(path) or rules.ignores(path, is_folder=is_folder):
                continue
            inside = real.rstrip(os.sep) + os.sep + entry.name
            if not is_folder:
                self._add(path, os.path.realpath(path) if entry.is_link else inside)
            elif entry.is_link:
                self._links.append((path, rules))
            else:
                yield path, inside

    def _entries(self, folder: Path) -> Iterable[Entry]:
        try:
            return self._filesystem.entries(folder).values()
        except OSError as error:
            self.unreadable.append(UnreadableFolder(folder, error.strerror or type(error).__name__))
            return ()

    def _add(self, path: Path, real: str) -> None:
        """Keep `path`; of several names of one file, the real one, or else the first."""
        known = self.files.get(real)
        if known is None or (str(path) == real and str(known) != real):
            self.files[real] = path
