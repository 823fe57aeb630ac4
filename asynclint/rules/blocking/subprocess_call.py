"""AIO103."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingSubprocess(BlockingRule):
    """A call that stops the event loop until another process has ended.

    ## What it does
    Finds calls on the event loop that start a process and wait for it, or wait for one that runs: `subprocess.run`,
    `check_call` and `check_output`, `os.system`, `os.popen`, `os.wait` and its like, `Popen.wait` and
    `Popen.communicate`.

    ## Why is this bad?
    The loop's thread sits in the operating system until the process ends. For as long as that takes, be it
    `git fetch` or `ffmpeg`, no other task runs, and a process that waits for an answer of this program never ends.

    asyncio starts processes itself, and its `wait` and `communicate` are awaited.

    ## Example
    ```python
    import subprocess


    async def current_commit(repository):
        result = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, check=True)
        return result.stdout.decode().strip()
    ```

    ## Use instead
    ```python
    import asyncio


    async def current_commit(repository):
        git = await asyncio.create_subprocess_exec(
            "git", "rev-parse", "HEAD", cwd=repository, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await git.communicate()
        return output.decode().strip()
    ```

    ## Notes
    `await asyncio.to_thread(subprocess.run, ...)` is as good where the result is all that is wanted. anyio and trio
    have `run_process`.

    Starting a process without waiting for it (`subprocess.Popen`) takes milliseconds: that is AIO114, which is off by
    default. Calls that ask without waiting, such as `os.waitpid(pid, os.WNOHANG)`, are left alone.

    ## See also
    flake8-async and Ruff: ASYNC221, ASYNC222
    """

    code = "AIO103"
    name = "blocking-subprocess"
    kind = "subprocess"
    subject = "blocking subprocess call"
