"""Makers of input that nobody would write: files and projects drawn at random, to see what a linter does with them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from encodings.aliases import aliases
from random import Random

from benchmarks.programs import program

Files = Mapping[str, bytes]
"""What a project holds, by file name."""
Maker = Callable[[Random, Sequence[Files]], Files]
"""Draws one input; it may begin with real files."""

_CODECS = sorted(
    {*aliases, *aliases.values(), "utf-8-sig", "idna", "punycode", "undefined", "unicode_escape", "no-such"}
)
_LINE_ENDS = (b"\n", b"\r\n", b"\r", b"\n\r", b"\f\n", b"\v", b"\x1c", b"\xc2\x85", b"\xe2\x80\xa8")
_WORDS = tuple(
    b"async def await class lambda match case yield from import * ** := @ -> if else for in with as try except finally"
    b" global nonlocal del return raise not is None True self super () [] {} ( ) [ ] { } : ; , . ... = == \\ ' \" '''"
    b' """ f" f\'\'\' {x!r:>{y}} rb"" # noqa #asynclint:ignore # type: time.sleep(1) \t \f \x00 \xff \xed\xa0\x80 0x'
    b" 1_0 1__0 \xe2\x82\xac".split(b" ")
)
_NAME = re.compile(rb"[A-Za-z_]\w*")
_PAIRS = ((b"(", b")"), (b"[", b"]"), (b"{", b"}"), (b"f(", b")"), (b"f(x=", b")"), (b"x[", b"]"), (b"{1:", b"}"))
_PREFIXES = (b"not ", b"-", b"~", b"await ", b"lambda: ", b"1 if a else ", b"*", b"(yield ", b"x := ", b"f'{")
_SUFFIXES = (b".a", b"()", b"[0]", b" + 1", b" or a", b" if a else b", b".a(1)", b"(a)(b)", b" < a", b" ** 2")


def bytes_changed(draw: Random, projects: Sequence[Files]) -> Files:
    """A real file with bytes put in, taken out and replaced, or cut somewhere."""
    text = bytearray(_file(draw, projects))
    for _ in range(draw.choice((1, 1, 3, 20))):
        at = draw.randrange(len(text) + 1)
        what = draw.randrange(4)
        if what == 0:
            text[at:at] = draw.randbytes(draw.choice((1, 2, 40)))
        elif what == 1:
            del text[at : at + draw.choice((1, 2, 5, 60))]
        elif what == 2:
            text[at : at + 1] = draw.choice((b"\0", b"\r", b"\t", b"\\", b"'", b'"', b"#", b"\xff", b"\xed\xb2\x80"))
        else:
            del text[draw.randrange(max(len(text) - 400, 0), len(text) + 1) :]
    return {"app.py": bytes(text)}


def lines_changed(draw: Random, projects: Sequence[Files]) -> Files:
    """A real file with lines doubled, swapped, taken out, indented, joined, or taken from another file."""
    lines = _file(draw, projects).split(b"\n")
    other = _file(draw, projects).split(b"\n")
    for _ in range(draw.choice((1, 2, 5, 30))):
        at, to = draw.randrange(len(lines)), draw.randrange(len(lines))
        line, change = lines[at], draw.randrange(7)
        if change == 0:
            lines.insert(at, line)
        elif change == 1:
            lines[at : at + 1] = [lines[to], line]
        elif change == 2:
            lines[at] = b""
        elif change == 3:
            lines[at] = draw.choice((b" ", b"    ", b"\t", b"\f")) + line
        elif change == 4:
            lines[at] = line.lstrip()
        elif change == 5:
            lines[at] = line + draw.choice((b"; ", b" ", b"\\")) + lines[to].strip()
        else:
            lines.insert(at, draw.choice(other))
    return {"app.py": b"\n".join(lines)}


