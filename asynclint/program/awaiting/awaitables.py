"""Which values do nothing until somebody awaits them, and which can't be awaited at all."""

from __future__ import annotations

import builtins
import types
from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import Attribute, Call, Choice, Name, Result, Subscript
from asynclint.program.awaiting.class_making import keep_methods
from asynclint.program.awaiting.expected import is_expected_to_raise
from asynclint.program.inference import asked, protocols
from asynclint.program.inference.dead_code import never_runs
from asynclint.program.inference.decorators import effects
from asynclint.program.inference.implementations import Implementations, is_stub
from asynclint.program.names import signatures
from asynclint.program.names.ancestry import ancestry
from asynclint.program.names.values import (
    UNSET,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Suspended,
    Tuple,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Expression, Guard
    from asynclint.program.awaiting.callers import Callers
    from asynclint.program.awaiting.releases import Releases
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.observations import NotAwaitable

Pending = Literal["coroutine", "future", "request", "async generator", "async context manager"]
"""What a value is that waits for somebody. A `future` runs without being awaited, but says nothing of it. A `request`
is an object of a library that runs when it is awaited or entered.
"""

_OF_FUTURES = """
    __await__ __class_getitem__ __del__ __iter__ _asyncio_future_blocking _callbacks _cancel_message _exception
    _log_traceback _loop _make_cancelled_error _repr_info _result _source_traceback _state add_done_callback cancel
    cancelled done exception get_loop remove_done_callback result set_exception set_result
"""
"""What `asyncio.Future` has beside what all objects have, in CPython 3.10 to 3.13: importing asyncio takes time."""
OWN_ATTRIBUTES: dict[Pending, frozenset[str]] = {
    "coroutine": frozenset(dir(types.CoroutineType)),
    "future": frozenset({*dir(object), *_OF_FUTURES.split()}),
    "request": frozenset({*dir(types.CoroutineType), "__aenter__", "__aexit__", "connection"}),
    "async generator": frozenset(dir(types.AsyncGeneratorType)),
    "async context manager": frozenset({"__aenter__", "__aexit__", "__call__", "__class__"}),
}
"""What such a value can be asked for without being awaited."""
_ASYNC_ITERABLES = frozenset({"AsyncIterator", "AsyncIterable", "AsyncGenerator"})
_ITERABLES = frozenset(
    {"abstractset", "collection", "deque", "iterable", "iterator", "mutablesequence", "mutableset", "sequence"}
)
"""How values are called that are annotated with a class of `collections.abc`: see `declarations`."""
_COLLECTIONS = frozenset(External(f"builtins.{name}") for name in ("dict", "generator", "list", "set", "tuple"))
_PLAIN_BASES = ("builtins.", "abc.", "enum.", "typing.", "typing_extensions.", "collections.", "pydantic.")


class Awaitables:
    """Questions about awaiting, of code that can await or, with `in_plain_code`, of code that can't. An answer is given
    only where it holds for all that a value may be.
    """

    def __init__(
        self,
        inference: Inference,
        implementations: Implementations,
        callers: Callers,
        releases: Releases,
        *,
        in_plain_code: bool = False,
    ) -> None:
        self.inference = inference
        self.callers = callers
        self._implementations = implementations
        self._releases = releases
        self._synchronized = inference.library.knowledge.synchronized if in_plain_code else frozenset()

    # -- what has to be awaited -------------------------------------------------------------------------------------

    def pending(self, values: Values) -> Pending | None:
        """What `values` wait for; `None` where one of them may be something else."""
        found = [self._pending(value) for value in values]
        return found[0] if found and None not in found else None

    def _pending(self, value: Value) -> Pending | None:
        if isinstance(value, Suspended):
            plain = value.kind in ("generator", "context manager") or self._runs_loop(value.function.scope.module.name)
            return None if plain or self.may_be_another(value) else value.kind  # type: ignore[return-value]
        if isinstance(value, Instance):
            return self._pending_object(value)
        if not isinstance(value, Awaitable) or self._is_done(value) or self._is_replaced(value):
            return None
        if value.kind == "coroutine":
            return "coroutine"
        knowledge = self.inference.library.knowledge
        gathers = value.source in knowledge.takes_coroutines and value.source not in knowledge.tasks
        return "future" if value.kind == "future" and gathers else None

    def _pending_object(self, value: Instance) -> Pending | None:
        if not isinstance(value.of, External):
            return None
        if value.of.name == "builtins.asyncgenerator":
            return "async generator" if value.exact else None
        knowledge = self.inference.library.knowledge
        return "request" if self._is_one_of(value.of.name, knowledge.requests) else None

    def _is_one_of(self, class_name: str, classes: frozenset[str]) -> bool:
        return not classes.isdisjoint(self.inference.library.ancestors(class_name))

    def _runs_loop(self, name: str) -> bool:
        """Whether what the library function or module `name` makes has run already, as plain code has called it."""
        return name.partition(".")[0] in self._synchronized

    def _is_done(self, value: Awaitable) -> bool:
        """Whether the library's call has run already; or has in the release that the project uses."""
        return self._runs_loop(value.source) or self._releases.is_plain(value.source)

    def may_be_another(self, value: Suspended) -> bool:
        """Whether decorators make another thing of the function or its class, a subclass has another kind of method by
        that name, or it only declares an async iterator.
        """
        function = value.function
        if value.kind == "async generator" and effects(self.inference, function.scope) - {"keeps", "coroutine"}:
            return True
        if not self.is_as_written(function.receiver):
            return True
        if is_stub(self.inference, function.scope) and _names_async_iterable(function.scope.head.returns):
            return True
        if function.receiver is None or (isinstance(function.receiver, Instance) and function.receiver.exact):
            return False
        others = self._implementations.of(self.inference, function)
        return any(_sort(other.scope) != _sort(function.scope) for other in others)

    def is_as_written(self, receiver: Value | None) -> bool:
        """Whether the class of `receiver` has its methods as they are written."""
        of = receiver.of if isinstance(receiver, Instance) else receiver
        above = ancestry(self.inference, of) if isinstance(of, ClassValue) else ()
        return all(keep_methods(self.inference, each.scope) for each in above if isinstance(each, ClassValue))

    def subclasses(self, of: ClassValue | External) -> Iterator[ClassValue]:
        """The classes of the project that derive from `of`, directly or not."""
        return self._implementations.subclasses(self.inference, of)

    def is_overridden(self, function: FunctionValue) -> bool:
        """Whether a class of the project has a version of the method that may be called in its place."""
        if not isinstance(function.receiver, Instance) or function.receiver.exact:
            return False
        return is_stub(self.inference, function.scope) or bool(self._implementations.of(self.inference, function))

    def _is_replaced(self, value: Awaitable) -> bool:
        """Whether the project derives from the library's class, and has a plain version of the method."""
        class_name, _, method = value.source.rpartition(".")
        return self._implementations.replaces(self.inference, class_name, method)

    def are_futures(self, values: Values) -> bool:
        """Whether all of `values` are tasks or futures, which run, but give what they give only when awaited."""
        return bool(values) and all(
            isinstance(value, Awaitable)
            and value.kind in ("task", "future")
            and not self._is_done(value)
            and not self._is_replaced(value)
            for value in values
        )

    def are_messages(self, values: Values) -> bool:
        """Whether all of `values` are objects of a library that send themselves when they are awaited."""
        classes = [value.of.name for value in values if isinstance(value, Instance) and isinstance(value.of, External)]
        messages = self.inference.library.knowledge.messages
        return 0 < len(classes) == len(values) and all(self._is_one_of(name, messages) for name in classes)

    def is_coroutine_function(self, value: Value) -> bool:
        """Whether calling `value` gives a coroutine that somebody has to await."""
        if isinstance(value, FunctionValue):
            return (
                value.scope.head.is_async
                and self.pending(protocols.call_function(self.inference, value)) == "coroutine"
            )
        if isinstance(value, External):
            is_plain = self._releases.is_plain(value.name)
            return not is_plain and self.inference.library.call(value.name).kind == "coroutine"
        return False

    def may_matter(self, scope: ScopeNode, statement: int, guards: tuple[Guard, ...] = ()) -> bool:
        """Whether `statement` may run, the code has not found out before, or by `guards` in it, what it has to do with,
        and does not wait for the error.
        """
        if never_runs(self.inference, scope, statement) or is_expected_to_raise(scope, statement):
            return False
        return not asked.decides(self.inference, scope, statement, guards)

    # -- what can't be ----------------------------------------------------------------------------------------------

    def awaited_in_vain(self, scope: ScopeNode, call: Call) -> NotAwaitable | None:
        """What `call`, in `scope`, gives, if awaiting that is sure to raise `TypeError`."""
        made = {self._pending(value) for value in self.inference.evaluate_call(scope, call)}
        if made == {"async generator"}:
            return "async generator"
        if made == {"async context manager"}:
            return "async context manager"
        callees = self.inference.callee(scope, call)
        is_plain = bool(callees) and all(self._returns_plain_value(scope, call, callee) for callee in callees)
        return "plain value" if is_plain else None

    def _returns_plain_value(self, scope: ScopeNode, call: Call, callee: Value) -> bool:
        if isinstance(callee, FunctionValue):
            return self._function_returns_plain_value(callee) and not self._may_be_of_twin(scope, call, callee)
        if isinstance(callee, External):
            return self._is_plain_library_call(scope, call, callee.name)
        return False

    def _may_be_of_twin(self, scope: ScopeNode, call: Call, method: FunctionValue) -> bool:
        """Whether only an annotation says that `method` is not the `async def` of a class with methods like that."""
        if not isinstance(method.receiver, Instance) or method.receiver.exact:
            return False
        own = scope.home.head.parameters[:1] if scope.home.owner_class is not None else ()
        is_own = isinstance(call.callee, Attribute) and any(call.callee.value == Name(each.name) for each in own)
        return not is_own and self._implementations.has_async_twin(self.inference, method)

    def _function_returns_plain_value(self, function: FunctionValue) -> bool:
        scope = function.scope
        if scope.head.is_async or scope.head.kind != "function" or is_stub(self.inference, scope):
            return False
        if scope.head.decorators and effects(self.inference, scope) != {"keeps"}:
            return False
        if function.receiver is not None and self._is_overridden(function):
            return False
        if scope.body.yields:
            return True
        returned = union(
            self.inference.evaluate(scope, outcome.value, outcome.statement) for outcome in scope.body.returned
        )
        if scope.reaches_end:
            returned = (*returned, UNSET)
        return (
            bool(returned)
            and all(self.is_plain(value) for value in returned)
            and _does_something(scope)
            and not self._passes_on_another(scope)
        )

    def _passes_on_another(self, scope: ScopeNode) -> bool:
        """Whether the function returns what a method gives of which a subclass may have a version that is awaited, or
        that a decorator may make one.
        """
        returned = [part for outcome in scope.body.returned for part in _options(outcome.value)]
        named = {value.id for value in returned if isinstance(value, Name)}
        bound = [binding.value for binding in scope.body.bindings if binding.name in named and binding.value]
        results = [value for value in (*returned, *bound) if isinstance(value, Result)]
        calls = [scope.body.calls[result.call] for result in results]
        callees = [(call, each) for call in calls for each in self.inference.callee(scope, call)]
        methods = [(call, each) for call, each in callees if isinstance(each, FunctionValue)]
        return any(
            self._may_be_of_twin(scope, call, method) or effects(self.inference, method.scope) - {"keeps"}
            for call, method in methods
        ) or any(
            not self.is_plain(value)
            for _, method in methods
            for version in self.inference.versions(method)
            for value in protocols.call_function(self.inference, version)
        )

    def _is_overridden(self, function: FunctionValue) -> bool:
        return any(other.scope.head.is_async for other in self._implementations.of(self.inference, function))

    def _is_plain_library_call(self, scope: ScopeNode, call: Call, name: str) -> bool:
        library = self.inference.library
        primitive = library.primitive(name)
        if name in library.knowledge.awaitables or (primitive is not None and primitive.kind == "configured"):
            return False
        if primitive is None:
            return self._is_read_to_be_plain(scope, call, name)
        if not isinstance(call.callee, Attribute):
            return True
        if library.is_known_by_wildcard(name) and not library.is_plain_method(name):
            return False
        owners = self.inference.evaluate(scope, call.callee.value, call.statement)
        return all(
            not isinstance(owner, Instance) or (owner.exact and not self._has_methods(owner)) for owner in owners
        )

    def _is_read_to_be_plain(self, scope: ScopeNode, call: Call, name: str) -> bool:
        """Whether the source of the library's `name` shows that it gives what can't be awaited."""
        library = self.inference.library
        signature = library.call(name)
        given = signatures.called(name, signature) if signature.kind == "object" else ()
        is_plain = signature.kind == "plain" or name in library.knowledge.give_plain_values
        if not is_plain and not (given and all(self.is_plain(value) for value in given)):
            return False
        if not isinstance(call.callee, Attribute):
            return True
        if self.inference.is_assigned(call.callee.name):
            return False
        owners = self.inference.evaluate(scope, call.callee.value, call.statement)
        return all(self._has_method_as_read(owner, name) for owner in owners)

    def _has_method_as_read(self, owner: Value, name: str) -> bool:
        """Whether what `name` of a library gives `owner` as a method is sure not to be overridden."""
        if not isinstance(owner, Instance) or owner.exact:
            return True
        class_name, _, method = name.rpartition(".")
        is_of_library = isinstance(owner.of, External)
        return is_of_library and not self._implementations.may_replace(self.inference, class_name, method)

    def _has_methods(self, owner: Instance) -> bool:
        """Whether the project gives the class of `owner` methods of its own: inherited ones may lead to them."""
        if isinstance(owner.of, External):
            return False
        own = (each.scope for each in ancestry(self.inference, owner.of) if isinstance(each, ClassValue))
        return any(
            child.head.kind == "function" and not (child.name.startswith("__") and child.name.endswith("__"))
            for scope in own
            for child in scope.children
        )

    def is_plain(self, value: Value) -> bool:
        """Whether `value` is known not to be awaitable."""
        if value == UNSET or isinstance(value, Tuple):
            return True
        if not isinstance(value, Instance):
            return False
        if isinstance(value.of, External):
            package, _, name = value.of.name.rpartition(".")
            if package == "builtins":
                return name != "object" and (hasattr(builtins, name) or name in _ITERABLES)
            return self.inference.library.protocol(value.of.name, "__await__") is False
        if not value.exact and any(each.scope.binds("__await__") for each in self.subclasses(value.of)):
            return False
        return all(self._is_plain_class(each) for each in ancestry(self.inference, value.of))

    @staticmethod
    def are_collections(values: Values) -> bool:
        """Whether `values` are lists, tuples and their like, all made by code that is in sight."""
        return bool(values) and all(
            isinstance(value, Tuple) or (isinstance(value, Instance) and value.exact and value.of in _COLLECTIONS)
            for value in values
        )

    def is_other_than(self, value: Value, pending: Pending) -> bool:
        """Whether `value` is known to be nothing that waits as what is `pending` does."""
        if pending in ("coroutine", "future") or not isinstance(value, Instance):
            return self.is_plain(value)
        return isinstance(value.of, External) and value.of.name.startswith("builtins.") and self.is_plain(value)

    def _is_plain_class(self, value: Value) -> bool:
        if isinstance(value, External):
            library = self.inference.library
            return value.name.startswith(_PLAIN_BASES) or library.protocol(value.name, "__await__") is False
        return isinstance(value, ClassValue) and not value.scope.binds("__await__")


def _sort(scope: ScopeNode) -> tuple[bool, bool]:
    """Whether the function is an `async def`, and whether it is a generator."""
    return scope.head.is_async, bool(scope.body.yields)


def _names_async_iterable(annotation: Expression | None) -> bool:
    while isinstance(annotation, Subscript):
        annotation = annotation.value
    name = annotation.id if isinstance(annotation, Name) else getattr(annotation, "name", "")
    return name in _ASYNC_ITERABLES


def _options(expression: Expression) -> tuple[Expression, ...]:
    """What `expression` may be: the options of `a if test else b`, or `a or b`."""
    return expression.options if isinstance(expression, Choice) else (expression,)


def _does_something(scope: ScopeNode) -> bool:
    """Whether the function is more than a hook that does nothing, which others are to override."""
    return bool(scope.body.calls or scope.body.stores or len(scope.body.statements) > 1)
