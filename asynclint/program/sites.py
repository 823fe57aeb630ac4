"""What a function does to its thread, place by place: its calls, and what runs without looking like a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asynclint.facts.model import Anchor, Attribute, Call, Name, Result, ScopeOf
from asynclint.program import members, outcomes
from asynclint.program.arguments import argument
from asynclint.program.conditions import is_harmless
from asynclint.program.constants import never_runs
from asynclint.program.decorators import effects, wrappers
from asynclint.program.functions import traits
from asynclint.program.guards import is_off_loop
from asynclint.program.scopes import COMPREHENSIONS, ScopeNode, classes, dotted, outermost
from asynclint.program.values import (
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
    Super,
    Suspended,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression, Guard, Role
    from asynclint.knowledge.model import Kind, Primitive
    from asynclint.program.inference import Inference


@dataclass(frozen=True, slots=True)
class Blocks:
    """A target that blocks by itself: the library call `name`."""

    name: str
    primitive: Primitive = field(compare=False)


@dataclass(frozen=True, slots=True)
class Runs:
    """A target that runs the body of a function of the project.

    `own` is set where a subclass may have its own version.
    """

    function: FunctionValue
    own: bool = False


@dataclass(frozen=True, slots=True)
class CallsParameter:
    """A target that the caller of the function chooses: what it passes for `parameter`, or an attribute of that."""

    parameter: ParameterValue
    path: tuple[str, ...] = ()


Target = Blocks | Runs | CallsParameter


@dataclass(frozen=True, slots=True)
class Site:
    """A place where code runs other code on its own thread.

    There is one group of targets for each thing that the callee may be; a group runs all its targets. `callee` is how
    it reads in a chain. `call` is the call, where it is one.
    """

    scope: ScopeNode
    anchor: Anchor
    callee: str
    groups: tuple[tuple[Target, ...], ...]
    statement: int
    call: Call | None = None


_CONSUMERS = frozenset(
    f"builtins.{name}"
    for name in (
        "all",
        "any",
        "bytes.join",
        "dict",
        "frozenset",
        "list",
        "max",
        "min",
        "set",
        "sorted",
        "sum",
        "tuple",
        "next",
        "bytes",
        "str.join",
    )
)
_KEY_CALLERS = frozenset({"builtins.sorted", "builtins.max", "builtins.min", "builtins.list.sort"})
_COLLECTORS = frozenset(
    {
        "asyncio.gather",
        "asyncio.wait_for",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.shield",
        "asyncio.wait",
    }
)
"""Who is passed awaitables: an argument that reads like a blocking call is none."""
_NOT_BLOCKING_ROLES = frozenset({"awaited", "async with", "async for", "annotation"})


def sites(inference: Inference, scope: ScopeNode) -> list[Site]:
    """The sites of the function `scope`, in source order, those of comprehensions and classes in it included."""
    found: list[Site] = []
    for inner in _running(scope):
        found += _sites(inference, inner)
    return [site for site in found if site.groups]


def _running(scope: ScopeNode) -> Iterator[ScopeNode]:
    """The scope, and those in it that run where they stand."""
    yield scope
    kept = {use.value.scope for use in scope.body.uses if isinstance(use.value, ScopeOf) and use.role.kind in _KEEPING}
    for index, child in enumerate(scope.children):
        in_place = child.head.kind in COMPREHENSIONS and not (child.head.kind == "generator" and index in kept)
        if in_place or (child.head.kind == "class" and scope.head.kind != "module"):
            yield from _running(child)


_KEEPING = frozenset({"assigned", "returned", "stored", "yielded", "element"})
"""What becomes of a generator expression that does not run where it stands."""


def _sites(inference: Inference, scope: ScopeNode) -> Iterator[Site]:
    reader = _SiteReader(inference, scope)
    for call in scope.body.calls:
        if call.role.kind != "annotation" and not reader.is_idle(call.statement, call.guards):
            yield from reader.of_call(call)
    for use in scope.body.uses:
        if isinstance(use.value, Attribute) and not reader.is_idle(use.statement):
            yield from reader.of_attribute(use.value, use.role, use.statement)
    for store in scope.body.stores:
        if not reader.is_idle(store.statement):
            owners = inference.evaluate(scope, store.target, store.statement)
            yield reader.site(store.node, store.name, reader.setters(owners, store.name, store.how), store.statement)
    for item in scope.body.withs:
        if not item.is_async and not reader.is_idle(item.statement):
            yield from reader.of_with(item.value, item.node, item.statement)
    yield from _loop_sites(reader, scope)


def _loop_sites(reader: _SiteReader, scope: ScopeNode) -> Iterator[Site]:
    for loop in scope.body.loops:
        if not loop.is_async and not reader.is_idle(loop.statement):
            home, at = (scope.parent or scope, scope.head.statement) if loop.outer else (scope, loop.statement)
            yield from reader.of_loop(home, loop.value, at, loop.node, loop.statement)
    for outcome in scope.body.yielded:
        if outcome.delegates and not reader.is_idle(outcome.statement):
            yield from reader.of_loop(scope, outcome.value, outcome.statement, outcome.node, outcome.statement)


def call_targets(inference: Inference, scope: ScopeNode, call: Call, values: Values) -> tuple[tuple[Target, ...], ...]:
    """What `call`, in `scope`, runs where its callee is one of `values`."""
    return _SiteReader(inference, scope).groups(values, call)


class _SiteReader:
    """Makes the sites of one scope."""

    def __init__(self, inference: Inference, scope: ScopeNode) -> None:
        self._inference = inference
        self._scope = scope

    def is_idle(self, statement: int, guards: tuple[Guard, ...] = ()) -> bool:
        """Whether `statement` never runs on the loop: it is for type checkers, or where no loop runs."""
        if never_runs(self._inference, self._scope, statement):
            return True
        scope, statement = outermost(self._scope, statement)
        return 0 <= statement < len(scope.body.statements) and is_off_loop(
            self._inference, scope, statement, guards if scope is self._scope else ()
        )

    def site(
        self, node: int, callee: str, groups: tuple[tuple[Target, ...], ...], statement: int, call: Call | None = None
    ) -> Site:
        return Site(self._scope, self._scope.anchor(node), callee, groups, statement, call)

    # -- calls ------------------------------------------------------------------------------------------------------

    def of_call(self, call: Call) -> Iterator[Site]:
        values = self._inference.callee(self._scope, call)
        own = self._is_own(call.callee)
        groups = self.groups(values, call, own=own)
        yield self.site(call.node, self._reads(call, values), groups, call.statement, call)
        names = {value.name for value in values if isinstance(value, External)}
        first, key = argument(call, 0), argument(call, -1, "key")
        if first is not None and names & _CONSUMERS:
            yield from self.of_loop(self._scope, first, call.statement, call.node, call.statement)
        if key is not None and names & _KEY_CALLERS:
            functions = self._inference.evaluate(self._scope, key, call.statement)
            yield self.site(call.node, self._reads(call, functions), self.groups(functions, call), call.statement)

    def _is_own(self, callee: Expression) -> bool:
        """Whether `callee` is looked up on an object whose class may be another: not through `super()`."""
        if not isinstance(callee, Attribute):
            return False
        owners = self._inference.evaluate(self._scope, callee.value, self._statement_of(callee))
        return not any(isinstance(owner, Super | ClassValue) for owner in owners)

    def _statement_of(self, callee: Attribute) -> int:
        return next((call.statement for call in self._scope.body.calls if call.callee is callee), 0)

    def _reads(self, call: Call, values: Values) -> str:
        for value in values:
            if isinstance(value, External):
                return f"{_short(value.name)}()"
            if isinstance(value, FunctionValue) and value.scope.head.kind == "function":
                return value.scope.title.removeprefix("async def ")
        text = dotted(call.callee)
        return f"{text}()" if text else "call"

    def groups(self, values: Values, call: Call, *, own: bool = False) -> tuple[tuple[Target, ...], ...]:
        """One group for each value; none at all where a value is unknown or does not block."""
        groups: list[tuple[Target, ...]] = []
        for value in values:
            if value == UNSET:
                continue
            group = tuple(self._targets(value, call, own=own))
            if not group:
                return ()
            groups.append(group)
        return tuple(dict.fromkeys(groups))

    def _targets(self, value: Value, call: Call, *, own: bool) -> Iterator[Target]:
        match value:
            case FunctionValue():
                if call.role.kind != "awaited" or self._gives_awaitable(value):
                    yield from self._function_call(value, own=own)
            case ClassValue():
                yield from self._construction(value, call)
            case Instance(of=ClassValue()):
                for method in members.member(self._inference, value, "__call__"):
                    yield from self._targets(method, call, own=False)
            case Instance(of=External(name)):
                yield from self._library_call(self._inference.library.member(name, "__call__"), call)
            case External(name):
                yield from self._library_call(name, call)
            case Partial(function, _, _):
                yield from self._targets(function, call, own=False)
            case ParameterValue():
                yield CallsParameter(value)
            case ParameterMember(parameter, path):
                yield CallsParameter(parameter, path)

    def _function_call(self, function: FunctionValue, *, own: bool) -> Iterator[Target]:
        name = function.scope.full_name
        if self._inference.library.is_safe(name):
            return
        verdict = self._inference.library.project_verdict(name)
        if verdict is not None:
            yield Blocks(name, verdict)
        elif not (_is_suspended(self._inference, function.scope) or _ran_at_import(self._inference, function.scope)):
            yield Runs(function, own=own and _is_self(self._inference, function, self._scope))
            yield from (Runs(wrapper) for wrapper in wrappers(self._inference, function.scope))

    def _gives_awaitable(self, function: FunctionValue) -> bool:
        """Whether what a plain function gives can be awaited: if not, what is awaited is something else."""
        values = outcomes.call_function(self._inference, function)
        return bool(values) and all(isinstance(value, Awaitable | Suspended) for value in values)

    def _construction(self, value: ClassValue, call: Call) -> Iterator[Target]:
        made = Instance(value, exact=True)
        for name in ("__new__", "__init__", "__post_init__"):
            for method in members.member(self._inference, made, name):
                if isinstance(method, FunctionValue):
                    yield Runs(method)
        inits = members.member(self._inference, made, "__init__")
        for init in inits:
            if isinstance(init, External):
                yield from self._library_call(init.name.removesuffix(".__init__"), call)

    def _library_call(self, name: str, call: Call) -> Iterator[Target]:
        method = self._inference.library.is_class(name.rpartition(".")[0])
        if call.role.kind in _NOT_BLOCKING_ROLES or (method and self._is_collected(call.role)):
            return
        primitive = self._inference.library.primitive(name)
        if (
            primitive is not None
            and not primitive.lazy
            and not is_harmless(self._inference, self._scope, call, primitive)
        ):
            yield Blocks(name, primitive)

    def _is_collected(self, role: Role) -> bool:
        if role.kind != "argument" or role.call < 0:
            return False
        taker = self._scope.body.calls[role.call]
        return any(
            isinstance(value, External) and value.name in _COLLECTORS
            for value in self._inference.callee(self._scope, taker)
        )

    # -- what runs without looking like a call ----------------------------------------------------------------------

    def of_attribute(self, attribute: Attribute, role: Role, statement: int) -> Iterator[Site]:
        if role.kind == "callee" and role.call >= 0 and self._scope.body.calls[role.call].role.kind == "annotation":
            return
        owners = self._inference.evaluate(self._scope, attribute.value, statement)
        getters = self._accessors(owners, attribute.name, "getter")
        if getters:
            title = getters[0].function.scope.title.removesuffix("()")
            yield self.site(attribute.node, title, tuple((getter,) for getter in getters), statement)

    def setters(self, owners: Values, name: str, how: str) -> tuple[tuple[Target, ...], ...]:
        wanted = "deleter" if how == "delete" else "setter"
        return tuple((setter,) for setter in self._accessors(owners, name, wanted))

    def _accessors(self, owners: Values, name: str, wanted: str) -> list[Runs]:
        """What `owner.name` runs for each of `owners`; empty where it is a plain attribute of one of them."""
        found: list[Runs] = []
        for owner in owners:
            accessor = _accessor(self._inference, owner, name, wanted)
            if accessor is None:
                return []
            found.append(Runs(accessor, own=_is_self(self._inference, accessor, self._scope)))
        return found

    def of_with(self, expression: Expression, node: int, statement: int) -> Iterator[Site]:
        values = self._inference.evaluate(self._scope, expression, statement)
        said = self._kinds_when_made(expression)
        groups: list[tuple[Target, ...]] = []
        for value in values:
            if value == UNSET:
                continue
            targets = self._entering(value, expression)
            group = tuple(each for each in targets if not (isinstance(each, Blocks) and each.primitive.kind in said))
            if not group:
                return
            groups.append(group)
        if groups:
            yield self.site(node, self._entered_text(groups[0][0], expression), tuple(groups), statement)

    def _kinds_when_made(self, expression: Expression) -> set[Kind]:
        """How the call that makes the object blocks: one finding says it all."""
        if not isinstance(expression, Result):
            return set()
        call = self._scope.body.calls[expression.call]
        groups = self.groups(self._inference.callee(self._scope, call), call)
        return {target.primitive.kind for group in groups for target in group if isinstance(target, Blocks)}

    def _entering(self, value: Value, expression: Expression) -> Iterator[Target]:
        match value:
            case Suspended("context manager", function):
                yield Runs(function)
            case Instance(of=ClassValue()):
                for name in ("__enter__", "__exit__"):
                    for method in members.member(self._inference, value, name):
                        if isinstance(method, FunctionValue):
                            yield Runs(method, own=_is_self(self._inference, method, self._scope))
                        elif isinstance(method, External):
                            yield from self._library_protocol(method.name, expression)
            case Instance(of=External(name)):
                for method_name in ("__enter__", "__exit__"):
                    yield from self._library_protocol(self._inference.library.member(name, method_name), expression)

    def _library_protocol(self, name: str, expression: Expression) -> Iterator[Target]:
        """What a library's `__enter__` or `__exit__` does; its conditions are about the call that made the object."""
        primitive = self._inference.library.primitive(name)
        if primitive is None:
            return
        call = self._scope.body.calls[expression.call] if isinstance(expression, Result) else None
        if call is None or not is_harmless(self._inference, self._scope, call, primitive):
            yield Blocks(name, primitive)

    def _entered_text(self, target: Target, expression: Expression) -> str:
        if isinstance(target, Blocks):
            return f"with {_short(target.name.rpartition('.')[0])}"
        text = (
            dotted(self._scope.body.calls[expression.call].callee)
            if isinstance(expression, Result)
            else dotted(expression)
        )
        return f"with {text}" + ("()" if isinstance(expression, Result) else "")

    def _called_by_library(self, function: Value) -> Iterator[Target]:
        if isinstance(function, FunctionValue) and not _is_suspended(self._inference, function.scope):
            yield Runs(function)
        elif isinstance(function, External):
            primitive = self._inference.library.primitive(function.name)
            if primitive is not None and not primitive.lazy and not primitive.unless:
                yield Blocks(function.name, primitive)

    def of_loop(self, home: ScopeNode, expression: Expression, at: int, node: int, statement: int) -> Iterator[Site]:
        values = self._inference.evaluate(home, expression, at)
        groups: list[tuple[Target, ...]] = []
        callee = ""
        for value in values:
            if value == UNSET:
                continue
            group = tuple(self._iterating(value))
            if not group:
                return
            groups.append(group)
            callee = callee or _iterated_text(group[0], value)
        if groups:
            yield self.site(node, callee, tuple(groups), statement)

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
                    for method in members.member(self._inference, value, name):
                        if isinstance(method, FunctionValue):
                            yield Runs(method)
            case Instance(of=External(name)) if name != "builtins.list":
                yield from self._library_iteration(self._inference.library.member(name, "__iter__"))

    def _library_iteration(self, name: str) -> Iterator[Target]:
        primitive = self._inference.library.primitive(name)
        if primitive is not None:
            yield Blocks(name, primitive)


