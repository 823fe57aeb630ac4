"""Configuration files: where they are, what they extend, and what they hold."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from asynclint.settings.model import SettingsError
from asynclint.sources.files import absolute_path, display_path
from asynclint.sources.filesystem import FileSystem

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE_NAMES = (".asynclint.toml", "asynclint.toml", "pyproject.toml")
"""Of several in one folder, the first holds; a `pyproject.toml` only if it has a `[tool.asynclint]`."""

_LARGEST = 4 * 1024 * 1024
"""Bytes."""


class Layer(msgspec.Struct, frozen=True):
    """A table of options, before validation. `place` is what a message about one of them begins with, as
    `pyproject.toml: [tool.asynclint] ` or `--`; patterns and folders in it are relative to `folder`.
    """

    origin: str
    place: str
    folder: Path
    table: Mapping[str, object]

    def describe(self, key: str) -> str:
        """Where `key` stands."""
        return f"{self.place}{key}"


def nearest_file(start: Path, filesystem: FileSystem) -> Path | None:
    """The configuration file nearest to `start`, an absolute path: in it, or in a folder above. Raises `SettingsError`
    for one that cannot be read.
    """
    for folder in (start, *start.parents):
        path = file_in(folder, filesystem)
        if path is not None:
            return path
    return None


def file_in(folder: Path, filesystem: FileSystem) -> Path | None:
    """The configuration file in `folder`. Raises `SettingsError` for one that cannot be read."""
    for name in FILE_NAMES:
        path = folder / name
        if filesystem.is_file(path) and (name != "pyproject.toml" or _own_table(path, filesystem) is not None):
            return path
    return None


def layers_of(path: Path, folder: Path, filesystem: FileSystem) -> list[Layer]:
    """What the configuration file `path` says, after what the files say that it extends. Its patterns are relative to
    `folder`, those of the others to their own. Raises `SettingsError`.
    """
    files = [absolute_path(path)]
    layers = [_layer(files[0], folder, "", filesystem)]
    while extended := _extended(layers[0], files[-1]):
        target = absolute_path(extended)
        if target in files:
            cycle = " extends ".join(display_path(each) for each in (*files[files.index(target) :], target))
            raise SettingsError(f"{layers[0].describe('extend')} leads in a circle: {cycle}")
        origin = f"{display_path(target)} (extended by {display_path(files[-1])})"
        files.append(target)
        try:
            layers.insert(0, _layer(target, target.parent, origin, filesystem))
        except SettingsError:
            given = str(layers[0].table["extend"])
            if "$" not in given:
                raise
            # What the environment holds may be a secret.
            reason = "leads to no file that can be read and understood"
            raise SettingsError(f'{layers[0].describe("extend")}: "{given}" {reason}') from None
    return layers


def parse_toml(text: str) -> Mapping[str, object]:
    """The document `text`. Raises `ValueError`, which says what is wrong with it."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _extended(layer: Layer, path: Path) -> Path | None:
    """The file that the configuration file `path` extends."""
    given = layer.table.get("extend")
    if not isinstance(given, str) or not given:
        return None
    named = Path(os.path.expandvars(given))
    try:
        return path.parent / named.expanduser()
    except RuntimeError:  # the home folder of nobody
        return path.parent / named


def _layer(path: Path, folder: Path, origin: str, filesystem: FileSystem) -> Layer:
    shown = display_path(path)
    if path.name == "pyproject.toml":
        return Layer(origin or shown, f"{shown}: [tool.asynclint] ", folder, _own_table(path, filesystem) or {})
    return Layer(origin or shown, f"{shown}: ", folder, _document(path, _read(path, filesystem)))


def _own_table(path: Path, filesystem: FileSystem) -> Mapping[str, object] | None:
    """The table `[tool.asynclint]` of a `pyproject.toml`; `None` where there is none."""
    content = _read(path, filesystem)
    if b"asynclint" not in content:
        return None
    tool = _document(path, content).get("tool")
    table = tool.get("asynclint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{display_path(path)}: tool.asynclint must be a table")
    return table


def _document(path: Path, content: bytes) -> Mapping[str, object]:
    try:
        return parse_toml(content.decode("utf-8"))
    except ValueError as error:
        raise SettingsError(f"{display_path(path)}: not valid TOML: {error}") from None


def _read(path: Path, filesystem: FileSystem) -> bytes:
    """The content of a regular file that is not too large. Raises `SettingsError`."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(f"{display_path(path)}: larger than {_LARGEST // 1024 // 1024} MiB")
        content, _ = filesystem.read(path)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SettingsError(f"{display_path(path)}: cannot be read: {reason}") from None
    return content
