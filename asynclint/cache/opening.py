"""From the settings to the cache that they mean."""

from __future__ import annotations

from pathlib import Path

from asynclint.cache.folder import CacheError, cache_folder, prepare
from asynclint.cache.store import Store


def open_store(root: Path, cache_dir: str) -> Store:
    """The cache in the folder `cache_dir`, relative to `root`; one that keeps nothing where there can be none."""
    try:
        return Store(prepare(cache_folder(root, cache_dir)))
    except CacheError as error:
        closed = Store()
        closed.complain(str(error))
        return closed
