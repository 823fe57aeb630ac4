"""What to do about a blocking call, as phrases to put together. Each is empty where it does not apply."""

from __future__ import annotations

from asynclint.knowledge import load_knowledge
from asynclint.program.names.scopes import CELL
from asynclint.program.observations import BlockingCall

_THREADS = {"asyncio": "asyncio.to_thread", "anyio": "anyio.to_thread.run_sync", "trio": "trio.to_thread.run_sync"}


def plain_endpoint(observed: BlockingCall) -> str:
    """To leave the thread to the framework, in an endpoint that never awaits."""
    if not observed.lone_endpoint:
        return ""
    return f"make `{observed.owner.removeprefix('async def ')}` a plain `def`, which its framework runs in a thread"


def on_the_loop(observed: BlockingCall) -> str:
    """What the async library of the file has for the same purpose."""
    if not observed.native or not may_await(observed):
        return ""
    is_awaited = _is_awaited(observed.native)
    native = f"`await {observed.native}(...)`" if is_awaited else f"`{observed.native}`"
    if len(observed.links) > 1:
        caller = observed.links[-1].caller
        return f"make `{caller}` an `async def` that uses {native}" if _may_be_async(caller) else ""
    return native if is_awaited else f"use {native}"


def in_a_thread(observed: BlockingCall) -> str:
    """To run the call in a thread: as it stands, or put into a function where it is no plain call, or one that does
    nothing before what it gives is iterated, or one of several that belong together.
    """
    if observed.thread_bound and len(observed.links) == 1:
        together = _awaited_in_thread(observed, "that_function")
        return f"move all that uses the connection into a function, and {together}"
    if observed.lazy and observed.callee.endswith("()"):
        return f"move the iteration into a function, and {_awaited_in_thread(observed, 'that_function')}"
    if not observed.callee.endswith("()") or " " in observed.callee:
        return f"{_moved(observed.callee)} into a function, and {_awaited_in_thread(observed, 'that_function')}"
    return _awaited_in_thread(observed, f"{observed.callee.removesuffix('()')}, ...")


def around_in_a_thread(observed: BlockingCall) -> str:
    """To run the call in a thread together with what is done with its result."""
    thread = _awaited_in_thread(observed, "that_function")
    return f"move `{observed.callee}` and what is done with its result into a function, and {thread}"


def async_library(observed: BlockingCall) -> str:
    """The best of the async libraries that do the same."""
    return f"use an async library such as `{observed.libraries[0]}`" if observed.libraries else ""


def may_await(observed: BlockingCall) -> bool:
    """Whether the code on the loop that makes the call can await: it is an `async def` or may become one, or it is a
    notebook's cell.
    """
    return observed.could_await or observed.owner.startswith("async def ") or observed.owner == CELL


def _awaited_in_thread(observed: BlockingCall, arguments: str) -> str:
    thread = f"{_THREADS[observed.backend]}({arguments})"
    if may_await(observed):
        return f"`await {thread}`"
    if observed.backend == "asyncio":
        return f"hand it to a thread: `loop.run_in_executor(None, {arguments})`"
    return f"start a task that awaits `{thread}`"


def _moved(callee: str) -> str:
    match callee.partition(" ")[0]:
        case "with":
            return "move the `with` block"
        case "for":
            return "move the loop"
        case _:
            return "move it"


def _may_be_async(function: str) -> bool:
    """Whether there can be an `async def` in place of `function`: a lambda or `__enter__` can't be one."""
    return "<" not in function and "__" not in function


def _is_awaited(native: str) -> bool:
    awaitables = load_knowledge().awaitables
    return native in awaitables or native.replace("loop.", "asyncio.AbstractEventLoop.", 1) in awaitables
