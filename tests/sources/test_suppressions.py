from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynclint.sources.suppressions import Suppression, find_suppressions


def only(comment: str) -> Suppression:
    (suppression,) = find_suppressions(f"time.sleep(1)  {comment}\n").all
    return suppression


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NoQA",
        "# type: ignore # noqa",
        "# noqa: AIO101",
        "# noqa:aio101",
        "# noqa : AIO101",
        "# noqa: E501,AIO101",
        "# noqa: E501 AIO101 it has to wait",
        "# noqa: AIO1",
        "# noqa: AIO",
        "# noqa: ASYNC251",
        "# noqa: ASYNC2",
        "# noqa: ASYNC",
        "# noqa: we know",
        "# asynclint: ignore",
        "# asynclint:ignore[AIO101]",
        "# asynclint: ignore[AIO102, AIO101] -- it has to wait",
        "# asynclint: ignore[blocking-sleep]",
        "# asynclint: ignore[ASYNC251]",
        "# noqa: E501  # asynclint: ignore[AIO101]",
    ],
)
def test_comments_that_silence_a_blocking_sleep(comment: str) -> None:
    suppressions = find_suppressions(f"time.sleep(1)  {comment}\n")
    assert suppressions.matching("AIO101", (1, 1), name="blocking-sleep")
    assert not suppressions.skip_file


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: E501",
        "# asynclint: ignore[A]",
        "# noqa: AIO102",
        "# noqa: AIO1011",
        "# noqa: ASYNC210",
        "# noqaish",
        "# see asynclint: ignored",
        "# asynclint: ignore[]",
        "# asynclint: ignore[AIO2]",
        "# asynclint: ignore[blocking]",
        "# ruff: noqa",
        "; s = '# noqa'",
    ],
)
def test_comments_that_do_not(comment: str) -> None:
    assert not find_suppressions(f"time.sleep(1)  {comment}\n").matching("AIO101", (1, 1), name="blocking-sleep")


@pytest.mark.parametrize(
    ("foreign", "code"),
    [
        ("ASYNC210", "AIO102"),
        ("ASYNC220", "AIO114"),
        ("ASYNC240", "AIO104"),
        ("RUF006", "AIO201"),
        ("RUF029", "AIO308"),
    ],
)
def test_codes_of_other_linters_silence_the_rule_that_means_the_same(foreign: str, code: str) -> None:
    assert only(f"# noqa: {foreign}").covering(code) == (foreign,)


def test_a_comment_holds_on_any_line_of_the_statement_and_on_the_def() -> None:
    suppressions = find_suppressions(
        "async def main():  # noqa: AIO101\n    sleep(\n        1,  # noqa: AIO102\n    )\n"
    )
    assert suppressions.matching("AIO102", (2, 4))
    assert not suppressions.matching("AIO102", (5, 6))
    assert not suppressions.matching("AIO101", (2, 4))
    owner = suppressions.matching("AIO101", (2, 4), (1, 1))
    assert owner
    assert owner.line == 1


@pytest.mark.parametrize("comment", ["# asynclint: skip-file", "# ruff: noqa", "# flake8: noqa", "# flake8=noqa"])
def test_a_whole_file_can_be_skipped(comment: str) -> None:
    suppressions = find_suppressions(f"'''Docstring.'''\n{comment}\n")
    assert suppressions.skip_file
    assert suppressions.matching("AIO101", (90, 90))


def test_some_rules_can_be_off_in_a_whole_file() -> None:
    suppressions = find_suppressions("# ruff: noqa: ASYNC251, E501\n")
    assert not suppressions.skip_file
    assert suppressions.matching("AIO101", (90, 90))
    assert not suppressions.matching("AIO102", (90, 90))


@pytest.mark.parametrize(
    ("comment", "explicit", "own_codes"),
    [
        ("# noqa", False, ()),
        ("# noqa: E501", False, ()),
        ("# noqa: ASYNC251", False, ()),
        ("# noqa: E501, AIO101", True, ("AIO101",)),
        ("# asynclint: ignore", True, ()),
        ("# asynclint: ignore[blocking-sleep, AIO102]", True, ("blocking-sleep", "AIO102")),
    ],
)
def test_only_what_speaks_of_asynclint_may_be_called_unused(
    comment: str, explicit: bool, own_codes: tuple[str, ...]
) -> None:
    suppression = only(comment)
    assert (suppression.explicit, suppression.own_codes) == (explicit, own_codes)


def test_the_place_of_a_directive() -> None:
    suppression = only("# here: # noqa: AIO101 since")
    assert (suppression.line, suppression.column, suppression.end_column) == (1, 24, 38)


@given(st.text("#noqa: AIO1,[]sync\nlitgre-'\"") | st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for suppression in find_suppressions(text + "# noqa").all:
        assert suppression.column < suppression.end_column
