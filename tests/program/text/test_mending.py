"""A file that does not parse in one place is still linted everywhere else."""

from __future__ import annotations

from asynclint import Settings, check_source


def found(text: str) -> list[tuple[int, str]]:
    return [(each.span.line, each.code) for each in check_source(text, "app.py").diagnostics]


def test_a_broken_body_leaves_the_other_functions() -> None:
    text = "import time\n\ndef broken():\n    x = (\n\nasync def works():\n    time.sleep(1)\n"
    assert found(text) == [(4, "AIO900"), (7, "AIO101")]


def test_a_broken_head_leaves_the_other_functions() -> None:
    text = "def broken(:\n    pass\n\nimport time\n\nasync def works():\n    time.sleep(1)\n"
    assert found(text) == [(1, "AIO900"), (7, "AIO101")]


def test_a_broken_statement_leaves_the_functions_around_it() -> None:
    text = (
        "import time\n\nasync def before():\n    time.sleep(1)\n\n"
        "x = = 1\n\n"
        'NOTE = """\ndef in_a_string(:\n"""\n\n'
        "async def after():\n    time.sleep(1)\n"
    )
    assert found(text) == [(4, "AIO101"), (6, "AIO900"), (13, "AIO101")]


def test_a_method_of_a_broken_class_is_linted_by_itself() -> None:
    text = "import time\n\nclass Broken(=):\n    async def works(self):\n        time.sleep(1)\n"
    assert found(text) == [(3, "AIO900"), (5, "AIO101")]


def test_what_is_said_of_a_method_of_a_broken_class_is_said_where_it_stands() -> None:
    text = (
        "class Broken(=):\n    x = 1\n\n    async def first(self):\n        print(1)\n\n"
        "    async def second(self):\n        print(2)\n"
    )
    report = check_source(text, "app.py", Settings(select=("AIO308",)))
    assert [(each.span.line, each.span.column) for each in report.diagnostics] == [(4, 15), (7, 15)]
