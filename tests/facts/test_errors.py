"""What is said of text that does not parse."""

from __future__ import annotations

import pytest

from asynclint import check_source
from asynclint.sources.lines import split_lines


def error(text: str) -> tuple[str, int, int]:
    (found,) = check_source(text, "app.py").diagnostics
    assert found.code == "AIO900"
    return found.message, found.span.line, found.span.column


@pytest.mark.parametrize(
    "text",
    [
        "if a:\n        x = 1\n    y = 2",
        "class A:\n    x = 1\n  y = 2\n",
        "def f():\n        return 1\n    def g(self):\n        return 2\n",
        "(x): int = 1",
        "x = (",
        "x = '",
        "if a:",
        "x = \\",
    ],
)
def test_errors_stand_in_the_text(text: str) -> None:
    lines = split_lines(text)
    for found in check_source(text, "app.py").diagnostics:
        assert found.span.column <= len(lines[found.span.line - 1]) + 1


def test_what_python_takes_is_not_called_invalid_syntax() -> None:
    message, line, _ = error("async def f():\n    (x): int = 1\n")
    assert "valid Python that libcst, which reads it, does not know" in message
    assert line == 2
