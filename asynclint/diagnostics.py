"""What asynclint reports: a diagnostic, where it stands, and the chain of calls that proves it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file. Lines and columns are 1-based; columns count characters; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


_START = Span(1, 1, 1, 1)


class Step(msgspec.Struct, frozen=True, order=True):
    """One call of a chain: `caller` calls `callee` at `path:line:column`, in a notebook in cell number `cell`.

    `path` is as reported (relative to the working directory where possible, with forward slashes). `caller` reads
    `async def profile()` or `load_user()`; `callee` reads `load_user()` or `requests.get()`.
    """

    path: str
    line: int
    column: int
    caller: str
    callee: str
    cell: int = 0

    @property
    def source(self) -> str:
        """What `line` counts in: the file, or one cell of it."""
        return _source(self.path, self.cell)

    @property
    def file_span(self) -> Span:
        """Where the call begins in the file itself; of a notebook, which is JSON, the start."""
        return _START if self.cell else Span(self.line, self.column, self.line, self.column)


class Diagnostic(msgspec.Struct, frozen=True, order=True):
    """One finding. In a notebook, lines are those of cell number `cell`, counted from 1 among all its cells; it is 0
    elsewhere.

    `primitive` is the qualified name of the call that blocks, empty where the rule is about something else.
    `function` is the qualified name, within its file, of the function that the finding stands in (`Users.load`), and
    `function_line` the line of its `def`; empty and 0 outside of functions. `called` is what the code there calls, as
    in `load_user` or `asyncio.create_task`: with path, code and function it tells the finding from others, whatever
    line it stands on.
    """

    path: str
    span: Span
    code: str
    name: str
    message: str
    help: str = ""
    chain: tuple[Step, ...] = ()
    primitive: str = ""
    function: str = ""
    function_line: int = 0
    called: str = ""
    cell: int = 0

    @property
    def source(self) -> str:
        """What the lines of `span` count in: the file, or one cell of it."""
        return _source(self.path, self.cell)

    @property
    def file_span(self) -> Span:
        """`span` in the file itself; of a notebook, which is JSON, the start."""
        return _START if self.cell else self.span


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics as they are printed: by path, cell, place and code."""
    return tuple(sorted(diagnostics, key=lambda diagnostic: (diagnostic.path, diagnostic.cell, diagnostic)))


def _source(path: str, cell: int) -> str:
    """How reports name a file, or one cell of a notebook: `analysis.ipynb:cell 3`."""
    return f"{path}:cell {cell}" if cell else path
