"""AIO305."""

from __future__ import annotations

from asynclint.program.observations import NotAwaitable, PlainValueAwaited
from asynclint.rules.base import Finding, Rule

_DESCRIBED: dict[NotAwaitable, str] = {
    "plain value": "gives nothing that can be awaited",
    "collection": "is a collection",
    "async generator": "gives an async generator",
    "async context manager": "gives an async context manager",
}
_ADVICE: dict[NotAwaitable, str] = {
    "plain value": "call it without `await`; if it blocks, `await asyncio.to_thread(...)`",
    "collection": "`await asyncio.gather(*{})`",
    "async generator": "`async for item in {}`",
    "async context manager": "`async with {}`",
}


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
        awaited = f"`{observed.awaited}`" if observed.awaited else "this"
        return Finding(
            f"{awaited} {_DESCRIBED[observed.kind]}: `await` raises `TypeError` here",
            _ADVICE[observed.kind].format(observed.awaited or "..."),
        )
