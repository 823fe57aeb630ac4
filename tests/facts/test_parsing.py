"""The quick parse gives what libcst's own gives."""

from __future__ import annotations

import inspect

import libcst as cst
import pytest

from asynclint.facts import parsing
from asynclint.facts.parsing import parse

SAMPLES = [inspect.getsource(module) for module in (cst, parsing, inspect)]


@pytest.mark.parametrize("text", SAMPLES)
def test_the_tree_is_that_of_libcst(text: str) -> None:
    assert parse(text).deep_equals(cst.parse_module(text))


def test_nodes_are_validated_again_afterwards() -> None:
    parse("x = 1\n")
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


def test_nodes_are_validated_again_after_an_error() -> None:
    with pytest.raises(cst.ParserSyntaxError):
        parse("x = (\n")
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")
