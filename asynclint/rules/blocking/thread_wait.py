"""AIO110."""

from __future__ import annotations

from collections.abc import Iterator

from asynclint.program.observations import BlockingCall
from asynclint.rules.blocking.base import BlockingRule


class BlockingWait(BlockingRule):
    """Waiting on the event loop for a thread or a process.

    ## What it does
    Finds calls on the event loop that wait for threads, processes and what they share: `threading.Event.wait`,
    `Condition.wait`, `Thread.join`, `queue.Queue.get`, `concurrent.futures.Future.result`, and leaving a
    `with ThreadPoolExecutor()`, which waits for all that was submitted.

    ## Why is this bad?
    These are made for threads that have nothing else to do. The loop's thread has: while it waits, no task runs.
    Where the one that is waited for needs the loop, the program deadlocks.
    `asyncio.run_coroutine_threadsafe(work(), loop).result()` on that very loop is the plainest case: the coroutine
    runs when the loop is free, and the loop is free when the coroutine has run.

    ## Example
    ```python
    import threading

    ready = threading.Event()


    async def serve(server):
        ready.wait()
        await server.serve_forever()
    ```

    ## Use instead
    ```python
    import asyncio

    ready = asyncio.Event()


    async def serve(server):
        await ready.wait()
        await server.serve_forever()
    ```

    ## Notes
    asyncio's `Event`, `Condition`, `Queue` and `Semaphore` are for tasks of one loop; a thread sets such an event by
    `loop.call_soon_threadsafe(ready.set)`. anyio and trio have an `Event` and `Condition` of their own, and streams
    or channels in place of the queue. A future of a thread pool is awaited as `await asyncio.wrap_future(future)`, or
    comes from `loop.run_in_executor` in the first place. For all else there is
    `await asyncio.to_thread(thread.join)`.

    Calls that do not wait are left alone: `queue.get(block=False)`, `event.wait(timeout=0)`, `future.result()` after
    `future.done()`.
    """

    code = "AIO110"
    name = "blocking-wait"
    kind = "wait"
    subject = "blocking wait"

    def message(self, observed: BlockingCall) -> str:
        """What is called; a deadlock is said to be one."""
        if observed.deadlock:
            return f"deadlock: `{observed.callee}` makes the event loop wait for a coroutine that only it can run"
        return super().message(observed)

    def advice(self, observed: BlockingCall) -> Iterator[str]:
        """To await, where only awaiting helps."""
        if observed.deadlock:
            yield "await the coroutine itself"
        else:
            yield from super().advice(observed)
