from __future__ import annotations

import sys
import threading

import pytest

from asynclint import check_source

STALLS = "\nasync def main():\n    time.sleep(1)\n"


def found_in(statement: str) -> list[tuple[str, int, str]]:
    source = f"import time\n{STALLS}\nasync def generated(a):\n    {statement}\n"
    return [(each.code, each.span.line, each.message) for each in check_source(source, "generated.py").diagnostics]


@pytest.mark.parametrize(
    "statement",
    [
        "(" * 10_000 + ")" * 10_000,
        "[" * 100_000,
        "x = " + "f'{" * 50_000,
        "f(" * 300 + ")" * 300,
        "x = " + "{1: " * 300 + "2" + "}" * 300,
        "if a:\n" + "".join(" " * (depth + 5) + "if a:\n" for depth in range(200)) + " " * 210 + "pass",
    ],
)
def test_what_python_does_not_take_either_is_reported_in_its_words(statement: str) -> None:
    stall, invalid = found_in(statement)
    assert stall[:2] == ("AIO101", 4)
    assert invalid[0] == "AIO900"
    assert "too many" in invalid[2]


@pytest.mark.parametrize(
    "statement",
    [
        "x = " + " + ".join("a" * 5_000),
        "x = a" + ".filter(1)" * 5_000,
        "x = a" + "[0]" * 5_000,
        "x = " + "not " * 5_000 + "a",
        "x = " + "lambda: " * 5_000 + "a",
        "x = " + "1 if a else " * 5_000 + "2",
        "x = (\n" + "'a'\n" * 5_000 + ")",
        "if a: ..." + "\n    elif a: ..." * 6_000,
    ],
)
def test_what_nests_too_deeply_is_left_out(statement: str) -> None:
    stall, invalid = found_in(statement)
    assert stall[:2] == ("AIO101", 4)
    assert invalid[0] == "AIO900"
    assert "nested too deeply" in invalid[2] or "recursion" in invalid[2]


@pytest.mark.parametrize(
    "statement",
    [
        "x = " + "(" * 150 + "a" + ")" * 150,
        "x = " + " + ".join("a" * 500),
        "x = a" + ".filter(1)" * 100,
        "x = " + "not " * 500 + "a",
        "x = [\n" + "f(a.b + 1)(2),\n" * 300 + "]",
        "x = {\n" + "'a.b+c': a.b + 1,\n" * 500 + "}",
        "x = '" + "(+." * 2_000 + "'",
        "x = a  # " + "(+." * 2_000,
        "if a: ..." + "\n    elif a: ..." * 400,
        "x = 1\n    " * 1_000 + "y = a.b",
    ],
)
def test_what_is_only_long_is_read(statement: str) -> None:
    statement = statement.removesuffix("\n    ") + "\n\nasync def last():\n    time.sleep(1)"
    assert [code for code, _, _ in found_in(statement)] == ["AIO101", "AIO101"]


def test_findings_in_the_deep_are_located() -> None:
    branches = "".join(f"    elif a == {at}:\n        time.sleep({at})\n" for at in range(400))
    source = f"import time\nasync def main(a):\n    if a:\n        pass\n{branches}"
    found = check_source(source, "generated.py").diagnostics
    assert [each.span.line for each in found] == list(range(8, 806, 2))


def test_the_limits_of_the_caller_are_as_before() -> None:
    before = sys.getrecursionlimit(), threading.stack_size()
    found_in("pass")
    assert (sys.getrecursionlimit(), threading.stack_size()) == before
