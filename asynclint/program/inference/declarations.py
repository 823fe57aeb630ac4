"""What an annotation says of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asynclint.facts.model import (
    Attribute,
    Binding,
    Collection,
    Constant,
    Expression,
    Name,
    Operation,
    Result,
    Subscript,
)
from asynclint.program.inference import type_arguments
from asynclint.program.names.ancestry import class_of
from asynclint.program.names.arguments import argument
from asynclint.program.names.imports import definition
from asynclint.program.names.scopes import dotted
from asynclint.program.names.type_variables import bracketed, is_variable, parts
from asynclint.program.names.values import (
    ANYTHING,
    UNSET,
    Awaitable,
    ClassValue,
    External,
    Instance,
    Managed,
    Tuple,
    Values,
    builtin,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynclint.program.inference.inference import Inference
    from asynclint.program.inference.type_arguments import About
    from asynclint.program.names.scopes import ScopeNode

_TRANSPARENT = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar", "Mapped"}
)
_ITERABLES = frozenset(
    {
        "list", "set", "frozenset", "deque", "List", "Set", "FrozenSet", "Deque", "Sequence", "MutableSequence",
        "Iterable", "Iterator", "Collection", "AbstractSet", "MutableSet", "Generator", "AsyncIterator",
        "AsyncIterable", "AsyncGenerator",
    }
)  # fmt: skip
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"})
_AWAITABLES: dict[str, Literal["coroutine", "future", "task"]] = {
    "Awaitable": "future",
    "Coroutine": "coroutine",
    "Future": "future",
    "Task": "task",
}
_MANAGERS: dict[str, Literal["context manager", "async context manager"]] = {
    "AbstractAsyncContextManager": "async context manager",
    "AbstractContextManager": "context manager",
    "AsyncContextManager": "async context manager",
    "ContextManager": "context manager",
    "_AsyncGeneratorContextManager": "async context manager",
    "_GeneratorContextManager": "context manager",
}
_SAYS_NOTHING = _TRANSPARENT | {
    "Any",
    "Awaitable",
    "Callable",
    "Coroutine",
    "Generic",
    "Hashable",
    "LiteralString",
    "Protocol",
    "Self",
    "TypeAlias",
    "TypeVar",
    "object",
}
_TYPING = (
    "typing.",
    "typing_extensions.",
    "collections.abc.",
    "builtins.",
    "collections.",
    "asyncio.",
    "contextlib.",
    "sqlalchemy.orm.",
)


_LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
NEW_TYPES: frozenset[str] = frozenset({"typing.NewType", "typing_extensions.NewType"})


def declared(
    inference: Inference, scope: ScopeNode, annotation: Expression, at: int, about: About | None = None
) -> Values:
    """The values that `annotation`, read in `scope`, allows; unknown among them where it does not say.

    `about` says what `Self`, and what type variables are about.
    """
    match annotation:
        case Constant(kind="None"):
            return (UNSET,)
        case Operation("|", operands):
            return union(declared(inference, scope, operand, at, about) for operand in operands)
        case Subscript(value, index):
            aliased = _aliased(inference, scope, value, about) if isinstance(value, Name | Attribute) else None
            return _subscripted(inference, scope, value, index, at, about) if aliased is None else aliased
        case Name() | Attribute():
            return _named(inference, scope, annotation, at, about)
    return ANYTHING


def names_literals(inference: Inference, scope: ScopeNode, annotation: Expression, at: int) -> bool:
    """Whether `annotation`, read in `scope`, names all values that it allows: literals, or `True` and `False`."""
    if isinstance(annotation, Name | Attribute):
        alias = _alias(inference, scope, annotation)
        if alias is not None and alias[1].value is not None:
            return names_literals(inference, alias[0], alias[1].value, alias[1].statement)
        return inference.evaluate(scope, annotation, at) == (External("builtins.bool"),)
    named = inference.evaluate(scope, annotation.value, at) if isinstance(annotation, Subscript) else ()
    return bool(named) and all(isinstance(each, External) and each.name in _LITERALS for each in named)


def _named(
    inference: Inference, scope: ScopeNode, annotation: Name | Attribute, at: int, about: About | None
) -> Values:
    aliased = _aliased(inference, scope, annotation, about)
    if aliased is not None:
        return aliased
    if isinstance(annotation, Name) and bracketed(scope, annotation.id, about) is not None:
        return _meant(inference, scope, annotation, about)
    values = inference.evaluate(scope, annotation, at)
    if values == ANYTHING and isinstance(annotation, Name):
        values = _defined_later(inference, scope, annotation.id)
    if any(map(is_variable, values)):
        return _meant(inference, scope, annotation, about)
    return union(_instance(inference, value, about) for value in values)


def _meant(inference: Inference, scope: ScopeNode, variable: Name | Attribute, about: About | None) -> Values:
    """What the type variable stands for: what the class says, or else what bounds it."""
    if about is not None and isinstance(variable, Name):
        found = type_arguments.stands_for(inference, about, variable.id)
        if found:
            return found
    # What a function returns may be of any class that the variable stands for, so its body is better asked.
    return ANYTHING if about is not None and about.gives else _bound(inference, scope, variable, about)


def _bound(inference: Inference, scope: ScopeNode, variable: Name | Attribute, about: About | None) -> Values:
    """What the type variable may stand for: what is of the class that bounds it, or of one of those that it names."""
    own = bracketed(scope, variable.id, about) if isinstance(variable, Name) else None
    if own is not None:
        return _bound_by(inference, own[0].parent or own[0], own[1].annotation, own[0].head.statement)
    found = definition(inference, scope, variable.id) if isinstance(variable, Name) else None
    if found is None or not isinstance(found[1].value, Result):
        return ANYTHING
    holder, binding = found
    call = holder.body.calls[found[1].value.call]
    bound = argument(call, -1, "bound")
    allowed = [bound] if bound is not None else [given.value for given in call.arguments[1:] if not given.keyword]
    return union(_named_in(inference, holder, each, binding.statement) for each in allowed) if allowed else ANYTHING


def _bound_by(inference: Inference, scope: ScopeNode, bound: Expression | None, at: int) -> Values:
    """What is of the class `bound`, or of one of several in a tuple."""
    if bound is None:
        return ANYTHING
    classes = bound.elements if isinstance(bound, Collection) else (bound,)
    return union(declared(inference, scope, each, at) for each in classes)


def _named_in(
    inference: Inference, scope: ScopeNode, annotation: Expression, at: int, about: About | None = None
) -> Values:
    """What `annotation` allows, which may be the name of a class in quotes."""
    if isinstance(annotation, Constant) and isinstance(annotation.value, str) and scope.binds(annotation.value):
        return union(_instance(inference, value, about) for value in inference.everywhere(scope, annotation.value))
    return declared(inference, scope, annotation, at, about)


def _defined_later(inference: Inference, scope: ScopeNode, name: str) -> Values:
    """What `name` is once the whole scope has run: annotations may name what stands below them."""
    holder = scope.lookup(name)
    return inference.everywhere(holder, name) if holder is not None and not holder.is_function else ANYTHING


def _aliased(
    inference: Inference, scope: ScopeNode, annotation: Name | Attribute, about: About | None
) -> Values | None:
    """What the type allows that `annotation` is a name for, whatever its arguments are; `None` where it is none."""
    alias = _alias(inference, scope, annotation)
    if alias is None or alias[1].value is None:
        return None
    holder, binding = alias
    value = alias[1].value
    key = holder, id(binding), "alias", about
    return inference.once(key, lambda: _named_in(inference, holder, value, binding.statement, about))


def _alias(inference: Inference, scope: ScopeNode, annotation: Name | Attribute) -> tuple[ScopeNode, Binding] | None:
    """The assignment that made `annotation` a name for another type: `Source = str | Path`."""
    found = definition(inference, scope, annotation.id) if isinstance(annotation, Name) else None
    return found if found is not None and _makes_alias(found[1]) else None


def _makes_alias(binding: Binding) -> bool:
    says_so = isinstance(binding.annotation, Name | Attribute) and dotted(binding.annotation).endswith("TypeAlias")
    plain = binding.how == "assign" and (binding.annotation is None or says_so)
    is_quoted = says_so and isinstance(binding.value, Constant)
    return plain and (is_quoted or isinstance(binding.value, Subscript | Operation))


def _instance(inference: Inference, value: object, about: About | None) -> Values:
    if isinstance(value, ClassValue):
        return (Instance(value),)
    if isinstance(value, Instance) and isinstance(value.of, External) and value.of.name in NEW_TYPES:
        return value.items or ANYTHING
    if isinstance(value, External):
        last = value.name.rpartition(".")[2]
        if last == "Self" and about is not None and about.receiver is not None:
            receiver = about.receiver
            return (receiver if isinstance(receiver, Instance) else Instance(receiver),)
        if last in _SAYS_NOTHING and value.name.startswith(_TYPING):
            return ANYTHING
        if value.name in inference.library.knowledge.returns and not inference.library.is_class(value.name):
            return ANYTHING
        if value.name in inference.library.knowledge.makers:
            return ANYTHING
        return (Instance(value),)
    return ANYTHING


def _subscripted(
    inference: Inference,
    scope: ScopeNode,
    value: Expression,
    index: tuple[Expression, ...],
    at: int,
    about: About | None,
) -> Values:
    arguments = parts(Subscript(value, index))

    def part(place: int) -> Values:
        if place >= len(arguments):
            return ANYTHING
        return declared(inference, scope, arguments[place], at, about)

    bases = inference.evaluate(scope, value, at)
    if len(bases) != 1 or not isinstance(bases[0], External) or not bases[0].name.startswith(_TYPING):
        return _generic(inference, bases, part, about)
    name = bases[0].name.rpartition(".")[2]
    if name == "Union":
        return union(part(place) for place in range(len(arguments)))
    if name in _TRANSPARENT:
        return (*part(0), UNSET) if name == "Optional" else part(0)
    if name in _ITERABLES:
        return (Instance(External(f"builtins.{name.lower()}"), items=part(0)),)
    if name in _MAPPINGS:
        return (Instance(External("builtins.dict"), items=part(1), keys=part(0)),)
    if name in ("tuple", "Tuple"):
        return _tuple([part(place) for place in range(len(arguments))], arguments)
    if name in ("type", "Type"):
        return tuple(one.of if isinstance(one, Instance) else one for one in part(0))
    if name == "Literal":
        return (builtin("str"),)
    if name in _AWAITABLES or name in _MANAGERS:
        return (_asynchronous(bases[0].name, name, part),)
    return ANYTHING if name in _SAYS_NOTHING else _generic(inference, bases, part, about)


def _generic(inference: Inference, bases: Values, part: Callable[[int], Values], about: About | None) -> Values:
    """An object of a class with arguments, which matter only where it holds, or makes, what they say."""
    base = bases[0] if len(bases) == 1 else None
    library = inference.library
    if isinstance(base, External) and base.name in library.knowledge.makers:
        known = (Instance(External(library.knowledge.makers[base.name])),)
        return (Instance(base),) if part(0) == known else ANYTHING
    if isinstance(base, External) and (library.held_by(base.name) or library.held_attributes(base.name)):
        return (Instance(base, items=part(0)),)
    if isinstance(base, ClassValue):
        return (type_arguments.instance(inference, base, part),)
    return union(_instance(inference, base, about) for base in bases)


def _asynchronous(source: str, name: str, part: Callable[[int], Values]) -> Awaitable | Managed:
    if name in _MANAGERS:
        return Managed(_MANAGERS[name], part(0))
    return Awaitable(source, _AWAITABLES[name], part(2 if name == "Coroutine" else 0))


def _tuple(parts: list[Values], arguments: tuple[Expression, ...]) -> Values:
    if len(arguments) == 2 and isinstance(arguments[1], Constant) and arguments[1].kind == "ellipsis":
        return (Instance(External("builtins.tuple"), items=parts[0]),)
    return (Tuple(tuple(parts)),)


def type_argument(inference: Inference, order: Values, receiver: Instance | ClassValue, of: External) -> Values:
    """The objects that a class of the project, one of `order`, says a library class `of` holds, by its bases:
    `class Entity(CoordinatorEntity[Coordinator])`. Empty where none says it of `receiver`.
    """
    for each in order:
        if not isinstance(each, ClassValue):
            continue
        outer, at = each.scope.parent or each.scope, each.scope.head.statement
        for base in each.scope.head.bases:
            if isinstance(base.value, Subscript) and of in class_of(inference, outer, base.value, at):
                return declared(inference, outer, base.value.index[0], at, type_arguments.About(receiver, each.scope))
    return ()
