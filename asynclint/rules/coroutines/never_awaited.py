"""AIO301."""

from __future__ import annotations

from asynclint.program.observations import CoroutineDiscarded
from asynclint.rules.base import Finding, Rule

_CONSEQUENCES = {
    "coroutine": "is never awaited: the call makes a coroutine, and nothing runs it",
    "future": "is never awaited: nobody waits for it, and its exceptions are lost",
    "async generator": "is never iterated: the call makes an async generator, and nothing runs it",
    "request": "is never awaited: the call makes a request, and nothing carries it out",
}


class CoroutineNeverAwaited(Rule[CoroutineDiscarded]):
    """A coroutine that is made and thrown away.

    ## What it does
    Finds calls that stand as a statement and give something to be awaited: of an `async def`, of library coroutines
    such as `asyncio.sleep`, and of `asyncio.gather` and its like. Methods, imported functions and functions that
    return the coroutine of another are followed to their definition.

    ## Why is this bad?
    Calling an `async def` runs nothing. It makes a coroutine, which runs when it is awaited or made a task. Without
    that the work is not done at all, and all that Python has to say about it is a `RuntimeWarning` when the coroutine
    is collected.

    ## Example
    ```python
    import asyncio


    async def notify(user):
        await asyncio.sleep(1)
        print(f"dear {user}")


    async def main():
        notify("Ada")
    ```

    ## Use instead
    ```python
    import asyncio


    async def notify(user):
        await asyncio.sleep(1)
        print(f"dear {user}")


    async def main():
        await notify("Ada")
    ```

    ## Notes
    To let it run beside other work, make it a task and keep the task: `task = asyncio.create_task(notify("Ada"))`.
    Outside of an `async def`, `asyncio.run(notify("Ada"))` starts a loop for it; anyio and trio have a `run` too.
    """

    code = "AIO301"
    name = "coroutine-never-awaited"
    observes = CoroutineDiscarded

    def check(self, observed: CoroutineDiscarded) -> Finding:
        """A finding for every discarded coroutine."""
        return Finding(f"`{observed.callee}` {_CONSEQUENCES[observed.gives]}", _help(observed))


def _help(observed: CoroutineDiscarded) -> str:
    if observed.gives == "async generator":
        return f"`async for ... in {observed.callee}`"
    if observed.in_async:
        return f"`await {observed.callee}`"
    return "make this function an `async def` and await it, or hand it to `asyncio.run` where no loop runs"
