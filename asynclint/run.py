"""The story of a run: find, read, extract, link, check, suppress, report; or nothing of it, where nothing changed."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from asynclint.baseline import BaselineEntry
from asynclint.cache.opening import open_store
from asynclint.cache.runs import RunCache, StoredRun
from asynclint.cache.store import Store
from asynclint.deep_stack import on_deep_stack
from asynclint.diagnostics import Diagnostic, in_order
from asynclint.failures import Failure, InternalError
from asynclint.progress import Progress, untold
from asynclint.settings import FolderSettings, LoadedSettings, Settings, SettingsError
from asynclint.sources.decoding import SourceError, accepted, decode
from asynclint.sources.environments import EnvironmentNotFoundError, find_packages
from asynclint.sources.files import (
    Discovery,
    MissingPathError,
    absolute_path,
    display_path,
    find_files,
)
from asynclint.sources.filesystem import FileSystem
from asynclint.sources.projects import Ground, projects
from asynclint.sources.texts import Texts

if TYPE_CHECKING:
    from asynclint.checking import ProjectCheck

_WITHOUT_EFFECT = frozenset({"output_format", "baseline", "jobs", "cache", "cache_dir"})
"""The settings that findings do not depend on."""


class Report(msgspec.Struct, frozen=True):
    """What a run found: the diagnostics, sorted; how many files were checked; and the texts that they stand
    in, by the `source` of a diagnostic.

    `gone` is what the baseline has and the run did not find. `failures` are files that were not checked, for errors of
    asynclint's own. `complaints` says in one line each why the run could not
    remember what it did.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: int
    texts: Mapping[str, str]
    gone: tuple[BaselineEntry, ...] = ()
    complaints: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


@on_deep_stack
def run(
    paths: Sequence[Path],
    settings: Settings | LoadedSettings,
    *,
    stdin: tuple[str, str | bytes] | None = None,
    progress: Progress = untold,
) -> Report:
    """Check the Python files among and below `paths`; with `stdin`, a name and a content, that file alone.

    `LoadedSettings` may have others for some of the files. Raises `MissingPathError` for a path that is not there, and
    `SettingsError` for a configuration file below `paths` that makes no sense, and `EnvironmentNotFoundError` where
    `python` names none.
    """
    if stdin is None:
        return _remembering(paths, settings, progress)
    file = absolute_path(Path(stdin[0]))
    try:
        text = accepted(stdin[1]) if isinstance(stdin[1], str) else decode(stdin[1])
        return _without_disk(file, text, settings)
    except SourceError as error:
        from asynclint.checking import invalid

        return Report((invalid(file, error.message, error.line, error.column),), 1, {})


class Session:
    """Checks files one after the other, as `run` would each by itself, and keeps what it reads of their projects: a
    file that changes after it was read is taken as it was. Without `noqa`, `# noqa` comments mean nothing.
    """

    def __init__(self, settings: Settings | LoadedSettings, *, noqa: bool = True) -> None:
        self._filesystem = FileSystem()
        self._settings = FolderSettings(settings, self._filesystem)
        self._noqa = noqa
        self._checks: dict[tuple[Ground, int], ProjectCheck] = {}

    @on_deep_stack
    def check(self, path: Path) -> list[Diagnostic]:
        """What is wrong in the file `path`, sorted. Raises `SettingsError`, and `InternalError` where that fails."""
        file = absolute_path(path)
        (ground,) = projects([file], [file], self._filesystem)
        settings = self._settings.of(file.parent)
        key = ground, id(settings)
        if key not in self._checks:
            self._checks[key] = self._new(ground, settings)
        # What the project leaves out is no part of what was read of it.
        check = self._checks[key] if file in self._checks[key].files else self._new(ground, settings)
        with _no_collection():
            found = sorted(check.diagnostics([file]))
        failures = check.take_failures()
        if failures:
            raise InternalError(failures)
        return found

    def _new(self, ground: Ground, settings: Settings) -> ProjectCheck:
        from asynclint.checking import ProjectCheck

        around = _around(ground, self._settings, self._filesystem)
        request = _request(ground.paths, settings)
        return ProjectCheck(ground.root, around, settings, self._filesystem, Store(), {}, request, noqa=self._noqa)


def files_to_check(paths: Sequence[Path], settings: Settings | LoadedSettings) -> list[Path]:
    """The files that `run` would check, as absolute paths, sorted. Raises `MissingPathError` and `SettingsError`."""
    filesystem = FileSystem()
    return list(_discover(paths, FolderSettings(settings, filesystem), filesystem).files)


