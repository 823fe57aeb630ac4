"""What calling, entering, iterating or reading a value runs on the thread that does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Attribute, Constant, Name, Opaque, Result
from asynclint.program.blocking.accessors import accessor
from asynclint.program.blocking.newly_made import is_newly_made
from asynclint.program.blocking.validators import validators
from asynclint.program.inference import protocols
from asynclint.program.inference.asked import asks, is_about
from asynclint.program.inference.conditions import is_harmless, passed_on
from asynclint.program.inference.decorators import effects, wrappers
from asynclint.program.names import receivers
from asynclint.program.names.arguments import with_bound
from asynclint.program.names.functions import CONSTRUCTORS, is_memoised, traits
from asynclint.program.names.scopes import classes
from asynclint.program.names.values import (
    UNSET,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Lazy,
    ParameterMember,
    ParameterValue,
    Partial,
    Stream,
    Suspended,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asynclint.facts.model import Argument, Call, Expression, Role
    from asynclint.knowledge.model import Kind, Primitive
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


@dataclass(frozen=True, slots=True)
class Blocks:
    """A target that blocks by itself: the library call `name`. Where what is passed for parameters of the function that
    makes it may say otherwise, these are `asked`, and `call` is the one that has them as arguments.
    """

    name: str
    primitive: Primitive = field(compare=False)
    asked: frozenset[str] = field(default=frozenset(), compare=False)
    call: Call | None = field(default=None, compare=False)


class Runs(msgspec.Struct, frozen=True):
    """A target that runs the body of a function of the project.

    `own` is set where a subclass may have its own version, `on_new` where it is read off an object that was just made.
    `bound` is what `functools.partial` passes besides.
    """

    function: FunctionValue
    own: bool = False
    on_new: bool = False
    bound: tuple[Argument, ...] = ()


class CallsParameter(msgspec.Struct, frozen=True):
    """A target that the caller of the function chooses: what it passes for `parameter`, or an attribute of that."""

    parameter: ParameterValue
    path: tuple[str, ...] = ()


Target = Blocks | Runs | CallsParameter
Group = tuple[Target, ...]
Groups = tuple[Group, ...]

_COLLECTORS = frozenset(
    {
        "asyncio.gather",
        "asyncio.wait_for",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.shield",
        "asyncio.wait",
        "contextlib.AsyncExitStack.enter_async_context",
    }
)
"""Who is passed awaitables, or what is entered by `async with`: an argument that reads like a blocking call is none."""
_FUTURES = frozenset({External("asyncio.Future"), External("asyncio.Task")})
_NOT_BLOCKING_ROLES = frozenset({"awaited", "async with", "async for", "annotation"})


class TargetReader:
    """Turns values into groups of targets, for code that stands in `scope`.

    There is one group for each value, and none at all where a value is unknown or does not block.
    """

    def __init__(self, inference: Inference, scope: ScopeNode) -> None:
        self._inference = inference
        self._scope = scope

    # -- calls ------------------------------------------------------------------------------------------------------

    def called(self, values: Values, call: Call, *, own: bool = False) -> Groups:
        """What `call` runs where its callee is one of `values`.

        `own` says that the callee is looked up on an object whose class may be a subclass.
        """
        return tuple(dict.fromkeys(_groups(values, lambda value: self._calling(value, call, own=own))))

    def _calling(self, value: Value, call: Call, *, own: bool) -> Iterator[Target]:
        match value:
            case FunctionValue():
                if not self._waits_instead(value, call):
                    yield from self._function_call(value, own=own)
            case ClassValue():
                yield from self._construction(value, call)
            case Instance(of=ClassValue()):
                for method in self._inference.member(value, "__call__"):
                    yield from self._calling(method, call, own=False)
            case Instance(of=External(name)):
                yield from self._library_call(self._inference.library.member(name, "__call__"), call)
            case External(name):
                yield from self._library_call(name, call)
            case Partial():
                yield from self._partial_call(value, call)
            case ParameterValue():
                yield CallsParameter(value)
            case ParameterMember(parameter, path):
                yield CallsParameter(parameter, path)

    def _partial_call(self, partial: Partial, call: Call) -> Iterator[Target]:
        here = partial.scope is self._scope
        bound = tuple(each if here else _as_literal(each) for each in partial.arguments)
        for target in self._calling(partial.function, with_bound(call, bound), own=False):
            if isinstance(target, Runs):
                yield msgspec.structs.replace(target, bound=(*target.bound, *bound))
            else:
                yield target

    def _function_call(self, function: FunctionValue, *, own: bool) -> Iterator[Target]:
        name = function.scope.full_name
        if self._inference.library.is_safe(name):
            return
        verdict = self._inference.library.project_verdict(name)
        if verdict is not None:
            yield Blocks(name, verdict)
        elif not _ran_at_import(self._inference, function.scope):
            suspended = _is_suspended(self._inference, function.scope)
            if not suspended:
                yield Runs(function, own=own and _is_self(self._inference, function, self._scope))
            for wrapper in wrappers(self._inference, function.scope):
                if not (suspended and wrapper.scope.parent is not None and asks(wrapper.scope.parent)):
                    yield Runs(wrapper)

    def _waits_instead(self, function: FunctionValue, call: Call) -> bool:
        """Whether `call` runs no way through the plain `function` but those that give something to await: it is
        awaited, made a task of, or asked if it gave that.
        """
        awaited = call.role.kind == "awaited" or self._is_collected(call.role)
        if not awaited and not is_about(self._inference, self._scope, call):
            return False
        given = [
            isinstance(value, Awaitable | Suspended) or (isinstance(value, Instance) and value.of in _FUTURES)
            for value in protocols.call_function(self._inference, function)
        ]
        always = bool(given) and all(given)
        return not always if awaited else any(given) and not always

    def _construction(self, value: ClassValue, call: Call) -> Iterator[Target]:
        made = self._inference.made(self._scope, call, value)
        for name in CONSTRUCTORS:
            for method in self._inference.member(made, name):
                if isinstance(method, FunctionValue):
                    yield Runs(method)
        for method in validators(self._inference, made, call):
            yield Runs(method)
        inits = self._inference.member(made, "__init__")
        for init in inits:
            if isinstance(init, External):
                yield from self._library_call(init.name.removesuffix(".__init__"), call)

    def _library_call(self, name: str, call: Call) -> Iterator[Target]:
        method = self._inference.library.is_class(name.rpartition(".")[0])
        if call.role.kind in _NOT_BLOCKING_ROLES or (method and self._is_collected(call.role)):
            return
        if call.role.kind == "attribute" and self._is_entered_by_hand(call):
            return
        primitive = self._inference.library.primitive(name)
        if primitive is None or primitive.lazy:
            return
        asked = passed_on(self._scope, call, primitive)
        if asked:
            yield Blocks(name, primitive, asked, call)
        elif not is_harmless(self._inference, self._scope, call, primitive):
            yield Blocks(name, primitive)

    def _is_entered_by_hand(self, call: Call) -> bool:
        """Whether `await call.__aenter__()` says that what the call gives is no plain object."""
        callees = (each.callee for each in self._scope.body.calls if each.role.kind == "awaited")
        return "__aenter__" in self._scope.called_names and any(
            isinstance(callee, Attribute)
            and callee.name == "__aenter__"
            and isinstance(callee.value, Result)
            and self._scope.body.calls[callee.value.call] is call
            for callee in callees
        )

    def _is_collected(self, role: Role) -> bool:
        if role.kind != "argument" or role.call < 0:
            return False
        taker = self._scope.body.calls[role.call]
        return any(
            isinstance(value, External) and value.name in _COLLECTORS and self._takes_awaitable(value.name, role)
            for value in self._inference.callee(self._scope, taker)
        )

    def _takes_awaitable(self, collector: str, role: Role) -> bool:
        """Whether it is something to await that `collector` is passed there, and no timeout or name."""
        if role.keyword:
            taker = self._inference.library.knowledge.takes_coroutines.get(collector)
            return taker is not None and role.keyword == taker.argument
        return role.position <= 0 or collector == "asyncio.gather"

    def asked(self, values: Values, method: str) -> Groups:
        """What asking one of `values` by its special method runs, as `len()` does by `__len__`."""
        return _groups(values, lambda value: self._asking(value, method))

    def _asking(self, value: Value, method: str) -> Iterator[Target]:
        if isinstance(value, Instance) and isinstance(value.of, ClassValue):
            for found in self._inference.member(value, method):
                if isinstance(found, FunctionValue):
                    yield Runs(found, own=_is_self(self._inference, found, self._scope))

    # -- accessors --------------------------------------------------------------------------------------------------

    def accessors(self, owners: Values, name: str, wanted: str, expression: Expression | None = None) -> list[Runs]:
        """What `owner.name` runs for each of `owners`, which `expression` gives; empty where it is a plain attribute of
        one of them.
        """
        found: list[Runs] = []
        for owner in owners:
            function = accessor(self._inference, owner, name, wanted)
            if function is None:
                return []
            on_new = is_newly_made(self._inference, self._scope, expression)
            found.append(Runs(function, own=_is_self(self._inference, function, self._scope), on_new=on_new))
        return found

    # -- context managers -------------------------------------------------------------------------------------------

    def entered(self, values: Values, expression: Expression, methods: tuple[str, ...]) -> Groups:
        """What `with` runs where `expression`, its object, is one of `values`; of an object with a class, `methods`."""
        said = self._kinds_when_made(expression)
        return _groups(
            values,
            lambda value: (
                target
                for target in self._entering(value, expression, methods)
                if not (isinstance(target, Blocks) and target.primitive.kind in said)
            ),
        )

    def _kinds_when_made(self, expression: Expression) -> set[Kind]:
        """How the call that makes the object blocks: one finding says it all."""
        if not isinstance(expression, Result):
            return set()
        call = self._scope.body.calls[expression.call]
        groups = self.called(self._inference.callee(self._scope, call), call)
        return {target.primitive.kind for group in groups for target in group if isinstance(target, Blocks)}

    def _entering(self, value: Value, expression: Expression, methods: tuple[str, ...]) -> Iterator[Target]:
        match value:
            case Suspended("context manager", function):
                yield Runs(function)
            case Instance(of=ClassValue()):
                for name in methods:
                    for method in self._inference.member(value, name):
                        if isinstance(method, FunctionValue):
                            yield Runs(method, own=_is_self(self._inference, method, self._scope))
                        elif isinstance(method, External):
                            yield from self._library_protocol(method.name, expression)
            case Instance(of=External(name)):
                for method_name in methods:
                    yield from self._library_protocol(self._inference.library.member(name, method_name), expression)

    def _library_protocol(self, name: str, expression: Expression) -> Iterator[Target]:
        """What a library's `__enter__` or `__exit__` does; its conditions are about the call that made the object."""
        primitive = self._inference.library.primitive(name)
        if primitive is None:
            return
        call = self._scope.body.calls[expression.call] if isinstance(expression, Result) else None
        if call is None or not is_harmless(self._inference, self._scope, call, primitive):
            yield Blocks(name, primitive)

    # -- iteration --------------------------------------------------------------------------------------------------

    def iterated(self, values: Values) -> Groups:
        """What a loop over one of `values` runs."""
        return _groups(values, self._iterating)

    def _iterating(self, value: Value) -> Iterator[Target]:
        match value:
            case Lazy(name, _):
                yield from self._library_iteration(name)
            case Stream(sources, _, functions):
                for source in sources:
                    yield from self._iterating(source)
                for function in functions:
                    yield from self._called_by_library(function)
            case Suspended("generator", function):
                yield Runs(function)
            case Instance(of=ClassValue()):
                for name in ("__iter__", "__next__"):
                    for method in self._inference.member(value, name):
                        if isinstance(method, FunctionValue):
                            yield Runs(method)
            case Instance(of=External(name)) if name != "builtins.list":
                yield from self._library_iteration(self._inference.library.member(name, "__iter__"))

    def _library_iteration(self, name: str) -> Iterator[Target]:
        primitive = self._inference.library.primitive(name)
        if primitive is not None:
            yield Blocks(name, primitive)

    def _called_by_library(self, function: Value) -> Iterator[Target]:
        if isinstance(function, FunctionValue) and not _is_suspended(self._inference, function.scope):
            yield Runs(function)
        elif isinstance(function, External):
            primitive = self._inference.library.primitive(function.name)
            if primitive is not None and not primitive.lazy and not primitive.unless:
                yield Blocks(function.name, primitive)


