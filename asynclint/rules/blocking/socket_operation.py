"""AIO106."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingSocket(BlockingRule):
    """A socket operation, name look-up or network protocol that stops the event loop.

    ## What it does
    Finds calls on the event loop that wait for the network below HTTP: methods of `socket.socket`, `ssl` handshakes,
    `socket.getaddrinfo` and other name look-ups, `select.select`, and the clients of `smtplib`, `ftplib`, `imaplib`,
    `paramiko` and their like.

    ## Why is this bad?
    Waiting for sockets is what an event loop is for: it waits for all of them at once. A call that waits for a single
    one takes that away from the loop, and every other connection waits too. Look-ups of names are easily forgotten: a
    DNS server that does not answer holds `getaddrinfo` up for many seconds.

    ## Example
    ```python
    import socket


    async def resolve(host):
        return socket.getaddrinfo(host, 443)
    ```

    ## Use instead
    ```python
    import asyncio


    async def resolve(host):
        loop = asyncio.get_running_loop()
        return await loop.getaddrinfo(host, 443)
    ```

    ## Notes
    asyncio has `asyncio.open_connection` and `asyncio.start_server` for streams, and `loop.sock_recv` and its like
    for a bare socket; anyio has `connect_tcp`, trio `open_tcp_stream`. A protocol client without an asynchronous twin
    goes to a thread: `await asyncio.to_thread(send_mail, message)`.

    Sockets on which the code calls `setblocking(False)`, or whose `BlockingIOError` it catches, are left alone.
    """

    code = "AIO106"
    name = "blocking-socket"
    kind = "socket"
    subject = "blocking socket operation"