def _iterated_text(target: Target, value: Value) -> str:
    if isinstance(target, Blocks):
        return (
            f"{_short(target.name.removesuffix('.__iter__'))}()"
            if isinstance(value, Lazy)
            else f"for ... in {_short(target.name.removesuffix('.__iter__'))}"
        )
    return target.function.scope.title if isinstance(target, Runs) else "call"


def _is_suspended(inference: Inference, scope: ScopeNode) -> bool:
    """Whether calling the function only makes something that runs later."""
    if scope.head.is_async or scope.body.yields or effects(inference, scope) & {"threads", "varies"}:
        return True
    return bool(traits(inference, scope) & {"context manager", "async context manager"})


def _ran_at_import(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the function remembers its one result, and the module or a class body has asked for it."""
    if "cached" not in traits(inference, scope) or scope.head.parameters or scope.parent is None:
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
    return function.receiver is not None and function.receiver == members.receiver(inference, home)


def _accessor(inference: Inference, owner: Value, name: str, wanted: str) -> FunctionValue | None:
    """The getter, setter or deleter that `owner.name` runs; `None` where it is a plain attribute."""
    if not isinstance(owner, Instance) or not isinstance(owner.of, ClassValue):
        return None
    for value in members.ancestry(inference, owner.of):
        if isinstance(value, Unknown):
            return None
        if not isinstance(value, ClassValue) or name not in value.scope.bindings:
            continue
        for binding in value.scope.bindings[name]:
            if not isinstance(binding.value, ScopeOf) or binding.how != "scope":
                return None
            function = value.scope.children[binding.value.scope]
            if _is_accessor(inference, function, wanted):
                return FunctionValue(function, owner)
        return None
    return None


def _is_accessor(inference: Inference, function: ScopeNode, wanted: str) -> bool:
    if wanted == "getter":
        found = traits(inference, function)
        return "property" in found and "setter" not in found and not function.head.is_async
    return any(isinstance(each, Attribute) and each.name == wanted for each in function.head.decorators)


def _short(name: str) -> str:
    return name.removeprefix("builtins.")
