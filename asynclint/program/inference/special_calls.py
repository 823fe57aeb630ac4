"""What calls give that hand on what they are passed, or make something of it: `cast`, `zip`, `partial`, `super`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Import
from asynclint.program.inference import protocols
from asynclint.program.names import imports, receivers
from asynclint.program.names.arguments import argument
from asynclint.program.names.type_variables import is_type_variable
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Managed,
    Partial,
    Stream,
    Super,
    Suspended,
    Tuple,
    Values,
    builtin,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynclint.facts.model import Call
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


def _argument_values(inference: Inference, scope: ScopeNode, call: Call, position: int, keyword: str = "") -> Values:
    expression = argument(call, position, keyword)
    return ANYTHING if expression is None else inference.evaluate(scope, expression, call.statement)


def _partial(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    functions = _argument_values(inference, scope, call, 0)
    return tuple(UNKNOWN if value == UNKNOWN else Partial(value, call.arguments[1:], scope) for value in functions)


def _cast(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    expression = argument(call, 0, "typ")
    values = _argument_values(inference, scope, call, 1, "val")
    if is_type_variable(inference, scope, expression, call.statement):
        described = any(isinstance(value, Instance) and not value.exact for value in values)
        return ANYTHING if described else values
    declared = () if expression is None else inference.declared(scope, expression, call.statement)
    return values if UNKNOWN in declared else declared


def _new_type(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    """A name for a type; calling it gives what it is passed."""
    expression = argument(call, 1, "tp")
    objects = ANYTHING if expression is None else inference.declared(scope, expression, call.statement)
    return (Instance(External("typing.NewType"), exact=True, items=objects),)


def _super(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    method = scope.home
    while method.parent is not None and method.owner_class is None:
        method = method.parent
    receiver = receivers.receiver(inference, method)
    if receiver is None or method.owner_class is None:
        return ANYTHING
    return (Super(method.owner_class, receiver),)


def _container(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    values = _argument_values(inference, scope, call, 0, "iterable") if call.arguments else ()
    items = union(protocols.iterated(inference, value) for value in values)
    return (Instance(External("builtins.list"), exact=True, items=items),)


def _next(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    return union(protocols.iterated(inference, value) for value in _argument_values(inference, scope, call, 0))


def _enumerate(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    items = _next(inference, scope, call)
    sources = _argument_values(inference, scope, call, 0, "iterable")
    return (Stream(sources, (Tuple(((builtin("int"),), items)),)),)


def _zip(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    places = [inference.evaluate(scope, given.value, call.statement) for given in call.arguments if not given.keyword]
    items = tuple(union(protocols.iterated(inference, value) for value in values) for values in places)
    return (Stream(union(places), (Tuple(items),)),)


def _chain(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    places = [inference.evaluate(scope, given.value, call.statement) for given in call.arguments if not given.keyword]
    sources = union(places)
    return (Stream(sources, union(protocols.iterated(inference, source) for source in sources)),)


def _map(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    functions = _argument_values(inference, scope, call, 0)
    sources = _argument_values(inference, scope, call, 1)
    items = union(inference.called(scope, call, function) for function in functions)
    return (Stream(sources, items, functions),)


def _filter(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    sources = _argument_values(inference, scope, call, 1)
    items = union(protocols.iterated(inference, source) for source in sources)
    return (Stream(sources, items, _argument_values(inference, scope, call, 0)),)


def _getattr(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    name = argument(call, 1)
    if not isinstance(name, Constant) or not isinstance(name.value, str) or len(call.arguments) not in (2, 3):
        return ANYTHING
    owners = _argument_values(inference, scope, call, 0)
    found = union(inference.member(owner, name.value) for owner in owners)
    return union((found, _argument_values(inference, scope, call, 2))) if len(call.arguments) == 3 else found


def _import_module(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    name = argument(call, 0, "name")
    if not isinstance(name, Constant) or not isinstance(name.value, str) or name.value.startswith("."):
        return ANYTHING
    return imports.imported(inference, scope.module, Import(name.value))


def _same(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    return _argument_values(inference, scope, call, 0)


def _entering(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    return union(
        protocols.entered(inference, value, is_async=False) for value in _argument_values(inference, scope, call, 0)
    )


def _closing(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    return (Managed("context manager", _argument_values(inference, scope, call, 0)),)


def _defaultdict(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    items: list[Values] = []
    for factory in _argument_values(inference, scope, call, 0) if call.arguments else ():
        if isinstance(factory, ClassValue):
            items.append((Instance(factory, exact=True),))
        else:
            items.append(inference.returned(factory) if isinstance(factory, FunctionValue) else ())
    return (Instance(External("builtins.dict"), exact=True, items=union(items)),)


def _nullcontext(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    """What is entered by `with` and `async with` alike, and gives what it is passed: that, and something else."""
    return (*_argument_values(inference, scope, call, 0), UNKNOWN)


def _shield(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    """A future that nobody has to await, unless it is around a coroutine, which nothing else runs."""
    values = _argument_values(inference, scope, call, 0, "arg")
    starts = all(isinstance(value, Suspended | Awaitable) and value.kind == "coroutine" for value in values)
    result = union(protocols.awaited(inference, value) for value in values)
    return (Awaitable("asyncio.shield" if starts else "asyncio.Future", "future", result),)


def _type(inference: Inference, scope: ScopeNode, call: Call) -> Values:
    values = _argument_values(inference, scope, call, 0)
    return tuple(value.of if isinstance(value, Instance) else UNKNOWN for value in values)


SPECIAL: dict[str, Callable[[Inference, ScopeNode, Call], Values]] = {
    "asyncio.shield": _shield,
    "builtins.enumerate": _enumerate,
    "builtins.classmethod": _same,
    "builtins.filter": _filter,
    "builtins.getattr": _getattr,
    "builtins.iter": _container,
    "builtins.list": _container,
    "builtins.map": _map,
    "builtins.next": _next,
    "builtins.reversed": _container,
    "builtins.set": _container,
    "builtins.sorted": _container,
    "builtins.staticmethod": _same,
    "builtins.super": _super,
    "builtins.tuple": _container,
    "builtins.type": _type,
    "builtins.zip": _zip,
    "collections.defaultdict": _defaultdict,
    "contextlib.AsyncExitStack.enter_context": _entering,
    "contextlib.ExitStack.enter_context": _entering,
    "contextlib.closing": _closing,
    "contextlib.nullcontext": _nullcontext,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "itertools.chain": _chain,
    "itertools.islice": _chain,
    "functools.partial": _partial,
    "importlib.import_module": _import_module,
    "typing.NewType": _new_type,
    "typing.cast": _cast,
    "typing_extensions.NewType": _new_type,
    "typing_extensions.cast": _cast,
}
"""By the name of a callable, what finds out what a call of it gives."""
