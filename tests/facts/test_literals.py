"""What string literals say."""

from __future__ import annotations

import warnings

import pytest

from asynclint.facts.extract import extract
from asynclint.facts.model import Constant


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'plain'", "plain"),
        ('""', ""),
        ('"""three"""', "three"),
        (r"'a\tb'", "a\tb"),
        (r"r'a\tb'", r"a\tb"),
        ("u'old'", "old"),
        (r"'\N{no such character}'", r"'\N{no such character}'"),
        (r"'\d+'", r"\d+"),
    ],
)
def test_the_value_of_a_string(literal: str, value: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (binding,) = extract(f"x = {literal}\n").scope.bindings
    assert binding.value == Constant(value, "str")


@pytest.mark.parametrize("literal", ["b'x'", "Rb'x'", "bR'''x'''", "b'" + 200 * "x" + "'"])
def test_bytes_have_no_value(literal: str) -> None:
    (binding,) = extract(f"x = {literal}\n").scope.bindings
    assert binding.value == Constant(None, "bytes")
