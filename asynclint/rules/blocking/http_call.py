"""AIO102."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingHttpCall(BlockingRule):
    """An HTTP request that stops the event loop until its response is there.

    ## What it does
    Finds requests by clients that are not asynchronous, made on the event loop: `requests`, `urllib.request`,
    `urllib3`, `http.client`, `httpx.Client`, top-level functions such as `httpx.get`, and sessions and clients kept
    in attributes.

    ## Why is this bad?
    A request takes as long as the server at the other end likes: milliseconds, or all of a timeout. A client that is
    not asynchronous waits for it in the thread of the event loop, and no other task runs until it has returned. Ten
    requests at the same time then take ten times as long as one, which is what asyncio was to avoid.

    ## Example
    ```python
    import requests


    async def load_profile(user_id):
        response = requests.get(f"https://api.example.com/users/{user_id}", timeout=10)
        return response.json()
    ```

    ## Use instead
    ```python
    import asyncio

    import requests


    async def load_profile(user_id):
        url = f"https://api.example.com/users/{user_id}"
        response = await asyncio.to_thread(requests.get, url, timeout=10)
        return response.json()
    ```

    ## Notes
    A thread is the smallest change. Code that makes many requests gains more from an asynchronous client, such as
    `httpx.AsyncClient` or `aiohttp.ClientSession`, which needs no thread for each of them. Under anyio and trio the
    thread is `anyio.to_thread.run_sync` and `trio.to_thread.run_sync`; these take keyword arguments through
    `functools.partial` only.

    A FastAPI or Starlette endpoint that awaits nothing is better off as a plain `def`, which the framework runs in a
    thread.

    ## See also
    flake8-async and Ruff: ASYNC210, ASYNC212; flake8-async: ASYNC211
    """

    code = "AIO102"
    name = "blocking-http-call"
    kind = "http"
    subject = "blocking HTTP request"
