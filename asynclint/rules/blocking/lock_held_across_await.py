"""AIO113."""

from __future__ import annotations

from asynclint.program.observations import LockHeld
from asynclint.rules.base import Finding, Rule


class LockHeldAcrossAwait(Rule[LockHeld]):
    """A thread lock that is held while a task waits.

    ## What it does
    Finds `with` blocks on a lock of `threading` or `multiprocessing` that await inside of it.

    ## Why is this bad?
    At the `await` the task that holds the lock steps aside, and another one runs. If that wants the lock too, it
    waits for it as threads do, in the loop's thread. The first task can't go on to release the lock, for the thread
    that it needs is waiting: the program deadlocks. It does so only when two tasks meet, so it passes every test and
    happens under load.

    A lock that the thread which holds it may take again, `RLock` or `Condition`, lets that other task in: it guards
    nothing.

    A lock of asyncio suspends the task that waits for it, and leaves the thread to the one that holds it.

    ## Example
    ```python
    import threading


    class Cache:
        def __init__(self):
            self.lock = threading.Lock()
            self.values = {}

        async def get(self, key, load):
            with self.lock:
                if key not in self.values:
                    self.values[key] = await load(key)
                return self.values[key]
    ```

    ## Use instead
    ```python
    import asyncio


    class Cache:
        def __init__(self):
            self.lock = asyncio.Lock()
            self.values = {}

        async def get(self, key, load):
            async with self.lock:
                if key not in self.values:
                    self.values[key] = await load(key)
                return self.values[key]
    ```

    ## Notes
    anyio and trio have a `Lock` of their own. Where threads want the lock as well, keep the thread lock, and release
    it before awaiting.
    """

    code = "AIO113"
    name = "lock-held-across-await"
    observes = LockHeld

    def check(self, observed: LockHeld) -> Finding:
        """A finding for every such lock."""
        harm = (
            "it keeps no other task out, and threads that want it wait for this one"
            if observed.reentrant
            else "another task that wants it deadlocks the event loop"
        )
        return Finding(
            f"`with` holds a `{observed.lock}` across an `await`: {harm}",
            f"`async with` an `{observed.native}`, or leave the `with` before awaiting",
        )
