"""Facts by the text that they are about: of each file those parts that were ever asked for."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from asynclint.cache.identity import facts_identity
from asynclint.cache.store import Store, encoded
from asynclint.facts.locations import Location
from asynclint.facts.model import Scope

_T = TypeVar("_T")
Parts = dict[bytes, bytes]
"""What is known of the parts of a file: encoded, by what it is about."""
_VERSIONS = 4
"""How many times as many parts as a file has are kept of it, because it was edited."""


class FileFacts:
    """The facts of the parts of one file, and where what is in them stands.

    A part is known by its text alone: what moves in its file stays known, and lines are those of the part.
    """

    def __init__(self, store: Store, file: Path) -> None:
        self._store = store
        self._key = _digest(facts_identity(), str(file).encode("utf-8", "surrogateescape"))
        self._stored: Parts | None = None
        self._used: Parts = {}
        self._new: Parts = {}
        self._packed: list[bytes] = []
        self._is_saved = True

    def scope(self, text: str, *, elided: bool) -> Scope | None:
        """The facts of the part `text`, if they are known; `elided` as in `asynclint.facts.extract.extract`."""
        return self._get(scope_key(text, elided=elided), Scope)

    def keep_scope(self, text: str, scope: Scope, *, elided: bool) -> None:
        """Keep the facts of the part `text`."""
        self._put(scope_key(text, elided=elided), scope)

    def locations(self, text: str, *, elided: bool) -> Mapping[int, Location] | None:
        """Where the nodes of the part `text` stand in it, if that is known."""
        return self._get(_part_key(b"locations", text, elided=elided), dict[int, Location])

    def keep_locations(self, text: str, found: Mapping[int, Location], *, elided: bool) -> None:
        """Keep where the nodes of the part `text` stand in it."""
        self._put(_part_key(b"locations", text, elided=elided), found)

    def is_sound(self, text: str) -> bool:
        """Whether all of the file, `text`, is known to parse."""
        return self._get(sound_key(text), bool) or False

    def keep_sound(self, text: str) -> None:
        """Keep that all of the file parses."""
        self._put(sound_key(text), True)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not (self._packed or self._used or self._known())

    def knows_scope(self, text: str, *, elided: bool) -> bool:
        """Whether the facts of the part `text` are known."""
        return scope_key(text, elided=elided) in self._known()

    def keep(self, packed: bytes) -> None:
        """Keep what another process has found, which `pack` has packed. It is unpacked where it is asked for."""
        self._packed.append(packed)
        self._is_saved = False

    def take_new(self) -> bytes:
        """What this process has made since this was asked for the last time, packed; empty where that is nothing."""
        new, self._new = self._new, {}
        return pack(new) if new else b""

    def save(self, parts: Callable[[], int]) -> None:
        """Put what is new into the store, and forget it here; `parts` says how many the file has."""
        if not self._is_saved and self._store.is_open:
            self._unpack()
            known = {**self._known(), **self._used}
            self._store.put(self._key, known if len(known) <= _VERSIONS * parts() else self._used)
            self._stored, self._used, self._new, self._is_saved = None, {}, {}, True

    def _known(self) -> Parts:
        """What is in the store."""
        if self._stored is None:
            self._stored = self._store.get(self._key, dict[bytes, bytes]) or {}
        return self._stored

    def _unpack(self) -> None:
        while self._packed:
            self._used.update(msgspec.msgpack.decode(zlib.decompress(self._packed.pop()), type=dict[bytes, bytes]))

    def _get(self, key: bytes, kind: type[_T]) -> _T | None:
        self._unpack()
        value = self._used.get(key) or self._known().get(key)
        if value is None:
            return None
        self._used[key] = value
        try:
            return msgspec.msgpack.decode(value, type=kind)
        except (msgspec.DecodeError, RecursionError):
            return None

    def _put(self, key: bytes, value: object) -> None:
        content = encoded(value)
        if content is not None:
            self._used[key] = self._new[key] = content
            self._is_saved = False


def pack(parts: Parts) -> bytes:
    """Parts in few bytes."""
    return zlib.compress(msgspec.msgpack.encode(parts), level=1)


def scope_key(text: str, *, elided: bool) -> bytes:
    """The key of the facts of the part `text`."""
    return _part_key(b"scope", text, elided=elided)


def sound_key(text: str) -> bytes:
    """The key under which it is kept that all of the file `text` parses."""
    return _part_key(b"sound", text)


def _part_key(kind: bytes, text: str, *, elided: bool = False) -> bytes:
    return _digest(kind, b"elided" if elided else b"", text.encode("utf-8", "surrogatepass"))


def _digest(*pieces: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    for piece in pieces:
        digest.update(b"%d\0" % len(piece))
        digest.update(piece)
    return digest.digest()
