"""AIO104."""

from __future__ import annotations

from collections.abc import Iterator

from asynclint.program.observations import BlockingCall
from asynclint.rules.blocking import remedies
from asynclint.rules.blocking.base import BlockingRule


class BlockingFileIO(BlockingRule):
    """File I/O that stops the event loop until the disk has answered.

    ## What it does
    Finds calls on the event loop that open files, read or write them whole, walk directories, or copy trees: `open`,
    `Path.read_text`, `os.walk`, `Path.glob`, `shutil`, `tempfile`, archives.

    ## Why is this bad?
    Operating systems have no way to wait for a disk as they wait for a socket: the thread that reads a file sleeps
    until its bytes are there. From a cache that takes microseconds, from a busy disk, a network share or an overlay
    in a container it takes milliseconds to seconds, in which no other task runs. A directory walk or a copy is many
    such waits.

    ## Example
    ```python
    from pathlib import Path


    async def load_prompt(name):
        return Path("prompts", name).read_text(encoding="utf-8")
    ```

    ## Use instead
    ```python
    import asyncio
    from pathlib import Path


    async def load_prompt(name):
        return await asyncio.to_thread(Path("prompts", name).read_text, encoding="utf-8")
    ```

    ## Notes
    Move all that is done with a file into one function and hand that to the thread: opening a file in a thread and
    then reading it on the loop gains little. anyio and trio have `open_file` and a `Path` whose methods are awaited.

    A lazy call blocks where its result is consumed, not where it is made. So
    `await asyncio.to_thread(list, folder.glob("*"))` is fine.

    Files in memory (`io.StringIO`) are left alone, and so is what the kernel makes up (`/proc`, `/dev/null`). Metadata
    (`Path.exists`) is AIO105, and the methods of a file that is open already are AIO114; both are off by default.

    ## See also
    flake8-async and Ruff: ASYNC230, ASYNC240; flake8-async: ASYNC231, ASYNC232
    """

    code = "AIO104"
    name = "blocking-file-io"
    kind = "file"
    subject = "blocking file I/O"

    def advice(self, observed: BlockingCall) -> Iterator[str]:
        """What is opened in a thread is to be read there too, unless that is for something to await."""
        opens = observed.callee == "open()" or observed.callee.endswith(".open()")
        if opens and not observed.native and not observed.held:
            yield remedies.plain_endpoint(observed)
            yield remedies.around_in_a_thread(observed)
            yield remedies.async_library(observed)
        else:
            yield from super().advice(observed)
