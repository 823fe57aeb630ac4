"""AIO304."""

from __future__ import annotations

from asynclint.program.observations import CoroutineFunctionPassed
from asynclint.rules.base import Finding, Rule


class CoroutineFunctionNotCalled(Rule[CoroutineFunctionPassed]):
    """An `async def` in place of the coroutine that calling it makes, or a list in place of what is in it.

    ## What it does
    Finds an `async def` by its bare name where a coroutine belongs: `asyncio.gather(work)`,
    `asyncio.create_task(work)`, `asyncio.run(main)`, `await work`. Also a list and its like in place of the coroutines
    that it holds: `asyncio.gather([work(), work()])`.

    ## Why is this bad?
    `work` is a function, `work()` is a coroutine. asyncio runs coroutines, and raises `TypeError` or `ValueError`
    when it is given a function or a list; `await work` raises `TypeError`. In code that runs seldom, that is found out
    late.

    ## Example
    ```python
    import asyncio


    async def work():
        await asyncio.sleep(1)


    async def main():
        await asyncio.gather(work)
    ```

    ## Use instead
    ```python
    import asyncio


    async def work():
        await asyncio.sleep(1)


    async def main():
        await asyncio.gather(work())
    ```

    ## Notes
    anyio and trio want the function: `anyio.run(main)`, `trio.run(main)`, `task_group.start_soon(work)`. These are
    left alone.
    """

    code = "AIO304"
    name = "coroutine-function-not-called"
    observes = CoroutineFunctionPassed

    def check(self, observed: CoroutineFunctionPassed) -> Finding:
        """A finding for every such function or collection."""
        passed = f"`{observed.passed}`" if observed.passed else "this"
        if observed.is_collection:
            return Finding(
                f"{passed} is a collection, and `{observed.taker}()` wants coroutines themselves",
                f"`await asyncio.gather(*{observed.passed or '...'})`",
            )
        wants = "`await` wants" if observed.taker == "await" else f"`{observed.taker}()` wants"
        return Finding(
            f"{passed} is a coroutine function, and {wants} the coroutine that calling it makes",
            f"call it: `{observed.passed or '...'}()`",
        )
