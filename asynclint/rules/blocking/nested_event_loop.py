"""AIO112."""

from __future__ import annotations

from asynclint.program.observations import BlockingCall
from asynclint.rules.blocking import remedies
from asynclint.rules.blocking.base import BlockingRule


class NestedEventLoop(BlockingRule):
    """An event loop started inside of a running one.

    ## What it does
    Finds `asyncio.run`, `loop.run_until_complete`, `anyio.run`, `trio.run`, `async_to_sync(...)()` and the `run`
    functions of servers and bots in code that runs on an event loop.

    ## Why is this bad?
    A thread runs one event loop at a time, so these raise `RuntimeError` where a loop runs already, as in
    "asyncio.run() cannot be called from a running event loop". The mistake hides well in a helper for scripts that
    wraps a coroutine in `asyncio.run`: it works until the first `async def` calls it.

    ## Example
    ```python
    import asyncio


    async def fetch_report(number):
        await asyncio.sleep(1)
        return number


    async def main():
        report = asyncio.run(fetch_report(7))
        print(report)
    ```

    ## Use instead
    ```python
    import asyncio


    async def fetch_report(number):
        await asyncio.sleep(1)
        return number


    async def main():
        report = await fetch_report(7)
        print(report)
    ```

    ## Notes
    A plain function that is called with and without a running loop is best split in two: an `async def` that does the
    work, and a thin wrapper around it for scripts. Code that runs only where `asyncio.get_running_loop()` has raised
    is left alone, and so is what `nest_asyncio` allows. Servers have a way to be awaited, such as
    `uvicorn.Server.serve`.

    In a notebook all cells run on the loop of the kernel: `await` works there without a function around it.
    """

    code = "AIO112"
    name = "nested-event-loop"
    kind = "loop"
    subject = "nested event loop"
    effect = "raises RuntimeError where a loop runs already"

    def help(self, observed: BlockingCall) -> str:
        """To await what the inner loop was to run."""
        if observed.libraries:
            return f"use `{observed.libraries[0]}`"
        if not remedies.may_await(observed):
            return "start the coroutine as a task"
        if len(observed.links) > 1:
            return f"await the coroutine that `{observed.links[-1].caller}` runs"
        return "await the coroutine"
