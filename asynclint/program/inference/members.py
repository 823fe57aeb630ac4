"""Attributes: of modules, classes, objects and libraries, found as Python finds them."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from asynclint.facts.model import Binding, Name, ScopeOf, Store
from asynclint.program.inference import declarations, enumerations, filled, outcomes, protocols, type_arguments
from asynclint.program.inference.type_arguments import About
from asynclint.program.names import imports, signatures
from asynclint.program.names.ancestry import ancestry, assignments
from asynclint.program.names.bindings import last
from asynclint.program.names.functions import traits
from asynclint.program.names.scopes import within
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ItemMethod,
    ModuleValue,
    Namespace,
    ParameterMember,
    ParameterValue,
    Super,
    Suspended,
    Tuple,
    Unset,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode


def member(inference: Inference, owner: Value, name: str) -> Values:
    """The values of `owner.name`. Empty where the attribute can't be there: reading it would raise."""
    match owner:
        case ModuleValue(module):
            return imports.module_member(inference, module, name) or ANYTHING
        case Namespace(package, seen_from):
            return imports.module_at(inference, seen_from, f"{package}.{name}") or ANYTHING
        case External(path):
            return imports.external(inference, f"{path}.{name}")
        case ClassValue():
            return _search(inference, ancestry(inference, owner), owner, name)
        case Super(scope, receiver):
            return _inherited(inference, scope, receiver, name)
        case ParameterValue():
            return (ParameterMember(owner, (name,)),)
        case ParameterMember(parameter, path):
            return (ParameterMember(parameter, (*path, name)),)
        case Unset():
            return ()
    return _object_member(inference, owner, name)


def _object_member(inference: Inference, owner: Value, name: str) -> Values:
    match owner:
        case Instance(of=ClassValue() as cls):
            if name == "__class__":
                return (cls,)
            if _replaces_attributes(inference, cls):
                return ANYTHING
            found = _search(inference, ancestry(inference, cls), owner, name)
            if owner.exact or (found and (found != ANYTHING or not _is_announced(inference, cls, name))):
                return found
            below = inference.in_subclasses(cls, name)
            return (below or found) if UNKNOWN not in below else (found or below)
        case Instance(of=External(path)):
            return _library_object_member(inference, owner, path, name)
        case Awaitable(kind="task" | "future" as kind):
            of = "asyncio.Task" if kind == "task" else "asyncio.Future"
            return _library_object_member(inference, Instance(External(of)), of, name)
        case Suspended("async generator"):
            of = "types.AsyncGeneratorType"
            return _library_object_member(inference, Instance(External(of)), of, name)
        case Tuple():
            return _library_object_member(inference, Instance(External("builtins.tuple")), "builtins.tuple", name)
    return ANYTHING


def _is_announced(inference: Inference, of: ClassValue, name: str) -> bool:
    """Whether the class `of` only says that its objects have an attribute, and those that derive from it give it."""
    for each in ancestry(inference, of):
        if not isinstance(each, ClassValue):
            return False
        bindings = each.scope.bindings.get(name, ())
        if any(True for _ in assignments(each, name)):
            return False
        if bindings:
            return all(binding.how == "annotate" and binding.value is None for binding in bindings)
    return False


def _replaces_attributes(inference: Inference, of: ClassValue) -> bool:
    """Whether a class says by `__getattribute__` what the attributes of its objects are."""
    above = ancestry(inference, of)
    return any(isinstance(each, ClassValue) and each.scope.binds("__getattribute__") for each in above)


# -- names that functions assign ------------------------------------------------------------------------------------


def global_assignments(inference: Inference, module: Module, name: str) -> Iterator[Values]:
    """What functions of `module` assign to its `name` under a `global` statement."""
    for function in module.functions_with_globals.get(name, ()):
        for scope in within(function):
            if name in scope.body.globals:
                for binding in scope.body.bindings:
                    if binding.name == name:
                        yield inference.binding(scope, binding)


