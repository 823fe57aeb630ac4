"""Which functions of a file run on the event loop's thread."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Call, Expression, Result
from asynclint.program.inference.conditions import holds
from asynclint.program.names.ancestry import library_classes_above
from asynclint.program.names.arguments import argument
from asynclint.program.names.functions import decorator_names
from asynclint.program.names.scopes import within
from asynclint.program.names.values import ClassValue, External, FunctionValue, Partial, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.knowledge.model import EntryPoint
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode

_ASYNC_DEF = re.compile(r"async\s+def\b")
_STEP_BY_HAND = re.compile(r"\.send\(None\)\s+except StopIteration\b")
_DECORATOR_LINE = re.compile(r"\n[ \t]*@")


def coroutine_functions(outermost: ScopeNode) -> Iterator[ScopeNode]:
    """Every `async def` in an outermost function, and itself, that a loop runs; one that holds none is not read."""
    is_async = outermost.head.is_async or _ASYNC_DEF.search(outermost.module.unit_source(outermost.head.unit))
    if is_async and not runs_by_hand(outermost.module):
        yield from (scope for scope in within(outermost) if scope.head.is_async)


def runs_by_hand(module: Module) -> bool:
    """Whether the file has code that takes a step of a coroutine and expects it to have ended, as there is no loop."""
    return _STEP_BY_HAND.search(module.text) is not None


def scheduled(inference: Inference, module: Module) -> Iterator[ScopeNode]:
    """Plain functions that a call in this file hands to the loop, wherever they are defined."""
    words = scheduler_words(inference, module)
    if not words:
        return
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(words))})\b")
    for outermost in module.functions:
        if pattern.search(module.unit_source(outermost.head.unit)):
            for scope in within(outermost):
                for call in scope.body.calls:
                    # A method under another name is not looked for: that would be to look at every call.
                    if not isinstance(call.callee, Attribute) or call.callee.name in words:
                        yield from _scheduled_by(inference, scope, call)


def scheduler_words(inference: Inference, module: Module) -> set[str]:
    """The last names of the schedulers that `module` may use: the loop's own, and those of packages it mentions."""
    names, text = inference.library.knowledge.schedulers, module.text
    packages = {package for package in {name.partition(".")[0] for name in names} if package in text}
    found = {name.rpartition(".")[2] for name in names if name.partition(".")[0] in packages or _is_of_loop(name)}
    return {word for word in found if word in text}


def _is_of_loop(name: str) -> bool:
    return name.startswith(("asyncio.AbstractEventLoop.", "asyncio.Future."))


def _scheduled_by(inference: Inference, scope: ScopeNode, call: Call) -> Iterator[ScopeNode]:
    schedulers = inference.library.knowledge.schedulers
    for value in inference.callee(scope, call):
        scheduler = schedulers.get(value.name) if isinstance(value, External) else None
        if scheduler is None or scheduler.factory:
            continue
        expression = argument(call, scheduler.position, scheduler.argument)
        if expression is not None:
            yield from _plain_functions(inference.evaluate(scope, expression, call.statement))


def _plain_functions(values: Values) -> Iterator[ScopeNode]:
    if len(values) != 1:
        return
    value = values[0].function if isinstance(values[0], Partial) else values[0]
    if isinstance(value, FunctionValue) and not value.scope.head.is_async and not value.scope.body.yields:
        yield value.scope


def entry_points(inference: Inference, outermost: ScopeNode) -> Iterator[ScopeNode]:
    """Plain functions, an outermost one or in it, that a framework calls on the loop: by their decorator, or as methods
    of one of its classes.
    """
    text = outermost.module.unit_source(outermost.head.unit)
    may_hold_others = _DECORATOR_LINE.search(text, text.find("def"))
    scopes = within(outermost) if may_hold_others else (outermost,)
    yield from (scope for scope in scopes if is_entry_point(inference, scope))


def is_entry_point(inference: Inference, function: ScopeNode) -> bool:
    """Whether a framework calls the plain `function` on the loop."""
    return function.head.kind == "function" and not function.head.is_async and _runs_on_loop(inference, function)


def _runs_on_loop(inference: Inference, function: ScopeNode) -> bool:
    entries = inference.library.knowledge.entrypoints
    for decorator in function.head.decorators:
        for name in decorator_names(inference, function, decorator):
            for entry in entries:
                if name in entry.decorators and _side(inference, entry, function, decorator) == "loop":
                    return True
    owner = function.owner_class
    if owner is None:
        return False
    above = library_classes_above(inference, ClassValue(owner))
    return any(
        entry.sync == "loop" and above.intersection(entry.bases) and _is_method_of(entry, function) for entry in entries
    )


def _is_method_of(entry: EntryPoint, function: ScopeNode) -> bool:
    private = function.name.startswith("_")
    return any(fnmatchcase(function.name, name) and not (private and name == "*") for name in entry.methods)


def _side(inference: Inference, entry: EntryPoint, function: ScopeNode, decorator: Expression) -> str:
    outer = function.parent or function
    call = outer.body.calls[decorator.call] if isinstance(decorator, Result) else None
    turned = call is not None and any(holds(inference, outer, call, condition) for condition in entry.unless)
    if not turned:
        return entry.sync
    return "thread" if entry.sync == "loop" else "loop"


def is_decorated_entry_point(inference: Inference, scope: ScopeNode) -> bool:
    """Whether all decorators of `scope` hand it to a framework, which calls it and awaits what it gives."""
    known = {name for entry in inference.library.knowledge.entrypoints for name in entry.decorators}
    return bool(scope.head.decorators) and all(
        known.intersection(decorator_names(inference, scope, decorator)) for decorator in scope.head.decorators
    )


def could_be_async(inference: Inference, scope: ScopeNode) -> bool:
    """Whether there might be an `async def` in place of the plain function `scope`: only a framework calls it."""
    entries = inference.library.knowledge.entrypoints
    handed_over = {name for entry in entries if not entry.keeps for name in entry.decorators}
    return (
        not scope.head.is_async
        and bool(scope.head.decorators)
        and all(handed_over.intersection(decorator_names(inference, scope, each)) for each in scope.head.decorators)
    )


def threaded_endpoint(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the framework would run `scope`, an endpoint, in a thread if it were a plain `def`."""
    for decorator in scope.head.decorators:
        for name in decorator_names(inference, scope, decorator):
            if any(
                name in entry.decorators and entry.sync == "thread" for entry in inference.library.knowledge.entrypoints
            ):
                return True
    return False
