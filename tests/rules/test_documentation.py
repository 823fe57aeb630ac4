"""Every rule's documentation is complete, and its examples behave as it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from asynclint import check_source
from asynclint.diagnostics import Diagnostic
from asynclint.rules.base import Rule
from asynclint.rules.catalogue import ALL_RULES, by_code, by_name, rule_for_kind
from asynclint.settings import BlockingEntry, Settings

REQUIRED = ["What it does", "Why is this bad?", "Example", "Use instead"]
OPTIONAL = ["Notes", "Options", "See also"]

each_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)


def sections(rule: type[Rule[Any]]) -> dict[str, str]:
    """What stands below each heading."""
    _, *parts = re.split(r"^## (.+)$", rule.documentation(), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def found_in(rule: type[Rule[Any]], heading: str) -> Sequence[Diagnostic]:
    """What is reported for the code block below `heading`, with the default rules and `rule`."""
    found = re.search(r"^```python\n(.*?)^```$", sections(rule)[heading], re.DOTALL | re.MULTILINE)
    assert found is not None
    blocking = {"warehouse.query": BlockingEntry()} if rule.code == "AIO190" else {}
    settings = Settings(extend_select=(rule.code,), blocking=blocking)
    return check_source(found[1], "example.py", settings).diagnostics


def codes_found_in(rule: type[Rule[Any]], heading: str) -> list[str]:
    """The codes of what is reported for the code block below `heading`."""
    return [diagnostic.code for diagnostic in found_in(rule, heading)]


def test_the_catalogue_is_sorted_and_without_doubles() -> None:
    codes = [rule.code for rule in ALL_RULES]
    assert codes == sorted(codes) == list(by_code)
    assert len(by_name) == len(ALL_RULES)
    assert {rule.code for rule in rule_for_kind.values()} <= set(codes)


@each_rule
def test_headings(rule: type[Rule[Any]]) -> None:
    headings = list(sections(rule))
    assert headings[: len(REQUIRED)] == REQUIRED
    optional = headings[len(REQUIRED) :]
    assert optional == [heading for heading in OPTIONAL if heading in optional]
    assert all(text.strip() for text in sections(rule).values())


@each_rule
def test_the_summary_is_one_sentence(rule: type[Rule[Any]]) -> None:
    assert re.fullmatch(r"[^#\n]+[^.\n]\.", rule.summary())


@each_rule
def test_name_and_code(rule: type[Rule[Any]]) -> None:
    assert re.fullmatch(r"AIO[0-9]{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)


@each_rule
def test_the_example_fires_this_rule_and_no_other(rule: type[Rule[Any]]) -> None:
    assert set(codes_found_in(rule, "Example")) == {rule.code}


@each_rule
def test_what_to_use_instead_fires_nothing(rule: type[Rule[Any]]) -> None:
    assert codes_found_in(rule, "Use instead") == []


@each_rule
def test_a_finding_knows_its_function_and_what_is_called(rule: type[Rule[Any]]) -> None:
    if rule.code not in {"AIO308", "AIO900", "AIO901"}:
        assert all(diagnostic.function and diagnostic.called for diagnostic in found_in(rule, "Example"))
