"""Facts from the quick parse are those from libcst's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import libcst as cst
import pytest

import asynclint
from asynclint.facts import extract as extraction
from asynclint.facts import parsing
from asynclint.facts.extract import extract
from asynclint.facts.nodes import is_a
from asynclint.facts.parsing import parse, parse_for_facts

OWN_FILES = sorted(Path(asynclint.__file__).parent.rglob("*.py"))
FIXTURES = sorted((Path(__file__).parents[1] / "fixtures").rglob("*.py"))
RARE_SYNTAX = """
type Pair[T: int, *Ts, **P] = tuple[T, *Ts]
lazy = t"hello {name!r:>{width}}"


def both[T](first: "list[T]", /, *rest: int, flag=lambda x, *, y=1: x + y, **others) -> T:
    match first, rest:
        case [Point(x=0, y=z), *_] | {"key": value, **others} if z:
            return not value
        case "literal" | None as found:
            del found.name, others["key"]
    with (open(first) as a, open("second") as b):
        a[1:2, ...] = b @ a if a is not b else -1j
    try:
        raise ValueError(f"{a!r:{width}}" "tail" b"bytes") from None
    except* (TypeError, ValueError) as group:
        async def inner():
            return [await each async for each in group if each not in rest]
    else:
        total: int = (seen := 0x1F) // 2 ** ~seen
        total <<= 1
    finally:
        yield from {**first, "a": 1} or {*rest}
    for one, (two, *three) in zip(*rest, **others):
        while one < two <= 3: continue
        else: break
    assert two, "message"; global here
    from . import *; import os.path as path, sys
"""


def facts_of(text: str) -> object:
    try:
        return extract(text).scope
    except extraction.UnparsableTextError as error:
        return str(error)


@pytest.mark.parametrize("path", [*OWN_FILES, *FIXTURES], ids=lambda path: path.name)
def test_facts_do_not_depend_on_the_way_of_parsing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text("utf-8", "replace")
    quick = facts_of(text)
    monkeypatch.setattr(extraction, "parse_for_facts", parse)
    assert quick == facts_of(text)


def test_nor_do_those_of_rare_syntax(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = extract(RARE_SYNTAX).scope
    monkeypatch.setattr(extraction, "parse_for_facts", parse)
    assert quick == extract(RARE_SYNTAX).scope


def test_stand_ins_are_used() -> None:
    (statement,) = parse_for_facts("f(x)\n").body
    assert isinstance(statement, cst.SimpleStatementLine)
    assert type(statement) is not cst.SimpleStatementLine


@pytest.mark.parametrize("text", [inspect.getsource(module) for module in (cst, parsing, inspect)])
def test_the_whole_tree_is_that_of_libcst(text: str) -> None:
    assert parse(text).deep_equals(cst.parse_module(text))


@pytest.mark.parametrize("way", [parse, parse_for_facts])
@pytest.mark.parametrize("text", ["x = 1\n", "x = (\n"])
def test_libcst_is_as_it_was_afterwards(way: Callable[[str], cst.Module], text: str) -> None:
    with suppress(cst.ParserSyntaxError):
        way(text)
    assert type(cst.parse_module("x = 1\n")) is cst.Module
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


PATTERNS = """
match command:
    case [Point(x=0, y=z), Size(w, h=h), *rest] | {"key": [inner], -1: None, **others} as found: pass
    case (lone) | "literal" | 1 + 2j | names.CONSTANT | _: pass
"""


def seen(node: cst.CSTNode) -> list[object]:
    """The name of a node's class, and the same of its children, white space and punctuation aside."""
    return [type(node).__name__, *(seen(child) for child in node.children if not isinstance(child, parsing._UNSEEN))]


def test_stand_ins_for_patterns_have_the_children_of_libcst() -> None:
    assert seen(parse_for_facts(PATTERNS)) == seen(parse(PATTERNS))


def test_nodes_are_kept_only_where_they_can_be_located() -> None:
    assert extract(PATTERNS).nodes == []
    assert extract(PATTERNS, whole=True).nodes != []


@pytest.mark.parametrize("way", [parse, parse_for_facts])
def test_both_kinds_of_nodes_are_told_apart_by_their_classes(way: Callable[[str], cst.Module]) -> None:
    (statement,) = way("name\n").body
    assert is_a(statement, cst.SimpleStatementLine)
    assert not is_a(statement, cst.If)
    (expression,) = statement.body
    assert is_a(expression, cst.Expr)
    assert is_a(expression.value, cst.Name)
