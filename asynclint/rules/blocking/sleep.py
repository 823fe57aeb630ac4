"""AIO101."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingSleep(BlockingRule):
    """A sleep that stops the whole event loop.

    ## What it does
    Finds `time.sleep` and its like (`signal.pause`, `psutil.cpu_percent(interval=1)`) in code that runs on the event
    loop: in an `async def`, or in any plain function that one calls.

    ## Why is this bad?
    An event loop runs all its tasks in one thread, and switches between them only where one of them awaits.
    `time.sleep` does not await: it puts the thread to sleep, and with it every other task, every timer and every
    connection of the program. A server that sleeps for a second so serves nobody for that second.

    `asyncio.sleep` suspends the task that awaits it, and leaves the thread to the others.

    ## Example
    ```python
    import asyncio
    import time


    async def poll(job):
        while not await job.is_done():
            time.sleep(1)
    ```

    ## Use instead
    ```python
    import asyncio


    async def poll(job):
        while not await job.is_done():
            await asyncio.sleep(1)
    ```

    ## Notes
    Under anyio and trio it is `await anyio.sleep(1)` and `await trio.sleep(1)`. A helper that has to stay as it is,
    because code without a loop calls it too, goes to a thread: `await asyncio.to_thread(helper)`. Replacing
    `time.sleep` by `asyncio.sleep` in a plain `def` does not help: without an `await` nothing sleeps at all.

    `time.sleep(0)` is left alone: it returns at once. To let other tasks run, `await asyncio.sleep(0)`.

    ## See also
    flake8-async and Ruff: ASYNC251
    """

    code = "AIO101"
    name = "blocking-sleep"
    kind = "sleep"
    subject = "blocking sleep"
