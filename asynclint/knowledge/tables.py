"""The tables of a TOML file beside this module, read in the shape of the model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

Entry = TypeVar("Entry")


class KnowledgeError(Exception):
    """A knowledge file that does not have the shape of the model. The message names the file and the entry."""


class Tables:
    """The tables of a file, each of which somebody has to take. What is not as it should be raises `KnowledgeError`."""

    def __init__(self, file: str) -> None:
        from importlib import resources

        text = resources.files("asynclint.knowledge").joinpath(file).read_text("utf-8")
        try:
            self._tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise KnowledgeError(f"{file}: {error}") from error
        self._file = file

    def plain(self, key: str, default: Any) -> Any:
        """What is at `key`, as it is."""
        return self._tables.pop(key, default)

    def take(self, table: str, kind: type[Entry]) -> dict[str, Entry]:
        """The entries of a table."""
        return convert(self._file, self._tables.pop(table, {}), kind)

    def names(self, key: str) -> frozenset[str]:
        """The names in a list."""
        try:
            return frozenset(msgspec.convert(self._tables.pop(key, []), list[str]))
        except msgspec.ValidationError as error:
            raise KnowledgeError(f"{self._file}: {key!r}: {error}") from error

    def methods(self, table: str) -> Iterator[tuple[str, str]]:
        """The qualified methods, each with its class, of a table of names by class."""
        for owner, names in self.take(table, tuple[str, ...]).items():
            yield from ((f"{owner}.{name}", owner) for name in names)

    def finish(self) -> None:
        """Raise `KnowledgeError` if there are tables that nobody took."""
        if self._tables:
            raise KnowledgeError(f"{self._file}: unknown table {next(iter(self._tables))!r}")


def convert(file: str, entries: dict[str, Any], kind: type[Entry]) -> dict[str, Entry]:
    """`entries` of `file`, each as a `kind`. Raises `KnowledgeError`, which names the first that is none."""
    try:
        return msgspec.convert(entries, dict[str, kind])  # type: ignore[valid-type]
    except msgspec.ValidationError:
        for name, entry in entries.items():
            try:
                msgspec.convert(entry, kind)
            except msgspec.ValidationError as error:
                raise KnowledgeError(f"{file}: {name!r}: {error}") from error
        raise
