"""What asynclint reports: a diagnostic, where it stands, and the chain of calls that proves it."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file. Lines and columns are 1-based; columns count characters; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Step(msgspec.Struct, frozen=True, order=True):
    """One call of a chain: `caller` calls `callee` at `path:line:column`.

    `path` is as reported (relative to the working directory where possible, with forward slashes). `caller` reads
    `async def profile()` or `load_user()`; `callee` reads `load_user()` or `requests.get()`.
    """

    path: str
    line: int
    column: int
    caller: str
    callee: str


class Diagnostic(msgspec.Struct, frozen=True, order=True):
    """One finding. Sorting diagnostics sorts them as they are printed: by path, place, code.

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
