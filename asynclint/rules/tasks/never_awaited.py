"""AIO202."""

from __future__ import annotations

from asynclint.program.observations import TaskNeverAwaited
from asynclint.rules.base import Finding, Rule


class TaskNeverAwaitedRule(Rule[TaskNeverAwaited]):
    """A task that is given a name and then forgotten.

    ## What it does
    Finds tasks in a local variable that are never awaited, returned, stored, nor handed to something else. Printing a
    task, logging or comparing it does not count: none of them waits for it.

    ## Why is this bad?
    A task needs somebody to wait for it. When the function returns, its only reference goes with it, and the task may
    be garbage-collected; when `asyncio.run` ends, every task that is not done is cancelled. The program is over
    early, its work half done, and whatever the task raised is lost.

    ## Example
    ```python
    import asyncio


    async def say_after(delay, what):
        await asyncio.sleep(delay)
        print(what)


    async def main():
        first = asyncio.create_task(say_after(1, "hello"))
        second = asyncio.create_task(say_after(2, "world"))
        print(first, second)
    ```

    ## Use instead
    ```python
    import asyncio


    async def say_after(delay, what):
        await asyncio.sleep(delay)
        print(what)


    async def main():
        first = asyncio.create_task(say_after(1, "hello"))
        second = asyncio.create_task(say_after(2, "world"))
        await first
        await second
    ```

    ## Notes
    `async with asyncio.TaskGroup() as tasks` (Python 3.11) waits for all tasks that are created in it. A task that is
    to outlive the function belongs into a collection or an attribute that outlives it too.

    ## See also
    Ruff: RUF006
    """

    code = "AIO202"
    name = "task-never-awaited"
    observes = TaskNeverAwaited

    def check(self, observed: TaskNeverAwaited) -> Finding:
        """A finding for every forgotten task."""
        return Finding(
            f"the task `{observed.name}` is never awaited: it is cut off when the event loop ends, "
            "and its exception is lost",
            f"`await {observed.name}`, return it, or keep it where it outlives this function",
        )
