"""What decorators make of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import Attribute, Constant, Expression, Result
from asynclint.program.names.arguments import argument
from asynclint.program.names.values import External

if TYPE_CHECKING:
    from asynclint.facts.model import Call
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

Trait = Literal[
    "property",
    "setter",
    "static",
    "class",
    "context manager",
    "async context manager",
    "abstract",
    "overload",
    "cached",
    "kept",
    "validator",
]

CONSTRUCTORS = ("__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init")
"""The methods that making an object runs, in order."""

_TRAITS: dict[str, Trait] = {
    "abc.abstractmethod": "abstract",
    "abc.abstractproperty": "property",
    "async_generator.asynccontextmanager": "async context manager",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "builtins.staticmethod": "static",
    "contextlib.asynccontextmanager": "async context manager",
    "contextlib.contextmanager": "context manager",
    "synchronicity.async_wrap.asynccontextmanager": "async context manager",
    "functools.cache": "cached",
    "functools.lru_cache": "cached",
    "pydantic.field_validator": "validator",
    "pydantic.model_validator": "validator",
    "pydantic.root_validator": "validator",
    "pydantic.validator": "validator",
    "typing.overload": "overload",
    "typing_extensions.overload": "overload",
}
_KEPT_PROPERTIES = frozenset(
    {"django.utils.functional.cached_property", "functools.cached_property", "werkzeug.utils.cached_property"}
)
"""What makes a method a property whose value its object keeps."""
_MOST_KEPT = 8
"""How many results a cache may keep to be one for a few arguments."""
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


def traits(inference: Inference, scope: ScopeNode) -> frozenset[Trait]:
    """What the decorators of the function `scope` say about it."""
    if scope.head.kind != "function":
        return frozenset()
    return inference.traits.get(scope, lambda: _traits(inference, scope))


def _traits(inference: Inference, scope: ScopeNode) -> frozenset[Trait]:
    found: set[Trait] = {"class"} if scope.owner_class and scope.name in _CLASS_METHODS else set()
    for decorator in scope.head.decorators:
        if isinstance(decorator, Attribute) and decorator.name in ("setter", "deleter", "getter"):
            found.add("setter")
        names = decorator_names(inference, scope, decorator)
        found |= {_TRAITS[name] for name in names if name in _TRAITS}
        if not _KEPT_PROPERTIES.isdisjoint(names):
            found |= {"property", "kept"}
    return frozenset(found)


def is_trait(inference: Inference, scope: ScopeNode, decorator: Expression) -> bool:
    """Whether `traits` says all that there is to say about the decorator `decorator` of the function `scope`."""
    if isinstance(decorator, Attribute) and decorator.name in ("setter", "deleter", "getter"):
        return True
    names = decorator_names(inference, scope, decorator)
    return bool(names) and all(name in _TRAITS or name in _KEPT_PROPERTIES for name in names)


def is_memoised(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the function runs once: its result is kept, and it has no parameters but for the class that it is of."""
    found = traits(inference, scope)
    return "cached" in found and len(scope.head.parameters) == ("class" in found)


def runs_seldom(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the function runs once, or once for each of a few arguments: no more than a few results are kept."""
    if is_memoised(inference, scope):
        return True
    return "cached" in traits(inference, scope) and any(
        isinstance(decorator, Result) and _keeps_few((scope.parent or scope).body.calls[decorator.call])
        for decorator in scope.head.decorators
    )


def _keeps_few(call: Call) -> bool:
    size = argument(call, 0, "maxsize")
    return isinstance(size, Constant) and isinstance(size.value, int) and 0 < size.value <= _MOST_KEPT


def decorator_names(inference: Inference, scope: ScopeNode, decorator: Expression) -> list[str]:
    """The qualified names of the library callables that `decorator`, or the call that it is, may be."""
    outer = scope.parent or scope
    if isinstance(decorator, Result):
        decorator = outer.body.calls[decorator.call].callee
    values = inference.evaluate(outer, decorator, scope.head.statement)
    return [value.name for value in values if isinstance(value, External)]
