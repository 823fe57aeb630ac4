"""What the program says to the rules: each class here is one kind of thing that a rule may find fault with."""

from __future__ import annotations

from typing import Literal

import msgspec

from asynclint.facts.model import Anchor, RoleKind
from asynclint.knowledge.model import Kind

NotAwaitable = Literal["plain value", "collection", "async generator", "async context manager"]
"""What an `await` may stand in front of although it can't be awaited."""


class Place(msgspec.Struct, frozen=True):
    """Where something stands: an anchor of the facts of one file. Turned into lines and columns only when reported."""

    path: str
    anchor: Anchor


class Link(msgspec.Struct, frozen=True):
    """One call of a chain, before its place is turned into lines and columns."""

    place: Place
    caller: str
    callee: str


class Observation(msgspec.Struct, frozen=True):
    """Something seen at `place`, in `owner` (as in `async def profile()`)."""

    place: Place
    owner: str

    @property
    def called(self) -> str:
        """What is called there, by a name that does not change when the code moves; empty where nothing is."""
        return ""


class BlockingCall(Observation, frozen=True):
    """A call in code on the loop that reaches `primitive`, directly or through `links`.

    `callee` is what the code on the loop calls, as it reads there. `kind` says what the primitive does to its thread.
    `native` is what does the same on the loop in the async library of the file (`backend`); `libraries` are
    third-party ways. `lone_endpoint` is set where the call stands in an endpoint that never awaits and that its
    framework would run in a thread if it were a plain `def`. `deadlock` is set where what is waited for can
    only be done by the loop that waits, `lazy` where what the call gives blocks as it is iterated there, and not the
    call itself, `thread_bound` where all that uses a connection has to run in one thread, `could_await` where the call
    stands in a plain function for which a framework takes an `async def` as well, `held` where code awaits in a `with`
    that enters what the call gives.
    """

    kind: Kind
    primitive: str
    callee: str
    links: tuple[Link, ...]
    backend: str = "asyncio"
    native: str = ""
    libraries: tuple[str, ...] = ()
    lone_endpoint: bool = False
    deadlock: bool = False
    note: str = ""
    lazy: bool = False
    thread_bound: bool = False
    could_await: bool = False
    held: bool = False

    @property
    def called(self) -> str:
        """What the code on the loop calls."""
        return self.callee.removesuffix("()")


class LockHeld(Observation, frozen=True):
    """A `with` on a thread lock whose body awaits. `reentrant` is set where the thread that holds it may take it again,
    as all tasks of a loop do.
    """

    lock: str
    native: str
    reentrant: bool = False

    @property
    def called(self) -> str:
        """The lock."""
        return self.lock


class TaskDropped(Observation, frozen=True):
    """A task whose only reference is thrown away. `maker` is the call that made it, as `asyncio.create_task`."""

    maker: str

    @property
    def called(self) -> str:
        """What made the task."""
        return self.maker


class TaskNeverAwaited(Observation, frozen=True):
    """A task stored in the local `name`, and nothing more is done with it."""

    maker: str
    name: str

    @property
    def called(self) -> str:
        """What made the task."""
        return self.maker


class TaskAwaitedAtOnce(Observation, frozen=True):
    """A task awaited with nothing in between. `coroutine` is what it runs, as it reads in the code."""

    maker: str
    coroutine: str

    @property
    def called(self) -> str:
        """What the task runs."""
        return self.coroutine


class TasksAwaitedInTurn(Observation, frozen=True):
    """Tasks that are created and awaited one after the other; `count` of them."""

    maker: str
    count: int

    @property
    def called(self) -> str:
        """What made the tasks."""
        return self.maker


class CoroutineDiscarded(Observation, frozen=True):
    """A call whose coroutine (or other awaitable) is thrown away.

    `gives` is `coroutine`, `future`, `async generator` or `request`.
    """

    callee: str
    gives: str
    in_async: bool

    @property
    def called(self) -> str:
        """What made the coroutine."""
        return self.callee.removesuffix("()")


class CoroutineAssigned(Observation, frozen=True):
    """A call whose coroutine is given the local `name`, or, where `collected`, added to a collection of that name, and
    nothing awaits it.

    `gives` is `coroutine`, `future` or `request`.
    """

    callee: str
    gives: str
    in_async: bool
    name: str
    collected: bool

    @property
    def called(self) -> str:
        """What made the coroutine."""
        return self.callee.removesuffix("()")


class CoroutineUsedAsValue(Observation, frozen=True):
    """A coroutine where only what it gives would do.

    `expression` is the coroutine as it reads, `gives` what it is: something that is `Pending`, is for another kind of
    statement (`Unfit`), or a `generator that awaits`. `role` is what is done with it (a `RoleKind`), and `by` the
    attribute that is read, or the function that it is passed to. With the role `callee`, `by` wants a function to call,
    and with `takes_coroutine_functions` awaits what that gives.
    """

    expression: str
    gives: str
    role: RoleKind
    by: str
    in_async: bool
    takes_coroutine_functions: bool = False

    @property
    def called(self) -> str:
        """The coroutine."""
        return self.expression


class CoroutineFunctionPassed(Observation, frozen=True):
    """A coroutine function, or a collection of coroutines, where `taker` wants a coroutine: `asyncio.gather(work)`.

    `passed` is what it reads like, empty where that is no name or call.
    """

    passed: str
    taker: str
    is_collection: bool = False

    @property
    def called(self) -> str:
        """What takes the function."""
        return self.taker


class CoroutineFunctionScheduled(Observation, frozen=True):
    """A coroutine function handed to `taker`, which calls it and never awaits what that gives."""

    function: str
    taker: str

    @property
    def called(self) -> str:
        """What takes the function."""
        return self.taker


class PlainValueAwaited(Observation, frozen=True):
    """`await` in front of `awaited`, which gives nothing to be awaited: of a call as it is written, of a collection its
    name, empty where that has none.
    """

    awaited: str
    kind: NotAwaitable

    @property
    def called(self) -> str:
        """What is awaited."""
        return self.awaited.removesuffix("()")


class CoroutineCached(Observation, frozen=True):
    """A coroutine function below `decorator`, which keeps its first coroutine."""

    decorator: str

    @property
    def called(self) -> str:
        """The decorator."""
        return self.decorator


class AsyncWithoutAwait(Observation, frozen=True):
    """An `async def` that never awaits, and that nothing needs to be one."""


class UnreadableFile(msgspec.Struct, frozen=True):
    """A file, or a part of one, that could not be read, decoded or parsed."""

    reason: str


class UnusedSuppression(msgspec.Struct, frozen=True):
    """A suppression comment that suppresses nothing. `codes` are those of its codes that do not."""

    codes: tuple[str, ...]
