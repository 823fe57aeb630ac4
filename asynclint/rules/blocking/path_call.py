"""AIO105."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingPathCall(BlockingRule):
    """A look at a file's metadata on the event loop.

    ## What it does
    Finds calls on the event loop that ask for or change what a file system knows of a file, without touching what is
    in it: `os.path.exists`, `os.stat`, `Path.is_file`, `Path.mkdir`, `os.rename`. Pure path arithmetic, such as
    `os.path.join` and `Path.with_suffix`, is left alone.

    This rule is off by default.

    ## Why is this bad?
    Each such call is a system call that the loop's thread waits for. On a local disk it takes microseconds, less than
    handing it to a thread does, so most programs do well to ignore it. On a network share or a hung mount it may take
    seconds, and then every task stops for as long. Select this rule in programs whose files are there.

    ## Example
    ```python
    from pathlib import Path


    async def is_uploaded(share: Path, name: str) -> bool:
        return (share / name).exists()
    ```

    ## Use instead
    ```python
    import asyncio
    from pathlib import Path


    async def is_uploaded(share: Path, name: str) -> bool:
        return await asyncio.to_thread((share / name).exists)
    ```

    ## Notes
    Several calls on the same file belong into one function, and that into one thread. Under anyio and trio,
    `anyio.Path` and `trio.Path` have the same methods, to be awaited.

    ## Options
    `extend-select = ["AIO105"]` in `[tool.asynclint]` turns the rule on.

    ## See also
    flake8-async and Ruff: ASYNC240
    """

    code = "AIO105"
    name = "blocking-path-call"
    default = False
    kind = "path"
    subject = "blocking file metadata call"
