"""The JSON schema of `asynclint.toml`, for editors, made from the options as validation knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from asynclint.rules.catalogue import by_code, by_name
from asynclint.settings.model import SELECTOR_OPTIONS, BlockingValue
from asynclint.settings.validation import OPTIONS, Option

_SELECTOR = {"$ref": "#/$defs/RuleSelector"}


def json_schema() -> dict[str, Any]:
    """The schema, as of https://json-schema.org/draft/2020-12."""
    definitions: dict[str, Any] = {"RuleSelector": {"enum": _selectors()}}
    properties = {key: _property(option, definitions) for key, option in OPTIONS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "asynclint",
        "description": "The options of asynclint.toml, of .asynclint.toml, and of [tool.asynclint] in pyproject.toml.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": definitions,
    }


def _property(option: Option, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of one option; what it refers to is put into `definitions`."""
    value_type = Mapping[str, BlockingValue] if option.key == "blocking" else option.type
    (found,), referred = msgspec.json.schema_components([value_type], ref_template="#/$defs/{name}")
    definitions |= referred
    schema = {"description": option.description, **found}
    if option.default is not None:
        schema["default"] = msgspec.to_builtins(option.default)
    if option.key in SELECTOR_OPTIONS:
        schema["items"] = _SELECTOR
    elif option.key == "per-file-ignores":
        schema["additionalProperties"]["items"] = _SELECTOR
    # TOML has no null: an option that may be unset is left out.
    if "anyOf" in schema and option.default is None:
        (schema_of_set,) = (each for each in schema.pop("anyOf") if each != {"type": "null"})
        schema |= schema_of_set
    if None in schema.get("enum", ()):
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    return schema


def _selectors() -> list[str]:
    """All that selects rules: codes, their prefixes, names, `ALL` and `DEFAULT`."""
    prefixes = {code[:length] for code in by_code for length in range(len("AIO"), len(code))}
    return ["ALL", "DEFAULT", *sorted(prefixes | set(by_code)), *sorted(by_name)]
