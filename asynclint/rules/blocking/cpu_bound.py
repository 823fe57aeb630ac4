"""AIO111."""

from __future__ import annotations

from collections.abc import Iterator

from asynclint.program.observations import BlockingCall
from asynclint.rules.blocking import remedies
from asynclint.rules.blocking.base import BlockingRule

_PROCESSES = {
    "asyncio": "`loop.run_in_executor` with a `ProcessPoolExecutor`",
    "anyio": "`anyio.to_process.run_sync`",
    "trio": "a worker process",
}


class CpuBoundCall(BlockingRule):
    """A long computation on the event loop.

    ## What it does
    Finds calls on the event loop that compute for long: password hashing, decoding and resizing images,
    `pandas.read_csv` and its like, `torch.load`, loading language models.

    ## Why is this bad?
    The loop's thread can do one thing at a time. While it computes, nobody else gets a turn, as with a call that
    waits. A password hash is slow on purpose, some tenths of a second each: ten sign-ups at once hold up every other
    user for seconds.

    ## Example
    ```python
    import hashlib


    async def sign_up(users, name, password, salt):
        digest = hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)
        await users.add(name, digest)
    ```

    ## Use instead
    ```python
    import asyncio
    import hashlib


    async def sign_up(users, name, password, salt):
        digest = await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", password, salt, 600_000)
        await users.add(name, digest)
    ```

    ## Notes
    A thread helps where the library releases the global interpreter lock while it computes, as `hashlib`, NumPy and
    Pillow do for the better part. Computations in Python itself hold it, and in a thread they slow the loop down
    nearly as much; they belong into another process: `await loop.run_in_executor(pool, compute, ...)` with a
    `concurrent.futures.ProcessPoolExecutor`, or `anyio.to_process.run_sync`.
    """

    code = "AIO111"
    name = "cpu-bound-call"
    kind = "cpu"
    subject = "CPU-bound work"
    effect = "occupies the event loop"

    def advice(self, observed: BlockingCall) -> Iterator[str]:
        """A thread, as far as that helps, and a process."""
        yield remedies.plain_endpoint(observed)
        yield f"{remedies.in_a_thread(observed)} where it releases the GIL"
        yield f"{_PROCESSES[observed.backend]} where it does not"
