"""The cache folder: made so that no other tool takes it for more, and never a way to write elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

DATABASE = "cache.sqlite3"
_MARK = "made by asynclint"
_TAG = f"""Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache {_MARK}. `asynclint clean` removes it.
# For information about cache directory tags see https://bford.info/cachedir/
"""
_OWN = {"CACHEDIR.TAG": _TAG, ".gitignore": "*\n"}
_DATABASE_FILES = (DATABASE, f"{DATABASE}-journal", f"{DATABASE}-wal", f"{DATABASE}-shm")


class CacheError(Exception):
    """The cache can't be used. The message says why, in part of a line."""


def cache_folder(root: Path, setting: str) -> Path:
    """The folder that the setting `cache-dir` means, which is relative to `root`. Raises `CacheError` where links lead
    a relative one elsewhere: the folder may have come with the project.
    """
    folder = Path(os.path.abspath(root / setting))
    start = folder.parent if Path(setting).is_absolute() else root
    expected = os.path.normpath(Path(os.path.realpath(start), os.path.relpath(folder, start)))
    if os.path.realpath(folder) != expected:
        raise CacheError(f"{folder} leads elsewhere by a link")
    return folder


def prepare(folder: Path) -> Path:
    """Make the cache folder if it is not there, and give the path of its database. Raises `CacheError`.

    A folder with anything else in it is left alone.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _is_own(folder):
            if any(folder.iterdir()):
                raise CacheError(f"{folder} is not empty and was not made by asynclint")
            for name, content in _OWN.items():
                with (folder / name).open("x", encoding="utf-8") as file:
                    file.write(content)
    except FileExistsError:
        pass  # another run has just made it
    except OSError as error:
        raise CacheError(f"{folder}: {error.strerror or type(error).__name__}") from error
    for name in _DATABASE_FILES:
        _refuse_links(folder / name)
    return folder / DATABASE


def clean(folder: Path) -> bool:
    """Remove what asynclint has put into `folder`, and the folder if nothing else is in it.

    Gives whether there was anything. Raises `CacheError`.
    """
    try:
        if not _is_own(folder):
            return False
        for name in (*_DATABASE_FILES, *_OWN):
            (folder / name).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise CacheError(f"{folder}: {error.strerror or type(error).__name__}") from error
    return True


def _is_own(folder: Path) -> bool:
    """Whether asynclint has made `folder`."""
    tag = folder / "CACHEDIR.TAG"
    try:
        return stat.S_ISREG(tag.lstat().st_mode) and _MARK in tag.read_text("utf-8", errors="replace")
    except OSError:
        return False


def _refuse_links(path: Path) -> None:
    """Raise `CacheError` where writing to `path` would write to something else."""
    try:
        status = path.lstat()
    except OSError:
        return
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        raise CacheError(f"{path} is a link, or no regular file")
