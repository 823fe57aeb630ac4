"""AIO308."""

from __future__ import annotations

from asynclint.program.observations import AsyncWithoutAwait
from asynclint.rules.base import Finding, Rule


class AsyncWithoutAwaitRule(Rule[AsyncWithoutAwait]):
    """An `async def` that never awaits.

    ## What it does
    Finds `async def`s without `await`, `async for` and `async with`, that are no generators. One that overrides a
    method or may do so, has a decorator, is passed as a value, or only declares something is left alone.

    ## Why is this bad?
    Nothing in it waits, so nothing is gained by `async`; and every caller has to await it, and be `async` as well.
    Often an `await` was forgotten.

    ## Example
    ```python
    async def area(width, height):
        return width * height
    ```

    ## Use instead
    ```python
    def area(width, height):
        return width * height
    ```

    ## Notes
    Off by default: a function may be `async` because its callers expect it to be.

    ## See also
    Ruff: RUF029
    """

    code = "AIO308"
    name = "async-without-await"
    default = False
    observes = AsyncWithoutAwait

    def check(self, observed: AsyncWithoutAwait) -> Finding:
        """A finding for every such function."""
        return Finding(
            f"`{observed.owner}` never awaits, so nothing needs it to be `async`",
            "make it a plain `def`, or await what it forgot to",
        )
