"""Where functions stand, found without parsing, is where `ast` says that they stand."""

from __future__ import annotations

import ast
import random
import sysconfig
import time
import tokenize
import warnings
from io import BytesIO
from pathlib import Path
from textwrap import dedent, indent

import libcst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynclint.sources.outline import Unit, outline, skeleton, unit_text


def with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def summary(text: str) -> list[str]:
    """Per function its qualified name, first and last line: `async A.f 1-2`."""
    return [
        f"{'async ' * unit.is_async}{unit.qualname} {unit.line}-{last_line(text, unit)}" for unit in outline(text).units
    ]


def last_line(text: str, unit: Unit) -> int:
    return len(with_newlines(text[: unit.end]).removesuffix("\n").split("\n"))


def summary_by_ast(source: str | bytes) -> list[str]:
    """What `summary` must say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    functions: list[tuple[int, str]] = []
    waiting: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while waiting:
        node, path = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
                marker = "async " * isinstance(child, ast.AsyncFunctionDef)
                functions.append((first, f"{marker}{'.'.join((*path, child.name))} {first}-{child.end_lineno}"))
            elif isinstance(child, ast.ClassDef):
                waiting.append((child, (*path, child.name)))
            elif not isinstance(child, ast.expr):
                waiting.append((child, path))
    return [text for _, text in sorted(functions)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("def f():\n    return 1\n\n\nx = f()\n", ["f 1-2"], id="a function"),
        pytest.param("def f():\n    return 1", ["f 1-2"], id="no line end at the end"),
        pytest.param("def f(): return 1\nx = 1\n", ["f 1-1"], id="one line"),
        pytest.param("def f(): x = 1; y = 2\ndef g(): return [\n1,\n]\n", ["f 1-1", "g 2-4"], id="semicolons"),
        pytest.param("async  \t def f():\n  await x\n", ["async f 1-2"], id="odd spacing"),
        pytest.param("async \\\n  def \\\n f \\\n ():\n  await x\n", ["async f 1-5"], id="backslashes in a header"),
        pytest.param(
            "def f():\n    def g():\n        pass\n    class C:\n        def m(self): ...\n",
            ["f 1-5"],
            id="nested functions and classes belong to the outermost function",
        ),
        pytest.param(
            "class A:\n  class B:\n    def m(): ...\n    async def n(): ...\n  def o(): ...\ndef p(): ...\n",
            ["A.B.m 3-3", "async A.B.n 4-4", "A.o 5-5", "p 6-6"],
            id="classes in classes",
        ),
        pytest.param("class A: x = 1\nclass B(A): pass\ndef f(): ...\n", ["f 3-3"], id="classes on one line"),
        pytest.param(
            "class A(\nBase,\n):\n  def m(self): ...\nif x:\n  def f(): ...\n",
            ["A.m 4-4", "f 6-6"],
            id="a statement ends a class, its bases do not",
        ),
        pytest.param(
            "class A:\n  x = [\n1,\n  ]\n  y = '''\n'''\n  z = 1 + \\\n1\n  def m(self): ...\n",
            ["A.m 9-9"],
            id="continuation lines at the left do not end a class",
        ),
    ],
)
def test_finds_outermost_functions(source: str, expected: list[str]) -> None:
    assert summary(source) == expected


@pytest.mark.parametrize(
    "head",
    ["if x:", "try:", "with x:", "for x in y:", "while x:", "match x:\n  case 1:", "if x: pass\nelif y:"],
)
def test_conditionals_add_nothing_to_the_name(head: str) -> None:
    block = f"{head}\n    def f():\n        pass\n"
    assert [unit.qualname for unit in outline(block).units] == ["f"]
    in_class = f"class A:\n{indent(block, '  ')}"
    assert [unit.qualname for unit in outline(in_class).units] == ["A.f"]


@pytest.mark.parametrize(
    "string",
    [
        '"""\ndef no(): pass\n"""',
        "'''\ndef no(): pass\n'''",
        'r"""\ndef no(): pass \\""""',
        'Rb"""\ndef no(): pass\n"""',
        'f"""\n{x}\ndef no(): pass\n{{"""',
        "'\\\ndef no(): pass'",
        '"it\'s"; """\ndef no(): pass\n"""',
        '""; """\ndef no(): pass\n"""',
        '"\\""; """"\ndef no(): pass\n"\\""""',
        "[1, # it's\n'''\ndef no(): pass\n''']",
        "f'{x!r:>{width}}' + '''\ndef no(): pass\n'''",
        "f'{x[\"a\"]}' + '''\ndef no(): pass\n'''",
        "rf'\\{x}' + '''\ndef no(): pass\n'''",
        "f'\\N{DIGIT ONE}{{}}' + '''\ndef no(): pass\n'''",
        "1 if'{'else'''\ndef no(): pass\n'''",
        "r'\\{' + '''\ndef no(): pass\n'''",
    ],
)
@pytest.mark.parametrize("margin", ["", "    "])
def test_strings_hide_what_looks_like_code(string: str, margin: str) -> None:
    source = f"def f():\n    x = 1\n{margin}y = {string}\n{margin}z = 1\n\ndef g(): ...\n"
    assert summary(source) == summary_by_ast(source)


@pytest.mark.parametrize(
    "string",
    [
        'f"{x["a"]}"',
        'f"{x["("]}"',
        "f'{x['\"']}'",
        'f"{f"{f"{1}" + "}"}"}"',
        'f"{"\n".join(x)}"'.replace("\n", "\\n"),
        'f"{\n  x[")"]  # it\'s "here\n}"',
        'f"{x:{"}" + y}>10}"',
        'f"{ {"a": lambda: 1}["a"] }"',
        "f\"\"\"{\nf'''\ndef no(): pass\n{y[\"'''\"]}'''}\"\"\"",
        'rf"{x["\\n"]}\\"',
        'f"{f"{x:\'>{n}}"}"',
        't"{x["("]}"',
    ],
)
def test_replacement_fields_hold_any_code(string: str) -> None:
    source = f"def f():\n    return {string}\nx = 1\ndef g(): ...\n"
    lines = string.count("\n")
    assert summary(source) == [f"f 1-{2 + lines}", f"g {4 + lines}-{4 + lines}"]


@pytest.mark.parametrize(
    "header",
    [
        "def f(x: int = 1, *, y: dict[str, int] = {'a': 1}) -> int:",
        "def f(x=lambda: 1, y=z[1:2]) -> w[:, 'a:b']:",
        "def f() -> lambda: 1:",
        "def f() -> lambda x, y=lambda: 1: lambda: x:",
        "def f() -> (lambda: 1):",
        "def f() -> 'lambda':",
        'def f() -> "a: (b":',
        "def f(\n  x,  # ): an old one\n  y='):'\n):",
        "def f(  # (\n):",
        "def f[T: (int, str), *Ts, **P](x: T) -> T:",
    ],
)
def test_the_body_begins_after_the_colon_of_the_header(header: str) -> None:
    source = f"{header}  # here\n    return 1\n\nx = 1\n"
    (unit,) = outline(source).units
    assert source[: unit.body] == header
    assert source[unit.end :] == "\nx = 1\n"


@pytest.mark.parametrize(
    ("decorators", "lines"),
    [
        ("@a", 1),
        ("@a\n@b.c", 2),
        ("@a(\n  1,\n)\n@b", 4),
        ("@a('''\ndef no(): pass\n''')", 3),
        ("@a  # why (\n\n# why\n@b \\\n  .c\n", 6),
        ("@lambda f: f\n@x[1:2]", 2),
    ],
)
def test_a_function_begins_with_its_first_decorator(decorators: str, lines: int) -> None:
    source = f"x = 1\n\n{decorators}\nasync def f():\n    pass\n"
    (unit,) = outline(source).units
    assert unit.is_async
    assert (unit.line, unit.def_line) == (3, 3 + lines)
    assert source[unit.start :].startswith("@")


def test_a_matrix_product_is_no_decorator() -> None:
    source = "x = (a\n@ b)\ndef f(): ...\ny = a \\\n@ b\ndef g():\n    z = (a\n@ b\n@ c\n)\n    return z\n"
    assert summary(source) == summary_by_ast(source) == ["f 3-3", "g 6-11"]


def test_what_follows_at_the_left_does_not_belong_to_a_function() -> None:
    source = dedent(
        """\
        class A:
            def f(self):
                pass
                # deeper

                # deeper
            # its neighbour's

            def g(self):
        # at the left, but inside
                pass

        # after all
        """
    )
    assert summary(source) == ["A.f 2-3", "A.g 9-11"]


def test_code_at_the_left_belongs_to_a_function_while_something_is_open() -> None:
    source = "def f():\n  x = [\n1, (\n2,\n)\n]\n  y = 1 \\\n+ 2\n  z = {\n**x}; w = (\n1)\n  return z\ng()\n"
    assert summary(source) == ["f 1-12"]


@pytest.mark.parametrize("empty", ["", "  # a comment"])
def test_a_line_after_a_last_backslash_belongs_to_the_function(empty: str) -> None:
    source = f"def f():\n    return 1 \\\n{empty}\nx = 1\n"
    (unit,) = outline(source).units
    assert source[unit.end :] == "x = 1\n"
    libcst.parse_module(unit_text(source, unit)[0])


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n\tdef f(self):\n\t\tpass\n\n\tdef g(self):\n\t\tpass\nx = 1\n",
        "class A:\n\tdef f(self):\n                pass\n\tdef g(self): ...\n",
        "if x:\n  \tdef f():\n  \t\tpass\n  \ty = 1\n",
        "if x:\n\tdef f():\n\t    x = 1\n\n\ty = 1\n\tdef g(): ...\n",
        "\fdef f():\n    pass\n\f\nclass A:\n    \f    def m(self):\n      \f        x = 1\n    \f    y = 1\n\fx = 1\n",
    ],
)
def test_tabs_reach_to_the_next_eighth_column_and_form_feeds_start_anew(source: str) -> None:
    assert summary(source) == summary_by_ast(source)


def test_the_indentation_is_kept_as_written() -> None:
    units = outline("class A:\n \t@x\n  \tdef f(self): ...\n").units
    assert [unit.indent for unit in units] == ["  \t"]


@pytest.mark.parametrize(
    "broken",
    [
        "def broken():\n    x = foo(1, [2\n",
        "def broken(a, b\n",
        "def broken(a, b:\n    pass\n",
        "def broken:\n    pass\n",
        "def broken()\n    pass\n",
        "def broken():\n    x = 'unclosed (\n",
        "def broken():\n    x = f'{unclosed\n",
        "def broken():\n    x = f'{unclosed'\n",
        "def broken():\n    x = f'{x:unclosed'\n",
        "def broken():\n    x = 1)]}\n",
        "@broken(1, 2\n",
        "x = foo(1, 2\n",
        "class Broken(A, [\n",
        "def broken():\n",
    ],
)
@pytest.mark.parametrize(
    "after",
    [
        "def f(): ...\n",
        "@a\n@b(1)\ndef f(): ...\n",
        "async def f(): ...\n",
        "from x import y\ndef f(): ...\n",
        "import x\nif x:\n    def f(): ...\n",
        "class A:\n    def f(): ...\n",
    ],
)
def test_a_broken_statement_does_not_hide_later_functions(broken: str, after: str) -> None:
    *before, last = outline(f"def first(): ...\n{broken}{after}").units
    assert before[0].name == "first"
    assert last.name == "f"
    assert last.qualname in ("f", "A.f")


@pytest.mark.parametrize(
    "source", ["", "\n", "\\", "def", "@", "'", 'f"', 'x = """\ndef f(): ...\n', "\ufeff", "def f("]
)
def test_hopeless_text_has_an_outline(source: str) -> None:
    assert outline(source).units == ()
    assert skeleton(source, outline(source)).text == source


REPEATED = 100_000


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"x = {'(' * REPEATED}{')' * REPEATED}\n", id="nested brackets"),
        pytest.param(f"x = {'(' * REPEATED}\n", id="open brackets"),
        pytest.param(f'x = "{"a" * 10 * REPEATED}"\n', id="a line of a megabyte"),
        pytest.param("def f(x=[\n" * REPEATED, id="open headers"),
        pytest.param("def g():\n  (\n" + "@a\n" * REPEATED, id="decorators in an open bracket"),
        pytest.param("class A:\n  x = (\n" + "y\n" * REPEATED, id="lines in an open bracket"),
        pytest.param("f'{\n" * REPEATED, id="open replacement fields"),
        pytest.param('f"{' * REPEATED + '}"' * REPEATED + "\n", id="nested f-strings"),
        pytest.param("'\n" * REPEATED, id="open strings"),
        pytest.param('r"{"\n' * REPEATED, id="strings with braces"),
    ],
)
def test_time_grows_with_length_only(source: str) -> None:
    began = time.process_time()
    *_, last = outline(f"{source}def last(): ...\n").units
    assert time.process_time() - began < 10
    assert last.name == "last"


