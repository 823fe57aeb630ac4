"""AIO107."""

from __future__ import annotations

from asynclint.rules.blocking.base import BlockingRule


class BlockingDatabase(BlockingRule):
    """A database call that stops the event loop until the database has answered.

    ## What it does
    Finds calls on the event loop of database drivers and mappers that are not asynchronous: `sqlite3`, psycopg,
    PyMySQL, SQLAlchemy's `Session`, Django's ORM, redis, pymongo and others. Their asynchronous twins, such as
    `AsyncSession` and `redis.asyncio.Redis`, are told apart by the class of the object.

    ## Why is this bad?
    A query takes as long as it takes: an index look-up a millisecond, a row that another transaction has locked until
    that has ended. The driver waits for it in the loop's thread, and no other request is served meanwhile. If the
    transaction that holds the lock belongs to another task of the same loop, both wait for ever.

    ## Example
    ```python
    import sqlite3


    async def count_users(path):
        connection = sqlite3.connect(path)
        return connection.execute("SELECT count(*) FROM users").fetchone()[0]
    ```

    ## Use instead
    ```python
    import asyncio
    import sqlite3


    def read_count(path):
        connection = sqlite3.connect(path)
        return connection.execute("SELECT count(*) FROM users").fetchone()[0]


    async def count_users(path):
        return await asyncio.to_thread(read_count, path)
    ```

    ## Notes
    Connect and query in the same function: many connections, those of `sqlite3` among them, may only be used in the
    thread that made them. With SQLAlchemy, `AsyncSession.run_sync` runs code that was written for a plain `Session`.
    Under anyio and trio the thread is `anyio.to_thread.run_sync` and `trio.to_thread.run_sync`.

    A FastAPI endpoint or dependency that does nothing but query is better off as a plain `def`, which the framework
    runs in a thread. An `async def` dependency with such a query stops the loop on every request.
    """

    code = "AIO107"
    name = "blocking-database"
    kind = "database"
    subject = "blocking database call"
