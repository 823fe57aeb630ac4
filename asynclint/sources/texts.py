"""Texts of files, read when somebody wants to show them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from asynclint.diagnostics import Diagnostic
from asynclint.sources.decoding import SourceError, read_content, read_source
from asynclint.sources.filesystem import FileSystem
from asynclint.sources.notebooks import read_notebook


class Texts(Mapping[str, str]):
    """The texts that diagnostics stand in, by their `source`; empty for one that can't be read any more.

    `overlay` has what is not to be read from disk, by path.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], overlay: Mapping[str, str] | None = None) -> None:
        self._places = {diagnostic.source: (diagnostic.path, diagnostic.cell) for diagnostic in diagnostics}
        self._overlay = overlay or {}
        self._filesystem = FileSystem()

    def __getitem__(self, source: str) -> str:
        path, cell = self._places[source]
        given = self._overlay.get(path)
        if given is None and not _may_be_shown(path):
            return ""
        try:
            if cell:
                content = read_content(Path(path), self._filesystem)[0] if given is None else given.encode()
                return read_notebook(content).cell_text(cell)
            return read_source(Path(path), self._filesystem).text if given is None else given
        except SourceError:
            return ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _may_be_shown(path: str) -> bool:
    """Whether the file at `path` is what its name says: a link may lead to somebody's secrets."""
    return not Path(path).is_symlink() or Path(os.path.realpath(path)).suffix == Path(path).suffix