def nonlocal_assignments(inference: Inference, holder: ScopeNode, name: str) -> Iterator[Values]:
    """What functions in `holder` assign to its `name` under a `nonlocal` statement."""
    for scope in within(holder) if name in holder.nonlocal_names else ():
        if name in scope.body.nonlocals:
            for binding in scope.body.bindings:
                if binding.name == name:
                    yield inference.binding(scope, binding)


# -- classes and objects --------------------------------------------------------------------------------------------


def _inherited(inference: Inference, scope: ScopeNode, receiver: Instance | ClassValue, name: str) -> Values:
    start = receiver.of if isinstance(receiver, Instance) else receiver
    order = ancestry(inference, start)
    own = ClassValue(scope)
    after = order[order.index(own) + 1 :] if own in order else ()
    return _search(inference, after, receiver, name)


def _search(inference: Inference, order: Values, receiver: Instance | ClassValue, name: str) -> Values:
    library: External | None = None
    for value in order:
        if isinstance(value, ClassValue):
            found = own_member(inference, value, receiver, name)
            if found is not None:
                return found
        elif isinstance(value, External):
            if name in inference.library.held_attributes(value.name):
                return declarations.type_argument(inference, order, receiver, value) or ANYTHING
            known = inference.library.knows_member(value.name, name)
            if known:
                return _library_object_member(inference, Instance(value), value.name, name)
            if value.name != "builtins.object" and value.name not in _ABSTRACT:
                library = library or value
        else:
            return ANYTHING
    return (External(inference.library.member(library.name, name)),) if library else ()


