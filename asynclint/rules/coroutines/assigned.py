"""AIO302."""

from __future__ import annotations

from asynclint.program.observations import CoroutineAssigned
from asynclint.rules.base import Finding, Rule


class CoroutineAssignedNeverAwaited(Rule[CoroutineAssigned]):
    """A coroutine that is given a name and then forgotten.

    ## What it does
    Finds coroutines in a local variable, or in a local list of them, that are never awaited, returned, stored, nor
    handed to something that may await them. Printing a coroutine, logging or comparing it does not count; neither does
    asking how many are in the list.

    ## Why is this bad?
    Calling an `async def` runs nothing. The name holds a coroutine, not a result, and when the function returns the
    coroutine is thrown away: the work was never done. All that Python has to say about it is a `RuntimeWarning`.

    ## Example
    ```python
    import asyncio


    async def notify(user):
        await asyncio.sleep(1)
        return "sent"


    async def main():
        result = notify("Ada")
        print(result)
    ```

    ## Use instead
    ```python
    import asyncio


    async def notify(user):
        await asyncio.sleep(1)
        return "sent"


    async def main():
        result = await notify("Ada")
        print(result)
    ```

    ## Notes
    `first = notify("Ada")` with `await asyncio.gather(first, second)` later is left alone, and so is a coroutine that
    is passed to a function whose parameter does not say that it wants something else.
    """

    code = "AIO302"
    name = "coroutine-assigned-never-awaited"
    observes = CoroutineAssigned

    def check(self, observed: CoroutineAssigned) -> Finding:
        """A finding for every forgotten coroutine."""
        where = f"collected in `{observed.name}`" if observed.collected else f"given the name `{observed.name}`"
        return Finding(
            f"`{observed.callee}` makes a {observed.gives}, which is {where} and never awaited",
            f"`await {observed.callee}`" if observed.in_async else "make this function an `async def` and await it",
        )
