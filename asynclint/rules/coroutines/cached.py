"""AIO307."""

from __future__ import annotations

from asynclint.program.observations import CoroutineCached
from asynclint.rules.base import Finding, Rule


class CoroutineCachedRule(Rule[CoroutineCached]):
    """A cache on an `async def`.

    ## What it does
    Finds `functools.lru_cache`, `functools.cache` and `functools.cached_property` on an `async def`.

    ## Why is this bad?
    The cache keeps what calling the function gives, and that is a coroutine, not its result. The first caller awaits
    it. The second gets the same, spent coroutine: `RuntimeError: cannot reuse already awaited coroutine`.

    ## Example
    ```python
    import asyncio
    import functools


    @functools.lru_cache
    async def settings(name):
        await asyncio.sleep(1)
        return name
    ```

    ## Use instead
    ```python
    import asyncio

    tasks = {}


    async def _settings(name):
        await asyncio.sleep(1)
        return name


    async def settings(name):
        if name not in tasks:
            tasks[name] = asyncio.create_task(_settings(name))
        return await tasks[name]
    ```

    ## Notes
    A task can be awaited any number of times. `async_lru.alru_cache` and `aiocache.cached` do it too.
    """

    code = "AIO307"
    name = "coroutine-cached"
    observes = CoroutineCached

    def check(self, observed: CoroutineCached) -> Finding:
        """A finding for every cached coroutine function."""
        return Finding(
            f"`{observed.decorator}` keeps the coroutine, not its result: the second caller gets one that is spent",
            "keep the result or a task instead, for example with `async_lru.alru_cache`",
        )
