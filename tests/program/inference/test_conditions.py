"""Code that stands in very many branches, as generated code does."""

from __future__ import annotations

from asynclint import check_source

HEAD = "import asyncio\nimport time\n\nasync def main(a):\n"


def chain(branches: int, first: str = "a", last: str = "a") -> str:
    tests = [first, *(f"a == {number}" for number in range(branches)), last]
    return HEAD + "".join(f"    {'el' * bool(at)}if {test}:\n        time.sleep(1)\n" for at, test in enumerate(tests))


def test_the_first_and_the_last_branch_of_a_long_chain_are_looked_at() -> None:
    for branches in (3, 400):
        plain = check_source(chain(branches), "/nowhere/app.py").diagnostics
        assert len(plain) == branches + 2
        off_loop = "not asyncio.get_event_loop().is_running()"
        assert len(check_source(chain(branches, last=off_loop), "/nowhere/app.py").diagnostics) == branches + 1
        on_loop = check_source(chain(branches, first="asyncio.get_event_loop().is_running()"), "/nowhere/app.py")
        assert [each.span.line for each in on_loop.diagnostics] == [6]