FILE = dedent(
    '''\
    """A file."""

    @decorator(
        1,
    )
    def first(x: int = 1) -> int:  # a comment
        """Says
        something."""
        return x


    class A:
        x = 1

        async def second(self):
            text = """
    at the left
    """
            await text  # here

        # between
        def third(self): return (
            1)
        y = 2
    z = 1
    '''
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_change_nothing(line_end: str) -> None:
    text = FILE.replace("\n", line_end)
    assert summary(text) == ["first 3-9", "async A.second 15-19", "A.third 22-23"]
    continued = "x = 'a\\\ndef no(): ...\\\n'\ndef f():\n    return 1 \\\n+ 2\n".replace("\n", line_end)
    assert summary(continued) == ["f 4-6"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_text_of_a_unit_parses_alone_and_keeps_its_columns(line_end: str) -> None:
    text = FILE.replace("\n", line_end)
    lines = text.split(line_end)
    for unit in outline(text).units:
        own, offset = unit_text(text, unit)
        libcst.parse_module(own)
        own_lines = with_newlines(own).split("\n")
        assert own_lines[unit.def_line - offset - 1] == lines[unit.def_line - 1]
        assert own_lines[-2] == lines[last_line(text, unit) - 1]


def test_an_indentation_of_no_width_needs_no_line_above() -> None:
    text = "x = 1\n\fdef f(): ...\n"
    assert unit_text(text, outline(text).units[0]) == ("\fdef f(): ...\n", 1)


def test_the_skeleton_is_the_file_without_bodies() -> None:
    bare = skeleton(FILE, outline(FILE))
    assert bare.text == dedent(
        '''\
        """A file."""

        @decorator(
            1,
        )
        def first(x: int = 1) -> int: ...


        class A:
            x = 1

            async def second(self): ...

            # between
            def third(self): ...
            y = 2
        z = 1
        '''
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_lines_of_a_skeleton_are_known_in_the_file(line_end: str) -> None:
    text = FILE.replace("\n", line_end)
    lines = text.split(line_end)
    bare = skeleton(text, outline(text))
    for number, line in enumerate(bare.text.split(line_end), 1):
        assert lines[bare.line(number) - 1].startswith(line.removesuffix(" ..."))


def test_the_skeleton_of_a_last_line_without_line_end() -> None:
    text = "def f():\n    return 1"
    assert skeleton(text, outline(text)).text == "def f(): ..."


# `~` stands for the indentation.
STATEMENTS = [
    "~x = 1",
    "~# def no(): it's ([{",
    "# def no():",
    "~x = (\n1,\n)",
    "~x = (a  # '''\n@ b\n@ c)",
    "~'''\ndef no(): pass\n'''",
    '~x = "a\\\ndef no(): pass"',
    "~x = 1 \\\n+ 2; y = {'a': [3]}",
    "~f'{x!r:>{y}}{{' rf'\\{x[\"a\"]}'",
    "~for x in y: pass",
    "~def one(): return (\n1)",
    "",
]
HEADERS = [
    "~def f():",
    "~@a\n# c\n~@b\n~def g(x={'a': 1}, *y: z[1:2]) -> lambda: 1:",
    "~async def h(\n): # (",
    "~class A:",
    "~class B(\nC):",
    "~if x:",
    "~with (x):",
]


def blocks(depth: int) -> st.SearchStrategy[str]:
    """Statements that stand in `depth` blocks, with up to four further levels of blocks in them."""
    simple = st.sampled_from(STATEMENTS).map(lambda statement: statement.replace("~", "  " * depth))
    if depth == 4:
        return simple
    return simple | st.builds(
        lambda header, body: "\n".join((header.replace("~", "  " * depth), *body, f"{'  ' * (depth + 1)}pass")),
        st.sampled_from(HEADERS),
        st.lists(blocks(depth + 1), max_size=4),
    )


@given(st.lists(blocks(0), max_size=6).map("\n".join))
def test_agrees_with_ast_on_any_arrangement(source: str) -> None:
    assert summary(source) == summary_by_ast(source)


PIECES = st.sampled_from(
    [*"()[]{}:'\"\\@#,= fx", '"""', "\n", "\n", "\r\n", "\t", "def ", "async ", "class ", "f'", "lambda"]
)


@given(st.lists(PIECES).map("".join) | st.text())
def test_any_text_has_an_outline_of_disjoint_units(text: str) -> None:
    found = outline(text)
    done = 0
    for unit in found.units:
        assert done <= unit.start < unit.body <= unit.end <= len(text)
        assert text[unit.body - 1] == ":"
        assert with_newlines(text[: unit.start]).count("\n") == unit.line - 1
        done = unit.end
    assert skeleton(text, found).text.count(" ...") >= len(found.units)


def standard_library(count: int, max_size: int) -> list[Path]:
    """A sample of the files that the running Python parses."""
    root = Path(sysconfig.get_path("stdlib"))
    files = sorted(file for file in root.rglob("*.py") if "site-packages" not in file.parts)
    random.Random(0).shuffle(files)
    sample: list[Path] = []
    for file in files:
        if len(sample) < count and file.stat().st_size <= max_size and parses(file.read_bytes()):
            sample.append(file)
    return sample


def parses(source: bytes) -> bool:
    try:
        summary_by_ast(source)
    except (SyntaxError, ValueError):
        return False
    return True


def decoded(source: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(BytesIO(source).readline)
    return source.decode(encoding)


def test_agrees_with_ast_on_the_standard_library() -> None:
    for file in standard_library(count=150, max_size=200_000):
        source = file.read_bytes()
        assert summary(decoded(source)) == summary_by_ast(source), file


def test_libcst_parses_the_units_and_skeletons_of_the_standard_library() -> None:
    for file in standard_library(count=15, max_size=30_000):
        text = decoded(file.read_bytes())
        found = outline(text)
        libcst.parse_module(skeleton(text, found).text)
        for unit in found.units:
            libcst.parse_module(unit_text(text, unit)[0])
