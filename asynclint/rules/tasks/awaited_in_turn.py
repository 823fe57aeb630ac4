"""AIO204."""

from __future__ import annotations

from asynclint.program.observations import TasksAwaitedInTurn
from asynclint.rules.base import Finding, Rule


class TasksAwaitedInTurnRule(Rule[TasksAwaitedInTurn]):
    """Tasks that are created one by one, each when the last is done.

    ## What it does
    Finds runs of create, await, create, await in one block, in which no task uses what an earlier one returned. There
    is one finding for the whole run, at its first `await`.

    ## Why is this bad?
    Tasks run concurrently from when they are created. Here the second is created only when the first is done, so
    nothing overlaps: a task of one second and another of two take three seconds, where they could take two.

    ## Example
    ```python
    import asyncio


    async def say_after(delay, what):
        await asyncio.sleep(delay)
        print(what)


    async def main():
        first = asyncio.create_task(say_after(1, "hello"))
        await first
        second = asyncio.create_task(say_after(2, "world"))
        await second
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
    `await asyncio.gather(say_after(1, "hello"), say_after(2, "world"))` says the same in a line, and an
    `asyncio.TaskGroup` (Python 3.11) also cancels the rest when one fails. Where the order is wanted, leave the tasks
    out: `await say_after(1, "hello")`, then `await say_after(2, "world")`.
    """

    code = "AIO204"
    name = "tasks-awaited-in-turn"
    observes = TasksAwaitedInTurn

    def check(self, observed: TasksAwaitedInTurn) -> Finding:
        """A finding for every such run of tasks."""
        return Finding(
            f"{observed.count} tasks are created and awaited in turn: each starts only when the one before is done",
            "create all of them before the first `await`, or `await asyncio.gather(...)`",
        )
