"""The file system as one run sees it: every question is answered once, and what was seen can be compared later."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

Kind = Literal["file", "folder", "other"]
Signature = tuple[int, int, int, int]
"""Times of modification and change in nanoseconds, size in bytes, and inode."""

_UNSURE = 2_000_000_000
"""Nanoseconds for which a file that has changed may change again without its times telling (FAT counts by two)."""
_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0)
_TOLD = frozenset({".git", ".gitignore", ".asynclint.toml", "asynclint.toml", "pyproject.toml"})
_UNTOLD = frozenset({"__pycache__"})


class NotRegularError(OSError):
    """What was to be read is no regular file."""


class Entry(NamedTuple):
    """One entry of a folder that matters to a run. `kind` is that of what a link leads to."""

    name: str
    kind: Kind
    is_link: bool


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What a run has seen, by absolute path: the content of files and folders, and what stands elsewhere.

    Contents are hashes, with the signature of the moment; `None` where it is not sure that a change would show in it.
    """

    files: Mapping[str, tuple[Signature | None, str]]
    folders: Mapping[str, tuple[Signature | None, str]]
    kinds: Mapping[str, Kind | None]


class Change(msgspec.Struct, frozen=True):
    """How the file system differs from what was `Seen`.

    `files` are the paths whose content differs; `elsewhere` says whether anything else does; `seen` has the signatures
    of now, where nothing differs.
    """

    files: frozenset[str]
    elsewhere: bool
    seen: Seen


class FileSystem:
    """Answers questions about the file system, each once, and remembers what it has said."""

    def __init__(self) -> None:
        self._listings: dict[str, Mapping[str, Entry]] = {}
        self._kinds: dict[str, Kind | None] = {}
        self._asked: set[str] = set()
        self._folders: dict[str, tuple[Signature | None, str]] = {}
        self._files: dict[str, tuple[Signature | None, str]] = {}
        self._recalled = Seen({}, {}, {})

    def entries(self, folder: Path | str) -> Mapping[str, Entry]:
        """What matters of the entries of `folder`, by name, sorted. Raises `OSError`."""
        path = str(folder)
        if path not in self._listings:
            signature = _signature(path)
            try:
                self._listings[path] = _list(path)
            except OSError as error:
                self._folders[path] = None, _digest_of_error(error)
                raise
            self._folders[path] = signature, _digest(self._listings[path])
            for entry in self._listings[path].values():
                if entry.is_link:
                    self._asked.add(os.path.join(path, entry.name))
        return self._listings[path]

    def kind(self, path: Path | str) -> Kind | None:
        """What stands at `path`, links followed; `None` where nothing does."""
        name = str(path)
        if name not in self._kinds:
            self._kinds[name] = self._kind(name)
        return self._kinds[name]

    def is_file(self, path: Path | str) -> bool:
        """Whether a regular file is at `path`."""
        return self.kind(path) == "file"

    def is_folder(self, path: Path | str) -> bool:
        """Whether a folder is at `path`."""
        parent, name = os.path.split(str(path))
        listing = self._listings.get(parent)
        if listing is None:
            return self.kind(path) == "folder"
        return name in listing and listing[name].kind == "folder"

    def _kind(self, path: str) -> Kind | None:
        parent, name = os.path.split(path)
        listing = self._listings.get(parent)
        if listing is not None and (name in listing or _is_told(name)):
            entry = listing.get(name)
            return entry.kind if entry else None
        if listing is None and parent != path and not self.is_folder(parent):
            return None
        self._asked.add(path)
        return _kind(path)

    def read(self, path: Path) -> tuple[bytes, str]:
        """The content of the file at `path`, and its hash. Raises `OSError`."""
        name = str(path)
        try:
            content, signature = _read(name)
        except OSError as error:
            self._files[name] = None, _digest_of_error(error)
            raise
        content_hash = hash_of(content)
        self._files[name] = signature, content_hash
        return content, content_hash

    def recall(self, seen: Seen) -> None:
        """Take what an earlier run has seen, and what still holds, as seen by this one."""
        self._recalled = Seen(
            {**self._recalled.files, **seen.files},
            {**self._recalled.folders, **seen.folders},
            {**self._recalled.kinds, **seen.kinds},
        )

    def seen(self) -> Seen:
        """All that was seen so far."""
        now = time.time_ns()
        kinds = {path: self._kinds[path] if path in self._kinds else _kind(path) for path in sorted(self._asked)}
        files = {path: (_sure(signature, now), said) for path, (signature, said) in self._files.items()}
        folders = {path: (_sure(signature, now), said) for path, (signature, said) in self._folders.items()}
        earlier = self._recalled
        return Seen({**earlier.files, **files}, {**earlier.folders, **folders}, {**earlier.kinds, **kinds})


