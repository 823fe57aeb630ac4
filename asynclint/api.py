"""What the command does, for Python programs: `from asynclint import check_paths`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from asynclint.baseline import Baseline, read_baseline
from asynclint.changes import changes_since
from asynclint.diagnostics import Diagnostic
from asynclint.failures import InternalError
from asynclint.progress import Progress, untold
from asynclint.rules.files.invalid_file import InvalidFile
from asynclint.run import Report, Session, run
from asynclint.settings import FolderSettings, LoadedSettings, Settings, enabled_codes
from asynclint.sources.files import absolute_path
from asynclint.sources.filesystem import FileSystem


def check_paths(
    paths: Iterable[Path | str],
    settings: Settings | LoadedSettings | None = None,
    *,
    since: str | None = None,
    progress: Progress = untold,
) -> Report:
    """Check files and folders. With what `load_settings` gives, files have the settings of the configuration file that
    is nearest to them; `Settings`, or the defaults, hold for all, and no configuration file is read.

    With `since`, a revision of the Git repositories that `paths` are in, only what touches a line that changed since is
    reported. Raises `UserError` for a path that is not there, a revision that can't be compared with, or a baseline
    that can't be read. `progress` is told how far the check has come.
    """
    starts = [Path(path) for path in paths]
    settings = settings or Settings()
    changes = None if since is None else changes_since(since, starts)
    baseline = _baseline(settings)
    report = _without_known(run(starts, settings, progress=progress), baseline, starts, settings)
    if changes is None:
        return report
    return msgspec.structs.replace(report, diagnostics=tuple(filter(changes.touch, report.diagnostics)))


def check_source(
    text: str | bytes, filename: str = "<string>", settings: Settings | LoadedSettings | None = None
) -> Report:
    """Check `text` as if it stood in the file `filename`, which need not be there; imports are resolved from there.

    Bytes are decoded as Python decodes a source file. Raises `UserError` for a baseline that can't be read.
    """
    settings = settings or Settings()
    baseline = _baseline(settings)
    report = run([], settings, stdin=(filename, text))
    return _without_known(report, baseline, [Path(filename)], settings)


class FileChecker:
    """Checks files one after the other, and keeps what it reads of the projects around them.

    Raises `UserError` for a baseline that can't be read. Without `noqa`, `# noqa` comments mean nothing.
    """

    def __init__(self, settings: Settings | LoadedSettings, *, noqa: bool = True) -> None:
        self._session = Session(settings, noqa=noqa)
        self._baseline = _baseline(settings)

    def check(self, path: Path) -> list[Diagnostic]:
        """What is wrong in the file `path`, sorted."""
        found = self._session.check(path)
        return self._baseline.unknown(found) if self._baseline is not None else found


def write_baseline(
    file: Path,
    paths: Iterable[Path | str],
    settings: Settings | LoadedSettings | None = None,
    progress: Progress = untold,
) -> Baseline:
    """Check `paths` and write what is found to the baseline `file`.

    What the file says of other paths, and of rules that are off, stays as it is. Raises `UserError`, and
    `InternalError` where some files could not be checked.
    """
    starts = [Path(path) for path in paths]
    settings = settings or Settings()
    known = read_baseline(absolute_path(file)) if file.is_file() else Baseline(absolute_path(file))
    report = run(starts, settings, progress=progress)
    if report.failures:
        raise InternalError(report.failures)
    baseline = known.updated(report.diagnostics, _coverage(report, starts, settings))
    baseline.write()
    return baseline


def _baseline(given: Settings | LoadedSettings) -> Baseline | None:
    settings = given.settings if isinstance(given, LoadedSettings) else given
    return read_baseline(absolute_path(settings.root / settings.baseline)) if settings.baseline else None


def _without_known(
    report: Report, baseline: Baseline | None, starts: Sequence[Path], settings: Settings | LoadedSettings
) -> Report:
    if baseline is None:
        return report
    gone = baseline.gone(report.diagnostics, _coverage(report, starts, settings))
    return msgspec.structs.replace(report, diagnostics=tuple(baseline.unknown(report.diagnostics)), gone=tuple(gone))


def _coverage(
    report: Report, starts: Sequence[Path], settings: Settings | LoadedSettings
) -> Callable[[Path, str], bool]:
    """Whether a finding in a file, of a rule, would be in the report of a check of `starts`."""
    named = [absolute_path(start) for start in starts]
    folders = FolderSettings(settings, FileSystem())
    invalid = {absolute_path(Path(each.path)) for each in report.diagnostics if each.code == InvalidFile.code}

    def is_covered(file: Path, rule: str) -> bool:
        if file in invalid or not any(start in (file, *file.parents) for start in named):
            return False
        return rule in enabled_codes(folders.of(file.parent))

    return is_covered
