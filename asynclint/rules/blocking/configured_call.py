"""AIO190."""

from __future__ import annotations

from collections.abc import Iterator

from asynclint.program.observations import BlockingCall
from asynclint.rules.blocking import remedies
from asynclint.rules.blocking.base import BlockingRule


class BlockingConfiguredCall(BlockingRule):
    """A call on the event loop that the project's own settings call blocking.

    ## What it does
    Finds calls on the event loop of the functions that `[tool.asynclint.blocking]` lists: a company's own client, a C
    extension, a library that asynclint does not know.

    ## Why is this bad?
    Whoever listed the function knows that it stops its thread. On the event loop it stops every task of the program
    with it.

    ## Example
    ```python
    import warehouse  # [tool.asynclint.blocking] lists "warehouse.query"


    async def stock(article):
        return warehouse.query("SELECT stock FROM articles WHERE id = ?", article)
    ```

    ## Use instead
    ```python
    import asyncio

    import warehouse


    async def stock(article):
        return await asyncio.to_thread(warehouse.query, "SELECT stock FROM articles WHERE id = ?", article)
    ```

    ## Options
    Each key of `[tool.asynclint.blocking]` is the qualified name of a callable, or a pattern of such names. Its value
    is what to use instead, or `true` where there is nothing; `false` says that a call which asynclint knows does not
    block here.

    ```toml
    [tool.asynclint.blocking]
    "warehouse.query" = "warehouse.aio.query"
    "reports.render_*" = true
    ```

    ## See also
    flake8-async: ASYNC200
    """

    code = "AIO190"
    name = "blocking-configured-call"
    kind = "configured"
    subject = "blocking call by this project's settings"

    def advice(self, observed: BlockingCall) -> Iterator[str]:
        """What the project says itself, then a thread."""
        yield remedies.plain_endpoint(observed)
        yield from (f"use `{replacement}`" for replacement in observed.libraries)
        yield remedies.in_a_thread(observed)
