"""AIO303."""

from __future__ import annotations

from asynclint.facts.model import RoleKind
from asynclint.program.observations import CoroutineUsedAsValue
from asynclint.rules.base import Finding, Rule

_NAMES = {
    "coroutine": "a coroutine here, never awaited",
    "future": "a future here, never awaited",
    "request": "a request here, never awaited",
    "async generator": "an async generator",
    "async iterable": "for `async for` only",
    "generator that awaits": "an async generator",
    "async context manager": "an async context manager",
    "iterable": "for a plain `for` only",
    "context manager": "for a plain `with` only",
}
_STATEMENTS = {
    "async generator": "async for ... in {}",
    "async iterable": "async for ... in {}",
    "generator that awaits": "[await ... for ...]",
    "async context manager": "async with {}",
    "iterable": "for ... in {}",
    "context manager": "with {}",
}
_ITERATED = frozenset({"async generator", "async iterable", "generator that awaits"})
_CONSEQUENCES: dict[RoleKind, str] = {
    "argument": "`{by}()` does not await it",
    "assigned": "`{by}` is annotated as something else",
    "async for": "`async for` wants an async iterator",
    "async with": "`async with` wants an async context manager",
    "attribute": "it has no attribute `{by}`",
    "boolean": "it is always true",
    "callee": "it can't be called",
    "compared": "it compares as itself, not as what it gives",
    "condition": "it is always true",
    "element": "`{by}()` does not await it",
    "for": "`for` can't iterate over it",
    "formatted": "its text is `<... object at 0x...>`",
    "index": "it is no key that anything is stored under",
    "operand": "no operator works on it",
    "returned": "whoever awaits this function gets that in place of the result",
    "raised": "it is no exception",
    "starred": "`*` and `**` can't take it apart",
    "stored": "`{by}` is annotated as something else",
    "subscript": "it has no items",
    "unpacked": "it can't be unpacked",
    "with": "`with` can't enter it",
    "yielded": "whoever iterates over this generator gets that in place of the result",
}
_WANTS_FUNCTION = "`{by}()` wants a function that it can call"


class CoroutineUsedAsValueRule(Rule[CoroutineUsedAsValue]):
    """A coroutine where only its result would do.

    ## What it does
    Finds coroutines, un-awaited, in a condition, a comparison, arithmetic, an f-string, a subscript, an attribute, a
    plain `for` or `with`, an unpacking; called, raised, or given to a name or attribute that is annotated as something
    else; passed to what does not await them, such as `len`, `json.dumps`, `list.extend` or a function whose parameter
    is annotated, or used, as something else, directly or through `asyncio.to_thread` and `functools.partial`; passed to
    what wants a function, such as `asyncio.to_thread` or `BackgroundTasks.add_task`; among the items of what is passed
    to `any`, `sum` or `str.join`; and returned by an `async def`, whose caller awaits only once. aiohttp's
    `session.get(url)` and its like count as coroutines.

    Also finds objects that only the other kind of statement can use: `with` on an `asyncio.Lock`, `for` over an async
    cursor, `async with` on a plain context manager, and generators that await, as in
    `any(await is_allowed(user) for user in users)`.

    ## Why is this bad?
    Calling an `async def` gives a coroutine object, whatever the function returns. It is always true, equal to
    nothing, and has none of the attributes of the result. `if is_allowed(user):` lets everybody in.

    ## Example
    ```python
    import asyncio


    async def is_allowed(user):
        await asyncio.sleep(1)
        return user == "Ada"


    async def main():
        if is_allowed("Bob"):
            print("come in")
    ```

    ## Use instead
    ```python
    import asyncio


    async def is_allowed(user):
        await asyncio.sleep(1)
        return user == "Ada"


    async def main():
        if await is_allowed("Bob"):
            print("come in")
    ```

    ## Notes
    Of a coroutine in a variable, the first use is reported. So is what raises if the code before it ran a certain way:
    `user.name` after `user = load() if known else None`. `async with` and `async for` are right for what
    `@asynccontextmanager` functions and async generators give, and wrong for a coroutine.
    """

    code = "AIO303"
    name = "coroutine-used-as-value"
    observes = CoroutineUsedAsValue

    def check(self, observed: CoroutineUsedAsValue) -> Finding:
        """A finding for every such use."""
        wants_function = observed.role == "callee" and observed.by
        consequence = (_WANTS_FUNCTION if wants_function else _consequence(observed)).format(by=observed.by)
        return Finding(f"`{observed.expression}` is {_NAMES[observed.gives]}: {consequence}", _help(observed))


def _consequence(observed: CoroutineUsedAsValue) -> str:
    is_iterated = observed.role == "argument" and observed.gives in _ITERATED
    return "`{by}()` can't iterate over it" if is_iterated else _CONSEQUENCES[observed.role]


def _help(observed: CoroutineUsedAsValue) -> str:
    statement = _STATEMENTS.get(observed.gives)
    if statement is not None:
        return f"`{statement.format(observed.expression)}`"
    if observed.takes_coroutine_functions:
        return f"pass the function: `{observed.expression.removesuffix('()')}`"
    if not observed.in_async:
        return "make this function an `async def` and await it"
    if observed.role == "attribute":
        return f"`(await {observed.expression}).{observed.by}`"
    return f"`await {observed.expression}`"