def words_changed(draw: Random, projects: Sequence[Files]) -> Files:
    """A real file with keywords and punctuation in odd places."""
    words = re.split(rb"(\W)", _file(draw, projects))
    for _ in range(draw.choice((1, 1, 2, 10))):
        at = draw.randrange(len(words))
        words[at] = draw.choice(_WORDS) if draw.random() < 0.5 else words[at] + b" " + draw.choice(_WORDS) + b" "
    return {"app.py": b"".join(words)}


def line_ends_mixed(draw: Random, projects: Sequence[Files]) -> Files:
    """A real file whose lines end in all ways that there are, and in some that are none."""
    usual = draw.choice(_LINE_ENDS[:3])
    odd = draw.choice((0.0, 0.01, 0.3))
    lines = _file(draw, projects).split(b"\n")
    ended = (line + (draw.choice(_LINE_ENDS) if draw.random() < odd else usual) for line in lines)
    return {"app.py": draw.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\f")) + b"".join(ended)}


def encodings(draw: Random, projects: Sequence[Files]) -> Files:
    """A real file with some codec's cookie, and often in that codec."""
    name = draw.choice(_CODECS)
    text = (
        _file(draw, projects).decode("utf-8", draw.choice(("replace", "surrogateescape")))
        + "\nnäme = '€ 前 \U0001f40d'\n"
    )
    cookie = draw.choice(("# coding: {}\n", "# -*- coding: {} -*-\n", "#!/bin/sh\n# vim: set fileencoding={} :\n"))
    content = (cookie.format(name) + text).encode("utf-8", "surrogateescape")
    if draw.random() < 0.7:
        with suppress(LookupError, ValueError, TypeError):
            content = (cookie.format(name) + text).encode(name, draw.choice(("replace", "xmlcharrefreplace")))
    return {"app.py": content}


def surrogates(draw: Random, projects: Sequence[Files]) -> Files:
    """A real file with halves of characters in names, strings and comments."""
    content = _file(draw, projects)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(content) + 1)
        half = chr(draw.randrange(0xD800, 0xE000)).encode("utf-8", "surrogatepass")
        content = (
            content[:at]
            + draw.choice((half, b"'" + half + b"'", b"# noqa " + half, b"f'{" + half + b"}'"))
            + content[at:]
        )
    return {"app.py": content}


def deep(draw: Random, projects: Sequence[Files]) -> Files:
    """Nesting in all ways, up to 20,000 levels, in a module or in a function."""
    depth = draw.choice((30, 90, 200, 500, 1500, 20_000))
    before, after = b"a", b"a"
    what = draw.randrange(5)
    if what == 0:
        pairs = [draw.choice(_PAIRS) for _ in range(draw.randint(1, 3))]
        before = b"".join(pairs[at % len(pairs)][0] for at in range(depth)) + b"a"
        after = b"".join(pairs[at % len(pairs)][1] for at in reversed(range(depth)))
    elif what == 1:
        before, after = draw.choice(_PREFIXES) * depth, b"a"
    elif what == 2:
        after = draw.choice(_SUFFIXES) * depth
    elif what == 3:
        heads = (
            b"if a:",
            b"for a in b:",
            b"while a:",
            b"with a:",
            b"def f():",
            b"async def f():",
            b"class A:",
            b"try:",
        )
        cycle = [draw.choice(heads) for _ in range(draw.randint(1, 3))]
        blocks = (b" " * at + cycle[at % len(cycle)] + b"\n" for at in range(min(depth, 1500)))
        return {"app.py": b"import time\n" + b"".join(blocks) + b" " * min(depth, 1500) + b"time.sleep(1)\n"}
    else:
        before, after = b"if a: pass\n" + b"elif a: time.sleep(1)\n" * min(depth, 3000), b"else: pass"
        return {"app.py": b"import time\nasync def f(a):\n" + re.sub(rb"(?m)^", b"    ", before + after) + b"\n"}
    line = draw.choice((b"x = ", b"return ", b"", b"assert ", b"for x in ", b"@")) + before + after
    head, tail = (b"", b"") if draw.random() < 0.3 else (b"async def f(a):\n    ", b"\n    time.sleep(1)")
    return {
        "app.py": b"import time\n" + head + line + draw.choice((b"", b": pass", b"\n    def f(): ...")) + tail + b"\n"
    }


