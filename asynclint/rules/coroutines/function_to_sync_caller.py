"""AIO306."""

from __future__ import annotations

from asynclint.program.observations import CoroutineFunctionScheduled
from asynclint.rules.base import Finding, Rule


class CoroutineFunctionToSyncCaller(Rule[CoroutineFunctionScheduled]):
    """An `async def` that is handed to something that never awaits.

    ## What it does
    Finds coroutine functions, bare or in a `lambda` or `functools.partial`, that are passed as a callback, thread
    target or key: to `loop.call_soon`, `add_done_callback`, `threading.Thread(target=...)`, `loop.run_in_executor`,
    `sorted(key=...)`, `atexit.register`, `signal.signal` and the like.

    ## Why is this bad?
    All of these call the function and take what it returns for its result. Calling an `async def` runs nothing: it
    makes a coroutine, which is thrown away or, as a key, compared.

    ## Example
    ```python
    import asyncio
    import threading


    async def poll():
        await asyncio.sleep(1)


    def start():
        threading.Thread(target=poll).start()
    ```

    ## Use instead
    ```python
    import asyncio
    import threading


    async def poll():
        await asyncio.sleep(1)


    def start():
        threading.Thread(target=lambda: asyncio.run(poll())).start()
    ```

    ## Notes
    On a running loop, hand it a plain function that makes a task and keeps it. `map` is left alone, because
    `asyncio.gather(*map(work, items))` is right.
    """

    code = "AIO306"
    name = "coroutine-function-to-sync-caller"
    observes = CoroutineFunctionScheduled

    def check(self, observed: CoroutineFunctionScheduled) -> Finding:
        """A finding for every such function."""
        taker = observed.taker.removeprefix("builtins.")
        return Finding(
            f"`{observed.function}` is a coroutine function, and `{taker}()` never awaits what calling it makes",
            "hand over a plain function, which runs the coroutine with `asyncio.run` or makes a task of it",
        )
