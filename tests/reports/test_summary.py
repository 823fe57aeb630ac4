from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from asynclint.diagnostics import Diagnostic
from asynclint.reports.statistics import statistics
from asynclint.reports.summary import summary_lines


def test_counts_findings(diagnostics: Sequence[Diagnostic]) -> None:
    assert summary_lines([]) == ["No findings."]
    assert summary_lines(diagnostics[:1]) == ["Found 1 finding."]
    assert summary_lines(diagnostics) == ["Found 2 findings."]


def test_names_the_calls_that_explain_several_findings(diagnostics: Sequence[Diagnostic]) -> None:
    lost = msgspec.structs.replace(diagnostics[0], chain=(), code="AIO201")
    assert summary_lines([diagnostics[0]] * 3 + [diagnostics[1], lost]) == [
        "Found 5 findings, 3 causes: requests.get() at app/users.py:9 explains 3."
    ]


def test_statistics_count_rules_and_causes_the_most_frequent_first(diagnostics: Sequence[Diagnostic]) -> None:
    assert statistics([diagnostics[1]] + [diagnostics[0]] * 10, "concise") == (
        "10  AIO102  blocking-http-call\n"
        " 1  AIO101  blocking-sleep\n"
        "\n"
        "10  requests.get() at app/users.py:9\n"
        " 1  time.sleep() at app/jobs.py:3\n"
    )
    assert statistics([], "concise") == ""


def test_statistics_for_machines(diagnostics: Sequence[Diagnostic]) -> None:
    assert json.loads(statistics(diagnostics[:1], "json")) == {
        "rules": [{"code": "AIO102", "name": "blocking-http-call", "count": 1}],
        "causes": [{"cause": "requests.get() at app/users.py:9", "count": 1}],
    }
