"""From what a TOML table or the command line says to values of the right types, or to an error in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from asynclint.settings.model import (
    NOT_OPTIONS,
    PATTERN_OPTIONS,
    SELECTOR_OPTIONS,
    BlockingEntry,
    Settings,
    SettingsError,
)
from asynclint.settings.selection import codes_meant, selector_suggestion, suggestion
from asynclint.sources.globs import is_too_costly


class Option(msgspec.Struct, frozen=True):
    """What can be set by `key`: the field of `Settings` with that `name`.

    `description` is Markdown, `expects` ends a sentence that begins with "must be", `example` is TOML.
    """

    key: str
    name: str
    type: Any
    default: Any
    description: str
    expects: str
    example: str


def _options() -> Iterator[Option]:
    for field in msgspec.structs.fields(Settings):
        if field.encode_name not in NOT_OPTIONS:
            said: Any = msgspec.inspect.type_info(field.type)
            text = {**said.extra_json_schema, **said.extra}
            default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
            yield Option(
                field.encode_name,
                field.name,
                field.type,
                default,
                text["description"],
                text["expects"],
                text["example"],
            )


OPTIONS: Mapping[str, Option] = {option.key: option for option in _options()}
"""All options by key, as validation, documentation and the schema for editors have them."""


def validated(table: Mapping[str, object], describe: Callable[[str], str]) -> dict[str, object]:
    """The values of the options in `table`. `describe` says where an option stands. Raises `SettingsError`."""
    return {key: _value(key, given, describe) for key, given in table.items()}


def unknown_key(key: str) -> str:
    """What to say of a `key` that is no option's."""
    kebab = key.replace("_", "-")
    hint = f'; did you mean "{kebab}"?' if kebab in OPTIONS else suggestion(key, OPTIONS)
    return f'unknown key "{key}"{hint}'


def _value(key: str, given: object, describe: Callable[[str], str]) -> object:
    if key == "blocking":
        return _blocking(given, describe)
    try:
        value: object = msgspec.convert(given, OPTIONS[key].type)
    except msgspec.ValidationError:
        raise SettingsError(f"{describe(key)} must be {OPTIONS[key].expects}") from None
    if key in SELECTOR_OPTIONS:
        _check_selectors(msgspec.convert(value, tuple[str, ...]), describe(key))
    elif key in PATTERN_OPTIONS:
        _check_patterns(msgspec.convert(value, tuple[str, ...]), describe(key))
    elif key == "per-file-ignores":
        by_pattern = msgspec.convert(value, dict[str, tuple[str, ...]])
        _check_patterns(by_pattern, describe(key))
        for pattern, selectors in by_pattern.items():
            _check_selectors(selectors, f'{describe(key)}, "{pattern}"')
    return value


def _check_patterns(patterns: Iterable[str], where: str) -> None:
    for pattern in patterns:
        if is_too_costly(pattern):
            raise SettingsError(f'{where}: "{pattern}" has braces and too many wildcards')


def _check_selectors(selectors: Iterable[str], where: str) -> None:
    for selector in selectors:
        if not codes_meant(selector):
            raise SettingsError(f'{where}: unknown rule "{selector}"{selector_suggestion(selector)}')


def _blocking(given: object, describe: Callable[[str], str]) -> dict[str, BlockingEntry]:
    where = describe("blocking")
    if not isinstance(given, dict):
        raise SettingsError(f"{where} must be {OPTIONS['blocking'].expects}")
    return {name: _blocking_entry(entry, f'{where}, "{name}"') for name, entry in given.items()}


def _blocking_entry(entry: object, where: str) -> BlockingEntry:
    if isinstance(entry, bool):
        return BlockingEntry(blocks=entry)
    if isinstance(entry, str):
        return BlockingEntry(instead=entry)
    try:
        return msgspec.convert(entry, BlockingEntry)
    except msgspec.ValidationError:
        expected = 'must be true, false, a replacement, or a table with "blocks" and "instead"'
        raise SettingsError(f"{where} {expected}") from None
