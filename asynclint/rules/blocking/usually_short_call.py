"""AIO114."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class UsuallyShortCall(BlockingRule):
    """A call on the event loop that blocks, but usually returns at once.

    ## What it does
    Finds calls on the event loop that may wait and mostly do not: starting a process with `subprocess.Popen`,
    `with threading.Lock()`, `ssl.create_default_context`, the methods of a file that is open already,
    `json.load(file)`, `importlib.import_module`. And what a function that is called does the first time only, because
    it keeps the result: `if _client is None: _client = connect()`, or a function without parameters under
    `functools.cache`.

    This rule is off by default.

    ## Why is this bad?
    Each of these takes microseconds to a few milliseconds, and most programs do well to ignore them. They add up
    where they are called often, and each has a bad day: the lock that another thread holds, the file that is on a
    network share, the module whose import takes seconds. Select this rule to look for what is left when a loop still
    stutters.

    ## Example
    ```python
    import subprocess


    async def open_editor(path):
        return subprocess.Popen(["editor", path])
    ```

    ## Use instead
    ```python
    import asyncio


    async def open_editor(path):
        return await asyncio.create_subprocess_exec("editor", path)
    ```

    ## Notes
    For what asyncio, anyio or trio have no equivalent of, there is `await asyncio.to_thread(...)`,
    `anyio.to_thread.run_sync` and `trio.to_thread.run_sync`, or doing it once when the program starts.

    A thread lock held across an `await` is not short, but a deadlock: AIO113.

    ## Options
    `extend-select = ["AIO114"]` in `[tool.asynclint]` turns the rule on.

    ## See also
    flake8-async and Ruff: ASYNC220; flake8-async: ASYNC231, ASYNC232
    """

    code = "AIO114"
    name = "usually-short-call"
    default = False
    kind = "short"
    subject = "usually short blocking call"
    effect = "may stall the event loop"
