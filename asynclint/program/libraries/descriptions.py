"""What the sources of a library say of its functions and classes, in the terms of `asynclint.knowledge.index`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Binding, Collection, Expression, Import, Name, ScopeOf, Subscript
from asynclint.knowledge.index import UNKNOWN_BASE, Alias, Definition, Object, Signature, SignatureKind
from asynclint.program.inference import members, protocols
from asynclint.program.inference.decorators import effect
from asynclint.program.inference.implementations import is_stub
from asynclint.program.libraries.type_names import short_name, type_of
from asynclint.program.names import imports
from asynclint.program.names.ancestry import bases
from asynclint.program.names.functions import is_trait, traits
from asynclint.program.names.values import (
    UNKNOWN,
    UNSET,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Managed,
    ModuleValue,
    Namespace,
    Suspended,
    Tuple,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode

_SELF_STORE = re.compile(r"\bself\.([A-Za-z]\w*)\s*(?::[^=\n]+)?=(?!=)")
_WITHOUT_MEMBERS = frozenset(
    {"abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"}
)
_ASYNC_ITERATORS = frozenset({"asynciterator", "asynciterable", "asyncgenerator"})
_UNKNOWN = Signature("unknown")


class DescribedClass:
    """A class of a library, as its source describes it. Members are looked at when they are asked for."""

    def __init__(self, inference: Inference, scope: ScopeNode) -> None:
        self._inference = inference
        self._scope = scope
        self.name = scope.full_name
        self.module = scope.module.name

    @property
    def bases(self) -> tuple[str, ...]:
        """The qualified names of the direct bases."""
        found = [_base(value) for value in bases(self._inference, ClassValue(self._scope))]
        return tuple(name for name in found if name not in _WITHOUT_MEMBERS)

    def member(self, name: str) -> Signature | Object | None:
        """What the class itself has under `name`."""
        of = ClassValue(self._scope)
        receiver = Instance(of)
        methods = list(_definitions(self._scope, name))
        if methods and len(methods) == len(self._scope.bindings[name]):
            if _is_attribute(self._inference, methods):
                return Object(_attribute_type(self._inference, methods, receiver))
            return _signature(self._inference, [FunctionValue(method, receiver) for method in methods])
        values = members.own_member(self._inference, of, receiver, name)
        if values is None:
            return None
        functions = [value for value in values if isinstance(value, FunctionValue)]
        if functions and len(functions) == len(values):
            return _signature(self._inference, functions)
        return Object(type_of(values))

    def member_names(self) -> Iterator[str]:
        """The names that the class or its methods define, sorted."""
        found = set(self._scope.bindings)
        for method in self._scope.children:
            if method.head.kind == "function" and method.head.unit > 0:
                found.update(_SELF_STORE.findall(method.module.unit_source(method.head.unit)))
        yield from sorted(found)


def _base(value: Value) -> str:
    if isinstance(value, ClassValue):
        return value.scope.full_name
    return value.name if isinstance(value, External) else UNKNOWN_BASE


def describe(inference: Inference, module: Module, name: str) -> Definition | None:
    """What `name` of the library module `module` is, `Outer.Inner` being a class in a class; `None` where it is not
    there.
    """
    if "." in name:
        return _nested_class(inference, module, name)
    values = imports.module_member(inference, module, name)
    if not values:
        return None
    functions = [value for value in values if isinstance(value, FunctionValue) and value.receiver is None]
    if len(functions) == len(values):
        return _function(inference, module, name, functions)
    if len(values) > 1:
        return Object(type_of(values))
    match values[0]:
        case ClassValue(scope):
            here = scope.module is module and scope.qualname == name
            return DescribedClass(inference, scope) if here else Alias(scope.full_name)
        case External(path):
            return Alias(path)
        case ModuleValue(found):
            return Alias(found.name)
        case Namespace():
            return None
        case FunctionValue(receiver=Instance()):
            return _signature(inference, [value for value in values if isinstance(value, FunctionValue)])
    return Object(type_of(values))


def _nested_class(inference: Inference, module: Module, path: str) -> DescribedClass | None:
    """The class at the dotted `path` below `module`."""
    scope = module.scope
    for name in path.split("."):
        inner = [child for child in scope.children if child.head.kind == "class" and child.name == name]
        if len(inner) != 1:
            return None
        scope = inner[0]
    return DescribedClass(inference, scope)


def _function(inference: Inference, module: Module, name: str, functions: list[FunctionValue]) -> Definition:
    first = functions[0].scope
    if all(each.scope.module is module and each.scope.qualname == name for each in functions):
        own = list(_definitions(module.scope, name))
        return _signature(inference, [FunctionValue(scope) for scope in own] or functions)
    plain = first.head.kind == "function" and "." not in first.qualname
    if len(functions) == 1 and plain and (first.module is not module or first.qualname != name):
        return Alias(first.full_name)
    return _signature(inference, functions)


# -- functions ------------------------------------------------------------------------------------------------------


def _definitions(scope: ScopeNode, name: str) -> Iterator[ScopeNode]:
    """The functions that `scope` defines as `name`, setters aside."""
    for binding in scope.bindings.get(name, ()):
        function = _defined(scope, binding)
        if function is not None:
            yield function


def _defined(scope: ScopeNode, binding: Binding) -> ScopeNode | None:
    if binding.how != "scope" or not isinstance(binding.value, ScopeOf):
        return None
    found = scope.children[binding.value.scope]
    return found if found.head.kind == "function" else None


def _is_attribute(inference: Inference, functions: list[ScopeNode]) -> bool:
    """Whether reading the name calls the function: a property, or any other descriptor whose source is there."""
    return all(
        traits(inference, function) & {"property", "setter"}
        or any(_is_descriptor(inference, function, each) for each in function.head.decorators)
        for function in functions
    )


def _is_descriptor(inference: Inference, function: ScopeNode, decorator: Expression) -> bool:
    values = inference.evaluate(function.parent or function, decorator, function.head.statement)
    return any(
        isinstance(value, ClassValue) and members.own_member(inference, value, Instance(value), "__get__") is not None
        for value in values
    )


def _attribute_type(inference: Inference, functions: list[ScopeNode], receiver: Instance) -> str:
    getters = [each for each in functions if "setter" not in traits(inference, each)]
    if len(getters) != 1 or getters[0].head.is_async:
        return ""
    return _returned_type(inference, FunctionValue(getters[0], receiver))


def _signature(inference: Inference, functions: list[FunctionValue]) -> Signature:
    """What calling a function gives: of one with overloads, what the implementation says, or else all of them."""
    written = [each for each in functions if "overload" not in traits(inference, each.scope)]
    overloads = [each for each in functions if each not in written]
    found = _common([_one(inference, each) for each in written])
    if found.kind == "unknown" and all(_is_plainly_decorated(inference, each.scope) for each in written):
        found = _common([_one(inference, each) for each in overloads])
    return found


def _common(signatures: list[Signature]) -> Signature:
    kinds = {signature.kind for signature in signatures}
    if len(kinds) != 1:
        return _UNKNOWN
    results = {signature.result for signature in signatures}
    if len(results) == 1:
        return signatures[0]
    kind = kinds.pop()
    return _UNKNOWN if kind == "object" else Signature(kind)


def _is_plainly_decorated(inference: Inference, scope: ScopeNode) -> bool:
    """Whether what the decorators leave is called, and gives, as the function itself."""
    return all(
        is_trait(inference, scope, decorator)
        or effect(inference, scope, decorator) == "keeps"
        or (effect(inference, scope, decorator) == "coroutine" and not scope.body.yields)
        for decorator in scope.head.decorators
    )


def _one(inference: Inference, function: FunctionValue) -> Signature:
    scope = function.scope
    if not _is_plainly_decorated(inference, scope):
        return _UNKNOWN
    if scope.name == "__await__":
        return Signature("awaitable", _awaited_type(inference, scope))
    values = protocols.call_function(inference, function)
    if len(values) == 1 and isinstance(values[0], Suspended):
        return _suspended(inference, function, values[0])
    if not values or UNKNOWN in values:
        return _UNKNOWN
    return _plain_call(inference, function, values)


def _awaited_type(inference: Inference, scope: ScopeNode) -> str:
    """What `await` gives: what the generator returns that `__await__` gives."""
    match scope.head.returns:
        case Subscript(_, index):
            parts = index[0].elements if len(index) == 1 and isinstance(index[0], Collection) else index
            if len(parts) == 3:
                outer = scope.parent or scope
                return type_of(inference.declared(outer, parts[2], scope.head.statement))
    return ""


def _suspended(inference: Inference, function: FunctionValue, value: Suspended) -> Signature:
    if value.kind == "coroutine":
        inner = value.function
        result = _returned_type(inference, inner)
        if _may_be_overridden_by_generator(inference, inner.scope):
            return _UNKNOWN
        return Signature("coroutine", result)
    if value.kind == "generator":
        return Signature("plain")
    items = type_of(protocols.yielded(inference, value.function))
    if value.kind == "async generator":
        return Signature("async iterator", items)
    return Signature(value.kind, _as_self(inference, function, items))


def _may_be_overridden_by_generator(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the function only says that it gives an async iterator: those who write it mostly write a generator."""
    if not is_stub(inference, scope) or scope.head.returns is None:
        return False
    declared = inference.declared(scope.parent or scope, scope.head.returns, scope.head.statement)
    return any(_async_iterator(value) for value in declared)


