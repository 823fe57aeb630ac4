"""AIO203."""

from __future__ import annotations

from asynclint.program.observations import TaskAwaitedAtOnce
from asynclint.rules.base import Finding, Rule


class TaskAwaitedImmediately(Rule[TaskAwaitedAtOnce]):
    """A task that is awaited as soon as it is created.

    ## What it does
    Finds `await asyncio.create_task(work())`, and `task = asyncio.create_task(work())` with `await task` in the next
    statement. Not where the task is given a name or a context of its own.

    ## Why is this bad?
    A task is there to run beside something else. Where its creator waits for it at once there is nothing else, and
    the line does what `await work()` does, only later and at greater cost. It also reads as if something ran
    concurrently, and nothing does.

    ## Example
    ```python
    import asyncio


    async def load(number):
        await asyncio.sleep(1)
        return number


    async def main():
        return await asyncio.create_task(load(7))
    ```

    ## Use instead
    ```python
    import asyncio


    async def load(number):
        await asyncio.sleep(1)
        return number


    async def main():
        return await load(7)
    ```

    ## Notes
    What does need a task is left alone: one with a `context=` of its own, and one that is also used elsewhere, to be
    cancelled for instance. Tasks that are created and awaited one after the other are AIO204.
    """

    code = "AIO203"
    name = "task-awaited-immediately"
    observes = TaskAwaitedAtOnce

    def check(self, observed: TaskAwaitedAtOnce) -> Finding:
        """A finding for every such task."""
        return Finding(
            f"the task of `{observed.maker}()` is awaited at once: nothing runs in between",
            f"`await {observed.coroutine}`, or create the task earlier and await it later",
        )
