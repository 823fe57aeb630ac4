from __future__ import annotations

import sqlite3
from pathlib import Path

from asynclint.cache.store import Store


def test_what_was_used_least_recently_goes_first(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite3"
    store = Store(file, most_bytes=1_000_000)
    for number in range(8):
        store.put(b"old %d" % number, bytes(100_000))
    store.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE entry SET used = 1")
    connection.close()
    store = Store(file, most_bytes=1_000_000)
    assert store.get(b"old 3", bytes) is not None
    store.flush()
    for number in range(4):
        store.put(b"new %d" % number, bytes(100_000))
    store.close()
    assert file.stat().st_size < 1_000_000
    store = Store(file)
    assert store.get(b"old 0", bytes) is None
    assert store.get(b"old 3", bytes) is not None
    assert all(store.get(b"new %d" % number, bytes) is not None for number in range(4))
    store.close()


def test_a_value_of_another_type_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache.sqlite3")
    store.put(b"key", ["text"])
    assert store.get(b"key", dict[str, int]) is None
    assert store.get(b"key", list[str]) == ["text"]
    assert store.complaints == []
    store.close()
