"""What a function does to its thread, place by place: its calls, and what runs without looking like a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Anchor, Attribute, Call, Constant, Name, Result, ScopeOf
from asynclint.program.blocking.guards import is_off_loop
from asynclint.program.blocking.targets import Blocks, Runs, TargetReader
from asynclint.program.inference.dead_code import never_runs
from asynclint.program.names.arguments import argument, with_bound
from asynclint.program.names.scopes import COMPREHENSIONS, ScopeNode, dotted, outermost
from asynclint.program.names.values import (
    UNSET,
    ClassValue,
    External,
    FunctionValue,
    Lazy,
    Partial,
    Super,
    Suspended,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression, Guard, Role, Store
    from asynclint.knowledge.model import Scheduler
    from asynclint.program.blocking.targets import Groups, Target
    from asynclint.program.inference.inference import Inference


class Site(msgspec.Struct, frozen=True):
    """A place where code runs other code on its own thread.

    There is one group of targets for each thing that the callee may be; a group runs all its targets. `callee` is how
    it reads in a chain. `call` is the call, where it is one. `lazy` says that it runs as it is iterated there.
    """

    scope: ScopeNode
    anchor: Anchor
    callee: str
    groups: Groups
    statement: int
    call: Call | None = None
    lazy: bool = False


def with_bound_by(site: Site, target: Runs) -> Site:
    """`site`, where its call passes all that reaches `target`."""
    if site.call is None or not target.bound:
        return site
    return msgspec.structs.replace(site, call=with_bound(site.call, target.bound))


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
_WITH = ("__enter__", "__exit__")
_ENTERERS = frozenset({"contextlib.ExitStack.enter_context", "contextlib.AsyncExitStack.enter_context"})
_KEY_CALLERS = frozenset({"builtins.sorted", "builtins.max", "builtins.min", "builtins.list.sort"})
_ASKING = {
    f"builtins.{name}": f"__{name}__"
    for name in ("abs", "bool", "float", "format", "hash", "int", "len", "repr", "str")
}
"""Builtins that ask their argument by a special method."""


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


_DATA_SCHEME = Constant("data:", "str")
_KEEPING = frozenset({"assigned", "returned", "stored", "yielded", "element"})
"""What becomes of a generator expression that does not run where it stands."""


def _sites(inference: Inference, scope: ScopeNode) -> Iterator[Site]:
    reader = _SiteReader(inference, scope)
    for call in scope.body.calls:
        if call.role.kind == "annotation" or _takes_data_uri(scope, call):
            continue
        if not reader.is_idle(call.statement, call.guards):
            yield from reader.of_call(call)
    for use in scope.body.uses:
        if isinstance(use.value, Attribute) and not reader.is_idle(use.statement):
            yield from reader.of_attribute(use.value, use.role, use.statement)
    for store in scope.body.stores:
        if not reader.is_idle(store.statement):
            yield reader.of_store(store)
    for item in scope.body.withs:
        if not item.is_async and not reader.is_idle(item.statement):
            yield from reader.of_with(item.value, item.node, item.statement)
    yield from _loop_sites(reader, scope)


def _takes_data_uri(scope: ScopeNode, call: Call) -> bool:
    """Whether `call` is passed a text that begins with `data:`. An address like that holds its contents."""
    if "startswith" not in scope.called_names:
        return False
    passed = [given.value for given in call.arguments]
    asked = [
        scope.body.calls[test.call]
        for test, _, negated in scope.conditions(call.statement)
        if isinstance(test, Result) and not negated
    ]
    return any(
        isinstance(each.callee, Attribute)
        and each.callee.name == "startswith"
        and each.callee.value in passed
        and argument(each, 0) == _DATA_SCHEME
        for each in asked
    )


def _loop_sites(reader: _SiteReader, scope: ScopeNode) -> Iterator[Site]:
    for loop in scope.body.loops:
        if not loop.is_async and not reader.is_idle(loop.statement):
            home, at = (scope.parent or scope, scope.head.statement) if loop.outer else (scope, loop.statement)
            yield from reader.of_loop(home, loop.value, at, loop.node, loop.statement)
    for outcome in scope.body.yielded:
        if outcome.delegates and not reader.is_idle(outcome.statement):
            yield from reader.of_loop(scope, outcome.value, outcome.statement, outcome.node, outcome.statement)


class _SiteReader:
    """Makes the sites of one scope."""

    def __init__(self, inference: Inference, scope: ScopeNode) -> None:
        self._inference = inference
        self._scope = scope
        self._targets = TargetReader(inference, scope)
        self._idle: dict[tuple[int, tuple[Guard, ...]], bool] = {}

    def is_idle(self, statement: int, guards: tuple[Guard, ...] = ()) -> bool:
        """Whether `statement` never runs on the loop: it is for type checkers, or where no loop runs."""
        key = statement, guards
        if key not in self._idle:
            self._idle[key] = self._never_runs_on_loop(statement, guards)
        return self._idle[key]

    def _never_runs_on_loop(self, statement: int, guards: tuple[Guard, ...]) -> bool:
        if never_runs(self._inference, self._scope, statement):
            return True
        scope, statement = outermost(self._scope, statement)
        return 0 <= statement < len(scope.body.statements) and is_off_loop(
            self._inference, scope, statement, guards if scope is self._scope else ()
        )

    def _site(self, node: int, callee: str, groups: Groups, statement: int, call: Call | None = None) -> Site:
        return Site(self._scope, self._scope.anchor(node), callee, groups, statement, call)

    # -- calls ------------------------------------------------------------------------------------------------------

    def of_call(self, call: Call) -> Iterator[Site]:
        values = self._inference.callee(self._scope, call)
        own = self._is_own(call)
        groups = self._targets.called(values, call, own=own)
        yield self._site(call.node, self._reads(call, values), groups, call.statement, call)
        names = {value.name for value in values if isinstance(value, External)}
        first, key = argument(call, 0), argument(call, -1, "key")
        if first is not None and names & _CONSUMERS:
            yield from self.of_loop(self._scope, first, call.statement, call.node, call.statement)
        if first is not None and names & _ENTERERS:
            methods = _WITH if self._is_left_here(call) else _WITH[:1]
            yield from self.of_with(first, call.node, call.statement, methods)
        if first is not None and len(values) == 1 and names & _ASKING.keys():
            asked = self._inference.evaluate(self._scope, first, call.statement)
            groups = self._targets.asked(asked, _ASKING[min(names)])
            text = _iterated_text(groups[0][0], asked[0]) if groups else ""
            yield self._site(call.node, text, groups, call.statement)
        for name in names & self._inference.library.knowledge.schedulers.keys():
            yield from self._of_scheduled(call, self._inference.library.knowledge.schedulers[name])
        if key is not None and names & _KEY_CALLERS:
            functions = self._inference.evaluate(self._scope, key, call.statement)
            yield self._site(
                call.node, self._reads(call, functions), self._targets.called(functions, call), call.statement
            )

    def _of_scheduled(self, call: Call, scheduler: Scheduler) -> Iterator[Site]:
        """What the library function that `call` hands to the loop does there: `loop.call_later(1, time.sleep, 3)`."""
        scheduled = argument(call, scheduler.position, scheduler.argument)
        if scheduled is None or scheduler.factory:
            return
        arguments = call.arguments[scheduler.position + 1 :]
        functions: list[Value] = []
        for value in self._inference.evaluate(self._scope, scheduled, call.statement):
            functions.append(value.function if isinstance(value, Partial) else value)
            arguments = (*value.arguments, *arguments) if isinstance(value, Partial) else arguments
        if all(isinstance(function, External) for function in functions):
            later = msgspec.structs.replace(call, arguments=arguments)
            groups = self._targets.called(tuple(functions), later)
            yield self._site(call.node, self._reads(call, tuple(functions)), groups, call.statement)

    def _is_own(self, call: Call) -> bool:
        """Whether the callee is looked up on an object whose class may be another: not through `super()`."""
        if not isinstance(call.callee, Attribute):
            return False
        owners = self._inference.evaluate(self._scope, call.callee.value, call.statement)
        return not any(isinstance(owner, Super | ClassValue) for owner in owners)

    def _reads(self, call: Call, values: Values) -> str:
        for value in values:
            if isinstance(value, External):
                return f"{_short(value.name)}()"
            if isinstance(value, FunctionValue) and value.scope.head.kind == "function":
                return value.scope.title.removeprefix("async def ")
        text = dotted(call.callee)
        return f"{text}()" if text else "call"

    # -- what runs without looking like a call ----------------------------------------------------------------------

    def of_attribute(self, attribute: Attribute, role: Role, statement: int) -> Iterator[Site]:
        if role.kind == "callee" and role.call >= 0 and self._scope.body.calls[role.call].role.kind == "annotation":
            return
        owners = self._inference.evaluate(self._scope, attribute.value, statement)
        getters = self._targets.accessors(owners, attribute.name, "getter", attribute.value)
        if getters:
            title = getters[0].function.scope.title.removesuffix("()")
            yield self._site(attribute.node, title, tuple((getter,) for getter in getters), statement)

    def of_store(self, store: Store) -> Site:
        owners = self._inference.evaluate(self._scope, store.target, store.statement)
        wanted = "deleter" if store.how == "delete" else "setter"
        setters = self._targets.accessors(owners, store.name, wanted)
        return self._site(store.node, store.name, tuple((setter,) for setter in setters), store.statement)

    def _is_left_here(self, entering: Call) -> bool:
        """Whether the stack that `entering` is called on is left by the function that calls it."""
        if not isinstance(entering.callee, Attribute) or not isinstance(entering.callee.value, Name):
            return False
        return any(
            each.how in ("with", "async with") for each in self._scope.bindings.get(entering.callee.value.id, ())
        )

    def of_with(
        self, expression: Expression, node: int, statement: int, methods: tuple[str, ...] = _WITH
    ) -> Iterator[Site]:
        """What a `with` runs: `methods` of what it enters."""
        values = self._inference.evaluate(self._scope, expression, statement)
        groups = self._targets.entered(values, expression, methods)
        if groups:
            call = self._maker(self._scope, expression, values)
            yield self._site(node, self._entered_text(groups[0][0], expression), groups, statement, call)

    def _maker(self, home: ScopeNode, expression: Expression, values: Values) -> Call | None:
        """The call whose arguments a context manager or generator function runs with, once entered or iterated."""
        if home is not self._scope or not isinstance(expression, Result):
            return None
        suspended = all(isinstance(value, Suspended) for value in values)
        return self._scope.body.calls[expression.call] if suspended else None

    def _entered_text(self, target: Target, expression: Expression) -> str:
        if isinstance(target, Blocks):
            return f"with {_short(target.name.rpartition('.')[0])}"
        text = (
            dotted(self._scope.body.calls[expression.call].callee)
            if isinstance(expression, Result)
            else dotted(expression)
        )
        return f"with {text}" + ("()" if isinstance(expression, Result) else "")

    def of_loop(self, home: ScopeNode, expression: Expression, at: int, node: int, statement: int) -> Iterator[Site]:
        values = self._inference.evaluate(home, expression, at)
        groups = self._targets.iterated(values)
        if groups:
            first = next(value for value in values if value != UNSET)
            call = self._maker(home, expression, values)
            site = self._site(node, _iterated_text(groups[0][0], first), groups, statement, call)
            yield msgspec.structs.replace(site, lazy=True)


def _iterated_text(target: Target, value: Value) -> str:
    if isinstance(target, Blocks):
        name = _short(target.name.removesuffix(".__iter__"))
        is_call = isinstance(value, Lazy) or not target.name.endswith(".__iter__")
        return f"{name}()" if is_call else f"for ... in {name}"
    return target.function.scope.title if isinstance(target, Runs) else "call"


def _short(name: str) -> str:
    return name.removeprefix("builtins.")
