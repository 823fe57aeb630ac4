"""What findings say, and what they advise first."""

from __future__ import annotations

import textwrap

import pytest

from asynclint import check_source
from asynclint.diagnostics import Diagnostic
from asynclint.settings import BlockingEntry, Settings


def only_finding(source: str, settings: Settings | None = None) -> Diagnostic:
    (diagnostic,) = check_source(textwrap.dedent(source), "example.py", settings).diagnostics
    return diagnostic


def in_handler(body: str, imports: str = "") -> str:
    return f"{imports}\nasync def handler():\n    await ready()\n    {body}\n"


def test_a_direct_call_is_named_once() -> None:
    found = only_finding(in_handler("requests.get('/')", "import requests"))
    assert found.message == "blocking HTTP request: `requests.get()` stalls the event loop"
    assert found.help == (
        "`await asyncio.to_thread(requests.get, ...)`, or use an async library such as `httpx.AsyncClient`"
    )


def test_a_chain_names_both_ends() -> None:
    found = only_finding(
        """
        import requests

        def load_user():
            return _fetch()

        def _fetch():
            return requests.get("/")

        async def profile(request):
            await request.read()
            return load_user()
        """
    )
    assert found.message == "blocking HTTP request: `load_user()` reaches `requests.get()` and stalls the event loop"
    assert found.help.startswith("`await asyncio.to_thread(load_user, ...)`, or ")
    assert [step.callee for step in found.chain] == ["load_user()", "_fetch()", "requests.get()"]


@pytest.mark.parametrize(
    ("passed", "message", "advice"),
    [
        ("work", "`work` is a coroutine function", "call it: `work()`"),
        ("pick(1)", "`pick()` is a coroutine function", "call it: `pick()()`"),
        ("(work if pick else work)", "this is a coroutine function", "call it: `...()`"),
    ],
)
def test_a_coroutine_function_is_named_as_it_reads(passed: str, message: str, advice: str) -> None:
    found = only_finding(
        f"""
        import asyncio

        async def work():
            await asyncio.sleep(1)

        def pick(which):
            return work

        async def main():
            await asyncio.gather({passed})
        """
    )
    assert found.message == f"{message}, and `asyncio.gather()` wants the coroutine that calling it makes"
    assert found.help == advice


@pytest.mark.parametrize(
    ("imports", "advice"),
    [
        ("import time, asyncio", "`await asyncio.sleep(...)`"),
        ("import time, anyio", "`await anyio.sleep(...)`"),
        ("import time, trio", "`await trio.sleep(...)`"),
    ],
)
def test_the_library_of_the_file_comes_first(imports: str, advice: str) -> None:
    assert only_finding(in_handler("time.sleep(1)", imports)).help == advice


@pytest.mark.parametrize(
    ("backend", "thread"),
    [("asyncio", "asyncio.to_thread"), ("anyio", "anyio.to_thread.run_sync"), ("trio", "trio.to_thread.run_sync")],
)
def test_threads_are_those_of_the_library_of_the_file(backend: str, thread: str) -> None:
    found = only_finding(in_handler("shutil.rmtree('old')", f"import shutil, {backend}"))
    assert found.help == f"`await {thread}(shutil.rmtree, ...)`"


def test_a_helper_goes_to_a_thread_or_becomes_asynchronous() -> None:
    found = only_finding(in_handler("pause()", "import time\ndef pause():\n    time.sleep(1)\n"))
    assert found.help == (
        "`await asyncio.to_thread(pause, ...)`, or make `pause()` an `async def` that uses `await asyncio.sleep(...)`"
    )


def test_what_is_no_function_of_the_library_is_not_called() -> None:
    found = only_finding(in_handler("threading.Event().wait()", "import threading"))
    assert found.help == "use `asyncio.Event`"


def test_a_file_is_opened_where_it_is_read() -> None:
    found = only_finding(in_handler("open('notes.txt')"))
    assert found.help.startswith(
        "move `open()` and what is done with its result into a function, "
        "and `await asyncio.to_thread(that_function)`, or "
    )


def test_a_file_that_is_open_while_something_is_awaited_is_only_opened_in_a_thread() -> None:
    found = only_finding(in_handler("with open('photo.png', 'rb') as file:\n        await send(file)"))
    assert found.help.startswith("`await asyncio.to_thread(open, ...)`, or ")


def test_a_with_block_is_moved_as_a_whole() -> None:
    found = only_finding(in_handler("with lock: print()", "import filelock\nlock = filelock.FileLock('x')"))
    assert found.help.startswith("move the `with` block into a function, and `await asyncio.to_thread(that_function)`")


@pytest.mark.parametrize("read", ["list(names())", "for name in names(): print(name)", "sorted(Path('x').glob('*'))"])
def test_what_blocks_as_it_is_iterated_is_iterated_in_a_thread(read: str) -> None:
    names = "from pathlib import Path\ndef names():\n    for path in Path('x').glob('*'):\n        yield path.name\n"
    found = only_finding(in_handler(read, names))
    assert found.help == "move the iteration into a function, and `await asyncio.to_thread(that_function)`"


