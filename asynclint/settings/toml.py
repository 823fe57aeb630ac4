"""Settings as a configuration file would have them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from asynclint.settings.model import Settings
from asynclint.settings.validation import OPTIONS


def option_line(settings: Settings, key: str) -> str:
    """The option in one line; one that is not set, and that has no value for that, in a comment."""
    value = getattr(settings, OPTIONS[key].name)
    if key == "extend-select":
        value = (*value, *(selector for layer in settings.layers for selector in layer.select))
    elif key == "extend-ignore":
        value = (*value, *(selector for layer in settings.layers for selector in layer.ignore))
    return f"# {key} is not set" if value is None else f"{key} = {toml_value(value)}"


def toml_value(value: object) -> str:
    """`value`, of strings, numbers, lists, mappings and structs, as TOML has it in one line."""
    return _toml(msgspec.to_builtins(value))


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # Beyond the escapes of JSON, TOML wants this one.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
