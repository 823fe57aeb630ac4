"""AIO201."""

from __future__ import annotations

from asynclint.program.observations import TaskDropped
from asynclint.rules.base import Finding, Rule


class TaskNotStored(Rule[TaskDropped]):
    """A task that nobody keeps a reference to.

    ## What it does
    Finds calls of `asyncio.create_task`, `asyncio.ensure_future` and `loop.create_task` whose result is thrown away.

    ## Why is this bad?
    The event loop keeps only weak references to its tasks. A task that nobody else refers to may be garbage-collected
    while it waits, and then it simply stops in the middle, at a time that nobody can foretell. Python's documentation
    of `asyncio.create_task` says to keep a reference.

    An exception in such a task is not raised anywhere either: it is logged when the task is collected, if at all.

    ## Example
    ```python
    import asyncio


    async def handle(order, mail):
        await order.save()
        asyncio.create_task(mail.send(order))
    ```

    ## Use instead
    ```python
    import asyncio

    background_tasks = set()


    async def handle(order, mail):
        await order.save()
        task = asyncio.create_task(mail.send(order))
        background_tasks.add(task)
        task.add_done_callback(background_tasks.discard)
    ```

    ## Notes
    A task that should end before the function does belongs into an `asyncio.TaskGroup` (Python 3.11), whose
    `create_task` keeps the reference and raises what the task raises. It needs no assignment, and is left alone here.
    anyio and trio start tasks in task groups and nurseries only.

    ## See also
    flake8-async: ASYNC300; Ruff: RUF006
    """

    code = "AIO201"
    name = "task-not-stored"
    observes = TaskDropped

    def check(self, observed: TaskDropped) -> Finding:
        """A finding for every dropped task."""
        return Finding(
            f"the task of `{observed.maker}()` is not stored: the event loop keeps only a weak reference, "
            "and the task may vanish before it is done",
            "await it, keep it in a collection until it is done, or start it in an `asyncio.TaskGroup`",
        )