def _remembering(
    paths: Sequence[Path], loaded: Settings | LoadedSettings, progress: Progress, *, may_keep: bool = True
) -> Report:
    """The report on `paths`: that of an earlier run, if nothing has changed since."""
    settings = loaded.settings if isinstance(loaded, LoadedSettings) else loaded
    store = open_store(settings.root, settings.cache_dir) if settings.cache and may_keep else Store()
    others = [layer.table for layer in loaded.over] if isinstance(loaded, LoadedSettings) and loaded.nested else None
    runs = RunCache(store, (_request(paths, settings), others))
    failures: list[Failure] = []
    try:
        found = runs.find()
        if found is None:
            filesystem = FileSystem()
            # Findings depend on settings, which are told apart by what they say, and not on the files that hold them.
            configuration = FileSystem()
            folders = FolderSettings(loaded, configuration)
            files = _discover(paths, folders, filesystem)
            found = _check_files(files, paths, folders, filesystem, store, failures, progress)
            filesystem.recall(configuration.seen())
            if not failures:
                runs.keep(found, filesystem.seen())
        store.close()
    except (EnvironmentNotFoundError, MissingPathError, SettingsError):
        raise
    except Exception as error:
        if not store.was_read:
            raise
        # What the cache holds has the right form, and yet makes no sense.
        store.complain(f"{type(error).__name__} while reading from it")
        without = _remembering(paths, loaded, progress, may_keep=False)
        return msgspec.structs.replace(without, complaints=tuple(store.complaints))
    finally:
        store.forget()
    if store.was_read and (failures or not _are_asked_for(found.diagnostics, paths)):
        # What the cache holds may be to blame; where it came with the project, even with intent.
        return _remembering(paths, loaded, progress, may_keep=False)
    texts = Texts(found.diagnostics)
    return Report(
        found.diagnostics, found.files, texts, complaints=tuple(store.complaints), failures=tuple(sorted(failures))
    )


def _are_asked_for(diagnostics: Iterable[Diagnostic], paths: Sequence[Path]) -> bool:
    """Whether the files of `diagnostics` are all among `paths`, or below them."""
    named = {absolute_path(path) for path in paths}
    files = {absolute_path(Path(diagnostic.path)) for diagnostic in diagnostics}
    return all(not named.isdisjoint((file, *file.parents)) for file in files)


def _request(paths: Sequence[Path], settings: Settings) -> object:
    """What findings depend on besides what is read."""
    said = {name: value for name, value in msgspec.structs.asdict(settings).items() if name not in _WITHOUT_EFFECT}
    packages = find_packages(settings.python, settings.root)
    return said, Path.cwd(), absolute_path(settings.root), [absolute_path(path) for path in paths], packages


def _check_files(
    found: Discovery,
    paths: Sequence[Path],
    settings: FolderSettings,
    filesystem: FileSystem,
    store: Store,
    failures: list[Failure],
    progress: Progress,
) -> StoredRun:
    from asynclint.checking import invalid

    unreadable = [invalid(folder.path, folder.reason) for folder in found.unreadable]
    diagnostics = [*unreadable, *_check(found.files, paths, settings, filesystem, store, {}, failures, progress)]
    return StoredRun(in_order(diagnostics), len(found.files))


def _without_disk(file: Path, text: str, settings: Settings | LoadedSettings) -> Report:
    """The report on `file` with the content `text`."""
    filesystem = FileSystem()
    failures: list[Failure] = []
    folders = FolderSettings(settings, filesystem)
    diagnostics = in_order(_check([file], [file], folders, filesystem, Store(), {file: text}, failures))
    texts = Texts(diagnostics, {display_path(file): text})
    return Report(diagnostics, 1, texts, failures=tuple(sorted(failures)))


def _discover(
    paths: Sequence[Path],
    settings: FolderSettings,
    filesystem: FileSystem,
    *,
    beside: Sequence[Path] = (),
    around: bool = False,
) -> Discovery:
    return find_files(
        paths,
        root=settings.run.root,
        respect_gitignore=settings.run.respect_gitignore,
        force_exclude=settings.run.force_exclude,
        beside=beside,
        excluded=settings.excluded_around if around else settings.excluded,
        filesystem=filesystem,
    )


def _check(
    files: Sequence[Path],
    starts: Sequence[Path],
    settings: FolderSettings,
    filesystem: FileSystem,
    store: Store,
    overlay: Mapping[Path, str],
    failures: list[Failure],
    progress: Progress = untold,
) -> list[Diagnostic]:
    """What is wrong in `files`, found from `starts`, project by project. Files of one project that have settings of
    their own are checked as they would be if all of it had them. What went wrong is added to `failures`.
    """
    from asynclint.checking import ProjectCheck

    diagnostics: list[Diagnostic] = []
    with _no_collection():
        for ground, members in projects(files, starts, filesystem).items():
            around = _around(ground, settings, filesystem)
            for own, group in _by_settings(members, settings):
                request = _request(ground.paths, own), settings.exclusions()
                check = ProjectCheck(ground.root, around, own, filesystem, store, overlay, request)
                diagnostics += check.diagnostics(group, progress)
                check.remember()
                failures += check.take_failures()
    return diagnostics


def _around(ground: Ground, settings: FolderSettings, filesystem: FileSystem) -> Sequence[Path]:
    """The files of a project."""
    whole = [folder for folder in ground.whole if filesystem.is_folder(folder)]
    return _discover(whole, settings, filesystem, beside=ground.beside, around=True).files


def _by_settings(files: Sequence[Path], settings: FolderSettings) -> Iterable[tuple[Settings, list[Path]]]:
    """The files, those together that have the same settings."""
    groups: dict[int, tuple[Settings, list[Path]]] = {}
    for file in files:
        own = settings.of(file.parent)
        groups.setdefault(id(own), (own, []))[1].append(file)
    return groups.values()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector out: trees and facts have no cycles, and walking them costs a third of a parse."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
