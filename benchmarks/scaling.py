"""How long a run takes as a program of one shape grows: a line that is straight is what is wanted.

    python benchmarks/scaling.py [--sizes 1250,2500,5000,10000] [--timeout 120] [--chart FILE.svg] [SHAPE...]

Every shape is linted in a process of its own, at each size. Prints a row a shape: processor seconds at each size, and
the growth between the last two sizes as a power of the size (1.0 is a straight line, 2.0 a square); `error` where the
run ended otherwise than with findings or without. `--chart` draws all that was measured.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Files = dict[str, str]
Series = dict[str, list[tuple[int, float]]]
"""Sizes and processor seconds, by the name of a shape."""

SHAPES: dict[str, tuple[int, Callable[[int], Files]]] = {}
"""By name: by how much less than the size asked for a shape is made, and what makes its files."""


def shape(divided_by: int = 1) -> Callable[[Callable[[int], Files]], Callable[[int], Files]]:
    """Add a function that makes the files of a program of a given size."""

    def add(make: Callable[[int], Files]) -> Callable[[int], Files]:
        SHAPES[make.__name__] = divided_by, make
        return make

    return add


def _file(*parts: str) -> Files:
    return {"app.py": "import asyncio\nimport time\n\n" + "\n".join(parts) + "\n"}


# -- call graphs ----------------------------------------------------------------------------------------------------


@shape()
def chain(size: int) -> Files:
    """Each function calls the next; the last blocks."""
    steps = (f"def f{at}():\n    return f{at + 1}()\n" for at in range(size))
    return _file(*steps, f"def f{size}():\n    time.sleep(1)\n", "async def main():\n    f0()")


@shape()
def chain_backwards(size: int) -> Files:
    """Each function calls the one before it; the first blocks."""
    steps = (f"def f{at}():\n    return f{at - 1}()\n" for at in range(1, size + 1))
    return _file("def f0():\n    time.sleep(1)\n", *steps, f"async def main():\n    f{size}()")


@shape()
def chain_of_callbacks(size: int) -> Files:
    """A callable goes through all functions as an argument."""
    steps = (f"def f{at}(call, flag=False):\n    return f{at + 1}(call, flag)\n" for at in range(size))
    last = f"def f{size}(call, flag):\n    if flag:\n        call()\n"
    return _file(*steps, last, "async def main():\n    f0(lambda: time.sleep(1), True)")


@shape()
def chain_of_results(size: int) -> Files:
    """What a function returns comes from the next one."""
    steps = (f"def f{at}():\n    value = f{at + 1}()\n    return value\n" for at in range(size))
    return _file(*steps, f"def f{size}():\n    return time\n", "async def main():\n    f0().sleep(1)")


@shape()
def chain_of_coroutines(size: int) -> Files:
    """Each coroutine function awaits the next."""
    steps = (f"async def f{at}():\n    return await f{at + 1}()\n" for at in range(size))
    return _file(*steps, f"async def f{size}():\n    time.sleep(1)\n", "async def main():\n    f0()")


@shape()
def cycle(size: int) -> Files:
    """Each function calls the next, the last one the first."""
    steps = (f"def f{at}(x):\n    y = f{(at + 1) % size}(x)\n    return y\n" for at in range(size))
    return _file(*steps, "async def main():\n    f0(1).read()")


def _in_circles(size: int, text: str, main: str) -> Files:
    """Functions that each use two of the others, so that all of them reach all others in many ways. In `text` stand
    `{}` for the number of one, and for those of the two.
    """
    steps = (text.format(at, (at * 7 + 1) % size, (at * 3 + 2) % size) for at in range(size))
    return _file(*steps, main)


@shape()
def walkers(size: int) -> Files:
    """Functions that hand on parts of what they are passed to two others each."""
    text = "def f{}(node, depth):\n    f{}(node.left, depth + 1)\n    f{}(node.right, depth)\n    node.value.read()\n"
    return _in_circles(size, text, "async def main(tree):\n    f0(tree, 0)")


@shape()
def results_in_circles(size: int) -> Files:
    """Functions that return what one of two others does."""
    text = "def f{}(x):\n    if x:\n        return f{}(x)\n    y = f{}(x)\n    return y\n"
    return _in_circles(size, text, "async def main(x):\n    f0(x).read()")


@shape()
def awaited_in_circles(size: int) -> Files:
    """Coroutine functions that return what one of two others gives."""
    text = "async def f{}(x):\n    if x:\n        return await f{}(x)\n    y = await f{}(x)\n    return y.z\n"
    return _in_circles(size, text, "async def main(x):\n    (await f0(x)).read()")


@shape()
def generators_in_circles(size: int) -> Files:
    """Generators that go through two others each."""
    text = "def f{}(x):\n    yield from f{}(x)\n    for y in f{}(x):\n        yield y\n"
    return _in_circles(size, text, "async def main(x):\n    for each in f0(x):\n        each.read()")


@shape()
def many_callers(size: int) -> Files:
    """Many coroutine functions call one helper."""
    callers = (f"async def f{at}():\n    work()\n" for at in range(size))
    return _file("def work():\n    time.sleep(1)\n", *callers)


@shape()
def fan_out(size: int) -> Files:
    """One coroutine function calls many helpers."""
    helpers = (f"def f{at}():\n    time.sleep(1)\n" for at in range(size))
    return _file(*helpers, "async def main():", *(f"    f{at}()" for at in range(size)))


@shape(40)
def dense_calls(size: int) -> Files:
    """Functions each of which calls all others."""
    calls = "\n".join(f"    f{at}(x)" for at in range(size))
    return _file(*(f"def f{at}(x):\n{calls}\n" for at in range(size)), "async def main():\n    f0(1)")


@shape()
def ways_to_call(size: int) -> Files:
    """Many callers that each pass another literal for a parameter that decides."""
    work = "def work(mode, call):\n    if mode == 7:\n        time.sleep(1)\n    call()\n"
    callers = (f"async def f{at}():\n    work({at}, lambda: {at})\n" for at in range(size))
    return _file(work, *callers)


@shape(2)
def ways_through_a_chain(size: int) -> Files:
    """Many callers of a chain of ten functions that hand on what they are passed."""
    steps = (f"def g{at}(mode):\n    if mode:\n        g{at + 1}(mode)\n" for at in range(10))
    callers = (f"async def f{at}():\n    g0('{at}')\n" for at in range(size))
    return _file(*steps, "def g10(mode):\n    if mode == 'x':\n        time.sleep(1)\n", *callers)


@shape()
def coroutines_returned(size: int) -> Files:
    """Many coroutine functions that return what has to be awaited once more, and a caller for each."""
    inner = "async def work(): ...\n"
    steps = (
        f"async def f{at}():\n    return work()\n\nasync def g{at}():\n    return await f{at}()\n" for at in range(size)
    )
    return _file(inner, *steps)


@shape()
def overloads(size: int) -> Files:
    """A function with many overloads, and one implementation."""
    each = (f"@typing.overload\ndef load(x: C{at}) -> C{at}: ...\n" for at in range(size))
    classes = (f"class C{at}: ..." for at in range(size))
    use = "async def main(c: C0):\n    load(c).read()\n"
    return _file("import typing", *classes, *each, "def load(x):\n    time.sleep(1)\n", use)


@shape()
def decorators(size: int) -> Files:
    """A function below many decorators."""
    keep = (
        "import functools\ndef keep(f):\n    @functools.wraps(f)\n    def run():\n        return f()\n    return run\n"
    )
    return _file(keep, *["@keep"] * size, "def work():\n    time.sleep(1)\n", "async def main():\n    work()")


# -- classes --------------------------------------------------------------------------------------------------------


@shape(2)
def methods(size: int) -> Files:
    """A class whose methods call each other."""
    steps = (f"    def f{at}(self):\n        return self.f{at + 1}()\n" for at in range(size))
    end = f"    def f{size}(self):\n        time.sleep(1)\n\n    async def main(self):\n        self.f0()"
    return _file("class Shop:", *steps, end)


@shape(2)
def attributes(size: int) -> Files:
    """A class whose methods assign and use an attribute each."""
    steps = (
        f"    async def f{at}(self):\n        self.a{at} = open('x')\n        self.a{at}.read()\n" for at in range(size)
    )
    return _file("class Shop:", *steps)


@shape(2)
def one_attribute(size: int) -> Files:
    """A class whose methods all assign the same attribute."""
    steps = (
        f"    async def f{at}(self):\n        self.file = open('x')\n        self.file.read()\n" for at in range(size)
    )
    return _file("class Shop:", *steps)


@shape(2)
def constructor(size: int) -> Files:
    """A class whose constructor assigns many attributes, which its methods use."""
    stores = "\n".join(f"        self.a{at} = open('x')" for at in range(size))
    uses = (f"    async def f{at}(self):\n        self.a{at}.read()\n" for at in range(size))
    return _file("class Shop:", f"    def __init__(self):\n{stores}\n", *uses)


@shape(4)
def classes_alike(size: int) -> Files:
    """Many classes that each have attributes and methods of the same names."""
    text = (
        "class C{at}:\n    def __init__(self):\n        self.file = open('x')\n        self.next = C{after}()\n"
        "    async def run(self):\n        self.file.read()\n        self.next.file.read()\n"
    )
    return _file(*(text.format(at=at, after=(at + 1) % size) for at in range(size)))


@shape(4)
def dispatch(size: int) -> Files:
    """Many subclasses of one base, with a call of an abstract method in each."""
    base = (
        "class Base:\n    def run(self):\n        raise NotImplementedError\n"
        "    async def go(self):\n        self.run()\n"
    )
    steps = (
        f"class C{at}(Base):\n    def run(self):\n        time.sleep(1)\n    async def start(self, other: Base):\n"
        f"        other.run()\n        await self.go()\n"
        for at in range(size)
    )
    return _file(base, *steps)


@shape(4)
def visitor(size: int) -> Files:
    """Many classes that all implement one abstract method, and call it on each other."""
    base = "class Node:\n    def accept(self, other: 'Node'):\n        raise NotImplementedError\n"
    steps = (
        f"class N{at}(Node):\n    def accept(self, other: Node):\n        other.accept(self)\n" for at in range(size)
    )
    return _file(base, *steps, "async def main(node: Node):\n    node.accept(node)")


@shape(4)
def subclasses(size: int) -> Files:
    """Many implementations of one abstract method, with ten callers."""
    base = "class Base:\n    def run(self):\n        raise NotImplementedError\n"
    steps = (f"class C{at}(Base):\n    def run(self):\n        time.sleep(1)\n" for at in range(size))
    callers = (f"async def f{at}(base: Base):\n    base.run()\n" for at in range(10))
    return _file(base, *steps, *callers)


@shape(4)
def inheritance(size: int) -> Files:
    """Each class derives from the one before it."""
    steps = (f"class C{at}(C{at - 1}):\n    def f{at}(self):\n        self.f{at - 1}()\n" for at in range(1, size))
    first = "class C0:\n    def f0(self):\n        time.sleep(1)\n"
    return _file(first, *steps, f"async def main(c: C{size - 1}):\n    c.f{size - 1}()")


# -- modules --------------------------------------------------------------------------------------------------------


@shape(10)
def star_ring(size: int) -> Files:
    """Modules that import everything from the next, in a ring."""
    files = {f"m{at}.py": f"from m{(at + 1) % size} import *\nx{at} = {at}\n" for at in range(size)}
    uses = "\n".join(f"    x{at}.read()" for at in range(0, size, 10))
    files["app.py"] = f"from m0 import *\nasync def main():\n    missing()\n{uses}\n"
    return files


@shape(20)
def import_cycle(size: int) -> Files:
    """Modules that import a function from the next, in a ring."""
    return {
        f"m{at}.py": f"from m{(at + 1) % size} import work as other\nasync def main():\n    other()\ndef work():\n"
        "    other()\n"
        for at in range(size)
    }


@shape(20)
def reexports(size: int) -> Files:
    """A name that goes from module to module."""
    files = {f"m{at}.py": f"from m{at + 1} import sleep\n" for at in range(size)}
    files[f"m{size}.py"] = "from time import sleep\n"
    files["app.py"] = "from m0 import sleep\nasync def main():\n    sleep(1)\n"
    return files


@shape(5)
def hub(size: int) -> Files:
    """Modules that each use what another one has, all through one package that re-exports everything."""
    text = (
        "import shop\nfrom shop import f{after}\nasync def g{at}():\n    f{after}()\n    shop.f{other}()\n"
        "def f{at}():\n    f{after}()\n"
    )
    files = {f"shop/m{at}.py": text.format(at=at, after=(at + 1) % size, other=(at * 7) % size) for at in range(size)}
    files["shop/__init__.py"] = "".join(f"from shop.m{at} import f{at}\n" for at in range(size))
    return files


@shape(5)
def star_hub(size: int) -> Files:
    """The same, by star imports."""
    text = "from shop import *\nasync def g{at}():\n    f{after}()\ndef f{at}():\n    open('x').read()\n"
    files = {f"shop/m{at}.py": text.format(at=at, after=(at + 1) % size) for at in range(size)}
    files["shop/__init__.py"] = "".join(f"from shop.m{at} import *\n" for at in range(size))
    return files


@shape(10)
def packages(size: int) -> Files:
    """Packages that know nothing of each other, and use the same names."""
    text = (
        "import requests\n\nclass Client(Base):\n    def __init__(self):\n        self.session = requests.Session()\n"
        "    def get(self, url):\n        return self.session.get(url)\n    async def run(self):\n"
        "        return self.get('x')\n\nasync def main():\n    return await Client().run()\n"
    )
    files = {f"p{at}/client.py": f"from p{at}.base import Base\n" + text for at in range(size)}
    files |= {f"p{at}/base.py": "class Base:\n    async def run(self): ...\n" for at in range(size)}
    return files


# -- long functions -------------------------------------------------------------------------------------------------

_STATEMENTS = """
    if ready:
        value = load({at})
    else:
        value = other({at})
    try:
        print(value)
    except OSError as error:
        raise
    for item in value:
        work = item
    name{at} = work
    if value is None:
        return