def _async_iterator(value: Value) -> bool:
    return isinstance(value, Instance) and isinstance(value.of, External) and short_name(value.of) in _ASYNC_ITERATORS


def _plain_call(inference: Inference, function: FunctionValue, values: Values) -> Signature:
    found = [value for value in values if value != UNSET]
    if not found and not _says_none(inference, function.scope):
        return _UNKNOWN
    if all(_is_plain(value) for value in found):
        result = type_of(values) if len(found) == 1 else ""
        return Signature("object", result) if result else Signature("plain")
    if len(values) > 1 and not all(isinstance(value, Instance) and not _async_iterator(value) for value in found):
        return _UNKNOWN
    if len(found) > 1:
        result = type_of(values)
        return Signature("object", _as_self(inference, function, result)) if result else _UNKNOWN
    match found[0]:
        case Awaitable(source, how, awaited):
            return Signature(_awaitable_kind(source, how), type_of(awaited))
        case Managed(kind, entered):
            return Signature(kind, type_of(entered))
        case Instance(items=items) as value if _async_iterator(value):
            return Signature("async iterator", type_of(items))
        case Instance():
            return Signature("object", _as_self(inference, function, type_of(values)))
    return _UNKNOWN


def _says_none(inference: Inference, scope: ScopeNode) -> bool:
    """Whether the annotation says `None`; a body that returns nothing may stand for others that do."""
    returns = scope.head.returns
    if returns is None:
        return False
    return inference.declared(scope.parent or scope, returns, scope.head.statement) == (UNSET,)


