"""Jupyter notebooks: the code of their cells as one text, and which cell and line each line of it came from.

The format is that of https://nbformat.readthedocs.io/en/latest/format_description.html, magics are those of
https://ipython.readthedocs.io/en/stable/interactive/magics.html.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from asynclint.sources.decoding import SourceError, decode
from asynclint.sources.lines import split_lines
from asynclint.sources.masking import mask

SUFFIX = ".ipynb"

# Only a statement begins so: what a cell leaves open ends before the next cell.
_BETWEEN_CELLS = "pass"
_UNSEEN = "pass"
"""What stands for code that Python does not see."""
_SAME_PROCESS = frozenset({"capture", "debug", "prun", "time", "timeit"})
"""Cell magics whose cell is Python that runs where other cells run."""
_CELL_MAGIC = re.compile(r"\s*%%(\w*)")
_MAGIC = re.compile(r"[ \t]*(?:[%!?/,;]|[\w.*\[\]]+\?\??[ \t]*\Z)")
_ASSIGNED_MAGIC = re.compile(r"(?P<target>[\w.,\[\]'\" \t]+?=[ \t]*)(?:!|%(?=\w))")
_INDENT = re.compile(r"[ \t]*")


class Cell(msgspec.Struct, frozen=True):
    """A code cell. `number` counts all cells of the notebook from 1; `first` and `last` are the 1-based lines of the
    text that its code stands on. `awaits`: it awaits outside of functions, so that it runs as a coroutine. `shown` is
    the line on which the expression begins that is the cell's output, and that IPython keeps in `Out`; 0 without one.
    """

    number: int
    first: int
    last: int
    awaits: bool
    shown: int


class Notebook(msgspec.Struct, frozen=True):
    """A notebook as one text; `unclosed` are the lines of that text on which a string begins that never ends."""

    text: str
    cells: tuple[Cell, ...]
    unclosed: tuple[int, ...]

    def cell_at(self, line: int) -> Cell | None:
        """The cell that line `line` of the text, or one of the lines just before it, came from."""
        index = bisect_right(self.cells, line, key=lambda cell: cell.first)
        return self.cells[index - 1] if index else None

    def cell_text(self, number: int) -> str:
        """The code of the cell with that number as Python sees it; empty where there is none."""
        lines = split_lines(self.text)
        return "\n".join(
            line for cell in self.cells if cell.number == number for line in lines[cell.first - 1 : cell.last]
        )


class _RawCell(msgspec.Struct):
    cell_type: str
    source: list[str] | str = ""
    metadata: Any = None

    @property
    def text(self) -> str:
        return self.source if isinstance(self.source, str) else "".join(self.source)


class _RawNotebook(msgspec.Struct):
    cells: list[_RawCell] | None = None
    metadata: Any = None


def read_notebook(content: bytes) -> Notebook:
    """The notebook with that content. Raises `SourceError` for what is none, with a place in `content`."""
    document = _document(content)
    if document.cells is None:
        raise SourceError("not a notebook of format 4: it has no `cells`")
    lines: list[str] = []
    cells: list[Cell] = []
    unclosed: list[int] = []
    for number, raw in enumerate(document.cells, start=1):
        if raw.cell_type != "code" or not _is_python(_at(raw.metadata, "vscode", "languageId")):
            continue
        own = split_lines(raw.text.rstrip("\r\n"))
        code = _without_magics(own)
        first = len(lines) + 2
        opened = _unclosed_string(code)
        if opened:
            unclosed.append(first + opened - 1)
            code = [""] * len(code)
        awaits, shown = _as_ipython_sees(code)
        cells.append(Cell(number, first, first + len(code) - 1, awaits, shown and first + shown - 1))
        lines += [_BETWEEN_CELLS, *code]
    if not _is_python(
        _at(document.metadata, "language_info", "name") or _at(document.metadata, "kernelspec", "language")
    ):
        return Notebook("", (), ())
    return Notebook("\n".join([*lines, ""]), tuple(cells), tuple(unclosed))


def _document(content: bytes) -> _RawNotebook:
    try:
        return msgspec.json.decode(content, type=_RawNotebook)
    except msgspec.ValidationError as error:
        raise SourceError(f"not a notebook: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _broken(content) from None
    except RecursionError:
        raise SourceError("not a notebook: nested too deeply") from None


def _broken(content: bytes) -> SourceError:
    """What is wrong with `content`, which is no JSON."""
    try:
        json.loads(decode(content))
    except json.JSONDecodeError as error:
        return SourceError(f"not a notebook: invalid JSON: {error.msg}", error.lineno, error.colno)
    except SourceError as error:
        return error
    return SourceError("not a notebook: invalid JSON")


def _at(metadata: Any, *keys: str) -> str:
    for key in keys:
        metadata = metadata.get(key) if isinstance(metadata, dict) else None
    return metadata if isinstance(metadata, str) else ""


def _is_python(language: str) -> bool:
    return language.lower() in {"", "python", "ipython", "python3"}


def _without_magics(lines: Sequence[str]) -> list[str]:
    """The lines of a cell with what is no Python taken out; as many as there were."""
    done = 0
    for number, line in enumerate(lines):
        found = _CELL_MAGIC.match(line)
        if found and found[1] not in _SAME_PROCESS:
            return [""] * len(lines)
        if found:
            done = number + 1
        elif line.strip():
            break
    return [""] * done + _without_line_magics(list(lines[done:]))


def _without_line_magics(lines: list[str]) -> list[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        assigned = _ASSIGNED_MAGIC.match(line)
        if (assigned or _MAGIC.match(line)) and _begins_statement(lines, at):
            end = at
            while end + 1 < len(lines) and lines[end].endswith("\\"):
                end += 1
            indent = _INDENT.match(line)
            seen = f"{assigned['target']}get_ipython()" if assigned else f"{indent[0] if indent else ''}{_UNSEEN}"
            lines[at : end + 1] = [seen, *[""] * (end - at)]
            at = end
        at += 1
    return lines


def _begins_statement(lines: Sequence[str], at: int) -> bool:
    """Whether no string, bracket or backslash before line `at` goes on there."""
    before = "".join(f"{line}\n" for line in lines[:at])
    masked = mask(f"{before}{_UNSEEN}\n")
    if not masked.endswith(f"\n{_UNSEEN}\n") or before.endswith("\\\n"):
        return False
    return all(masked.count(opening) <= masked.count(closing) for opening, closing in ("()", "[]", "{}"))


def _unclosed_string(lines: Sequence[str]) -> int:
    """The 1-based line on which a string begins that goes on after the last line; 0 without one."""
    text = "".join(f"{line}\n" for line in lines)
    masked = mask(f"{text}{_UNSEEN}\n")
    if masked.endswith(f"\n{_UNSEEN}\n"):
        return 0
    return text.count("\n", 0, len(masked.rstrip(".")) - 1) + 1


def _as_ipython_sees(lines: Sequence[str]) -> tuple[bool, int]:
    """Whether a cell awaits outside of functions, and the line of the expression whose value is the cell's output.

    IPython decides by the tree of the running Python, too (IPython/core/async_helpers.py). A cell with a syntax error,
    or with syntax that is newer, does neither.
    """
    text = "\n".join(lines) + "\n"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False, 0
    awaits = any(_awaits(node) for node in _outside_functions(tree))
    last = tree.body[-1] if tree.body else None
    # A semicolon keeps the value from being shown, and from being kept.
    is_shown = isinstance(last, ast.Expr) and not mask(text).rstrip().endswith(";")
    return awaits, last.lineno if last is not None and is_shown else 0


def _awaits(node: ast.AST) -> bool:
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    return isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending += ast.iter_child_nodes(node)
