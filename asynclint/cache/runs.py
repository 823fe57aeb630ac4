"""What whole runs have found, and all that they have seen: where that is as it was, there is nothing to do."""

from __future__ import annotations

import hashlib

import msgspec

from asynclint.cache.identity import request_identity, results_identity
from asynclint.cache.store import Store
from asynclint.diagnostics import Diagnostic
from asynclint.sources.filesystem import Seen, changes


class StoredRun(msgspec.Struct, frozen=True, array_like=True):
    """What a run found: the diagnostics, sorted, and how many files were checked."""

    diagnostics: tuple[Diagnostic, ...]
    files: int


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    seen: Seen
    run: StoredRun


class RunCache:
    """What earlier runs have found that were asked the same: `request`, which msgspec can encode."""

    def __init__(self, store: Store, request: object) -> None:
        self._store = store
        self._key = _key(request) if store.is_open else b""

    def find(self) -> StoredRun | None:
        """What the last run found, if everything that it saw is as it was."""
        kept = self._store.get(self._key, _Kept)
        if kept is None:
            return None
        change = changes(kept.seen)
        if change.files or change.elsewhere:
            return None
        if change.seen != kept.seen:
            self._store.put(self._key, _Kept(change.seen, kept.run))
        return kept.run

    def keep(self, run: StoredRun, seen: Seen) -> None:
        """Keep what a run found, and all that it has seen."""
        self._store.put(self._key, _Kept(seen, run))


def _key(request: object) -> bytes:
    encoded = request_identity(request)
    return hashlib.blake2b(b"run" + results_identity() + encoded, digest_size=20).digest()
