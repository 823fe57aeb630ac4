"""Values by key in a SQLite file. Whatever goes wrong with it, the run goes on without."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

_T = TypeVar("_T")

MOST_BYTES = 500_000_000
"""How large the file may grow: then what was used least recently goes, until three quarters are left."""
_PENDING_BYTES = 16_000_000
_PATIENCE = 10.0
"""Seconds to wait for another run that is writing."""
_DAY = 86_400
_SCHEMA_VERSION = 1
_SCHEMA = f"""
    PRAGMA auto_vacuum = FULL;
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS entry (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS entry_by_use ON entry (used);
    PRAGMA user_version = {_SCHEMA_VERSION};
    COMMIT;
"""


class Store:
    """Values by key. What is put is written now and then, and by `flush`.

    Without a file it keeps nothing. `complaints` says in one line each what went wrong.
    """

    def __init__(self, file: Path | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        self.complaints: list[str] = []
        self._file = file
        self._most_bytes = most_bytes
        self._pending: dict[bytes, bytes] = {}
        self._pending_bytes = 0
        self._read: set[bytes] = set()
        self._connection: sqlite3.Connection | None = None
        if file is not None:
            self._guarded(lambda: self._open(file))

    @property
    def is_open(self) -> bool:
        """Whether anything is kept."""
        return self._connection is not None

    @property
    def was_read(self) -> bool:
        """Whether anything in this run came from the store."""
        return bool(self._read)

    @property
    def read(self) -> frozenset[bytes]:
        """The keys of what came from the store in this run."""
        return frozenset(self._read)

    def note_read(self, keys: Iterable[bytes]) -> None:
        """Take note of what another process has got from the store for this run."""
        self._read.update(keys)

    def reconnect(self) -> None:
        """Open the file anew, in a copy of the process that has opened it: SQLite forbids to share a connection, and to
        close it in the copy as well.
        """
        self._inherited, self._connection = self._connection, None
        file = self._file
        if self._inherited is not None and file is not None:
            self._connection = self._guarded(lambda: _connect(file))

    def get(self, key: bytes, kind: type[_T]) -> _T | None:
        """The value at `key`; `None` where there is none, or none of the type `kind`."""
        value = self._pending.get(key)
        if value is None:
            value = self._guarded(lambda: self._select(key))
        if value is None:
            return None
        try:
            found = msgspec.msgpack.decode(value, type=kind)
        except (msgspec.DecodeError, RecursionError):
            return None
        self._read.add(key)
        return found

    def put(self, key: bytes, value: object) -> None:
        """Keep `value` at `key`."""
        content = encoded(value) if self._connection is not None else None
        if content is None:
            return
        self._pending[key] = content
        self._pending_bytes += len(content)
        if self._pending_bytes > _PENDING_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what was put."""
        self._guarded(self._write)

    def close(self) -> None:
        """Write what was put, and let go of the file."""
        self.flush()
        self.forget()

    def forget(self) -> None:
        """Let go of the file and of all that was put and not written."""
        self._pending.clear()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def complain(self, reason: str) -> None:
        """Say why the cache is not used, and stop using it."""
        self.complaints.append(f"the cache is not used: {reason}")
        self.forget()

    def _guarded(self, action: Callable[[], _T]) -> _T | None:
        """What `action` gives; `None` where it fails, and then the store is closed."""
        try:
            return action()
        except (sqlite3.Error, sqlite3.Warning, OSError) as error:
            self.complain(f"{self._file}: {' '.join(str(error).split()) or type(error).__name__}")
            if self._file is not None and _is_damaged(error):
                self._file.unlink(missing_ok=True)
            return None

    def _open(self, file: Path) -> None:
        try:
            self._connection = _connect(file)
        except sqlite3.DatabaseError as error:
            if not _is_damaged(error):
                raise
            self.complaints.append(f"the cache was damaged and is made anew: {file}")
            file.unlink()
            self._connection = _connect(file)

    def _select(self, key: bytes) -> bytes | None:
        if self._connection is None:
            return None
        row = self._connection.execute("SELECT value, used FROM entry WHERE key = ?", (key,)).fetchone()
        if row is None or not isinstance(row[0], bytes):
            return None
        return row[0]

    def _write(self) -> None:
        connection = self._connection
        if connection is None:
            return
        now = int(time.time())
        stale = self._stale(connection, now)
        if not self._pending and not stale:
            return
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR REPLACE INTO entry (key, used, value) VALUES (?, ?, ?)",
                ((key, now, value) for key, value in self._pending.items()),
            )
            connection.executemany("UPDATE entry SET used = ? WHERE key = ?", ((now, key) for key in stale))
            self._evict(connection)
        self._pending.clear()
        self._pending_bytes = 0

    def _stale(self, connection: sqlite3.Connection, now: int) -> Sequence[bytes]:
        """What was read in this run, and for the last time more than a day ago."""
        found = connection.execute("SELECT key FROM entry WHERE used < ?", (now - _DAY,))
        return [key for (key,) in found if key in self._read] if self._read else []

    def _evict(self, connection: sqlite3.Connection) -> None:
        """Delete what was used least recently, if the file has grown too large."""
        pages, page_size, free = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size", "freelist_count")
        )
        excess = (pages - free) * page_size - self._most_bytes
        if excess <= 0:
            return
        excess += self._most_bytes // 4
        doomed = []
        for key, size in connection.execute("SELECT key, length(value) FROM entry ORDER BY used"):
            doomed.append((key,))
            excess -= size
            if excess <= 0:
                break
        connection.executemany("DELETE FROM entry WHERE key = ?", doomed)


def encoded(value: object) -> bytes | None:
    """`value` as bytes; `None` where it holds half of a surrogate pair, as a path or a literal may."""
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return None


def _is_damaged(error: Exception) -> bool:
    """Whether the file is no database of ours, rather than locked, read-only or on a full disk."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
        if version != _SCHEMA_VERSION and not tables:
            connection.executescript(_SCHEMA)
        elif tables != [("table", "entry"), ("index", "entry_by_use"), ("index", "sqlite_autoindex_entry_1")]:
            raise sqlite3.DatabaseError("not made by asynclint")
    except BaseException:
        connection.close()
        raise
    return connection
