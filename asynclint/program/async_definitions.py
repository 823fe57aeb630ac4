"""`async def`s that are not what their writer meant: cached, or with nothing to await."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.program import members
from asynclint.program.functions import decorator_names
from asynclint.program.implementations import is_stub
from asynclint.program.observations import AsyncWithoutAwait, CoroutineCached, Observation, Place
from asynclint.program.values import ClassValue, External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference import Inference
    from asynclint.program.scopes import ScopeNode

_CACHES = frozenset({"functools.cache", "functools.cached_property", "functools.lru_cache"})


def observe(inference: Inference, scope: ScopeNode) -> Iterator[Observation]:
    """What is wrong with the definition `scope`, if it is an `async def`."""
    if not scope.head.is_async or scope.head.kind != "function" or scope.parent is None:
        return
    place = Place(scope.module.path, scope.parent.anchor(scope.head.node))
    for decorator in scope.head.decorators:
        names = decorator_names(inference, scope, decorator)
        if names and all(name in _CACHES for name in names) and not scope.body.yields:
            yield CoroutineCached(place, scope.title, names[0])
    if _never_awaits(scope) and _is_free(inference, scope):
        yield AsyncWithoutAwait(place, scope.title)


def _never_awaits(scope: ScopeNode) -> bool:
    body = scope.body
    return bool(body.statements) and not body.awaits and not body.yields


def _is_free(inference: Inference, scope: ScopeNode) -> bool:
    """Whether nothing but its own text makes the function `async`: no base class, decorator, protocol or taker."""
    if scope.head.decorators or (scope.name.startswith("__") and scope.name.endswith("__")):
        return False
    return not is_stub(inference, scope) and not _overrides(inference, scope) and not _is_passed(scope)


def _overrides(inference: Inference, scope: ScopeNode) -> bool:
    """Whether a base class has the method too, or may have it."""
    owner = scope.owner_class
    if owner is None:
        return False
    above = members.ancestry(inference, ClassValue(owner))[1:]
    for value in above:
        if isinstance(value, External) and value.name in ("builtins.object", "abc.ABC"):
            continue
        if not isinstance(value, ClassValue) or value.scope.binds(scope.name):
            return True
    return False


def _is_passed(scope: ScopeNode) -> bool:
    """Whether the module mentions the function's name other than to define or call it."""
    mention = re.compile(rf"(?<!def )\b{re.escape(scope.name)}\b(?!\s*\()")
    return mention.search(scope.module.text) is not None
