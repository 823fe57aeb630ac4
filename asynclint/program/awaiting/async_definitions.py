"""`async def`s that are not what their writer meant: cached, or with nothing to await."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.program.inference.implementations import is_stub
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.functions import decorator_names
from asynclint.program.names.scopes import classes
from asynclint.program.names.values import ClassValue, External
from asynclint.program.observations import AsyncWithoutAwait, CoroutineCached, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

_CACHES = frozenset({"functools.cache", "functools.cached_property", "functools.lru_cache"})


def cached(inference: Inference, scope: ScopeNode) -> Iterator[Observation]:
    """The decorators that keep the coroutines of `scope`, if it is a coroutine function."""
    if not _is_async_def(scope) or scope.body.yields:
        return
    for decorator in scope.head.decorators:
        names = decorator_names(inference, scope, decorator)
        if names and all(name in _CACHES for name in names):
            yield CoroutineCached(_place(scope), scope.title, names[0])


def needless(inference: Inference, scope: ScopeNode, texts: Callable[[], Iterable[str]]) -> Iterator[Observation]:
    """That `scope` is an `async def` which never awaits, and which none of the project's `texts` needs to be one."""
    if _is_async_def(scope) and _never_awaits(scope) and _is_free(inference, scope) and not _is_needed(scope, texts()):
        yield AsyncWithoutAwait(_place(scope), scope.title)


def _is_async_def(scope: ScopeNode) -> bool:
    return scope.head.is_async and scope.head.kind == "function"


def _place(scope: ScopeNode) -> Place:
    return Place(scope.module.path, (scope.parent or scope).anchor(scope.head.node))


def _never_awaits(scope: ScopeNode) -> bool:
    body = scope.body
    does_something = body.calls or body.stores or body.bindings or body.returned or body.uses
    return bool(does_something) and not body.awaits and not body.yields


def _is_free(inference: Inference, scope: ScopeNode) -> bool:
    """Whether nothing around its definition makes the function `async`: no decorator, base class or protocol."""
    if scope.head.decorators or (scope.name.startswith("__") and scope.name.endswith("__")):
        return False
    return not is_stub(inference, scope) and not _overrides(inference, scope) and not _has_namesake(scope)


def _overrides(inference: Inference, scope: ScopeNode) -> bool:
    """Whether a base class has the method too, or may have it."""
    owner = scope.owner_class
    if owner is None:
        return False
    above = ancestry(inference, ClassValue(owner))[1:]
    for value in above:
        if isinstance(value, External) and value.name in ("builtins.object", "abc.ABC"):
            continue
        if not isinstance(value, ClassValue) or value.scope.binds(scope.name):
            return True
    return False


def _has_namesake(scope: ScopeNode) -> bool:
    """Whether another class of the module has an `async` method of that name: one calls them without asking which."""
    others = (child for of in classes(scope.module.scope) for child in of.children if child is not scope)
    return scope.owner_class is not None and any(other.name == scope.name for other in others)


def _is_needed(scope: ScopeNode, texts: Iterable[str]) -> bool:
    """Whether one of `texts` mentions the function's name other than to define, import or call it, or has another
    `async` method of that name, which may override it.
    """
    scope.reads.note("mentions", scope.name)
    mention = re.compile(rf"(?<!def )(?<!import )\b{re.escape(scope.name)}\b(?!\s*\()")
    definition = re.compile(rf"\basync\s+def\s+{re.escape(scope.name)}\b")
    definitions = 0
    for text in texts:
        if scope.name in text:
            definitions += len(definition.findall(text))
            if mention.search(text) or (definitions > 1 and scope.owner_class is not None):
                return True
    return False
