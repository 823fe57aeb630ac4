"""Where settings come from, and in which order."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from asynclint.settings.model import SELECTOR_OPTIONS, Settings, SettingsError
from asynclint.settings.validation import OPTIONS, unknown_key, validated
from asynclint.sources.files import absolute_path, display_path, find_project_root

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class LoadedSettings(msgspec.Struct, frozen=True):
    """Settings, and where each option's value came from, by key."""

    settings: Settings
    origins: Mapping[str, str]


class _Layer(msgspec.Struct, frozen=True):
    """A table of options. `place` is where it stands, as in `pyproject.toml: [tool.asynclint]`."""

    origin: str
    place: str
    table: Mapping[str, object]

    def describe(self, key: str) -> str:
        """Where `key` stands."""
        return f"{self.place} {key}"


class _File(msgspec.Struct, frozen=True):
    """A configuration file, and the folder that its patterns are relative to."""

    layer: _Layer
    root: Path


def load_settings(
    paths: Sequence[Path],
    command_line: Mapping[str, object] | None = None,
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
) -> LoadedSettings:
    """The settings for linting `paths`. Raises `SettingsError`.

    `command_line` has the values of options by key, `config` the arguments of `--config`: a TOML file, or
    `key = value`. With `isolated`, no file is read that is not in `config`.
    """
    start = paths[0] if paths else Path()
    inline, files = _split_config(config)
    if isolated and files:
        raise SettingsError("--isolated cannot be combined with a file in --config")
    found = _explicit_file(files) if files else None if isolated else _nearest_file((start, Path()))
    values: dict[str, object] = {}
    origins = dict.fromkeys(OPTIONS, "default")
    for layer in (*([found.layer] if found else ()), *inline):
        _check_keys(layer)
        values |= validated(layer.table, layer.describe)
        origins |= dict.fromkeys(layer.table, layer.origin)
    _override(values, origins, validated(command_line or {}, lambda key: f"--{key}"))
    fields: dict[str, Any] = {OPTIONS[key].name if key in OPTIONS else key: value for key, value in values.items()}
    fields["root"] = found.root if found else find_project_root(start)
    return LoadedSettings(Settings(**fields), origins)


def _override(values: dict[str, object], origins: dict[str, str], command_line: Mapping[str, Any]) -> None:
    """Put the options of the command line over `values`. Its `--select` starts the selection of rules anew."""
    if "select" in command_line:
        for key in SELECTOR_OPTIONS:
            values.pop(key, None)
            origins[key] = "default"
        values |= command_line
    else:
        values |= {key: value for key, value in command_line.items() if key not in SELECTOR_OPTIONS}
        values["command_line_select"] = command_line.get("extend-select", ())
        values["command_line_ignore"] = (*command_line.get("ignore", ()), *command_line.get("extend-ignore", ()))
    for key in command_line:
        adds = key in SELECTOR_OPTIONS and origins[key] != "default"
        origins[key] = f"{origins[key]}, then the command line" if adds else "command line"


def _check_keys(layer: _Layer) -> None:
    for key in layer.table:
        if key not in OPTIONS:
            raise SettingsError(f"{layer.place} {unknown_key(key)}")


def _split_config(arguments: Sequence[str]) -> tuple[list[_Layer], list[Path]]:
    """The `key = value` arguments of `--config`, and its files."""
    inline = []
    files = []
    for argument in arguments:
        if Path(argument).is_file() or "=" not in argument:
            files.append(Path(argument))
            continue
        try:
            table = tomllib.loads(argument)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"--config: neither a file nor valid TOML: {argument} ({error})") from None
        inline.append(_Layer("--config", "--config:", table))
    return inline, files


def _explicit_file(files: Sequence[Path]) -> _File:
    if len(files) > 1:
        raise SettingsError(f"--config: more than one file: {', '.join(map(str, files))}")
    path = files[0]
    table = _read_toml(path)
    if path.name == "pyproject.toml":
        table = _own_table(path, table) or {}
    return _File(_file_layer(path, table), Path.cwd())


def _nearest_file(starts: Sequence[Path]) -> _File | None:
    """The nearest `pyproject.toml` with a `[tool.asynclint]` at or above the first of `starts` that has one."""
    for start in starts:
        for path in _pyprojects_above(start):
            table = _own_table(path, _read_toml(path))
            if table is not None:
                return _File(_file_layer(path, table), path.parent)
    return None


def _pyprojects_above(start: Path) -> Iterator[Path]:
    absolute = absolute_path(start)
    for folder in (absolute, *absolute.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            yield path


def _file_layer(path: Path, table: Mapping[str, object]) -> _Layer:
    shown = display_path(path)
    place = f"{shown}: [tool.asynclint]" if path.name == "pyproject.toml" else f"{shown}:"
    return _Layer(shown, place, table)


def _own_table(path: Path, document: Mapping[str, object]) -> Mapping[str, object] | None:
    """The table `[tool.asynclint]` of a `pyproject.toml`; `None` where there is none."""
    tool = document.get("tool")
    table = tool.get("asynclint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{display_path(path)}: tool.asynclint must be a table")
    return table


def _read_toml(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{display_path(path)}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{display_path(path)}: not valid TOML: {error}") from None