@pytest.mark.parametrize("use", ["sqlite3.connect('x.db')", "connection.execute('SELECT 1')", "with connection: pass"])
def test_a_connection_is_used_in_the_thread_that_made_it(use: str) -> None:
    found = only_finding(in_handler(use, "import sqlite3\nconnection = sqlite3.connect('x.db')\n"))
    assert found.help.startswith(
        "move all that uses the connection into a function, and `await asyncio.to_thread(that_function)`, or use "
    )


def test_an_endpoint_that_never_awaits_becomes_a_plain_function() -> None:
    found = only_finding(
        """
        import requests
        from fastapi import FastAPI

        app = FastAPI()

        @app.get("/")
        async def index():
            return requests.get("/").text
        """
    )
    assert found.help.startswith("make `index()` a plain `def`, which its framework runs in a thread, or ")


def test_a_plain_callback_cannot_await() -> None:
    found = only_finding(
        """
        import asyncio
        import time

        def tick():
            time.sleep(1)

        def start(loop: asyncio.AbstractEventLoop):
            loop.call_soon(tick)
        """
    )
    assert found.help == "hand it to a thread: `loop.run_in_executor(None, time.sleep, ...)`"


def test_a_sleep_does_not_measure_anything() -> None:
    found = only_finding(in_handler("psutil.cpu_percent(1)", "import psutil"))
    assert found.help == (
        "`await asyncio.to_thread(psutil.cpu_percent, ...)` "
        "(without an interval it returns at once, with what was used since the last call)"
    )


def test_a_plain_function_that_a_framework_calls_on_the_loop_may_await_if_it_becomes_asynchronous() -> None:
    found = only_finding(
        """
        import requests
        from mcp.server.fastmcp import FastMCP

        mcp = FastMCP("weather")

        @mcp.tool()
        def weather(city: str) -> str:
            return requests.get(city).text
        """
    )
    assert found.help == (
        "make `weather()` an `async def`, then `await asyncio.to_thread(requests.get, ...)`, "
        "or use an async library such as `httpx.AsyncClient`"
    )


def test_work_is_for_a_thread_or_a_process() -> None:
    found = only_finding(in_handler("bcrypt.gensalt(); bcrypt.hashpw(b'', b'')", "import bcrypt"))
    assert found.message == "CPU-bound work: `bcrypt.hashpw()` occupies the event loop"
    assert found.help == (
        "`await asyncio.to_thread(bcrypt.hashpw, ...)` where it releases the GIL, "
        "or `loop.run_in_executor` with a `ProcessPoolExecutor` where it does not"
    )


def test_a_nested_loop_is_awaited_instead() -> None:
    found = only_finding(in_handler("asyncio.run(handler())", "import asyncio"))
    assert found.message == "nested event loop: `asyncio.run()` raises RuntimeError where a loop runs already"
    assert found.help == "await the coroutine"


def test_a_nested_loop_in_a_helper_is_found_where_it_is_called() -> None:
    found = only_finding(in_handler("run_now()", "import asyncio\ndef run_now():\n    asyncio.run(handler())\n"))
    assert found.help == "await the coroutine that `run_now()` runs"


def test_a_deadlock_is_called_one() -> None:
    found = only_finding(
        in_handler("asyncio.run_coroutine_threadsafe(handler(), asyncio.get_running_loop()).result()", "import asyncio")
    )
    assert found.message.startswith("deadlock: ")
    assert found.help == "await the coroutine itself"


def test_waiting_for_another_loop_is_no_deadlock() -> None:
    found = only_finding(
        in_handler("asyncio.run_coroutine_threadsafe(work(), workers.loop).result()", "import asyncio, workers")
    )
    assert found.message == "blocking wait: `concurrent.futures.Future.result()` stalls the event loop"


def test_a_lock_that_lets_its_own_thread_in_is_no_deadlock() -> None:
    body = "with threading.{lock}():\n        await work()"
    plain = only_finding(in_handler(body.format(lock="Lock"), "import threading"))
    assert plain.message.endswith(": another task that wants it deadlocks the event loop")
    reentrant = only_finding(in_handler(body.format(lock="RLock"), "import threading"))
    assert reentrant.message == (
        "`with` holds a `threading.RLock` across an `await`: it keeps no other task out, "
        "and threads that want it wait for this one"
    )


def test_a_configured_call_has_the_replacement_of_the_project() -> None:
    settings = Settings(blocking={"warehouse.query": BlockingEntry(instead="warehouse.aio.query")})
    found = only_finding(in_handler("warehouse.query()", "import warehouse"), settings)
    assert found.message == "blocking call by this project's settings: `warehouse.query()` stalls the event loop"
    assert found.help == "use `warehouse.aio.query`, or `await asyncio.to_thread(warehouse.query, ...)`"