def changes(seen: Seen) -> Change:
    """How the file system differs from what was `seen`: contents are looked at only where signatures differ."""
    now = time.time_ns()
    files, changed = dict(seen.files), set()
    for path, (signature, content_hash) in seen.files.items():
        if signature is None or _signature(path) != signature:
            later, current = _file_now(path)
            files[path] = _sure(later, now), content_hash
            if current != content_hash:
                changed.add(path)
    folders, elsewhere = dict(seen.folders), False
    for path, (signature, digest) in seen.folders.items():
        if signature is None or _signature(path) != signature:
            later, current = _folder_now(path)
            folders[path] = _sure(later, now), digest
            elsewhere = elsewhere or current != digest
    elsewhere = elsewhere or any(_kind(path) != kind for path, kind in seen.kinds.items())
    return Change(frozenset(changed), elsewhere, Seen(files, folders, seen.kinds))


def hash_of(content: bytes) -> str:
    """The hash by which contents are compared."""
    return hashlib.blake2b(content, digest_size=20).hexdigest()


def _read(path: str) -> tuple[bytes, Signature]:
    # Without O_NONBLOCK, opening a FIFO waits for a writer.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NON_BLOCKING)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(None, "not a regular file")
        return file.read(), _of(status)


def _list(path: str) -> dict[str, Entry]:
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            if _is_told(entry.name):
                found.append(Entry(entry.name, _entry_kind(entry), entry.is_symlink()))
            elif _may_be_folder(entry):
                found.append(Entry(entry.name, "folder", entry.is_symlink()))
    return {entry.name: entry for entry in sorted(found) if entry.name not in _UNTOLD}


def _is_told(name: str) -> bool:
    """Whether a listing has the entry `name` even if it is no folder."""
    return name.endswith((".py", ".ipynb")) or name in _TOLD


def _may_be_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _entry_kind(entry: os.DirEntry[str]) -> Kind:
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else "other"
    except OSError:
        return "other"


def _kind(path: str) -> Kind | None:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return None
    return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def _signature(path: str) -> Signature | None:
    try:
        return _of(os.stat(path))
    except (OSError, ValueError):
        return None


def _of(status: os.stat_result) -> Signature:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _sure(signature: Signature | None, now: int) -> Signature | None:
    """`signature`, unless what it belongs to has changed so lately that it may change again and keep it."""
    return None if signature is None or max(signature[:2]) > now - _UNSURE else signature


def _file_now(path: str) -> tuple[Signature | None, str]:
    try:
        content, signature = _read(path)
    except OSError as error:
        return None, _digest_of_error(error)
    return signature, hash_of(content)


def _folder_now(path: str) -> tuple[Signature | None, str]:
    signature = _signature(path)
    try:
        return signature, _digest(_list(path))
    except OSError as error:
        return None, _digest_of_error(error)


def _digest(listing: Mapping[str, Entry]) -> str:
    told = "\0".join(f"{entry.name}/{entry.kind}/{entry.is_link}" for entry in listing.values())
    return hash_of(told.encode("utf-8", "surrogatepass"))


def _digest_of_error(error: OSError) -> str:
    return f"error: {error.strerror or type(error).__name__}"
