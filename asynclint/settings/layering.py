"""Layers of settings put over each other: what a later one replaces, and what it adds to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from asynclint.settings.files import Layer
from asynclint.settings.model import PATTERN_OPTIONS, SELECTOR_OPTIONS, Selection, Settings, SettingsError
from asynclint.settings.validation import OPTIONS, unknown_key, validated
from asynclint.sources.environments import AUTOMATIC, NO_ENVIRONMENT

_DEFAULT = "default"
_PATHS = ("src", "cache-dir")
_SPECIAL = re.compile(r"[*?\[\]{}]")


class Layers:
    """Settings while layers are put over the defaults; patterns and paths end up relative to `root`.

    Of each option that is neither a rule selector nor `extend-exclude` nor `blocking`, the latest value holds.
    `extend-exclude` and `blocking` add up. A layer with a `select` starts the selection of rules anew; one without goes
    over what was selected before.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._values: dict[str, Any] = {}
        self._origins: dict[str, str] = {}
        self._selections: list[Selection] = []

    def add(self, layer: Layer) -> None:
        """Put `layer` over what is there. Raises `SettingsError`."""
        for key in layer.table:
            if key not in OPTIONS:
                raise SettingsError(f"{layer.place}{unknown_key(key)}")
        values: dict[str, Any] = validated(layer.table, layer.describe)
        if layer.folder != self._root:
            values = {key: _moved(key, value, layer.folder) for key, value in values.items()}
        self._select(values, layer.origin)
        for key, value in values.items():
            if key == "extend-exclude":
                self._note(key, (*self._values.get(key, ()), *value), layer.origin)
            elif key == "blocking":
                self._note(key, {**self._values.get(key, {}), **value}, layer.origin)
            elif key not in SELECTOR_OPTIONS:
                self._values[key] = value
                self._origins[key] = layer.origin

    def settings(self) -> Settings:
        """The settings that result."""
        fields = {OPTIONS[key].name: value for key, value in self._values.items()}
        return Settings(**fields, root=self._root, layers=tuple(self._selections))

    def origins(self) -> Mapping[str, str]:
        """Where each option's value came from, by key."""
        return {key: self._origins.get(key, _DEFAULT) for key in OPTIONS}

    def _select(self, values: Mapping[str, Any], origin: str) -> None:
        given = {key: values[key] for key in SELECTOR_OPTIONS if key in values}
        is_first = not any(key in self._values for key in SELECTOR_OPTIONS)
        if "select" in given or (given and is_first):
            for key in SELECTOR_OPTIONS:
                self._values.pop(key, None)
                self._origins.pop(key, None)
            self._selections.clear()
            self._values |= given
        elif given:
            ignore = (*given.get("ignore", ()), *given.get("extend-ignore", ()))
            self._selections.append(Selection(given.get("extend-select", ()), ignore))
            given = {"extend-ignore" if key == "ignore" else key: value for key, value in given.items()}
        for key in given:
            self._add_origin(key, origin)

    def _note(self, key: str, value: object, origin: str) -> None:
        self._values[key] = value
        self._add_origin(key, origin)

    def _add_origin(self, key: str, origin: str) -> None:
        self._origins[key] = f"{self._origins[key]}, then {origin}" if key in self._origins else origin


def _moved(key: str, value: Any, folder: Path) -> Any:
    """The value of an option that is relative to `folder`, made independent of it."""
    if key in PATTERN_OPTIONS:
        return _patterns_of(value, folder)
    if key == "per-file-ignores":
        return {moved: rules for pattern, rules in value.items() for moved in _ignore_patterns(pattern, folder)}
    if key == "python":
        return value if value in (AUTOMATIC, NO_ENVIRONMENT) else _path_of(value, folder)
    if key in _PATHS:
        return _path_of(value, folder) if isinstance(value, str) else tuple(_path_of(each, folder) for each in value)
    return value


def _patterns_of(patterns: Sequence[str], folder: Path) -> tuple[str, ...]:
    return tuple(_pattern_of(pattern, folder) if "/" in pattern else pattern for pattern in patterns)


def _ignore_patterns(pattern: str, folder: Path) -> tuple[str, ...]:
    negation = "!" * pattern.startswith("!")
    return tuple(negation + moved for moved in _patterns_of((pattern.removeprefix("!"),), folder))


def _pattern_of(pattern: str, folder: Path) -> str:
    if Path(pattern).is_absolute():
        return pattern
    literal = _SPECIAL.sub(lambda special: f"[{special[0]}]", folder.as_posix())
    return f"{literal.rstrip('/')}/{pattern.removeprefix('./')}"


def _path_of(path: str, folder: Path) -> str:
    return str(folder / path)