def long_lines(draw: Random, projects: Sequence[Files]) -> Files:
    """A line of up to a million characters among others."""
    size = draw.choice((10_000, 100_000, 1_000_000))
    kinds: tuple[bytes, ...] = (
        b"'%s'" % (b"ab" * (size // 2)),
        b"# noqa: %s" % (b"AIO101 " * (size // 7)),
        b"x" * size,
        b" " * size + b"x = 1",
    )
    kinds += (b"x = [" + b"0, " * (size // 30) + b"]", b"\\" * size, b"'" * size, b"9" * size, b"\\\n" * (size // 20))
    kinds += (
        b"x" + b"; x" * (size // 60),
        b"f'" + b"{x}" * (size // 60) + b"'",
        b"'a' " * (size // 40),
        b"x = " * (size // 400) + b"1",
    )
    lines = _file(draw, projects).split(b"\n")
    at = draw.randrange(len(lines))
    lines.insert(at, re.match(rb"\s*", lines[at])[0] + draw.choice(kinds))  # type: ignore[index]
    return {"app.py": b"\n".join(lines)}


def notebooks(draw: Random, projects: Sequence[Files]) -> Files:
    """A notebook of pieces of real files and magics; often no valid one."""
    magics = (
        "%%time\n",
        "%%bash\n",
        "%%writefile x\n",
        "!ls\n",
        "x = !ls {y}\n",
        "%matplotlib inline\n",
        "x?\n",
        "await x\n",
        "\ud800",
    )
    cells = []
    for _ in range(draw.randrange(6)):
        lines = _file(draw, projects).decode("utf-8", "replace").splitlines(keepends=True)
        at = draw.randrange(len(lines) + 1)
        source = draw.choice(("", *magics)) + "".join(lines[at : at + draw.randrange(30)])
        kind = draw.choice(("code", "code", "code", "markdown", "raw", ""))
        cells.append({"cell_type": kind, "source": source.splitlines(keepends=True) if draw.random() < 0.7 else source})
    content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, ensure_ascii=draw.random() < 0.5)
    found = bytearray(content.encode("utf-8", "surrogatepass"))
    for _ in range(draw.choice((0, 0, 1, 5))):
        found[draw.randrange(len(found))] = draw.randrange(256)
    return {"app.ipynb": bytes(found)}


def names_swapped(draw: Random, projects: Sequence[Files]) -> Files:
    """A real project in which some names stand for each other, here and there: imports and classes lead in circles."""
    project = dict(draw.choice(projects))
    names = sorted({name for content in project.values() for name in _NAME.findall(content)})
    swapped = {name: draw.choice(names) for name in draw.sample(names, min(len(names), draw.choice((1, 2, 5, 20))))}
    share = draw.choice((0.3, 1.0))

    def swap(found: re.Match[bytes]) -> bytes:
        return swapped.get(found[0], found[0]) if draw.random() < share else found[0]

    return {file: _NAME.sub(swap, content) for file, content in project.items()}


def programs(draw: Random, projects: Sequence[Files]) -> Files:
    """Programs of a few names that stand for everything, in one module or in several that import each other."""
    modules = [f"m{at}" for at in range(draw.choice((1, 1, 2, 4)))]
    return {f"{module}.py": program(draw, modules).encode() for module in modules}


KINDS: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        bytes_changed,
        lines_changed,
        words_changed,
        line_ends_mixed,
        encodings,
        surrogates,
        deep,
        long_lines,
        notebooks,
        names_swapped,
        programs,
    )
}
"""All makers, by name."""


def _file(draw: Random, projects: Sequence[Files]) -> bytes:
    """Some real file."""
    project = draw.choice(projects)
    return project[draw.choice(sorted(project))]