""".strip("\n")


@shape(10)
def statements(size: int) -> Files:
    """A function of many statements (ten times the size) of every kind, at one level."""
    return _file("async def main(ready):", *(_STATEMENTS.format(at=at) for at in range(size)), "    time.sleep(1)")


@shape(10)
def statements_in_a_loop(size: int) -> Files:
    """The same in a loop."""
    body = "\n".join(_STATEMENTS.format(at=at) for at in range(size)).replace("\n", "\n    ")
    return _file(f"async def main(ready):\n    while True:\n    {body}\n        time.sleep(1)")


@shape()
def straight_line(size: int) -> Files:
    """A function of plain assignments."""
    return _file("async def main():\n    x0 = open('x')", *(f"    x{at} = x{at - 1}" for at in range(1, size)))


@shape(2)
def rebound(size: int) -> Files:
    """A name with many bindings in one block, used after each."""
    return _file("async def main():", *("    x = open('x')\n    x.read()" for _ in range(size)))


@shape(2)
def rebound_in_branches(size: int) -> Files:
    """A name with many bindings in branches, used after each."""
    return _file(
        "async def main(a):\n    x = a", *(f"    if a == {at}:\n        x = {at}" for at in range(size)), "    x()"
    )


@shape(2)
def used_in_branches(size: int) -> Files:
    """A name bound and used in many branches."""
    branches = (f"    if a == {at}:\n        x = open('x')\n    x.read()" for at in range(size))
    return _file("async def main(a):\n    x = a", *branches)


@shape(2)
def rebound_in_a_loop(size: int) -> Files:
    """The same in a loop, with a call on the name after each."""
    branches = (f"        if a == {at}:\n            x = open('{at}')\n        x.read()" for at in range(size))
    return _file("async def main(a):\n    x = a\n    while a:", *branches)


@shape(2)
def cases(size: int) -> Files:
    """A `match` of many cases, which bind a name and leave."""
    text = "        case {at}:\n            x = open('x')\n            return x.read()"
    return _file("async def main(a):\n    match a:", *(text.format(at=at) for at in range(size)), "    a.read()")


@shape(2)
def handlers(size: int) -> Files:
    """A `try` with many handlers, one after the other."""
    text = "    except E{at} as error:\n        x = error\n        time.sleep({at})"
    return _file(
        "async def main(a):\n    try:\n        x = a()", *(text.format(at=at) for at in range(size)), "    x()"
    )


@shape(2)
def tries(size: int) -> Files:
    """Many `try` statements that ask whether a loop runs."""
    text = (
        "    try:\n        loop = asyncio.get_running_loop()\n    except RuntimeError:\n        loop = None\n"
        "    work{at}()"
    )
    return _file("def work(a):", *(text.format(at=at) for at in range(size)), "async def main():\n    work(1)")


@shape(2)
def tasks_at_once(size: int) -> Files:
    """A function that awaits each of many tasks as soon as it is made."""
    made = (f"    t{at} = asyncio.create_task(work({at}))\n    x{at} = await t{at}\n    y(x{at})" for at in range(size))
    return _file("async def work(x): ...\nasync def main():", *made)


@shape(2)
def copied(size: int) -> Files:
    """Attributes that are copied from one object to the next."""
    copies = (f"    o{at}.a = o{at - 1}.a\n    o{at}.a.read()" for at in range(1, size))
    return _file("class O: ...\nasync def main():\n    o0 = O()\n    o0.a = open('x')", *copies)


@shape(2)
def comprehensions(size: int) -> Files:
    """Many comprehensions in one function, each of coroutines that the next one awaits."""
    lines = (f"    c{at} = [work(x) for x in r{at}]\n    r{at + 1} = [await c for c in c{at}]" for at in range(size))
    return _file("async def work(x): ...\nasync def main(r0):", *lines)


@shape(2)
def elif_chain(size: int) -> Files:
    """A chain of `elif`."""
    branches = (f"    elif a == {at}:\n        time.sleep({at})" for at in range(size))
    return _file("async def main(a):\n    if a:\n        pass", *branches)


@shape(2)
def global_name(size: int) -> Files:
    """A global that many functions assign and use."""
    functions = (f"async def f{at}():\n    global x\n    x = open('x')\n    x.read()\n" for at in range(size))
    return _file("x = None", *functions)


@shape(2)
def tasks(size: int) -> Files:
    """A function that makes many tasks, and forgets half of them."""
    made = (f"    t{at} = asyncio.create_task(asyncio.sleep({at}))" for at in range(size))
    return _file("async def main():", *made, *(f"    await t{at}" for at in range(0, size, 2)))


@shape(2)
def coroutines(size: int) -> Files:
    """A function that makes many coroutines, and forgets half of them."""
    made = (f"    c{at} = work()" for at in range(size))
    return _file("async def work(): ...\nasync def main():", *made, *(f"    await c{at}" for at in range(0, size, 2)))


@shape(2)
def comments(size: int) -> Files:
    """A suppression comment on every line, half of them of no use."""
    calls = (f"    time.sleep(1)  # noqa: AIO101\n    x = {at}  # noqa: AIO101" for at in range(size))
    return _file("async def main():", *calls)


@shape(2)
def findings_and_comments(size: int) -> Files:
    """Functions with a finding and a comment each."""
    calls = (f"async def f{at}():\n    time.sleep(1)  # noqa: AIO102\n" for at in range(size))
    return _file(*calls)


# -- large and deep expressions -------------------------------------------------------------------------------------


@shape(0)
def dictionary(size: int) -> Files:
    """A dict of ten times as many entries."""
    entries = "\n".join(f"    'k{at}': call{at % 7}({at})," for at in range(size * 10))
    return _file("TABLE = {", entries, "}", "async def main():\n    TABLE['k1'].read()")


@shape()
def long_line(size: int) -> Files:
    """One line with many calls."""
    return _file("async def main():\n    x = [" + "time.sleep(1), " * size + "]")


@shape()
def sums(size: int) -> Files:
    """A sum of many terms, which nests to the left."""
    return _file("async def main():\n    x = " + " + ".join(f"a{at}" for at in range(size)) + "\n    time.sleep(1)")


@shape()
def either(size: int) -> Files:
    """A condition of many alternatives, which nests to the left."""
    return _file(
        "async def main():\n    if " + " or ".join(f"a{at}" for at in range(size)) + ":\n        time.sleep(1)"
    )


@shape()
def method_chain(size: int) -> Files:
    """Calls on the results of calls."""
    return _file("async def main():\n    query" + ".filter(1)" * size + "\n    time.sleep(1)")


@shape()
def attribute_chain(size: int) -> Files:
    """Attributes of attributes."""
    return _file("async def main():\n    query" + ".next" * size + "()\n    time.sleep(1)")


@shape()
def subscripts(size: int) -> Files:
    """Items of items."""
    return _file("async def main():\n    query" + "[0]" * size + "()\n    time.sleep(1)")


@shape()
def nested_calls(size: int) -> Files:
    """Calls as arguments of calls."""
    return _file("async def main():\n    " + "f(" * size + ")" * size + "\n    time.sleep(1)")


@shape()
def parentheses(size: int) -> Files:
    """Parentheses in parentheses."""
    return _file("async def main():\n    x = " + "(" * size + ")" * size + "\n    time.sleep(1)")


@shape()
def lists(size: int) -> Files:
    """Lists in lists, at module level."""
    return _file("x = " + "[" * size + "]" * size + "\nasync def main():\n    time.sleep(1)")


@shape()
def lambdas(size: int) -> Files:
    """Lambdas that give lambdas."""
    return _file("async def main():\n    x = " + "lambda: " * size + "1\n    time.sleep(1)")


@shape()
def negations(size: int) -> Files:
    """`not not not`."""
    return _file("async def main():\n    x = " + "not " * size + "1\n    time.sleep(1)")


@shape()
def conditionals(size: int) -> Files:
    """Conditional expressions, which nest to the right."""
    return _file("async def main():\n    x = " + "1 if a else " * size + "2\n    time.sleep(1)")


@shape(20)
def blocks(size: int) -> Files:
    """Blocks in blocks."""
    lines = [f"{' ' * at}if a{at}:" for at in range(1, size)]
    return _file("async def main():", *lines, f"{' ' * size}time.sleep(1)")


@shape(20)
def functions_in_functions(size: int) -> Files:
    """Functions in functions."""
    lines = [f"{' ' * at}async def f{at}():" for at in range(size)]
    return _file(*lines, f"{' ' * size}time.sleep(1)")


@shape(20)
def classes_in_classes(size: int) -> Files:
    """Classes in classes."""
    lines = [f"{' ' * at}class C{at}:" for at in range(size)]
    return _file(*lines, f"{' ' * size}async def f(): time.sleep(1)")


@shape(0)
def long_string(size: int) -> Files:
    """A string of a hundred times as many characters, with quotes and backslashes."""
    return _file("async def main():\n    x = '''" + "\\'a\\\\b # noqa\n\"" * (size * 10) + "'''\n    time.sleep(1)")


@shape()
def blank_lines(size: int) -> Files:
    """Comments, blank lines, and lines continued by backslashes."""
    return _file(
        "async def main():",
        "    # hello\n\n" * size,
        "    x = 1 + \\\n" + "    2 + \\\n" * 50 + "    3\n    time.sleep(1)",
    )


def files_of(name: str, size: int) -> Files:
    """The files of the shape called `name` at `size`."""
    divided_by, make = SHAPES[name]
    return make(max(size // (divided_by or 1), 2))


def write(folder: Path, files: Files) -> None:
    """Write `files` as a project in `folder`."""
    (folder / "pyproject.toml").touch()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def measure(name: str, size: int, timeout: float) -> tuple[float, str]:
    """The processor seconds that it takes to lint a shape, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files_of(name, size))
        before = os.times()
        command = [sys.executable, "-m", "asynclint", "check", "--isolated", "--no-cache", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return timeout, "too long"
        after = os.times()
    took = after.children_user + after.children_system - before.children_user - before.children_system
    if done.returncode not in (0, 1):
        return took, f"error: status {done.returncode}: {done.stderr.strip()[-200:]}"
    unread = [line for line in done.stdout.splitlines() if "AIO900" in line]
    return took, f"{len(unread)} AIO900, e.g.{unread[0].rpartition('AIO900')[2]}" if unread else ""


def rows(names: list[str], sizes: list[int], timeout: float, measured: Series) -> Iterator[str]:
    """The table, row by row. Sizes and seconds are added to `measured`."""
    yield f"{'shape':24}" + "".join(f"{size:>9}" for size in sizes) + "   growth"
    for name in names:
        times, said = [], ""
        for size in sizes:
            took, said = measure(name, size, timeout)
            times.append(took)
            measured.setdefault(name, []).append((size, took))
            if said.startswith(("error", "too long")):
                break
        growth = ""
        if len(times) == len(sizes) > 1:
            start = baseline()
            last, before = max(times[-1] - start, 0.01), max(times[-2] - start, 0.01)
            growth = f"{math.log(last / before) / math.log(sizes[-1] / sizes[-2]):.1f}"
        yield f"{name:24}" + "".join(f"{took:9.2f}" for took in times) + f"   {growth:>6}  {said}"


_started: list[float] = []


def baseline() -> float:
    """The processor seconds of a run on nothing."""
    if not _started:
        SHAPES["nothing"] = 0, lambda size: _file("async def main(): time.sleep(1)")
        _started.append(measure("nothing", 1, 60)[0])
    return _started[0]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=", ".join(SHAPES))
    parser.add_argument("--sizes", default="1250,2500,5000,10000")
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--chart", type=Path, help="Needs matplotlib.")
    given = parser.parse_args()
    began = time.monotonic()
    measured: Series = {}
    sizes = [int(size) for size in given.sizes.split(",")]
    for row in rows(given.shapes or list(SHAPES), sizes, given.timeout, measured):
        print(row, flush=True)
    print(f"{time.monotonic() - began:.0f} s")
    if given.chart:
        from charts import draw_growth

        draw_growth(measured, given.chart)


if __name__ == "__main__":
    main()
