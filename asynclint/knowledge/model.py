"""The shape of what asynclint knows about libraries. The TOML files beside this module are read into these."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal[
    "sleep",
    "http",
    "subprocess",
    "file",
    "path",
    "socket",
    "database",
    "client",
    "input",
    "wait",
    "cpu",
    "loop",
    "short",
    "configured",
]
"""What a primitive does to its thread. Each kind belongs to one rule of the 1xx family."""

Waits = Literal["always", "may", "cpu"]
"""`always`: waits every time; `may`: usually returns quickly, or depends on arguments or state; `cpu`: computes."""

Scalar = bool | int | float | str | None


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that can be read off a call site.

    It holds when the argument named `argument`, or else the one at `position` (0-based, the receiver not counted), is
    there and

    - is a constant equal to one of `equals` (`0` equals `0.0`, never `False`), or
    - is a number of at most `at_most`, or a name for one, or
    - is the constant `None`, where `none` is set (TOML cannot write a null into `equals`), or
    - is anything but the constant `None`, where `given` is set, or
    - is known to be an instance of one of the classes `instance` (a file in memory instead of a path), or
    - is `str()` of an instance of one of the classes `text_of` (`str(IPv4Address(...))` instead of a host's name), or
    - mentions one of `flags`, the last component of a dotted name (`WNOHANG` in `os.WNOHANG | os.WUNTRACED`), or
    - is a text or path that begins with one of `begins`; with `receiver` that is asked of what the method is called on
      (`Path("/proc/meminfo")`).

    With `missing = true` it holds also when the argument is not passed. With `receiver_called` it holds when the same
    function or class also calls one of those methods on the same receiver (`setblocking` before `recv`, `poll` before
    `wait`), and with `missing = true` besides only where the argument is not passed (`wait(timeout=3)` is no mere
    collecting of what has ended), with `caught` when a `try` around it names one of those exceptions, which it raises
    where it does not block (`BlockingIOError`), with `file_calls` in a file that calls a method of one of those names
    (`add_reader`, which says when there is something to read). With `awaited = true` it holds for what a `with` enters
    whose body awaits, and only passes it to others (`await loop.run_in_executor(pool, ...)`) or wraps what it submits
    to it (`await asyncio.wrap_future(pool.submit(...))`).
    """

    argument: str = ""
    position: int = -1
    equals: tuple[Scalar, ...] = ()
    at_most: int = 0
    none: bool = False
    given: bool = False
    instance: tuple[str, ...] = ()
    text_of: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    receiver: bool = False
    missing: bool = False
    receiver_called: tuple[str, ...] = ()
    caught: tuple[str, ...] = ()
    file_calls: tuple[str, ...] = ()
    awaited: bool = False


class Primitive(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable that itself blocks its thread.

    `unless`: conditions any of which makes the call harmless. `lazy`: the call returns at once and what it returns
    blocks when it is iterated (`Path.glob`, `os.walk`). `excluding`: for an entry `Class.*`, the attribute paths below
    the class that do not block, nor does what is below them; `*` in them stands for anything. `instead`: what does the
    same on the loop, by async library (asyncio, anyio, trio), without a new dependency. `library`: async third-party
    replacements, best first. `thread_bound`: it is about a connection that only the thread may use which made it.
    `verified`: how the name was checked, such as `runtime 3.11` or `requests 2.32.5`; empty
    where it was not.
    """

    kind: Kind
    waits: Waits = "always"
    unless: tuple[Condition, ...] = ()
    lazy: bool = False
    excluding: tuple[str, ...] = ()
    instead: dict[Literal["asyncio", "anyio", "trio"], str] = {}
    library: tuple[str, ...] = ()
    thread_bound: bool = False
    note: str = ""
    verified: str = ""


class Offloader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable that runs another off the loop, in a thread or process. What else it is passed is evaluated on the
    loop.

    `style`: `call` takes the callable at `position` or as the keyword `argument` and runs it; `wrap` takes it there and
    gives back an awaitable callable, so it may stand as a decorator; `decorator` makes the function below it run off
    the loop, with or without arguments of its own. Where `when` is not empty, one of its conditions has to hold for the
    call of the off-loader (`textual.work(thread=True)`). An `async def` handed to one with `coroutines = true` runs on
    the loop.
    """

    style: Literal["call", "wrap", "decorator"] = "call"
    position: int = -1
    argument: str = ""
    when: tuple[Condition, ...] = ()
    coroutines: bool = False
    note: str = ""
    verified: str = ""


class Scheduler(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable that runs another, plain, callable on the loop's thread: the one at `position` or in the keyword
    `argument`.

    `factory`: what is handed over makes an object whose methods the loop calls (`create_server(protocol_factory)`).
    `coroutines`: it takes an `async def` as well, and awaits it.
    """

    position: int = -1
    argument: str = ""
    factory: bool = False
    coroutines: bool = False
    note: str = ""
    verified: str = ""


class EntryPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Functions that a framework calls, and where a plain `def` among them runs.

    Either those below one of `decorators` (qualified names of the decorator, or of the function that makes it), or
    those named in `methods` (`*` stands for anything, though not for an underscore at the start) of classes that derive
    from one of `bases`. `sync`: `loop`, on the loop's thread; `thread`, off it; `error`, the framework takes an
    `async def` only. One of `unless` holding for the decorator's call turns `loop` into `thread` and `thread` into
    `loop`. `keeps`: the decorators give back the function itself, to be called as it is.
    """

    sync: Literal["loop", "thread", "error"]
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    unless: tuple[Condition, ...] = ()
    keeps: bool = False
    note: str = ""
    verified: str = ""


class Awaitable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable whose result is to be awaited. A `coroutine` does nothing until it is; a `future` runs anyway.

    Where other distributions, or older versions, have a plain function of that name, a file says by one of the texts
    `told_by` which one it uses.
    """

    gives: Literal["coroutine", "future"] = "coroutine"
    told_by: tuple[str, ...] = ()


class TaskMaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable that starts a task. `keeps_reference`: something else holds on to it, so the result may be dropped."""

    keeps_reference: bool = False


class CoroutineTaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable that wants a coroutine, not a coroutine function: at `positions` and in the keyword `argument`, or,
    where `every` is set, in all positional arguments.
    """

    positions: tuple[int, ...] = ()
    argument: str = ""
    every: bool = False


class FunctionTaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A callable that calls the function at `position` or in the keyword `argument`, and awaits nothing."""

    position: int = -1
    argument: str = ""