def _groups(values: Values, targets_of: Callable[[Value], Iterable[Target]]) -> Groups:
    groups: list[Group] = []
    for value in values:
        if value == UNSET:
            continue
        group = tuple(targets_of(value))
        if not group:
            return ()
        groups.append(group)
    return tuple(groups)


def _as_literal(bound: Argument) -> Argument:
    """What a call in another scope is passed, which only a literal says there."""
    return bound if isinstance(bound.value, Constant) else msgspec.structs.replace(bound, value=Opaque())


def _is_suspended(inference: Inference, scope: ScopeNode) -> bool:
    """Whether calling the function only makes something that runs later."""
    if scope.head.is_async or scope.body.yields or effects(inference, scope) & {"threads", "starts", "varies"}:
        return True
    return bool(traits(inference, scope) & {"context manager", "async context manager"})


def _ran_at_import(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the function remembers its one result, and the module or a class body has asked for it."""
    if not is_memoised(inference, scope):
        return False
    outside = (scope.module.scope, *classes(scope.module.scope))
    return any(call.callee == Name(scope.name) for each in outside for call in each.body.calls)


def _is_self(inference: Inference, function: FunctionValue, scope: ScopeNode) -> bool:
    """Whether `function` is bound to the very object whose method `scope` is in."""
    home = scope
    while home.owner_class is None:
        if home.parent is None:
            return False
        home = home.parent
    return function.receiver is not None and function.receiver == receivers.receiver(inference, home)
