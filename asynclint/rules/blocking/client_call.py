"""AIO108."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingClient(BlockingRule):
    """A call of a service by a client that stops the event loop until the service has answered.

    ## What it does
    Finds calls on the event loop by clients of cloud, language-model, queue and container services that are not
    asynchronous: boto3, `openai.OpenAI`, `anthropic.Anthropic`, docker, kubernetes and others. Their asynchronous
    twins, such as `AsyncOpenAI`, are told apart by the class of the object.

    ## Why is this bad?
    Such a client makes HTTP requests, often several, and repeats those that fail. A language model may take a minute
    to answer. All that time the loop's thread waits, and a server that was to serve many users at once serves one.

    ## Example
    ```python
    from openai import OpenAI

    client = OpenAI()


    async def answer(question):
        response = client.responses.create(model="gpt-4o-mini", input=question)
        return response.output_text
    ```

    ## Use instead
    ```python
    from openai import AsyncOpenAI

    client = AsyncOpenAI()


    async def answer(question):
        response = await client.responses.create(model="gpt-4o-mini", input=question)
        return response.output_text
    ```

    ## Notes
    Where the package has no asynchronous client, hand the call to a thread:
    `await asyncio.to_thread(bucket.upload_file, path, key)`, under anyio and trio `anyio.to_thread.run_sync` and
    `trio.to_thread.run_sync`. Mind that not every client may be used by several threads at once; a boto3 resource may
    not.
    """

    code = "AIO108"
    name = "blocking-client"
    kind = "client"
    subject = "blocking client call"