_ABSTRACT = frozenset({"abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})


def own_member(inference: Inference, of: ClassValue, receiver: Instance | ClassValue, name: str) -> Values | None:
    """What the class `of` itself gives `receiver.name`; `None` where it says nothing about that name."""
    key = (of, receiver, name, "member")
    defined = of.scope.binds(name)
    if not defined and not _assigns(inference, of, receiver, name):
        return None
    return inference.once(key, lambda: _own_member(inference, of, receiver, name))


def _assigns(inference: Inference, of: ClassValue, receiver: Instance | ClassValue, name: str) -> bool:
    return any(True for _ in _assignments_seen(inference, of, receiver, name))


def _assignments_seen(
    inference: Inference, of: ClassValue, receiver: Instance | ClassValue, name: str
) -> Iterator[tuple[ScopeNode, Store]]:
    """Those assignments to the attribute by methods of the class `of` that `receiver` sees."""
    for scope, store in assignments(of, name):
        if isinstance(receiver, Instance) or _is_to_class(inference, of, scope, store):
            yield scope, store


def _is_to_class(inference: Inference, of: ClassValue, scope: ScopeNode, store: Store) -> bool:
    """Whether `store`, by a method of the class `of` that `scope` is in, is to the class and not to an object."""
    return store.target == Name(of.scope.name) or "class" in traits(inference, scope.home)


def _own_member(inference: Inference, of: ClassValue, receiver: Instance | ClassValue, name: str) -> Values:
    found: list[Values] = []
    stores = list(_assignments_seen(inference, of, receiver, name))
    if stores and all(outcomes.is_stand_in(inference, method, store.value) for method, store in stores):
        return ANYTHING
    for binding in last(of.scope.body, _getters(inference, of.scope, name)):
        if enumerations.makes_member(inference, of, binding):
            found.append((Instance(of, exact=True),))
            continue
        values = _bound_here(inference, of, receiver, binding)
        if binding.annotation is not None and binding.how in ("annotate", "assign") and values != ANYTHING:
            return values
        if binding.how == "annotate":
            continue
        found.append(union(bound(inference, value, receiver) for value in values))
    for method, store in stores:
        declared = _declared_store(inference, method, store, About(receiver, of.scope))
        if declared is not None:
            return declared
        found.append(stored(inference, method, store))
    return union(found) or ANYTHING


def _bound_here(inference: Inference, of: ClassValue, receiver: Instance | ClassValue, binding: Binding) -> Values:
    """What a binding in the body of the class `of` gives, or says that it gives `receiver`."""
    about = About(receiver, of.scope)
    if binding.annotation is not None and type_arguments.are_told(inference, about):
        declared = inference.declared(of.scope, binding.annotation, binding.statement, about)
        if UNKNOWN not in declared:
            return declared
    return inference.binding(of.scope, binding)


def _declared_store(inference: Inference, method: ScopeNode, store: Store, about: About) -> Values | None:
    """What `store`, in `method`, says that it puts into an attribute, by its annotation or by that of a parameter that
    it keeps; `None` where it does not say it.
    """
    annotation, scope, at = store.annotation, method, store.statement
    if annotation is None and isinstance(store.value, Name) and type_arguments.are_told(inference, about):
        parameter = next((each for each in method.head.parameters if each.name == store.value.id), None)
        if parameter is not None and not method.is_rebound(parameter.name, store.statement):
            annotation, scope, at = parameter.annotation, method.parent or method, method.head.statement
    if annotation is None:
        return None
    declared = inference.declared(scope, annotation, at, about)
    return None if UNKNOWN in declared else declared


def stored(inference: Inference, method: ScopeNode, store: Store) -> Values:
    """What `store`, in `method`, puts into an attribute."""
    if store.how == "delete" or store.value is None:
        return ()
    if store.how == "augment":
        return ANYTHING
    values = inference.evaluate(method, store.value, store.statement)
    kept = inference.as_kept(method, store, values)
    taken = inference.unpacked(inference.taken(store.how, kept), store.item)
    return filled.kept(inference, method, store, taken) if store.how == "assign" and not store.item else taken


def _getters(inference: Inference, scope: ScopeNode, name: str) -> list[Binding]:
    """The bindings of `name` but for setters, and for overloads where there is an implementation."""
    kept: list[Binding] = []
    hidden: list[Binding] = []
    for binding in scope.bindings.get(name, ()):
        is_hidden = False
        if isinstance(binding.value, ScopeOf) and binding.how == "scope":
            is_hidden = bool(traits(inference, scope.children[binding.value.scope]) & {"setter", "overload"})
        (hidden if is_hidden else kept).append(binding)
    return kept or hidden


def bound(inference: Inference, value: Value, receiver: Instance | ClassValue) -> Values:
    """What a value of a class body becomes when it is read off `receiver`; empty where it declares something, and does
    not say what.
    """
    if isinstance(value, Instance) and isinstance(value.of, External) and isinstance(receiver, Instance):
        return value.items if inference.library.is_descriptor(value.of.name) else (value,)
    if not isinstance(value, FunctionValue) or value.receiver is not None or value.scope.head.kind != "function":
        return (value,)
    found = traits(inference, value.scope)
    if "static" in found:
        return (value,)
    if "class" in found:
        cls = receiver.of if isinstance(receiver, Instance) else receiver
        return (FunctionValue(value.scope, cls),) if isinstance(cls, ClassValue) else (value,)
    if isinstance(receiver, ClassValue):
        return (value,)
    method = FunctionValue(value.scope, receiver)
    if "property" in found:
        return protocols.call_function(inference, method)
    if "setter" in found:
        return ()
    return (method,)


# -- objects of libraries -------------------------------------------------------------------------------------------


def _library_object_member(inference: Inference, owner: Instance, path: str, name: str) -> Values:
    library = inference.library
    if path.startswith("builtins."):
        return _builtin_member(owner, path, name)
    if owner.items and name in library.held_attributes(path):
        return owner.items
    known = library.knows_member(path, name)
    for ancestor in library.ancestors(path):
        of = library.knowledge.attributes.get(f"{ancestor}.{name}")
        if of:
            return (Instance(External(of)),)
    full = known or f"{path}.{name}"
    if known is None:
        given = inference.given(path, name) if library.is_open(path) else ()
        item = library.item_as_attribute(path, name)
        return given or ((Instance(External(item)),) if item else (External(full),))
    of = library.attribute(path, name) if full == f"{path}.{name}" and not library.is_written(full) else ""
    return signatures.typed(of) if of else (External(full),)


def _builtin_member(owner: Instance, path: str, name: str) -> Values:
    of = getattr(builtins, path.partition(".")[2], None)
    if isinstance(of, type) and not hasattr(of, name):
        return ()
    return (External(f"{path}.{name}"),) if not owner.items else (ItemMethod(owner, name),)