def _awaitable_kind(source: str, kind: str) -> SignatureKind:
    if kind == "task":
        return "task"
    if kind == "coroutine":
        return "coroutine"
    return "future" if source.endswith(".Future") else "awaitable"


def _is_plain(value: Value) -> bool:
    """Whether nobody can await, enter or iterate it asynchronously: what is built in, classes, tuples, generators."""
    if isinstance(value, Instance) and isinstance(value.of, External):
        return value.of.name.startswith("builtins.") and not _async_iterator(value)
    if isinstance(value, Suspended):
        return value.kind == "generator"
    return isinstance(value, Tuple)


def _returned_type(inference: Inference, function: FunctionValue) -> str:
    return _as_self(inference, function, type_of(inference.returned(function)))


def _as_self(inference: Inference, function: FunctionValue, result: str) -> str:
    """`result`, with `Self` for the class of the receiver where the annotation does not name that class."""
    receiver = function.receiver
    owner = receiver.of if isinstance(receiver, Instance) else receiver
    if not isinstance(owner, ClassValue) or result.rstrip("[]{}") != owner.scope.full_name:
        return result
    returns = function.scope.head.returns
    if returns is None or _mentions_no_class(inference, function.scope, returns, owner):
        return result.replace(owner.scope.full_name, "Self")
    return result


def _mentions_no_class(inference: Inference, scope: ScopeNode, annotation: Expression, owner: ClassValue) -> bool:
    if isinstance(annotation, Subscript):
        parts = (annotation.value, *annotation.index)
        return all(_mentions_no_class(inference, scope, part, owner) for part in parts)
    if not isinstance(annotation, Name | Attribute):
        return True
    return owner not in inference.evaluate(scope.parent or scope, annotation, scope.head.statement)


def module_names(inference: Inference, module: Module) -> Iterator[str]:
    """The names that `module` binds, those of star imports included."""
    seen: set[str] = set()
    pending = [module]
    for source in pending:
        names = [name for name in source.scope.bindings if name != "*"]
        yield from (name for name in names if name not in seen)
        seen.update(names)
        starred = _starred(inference, source)
        pending += [found for found in starred if found not in pending]


def _starred(inference: Inference, module: Module) -> list[Module]:
    found = []
    for binding in module.scope.bindings.get("*", ()):
        if isinstance(binding.value, Import):
            source = inference.project.find(imports.absolute(module, binding.value), module)
            found += [source] if source is not None else []
    return found
