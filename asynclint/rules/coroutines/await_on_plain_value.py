"""AIO305."""

from __future__ import annotations

from asynclint.program.observations import PlainValueAwaited
from asynclint.rules.base import Finding, Rule


class AwaitOnPlainValue(Rule[PlainValueAwaited]):
    """An `await` in front of something that can't be awaited.

    ## What it does
    Finds `await` in front of calls that are sure to give a plain value: of library functions whose source shows it,
    such as `queue.put_nowait()` or `session.add()` of SQLAlchemy, of plain functions of the project that return
    nothing, or what is known to be no awaitable, and of functions that make something for `async for` or
    `async with`. Also `await` in front of a list, tuple, set or dict, such as one of tasks.

    ## Why is this bad?
    `await` runs the call first, and then raises `TypeError`, because there is nothing to wait for. In code that runs
    seldom, that is found out late. And `await time.sleep(1)` does not make the sleep let others run.

    ## Example
    ```python
    def area(width, height):
        print("computing")
        return f"{width * height} m²"


    async def main():
        print(await area(2, 3))
    ```

    ## Use instead
    ```python
    def area(width, height):
        print("computing")
        return f"{width * height} m²"


    async def main():
        print(area(2, 3))
    ```

    ## Notes
    Only calls are looked at whose callee is known for certain. Methods that a subclass overrides with an `async def`
    are left alone, and so are hooks that do nothing.
    """

    code = "AIO305"
    name = "await-on-plain-value"
    observes = PlainValueAwaited

    def check(self, observed: PlainValueAwaited) -> Finding:
        """A finding for every such `await`."""
        if observed.is_collection:
            return Finding(
                f"`{observed.awaited or 'this'}` is a collection: `await` raises `TypeError` here",
                f"`await asyncio.gather(*{observed.awaited or '...'})`",
            )
        return Finding(
            f"`{observed.awaited}` gives nothing that can be awaited: `await` raises `TypeError` here",
            "call it without `await`; if it blocks, `await asyncio.to_thread(...)`",
        )
