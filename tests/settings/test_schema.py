from __future__ import annotations

import sys
from typing import Any

import jsonschema
import pytest

from asynclint.settings.schema import json_schema
from asynclint.settings.validation import OPTIONS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def is_valid(document: dict[str, Any]) -> bool:
    schema = json_schema()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return bool(validator(schema).is_valid(document))


def test_all_options_are_in_the_schema_and_described() -> None:
    properties = json_schema()["properties"]
    assert list(properties) == list(OPTIONS)
    assert all(each["description"].endswith(".") for each in properties.values())


@pytest.mark.parametrize("key", OPTIONS)
def test_the_example_of_an_option_is_valid(key: str) -> None:
    example = tomllib.loads(OPTIONS[key].example)
    assert list(example) == [key]
    assert is_valid(example)


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ({}, True),
        ({"select": ["AIO1", "blocking-sleep", "ALL"]}, True),
        ({"select": ["E501"]}, False),
        ({"select": "AIO1"}, False),
        ({"per-file-ignores": {"tests/*": ["AIO1"]}}, True),
        ({"per-file-ignores": {"tests/*": ["E501"]}}, False),
        ({"selcet": []}, False),
        ({"jobs": -1}, False),
        ({"max-hops": 0}, False),
        ({"output-format": "xml"}, False),
        ({"blocking": {"a.b": True, "a.c": "a.d", "a.e": {"blocks": False}}}, True),
        ({"blocking": {"a.b": {"block": True}}}, False),
        ({"blocking": {"a.b": 1}}, False),
    ],
)
def test_editors_accept_what_asynclint_accepts(document: dict[str, Any], valid: bool) -> None:
    assert is_valid(document) is valid
