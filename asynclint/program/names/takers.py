"""Functions of libraries that call a function which they are passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.knowledge.model import FunctionTaker, Offloader, Scheduler

if TYPE_CHECKING:
    from asynclint.facts.model import Role
    from asynclint.knowledge import Knowledge

Taker = Scheduler | Offloader | FunctionTaker


def function_taker(knowledge: Knowledge, name: str) -> Taker | None:
    """What is known of the library's function `name`, if it calls a function that it is passed."""
    found = knowledge.schedulers.get(name) or knowledge.offloaders.get(name) or knowledge.take_functions.get(name)
    return None if isinstance(found, Offloader) and found.style != "call" else found


def takes_coroutine_functions(taker: Taker) -> bool:
    """Whether `taker` awaits what the function that it calls gives."""
    return not isinstance(taker, FunctionTaker) and taker.coroutines


def is_function(taker: Taker, role: Role) -> bool:
    """Whether the argument with `role` is the function that `taker` calls."""
    return role.keyword == taker.argument if role.keyword else 0 <= role.position == taker.position
