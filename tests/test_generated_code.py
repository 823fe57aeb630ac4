"""Programs larger than people write them end in the same findings as small ones, before anybody grows tired."""

from __future__ import annotations

from pathlib import Path

import pytest

from asynclint import check_paths, check_source
from asynclint.program.names.bindings import MOST_BINDINGS

MANY = 2 * MOST_BINDINGS


def lines_of(code: str, *parts: str) -> list[int]:
    """The lines where `code` is found in the text made of `parts`."""
    text = "import asyncio\nimport time\n\n" + "\n".join(parts) + "\n"
    return [each.span.line for each in check_source(text).diagnostics if each.code == code]


def test_a_name_that_is_bound_anew_all_the_time_holds_what_it_was_given_last() -> None:
    found = lines_of("AIO104", "async def main():", *("    file = open('x')\n    file.read()" for _ in range(MANY)))
    assert len(found) == MANY


def test_a_name_that_is_bound_anew_in_a_loop_holds_what_it_was_given_last() -> None:
    branches = (f"        if a == {at}:\n            x = open('x')\n            x.read()" for at in range(MANY))
    assert len(lines_of("AIO104", "async def main(a):\n    x = a\n    while a:", *branches)) == MANY


@pytest.mark.parametrize("loop", ["", "while a:"])
def test_a_name_with_more_bindings_than_can_be_told_apart_may_be_anything(loop: str) -> None:
    few, many = (
        lines_of(
            "AIO101",
            f"async def main(a):\n    {loop or 'if a:'}",
            *(f"        if a == {at}:\n            x = time.sleep" for at in range(size)),
            "        x(1)",
        )
        for size in (MOST_BINDINGS // 2, MANY)
    )
    assert few
    assert not many


def test_a_long_loop_is_read_to_its_end() -> None:
    body = (
        "        if ready:\n            value = load({at})\n        else:\n            value = other({at})\n"
        "        try:\n            print(value)\n        except OSError as error:\n            raise\n"
        "        for item in value:\n            work = item\n        if value is None:\n            return"
    )
    rounds = (body.format(at=at) for at in range(MANY))
    assert lines_of("AIO101", "async def main(ready):\n    while True:", *rounds, "        time.sleep(1)")


def test_a_condition_is_seen_among_many_that_leave() -> None:
    tests = (f"    if a == {at}:\n        return" for at in range(MANY))
    last = "    if mode == 'sync':\n        time.sleep(1)"
    calls = "async def main():\n    work(-1, 'async')\n    work(-1, 'sync')"
    assert len(lines_of("AIO101", "def work(a, mode):", *tests, last, calls)) == 1


def test_every_loop_that_is_asked_for_is_seen() -> None:
    many = "def work():", *(f"    try:\n        f{at}()\n    except OSError:\n        pass" for at in range(MANY))
    last = "    try:\n        asyncio.get_running_loop()\n    except RuntimeError:\n        time.sleep(1)"
    assert not lines_of("AIO101", *many, last, "async def main():\n    work()")
    assert lines_of("AIO101", *many, "    time.sleep(1)", "async def main():\n    work()")


def test_a_name_is_found_through_a_ring_of_star_imports(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    size = 100
    for at in range(size):
        (tmp_path / f"m{at}.py").write_text(f"from m{(at + 1) % size} import *\n")
    (tmp_path / f"m{size - 1}.py").write_text("from time import sleep as pause\nfrom m0 import *\n")
    (tmp_path / "app.py").write_text("from m0 import *\n\nasync def main():\n    pause(1)\n    print(1)\n")
    assert [each.code for each in check_paths([tmp_path]).diagnostics] == ["AIO101"]


def test_a_name_is_found_through_a_package_that_collects_everything(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    package = tmp_path / "shop"
    package.mkdir()
    size = 50
    for at in range(size):
        caller = f"async def g{at}():\n    f{(at + 1) % size}()\n"
        text = f"import time\nfrom shop import *\n\n{caller}\ndef f{at}():\n    time.sleep(1)\n"
        (package / f"m{at}.py").write_text(text)
    (package / "__init__.py").write_text("".join(f"from shop.m{at} import *\n" for at in range(size)))
    assert len(check_paths([tmp_path]).diagnostics) == size


def test_each_of_many_classes_has_its_own_attributes() -> None:
    text = (
        "class C{at}:\n    def __init__(self):\n        self.client = {made}\n\n    async def run(self):\n"
        "        self.client.get('x')\n"
    )
    classes = (text.format(at=at, made="requests.Session()" if at % 2 else "None") for at in range(20))
    assert len(lines_of("AIO102", "import requests", *classes)) == 10


def test_a_method_is_looked_up_once_however_many_implement_and_call_it() -> None:
    base = "class Node:\n    def accept(self, other: 'Node'):\n        raise NotImplementedError\n"
    text = (
        "class N{at}(Node):\n    def accept(self, other: Node):\n        time.sleep(1)\n"
        "    async def start(self, other: Node):\n        other.accept(self)\n"
    )
    assert len(lines_of("AIO101", base, *(text.format(at=at) for at in range(1000)))) == 1000
