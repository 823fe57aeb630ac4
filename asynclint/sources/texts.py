"""Texts of files, read when somebody wants to show them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from asynclint.sources.decoding import SourceError, read_source
from asynclint.sources.filesystem import FileSystem


class Texts(Mapping[str, str]):
    """The texts of files by the path that reports give them; empty for one that can't be read any more."""

    def __init__(self, paths: Collection[str]) -> None:
        self._paths = paths
        self._filesystem = FileSystem()

    def __getitem__(self, path: str) -> str:
        if path not in self._paths:
            raise KeyError(path)
        try:
            return read_source(Path(path), self._filesystem).text
        except SourceError:
            return ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
