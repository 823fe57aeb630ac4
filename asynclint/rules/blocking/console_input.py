"""AIO109."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingInput(BlockingRule):
    """A question to the user that stops the event loop until it is answered.

    ## What it does
    Finds `input`, `getpass.getpass`, reading `sys.stdin`, and the prompts of click, rich and other libraries on the
    event loop.

    ## Why is this bad?
    Nothing takes as long as somebody who is asked a question. Until Enter is pressed the loop's thread waits, so
    background tasks stand still, connections time out and progress bars freeze.

    ## Example
    ```python
    async def confirm(client, message):
        if input(f"Send {message!r}? ") == "yes":
            await client.send(message)
    ```

    ## Use instead
    ```python
    import asyncio


    async def confirm(client, message):
        if await asyncio.to_thread(input, f"Send {message!r}? ") == "yes":
            await client.send(message)
    ```

    ## Notes
    Under anyio and trio the thread is `anyio.to_thread.run_sync` and `trio.to_thread.run_sync`. A thread that waits
    for input can't be cancelled: the program ends only when Enter is pressed. Where that matters, use a library that
    reads the terminal on the loop, such as prompt_toolkit with `PromptSession.prompt_async`.

    ## See also
    flake8-async and Ruff: ASYNC250
    """

    code = "AIO109"
    name = "blocking-input"
    kind = "input"
    subject = "blocking input"
