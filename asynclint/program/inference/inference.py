"""What an expression stands for, as far as bindings, annotations and constructors tell."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

from asynclint.facts.model import (
    Attribute,
    Awaited,
    Binding,
    Call,
    Choice,
    Collection,
    Constant,
    Expression,
    Import,
    Name,
    Opaque,
    Operation,
    Outcome,
    Parameter,
    Result,
    ScopeOf,
    Starred,
    Store,
    Subscript,
)
from asynclint.program.inference import (
    construction,
    declarations,
    filled,
    flags,
    lookups,
    members,
    outcomes,
    passed,
    protocols,
    type_arguments,
)
from asynclint.program.inference.answers import Answers
from asynclint.program.inference.just_assigned import just_assigned
from asynclint.program.inference.narrowing import narrow
from asynclint.program.inference.type_arguments import About
from asynclint.program.memory.reads import Memo
from asynclint.program.names import imports, receivers
from asynclint.program.names.functions import traits
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.names.values import (
    ANYTHING,
    UNKNOWN,
    UNSET,
    Awaitable,
    ClassValue,
    External,
    FunctionValue,
    Held,
    Instance,
    ParameterValue,
    Suspended,
    Tuple,
    Values,
    builtin,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.inference.constants import Branches
    from asynclint.program.inference.constructed import Constructed
    from asynclint.program.inference.decorators import Effect
    from asynclint.program.inference.given import Given
    from asynclint.program.inference.implementations import Implementations
    from asynclint.program.inference.open_objects import OpenObjects
    from asynclint.program.names.functions import Trait
    from asynclint.program.names.library import Library
    from asynclint.program.names.modules import Module
    from asynclint.program.names.project import Project
    from asynclint.program.names.values import Value

_NONE = Constant(None, "None")
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in", "not"})
_MOST_SUBCLASSES = 20
"""How many classes are asked what an attribute is which the one that they derive from does not have."""
_MOST_SHALLOW_STEPS = 5000
"""What is public in a library is annotated or short to tell; the rest is dozens of classes that lean on each other."""


class Inference:
    """Values of expressions. Every answer is computed once (see `asynclint.program.inference.answers`).

    `constructed` has what the project passes to constructors, `implementations` which methods replace others, and
    `open_objects` what is put into objects that take anything, if somebody asks for that. With `shallow`, nothing is
    said of what lists, sets and dicts hold, nor where it takes very many steps to tell.
    """

    def __init__(
        self,
        project: Project,
        library: Library,
        constructed: Constructed | None = None,
        implementations: Implementations | None = None,
        open_objects: OpenObjects | None = None,
        *,
        shallow: bool = False,
    ) -> None:
        self._shallow = shallow
        self._constructed = constructed
        self._implementations = implementations
        self._open_objects = open_objects
        self.project = project
        self.library = library
        self.reads = project.reads
        self.traits: Memo[ScopeNode, frozenset[Trait]] = Memo(project.reads)
        self.decorations: Memo[ScopeNode, frozenset[Effect]] = Memo(project.reads)
        self.decorating: set[ScopeNode] = set()
        self.held: Memo[tuple[ClassValue, ScopeNode, Held], Held] = Memo(project.reads)
        self.class_held: Memo[tuple[ClassValue, bool], Held] = Memo(project.reads)
        self.library_bases: Memo[ClassValue, frozenset[str]] = Memo(project.reads)
        self.star_sources: Memo[Module, tuple[Module | str, ...]] = Memo(project.reads)
        self.loop_tries: Memo[ScopeNode, frozenset[int]] = Memo(project.reads)
        self.loop_refusals: Memo[ScopeNode, dict[int, int]] = Memo(project.reads)
        self.loop_names: Memo[tuple[ScopeNode, str], bool] = Memo(project.reads)
        self.branches: dict[ScopeNode, Branches] = {}
        self.literals: Memo[ScopeNode, Given | None] = Memo(project.reads)
        self.listing: set[ScopeNode] = set()
        self._answers = Answers(project.reads, most_steps=_MOST_SHALLOW_STEPS if shallow else sys.maxsize)
        self.once = self._answers.once
        self.once_apart = self._answers.once_apart

    def forget_questions(self) -> None:
        """Take nothing for being asked any more: an error has come in between."""
        self._answers.forget_questions()
        self.decorating.clear()
        self.listing.clear()

    # -- expressions ------------------------------------------------------------------------------------------------

    def evaluate(self, scope: ScopeNode, expression: Expression, at: int) -> Values:
        """The values of `expression`, read in `scope` by statement number `at`."""
        if isinstance(expression, Constant):
            return (UNSET,) if expression.kind == "None" else (builtin(expression.kind),)
        if isinstance(expression, Opaque):
            return (builtin(expression.kind),) if expression.kind else ANYTHING
        if isinstance(expression, Result):
            return self.evaluate_call(scope, scope.body.calls[expression.call])
        return self.once((scope, id(expression), at), lambda: self._evaluate(scope, expression, at))

    def _evaluate(self, scope: ScopeNode, expression: Expression, at: int) -> Values:
        match expression:
            case Name(name):
                return narrow(self, scope, expression, at, self.name(scope, name, at))
            case Attribute(value, name):
                found = union(self.member(owner, name) for owner in self.evaluate(scope, value, at))
                return narrow(self, scope, expression, at, just_assigned(self, scope, expression, at, found))
            case Awaited(value):
                return union(protocols.awaited(self, waited) for waited in self.evaluate(scope, value, at))
            case Subscript(value, index):
                return union(protocols.item(self, scope, owner, index) for owner in self.evaluate(scope, value, at))
            case Operation(operator, operands):
                return self._operation(scope, operator, operands, at)
            case Choice():
                return self._choice(scope, expression, at)
            case Collection():
                return self._collection(scope, expression, at)
            case ScopeOf(index):
                return self.inner_scope(scope.children[index])
        return ANYTHING

    def _operation(self, scope: ScopeNode, operator: str, operands: tuple[Expression, ...], at: int) -> Values:
        if operator in _COMPARISONS:
            return (builtin("bool"),)
        found: list[Values] = []
        for operand in self.as_constructed(self.evaluate(scope, operands[0], at)):
            if operand == UNSET:
                continue
            of = operand.of if isinstance(operand, Instance) else None
            operators = self.library.knowledge.operators
            if isinstance(of, External) and (of.name, operator) in operators:
                found.append((Instance(External(operators[of.name, operator])),))
            elif isinstance(of, External) and of.name.startswith("builtins."):
                found.append((operand,))
            else:
                found.append(ANYTHING)
        return union(found)

    def _choice(self, scope: ScopeNode, choice: Choice, at: int) -> Values:
        holds = flags.is_set(self, scope, choice.test, at) if choice.test is not None else None
        if holds is not None:
            return self.evaluate(scope, choice.options[0 if holds else 1], at)
        values = [self.evaluate(scope, option, at) for option in choice.options]
        if choice.operator == "or":
            values[0] = tuple(value for value in values[0] if value != UNSET)
        return values[-1] if choice.operator == "and" else filled.without_empty(union(values))

    def _collection(self, scope: ScopeNode, collection: Collection, at: int) -> Values:
        if self._shallow and collection.kind != "tuple":
            return (builtin(collection.kind),)
        elements = tuple(
            ANYTHING if isinstance(element, Starred) else self.evaluate(scope, element, at)
            for element in collection.elements
        )
        if collection.kind == "tuple":
            return (Tuple(elements),)
        return (Instance(External(f"builtins.{collection.kind}"), exact=True, items=union(elements)),)

    def inner_scope(self, inner: ScopeNode) -> Values:
        """The value of a lambda or comprehension, or what a `def` or `class` binds."""
        if inner.head.kind == "class":
            return (ClassValue(inner),)
        if inner.is_function:
            return (FunctionValue(inner),)
        items = union(self.evaluate(inner, element.value, element.statement) for element in inner.body.yielded)
        kind = "asyncgenerator" if inner.is_async_generator else inner.head.kind
        return (Instance(External(f"builtins.{kind}"), exact=True, items=items),)

    # -- names ------------------------------------------------------------------------------------------------------

    def name(self, scope: ScopeNode, name: str, at: int) -> Values:
        """The values of `name`, read in `scope` by statement number `at`."""
        return lookups.read_here(self, scope, name, at)

    def everywhere(self, holder: ScopeNode, name: str) -> Values:
        """What `name` of `holder` may be when another scope reads it."""
        return self.once((holder, name), lambda: lookups.read_elsewhere(self, holder, name))

    def binding(self, scope: ScopeNode, binding: Binding) -> Values:
        """The values that a binding gives its name."""
        return self.once((scope, id(binding), "binding"), lambda: self._binding(scope, binding))

    def _binding(self, scope: ScopeNode, binding: Binding) -> Values:
        if binding.annotation is not None and not outcomes.is_stand_in(self, scope, binding.value):
            declared = self.declared(scope, binding.annotation, binding.statement)
            if UNKNOWN not in declared or binding.value == _NONE:
                return declared
        if binding.how == "delete" or (binding.how == "annotate" and binding.value is None):
            return ANYTHING if binding.how == "annotate" else ()
        if isinstance(binding.value, Import):
            return imports.imported(self, scope.module, binding.value)
        if binding.how == "scope" and isinstance(binding.value, ScopeOf):
            return self.inner_scope(scope.children[binding.value.scope])
        if binding.value is None or binding.how in ("augment", "except"):
            return ANYTHING
        home, at = scope, binding.statement
        if binding.outer and scope.parent is not None:
            home, at = scope.parent, scope.head.statement
        values = self.unpacked(self.taken(binding.how, self.evaluate(home, binding.value, at)), binding.item)
        is_plain = binding.how == "assign" and not binding.item and home is scope
        return filled.named(self, scope, binding.name, binding.value, values) if is_plain else values

    def taken(self, how: str, values: Values) -> Values:
        """What a target gets from `values` by assignment, iteration or entering."""
        if how == "for":
            return union(protocols.iterated(self, value) for value in values)
        if how == "async for":
            return union(protocols.async_iterated(self, value) for value in values)
        if how in ("with", "async with"):
            return union(protocols.entered(self, value, is_async=how == "async with") for value in values)
        return values

    def unpacked(self, values: Values, path: tuple[int, ...]) -> Values:
        """The part at `path` of tuples."""
        for index in path:
            parts: list[Values] = []
            for value in values:
                if value == UNSET:
                    continue
                if isinstance(value, Tuple) and 0 <= index < len(value.elements):
                    parts.append(value.elements[index])
                elif isinstance(value, Instance) and value.items and index >= 0:
                    parts.append(value.items)
                else:
                    parts.append(ANYTHING)
            values = union(parts)
        return values

    # -- parameters -------------------------------------------------------------------------------------------------

    def parameter(self, scope: ScopeNode, name: str) -> Values:
        """What the parameter `name` of the function `scope` may be."""
        return self.once((scope, name, "parameter"), lambda: self._parameter(scope, name))

    def _parameter(self, scope: ScopeNode, name: str) -> Values:
        parameters = scope.head.parameters
        parameter = next(parameter for parameter in parameters if parameter.name == name)
        receiver = receivers.receiver(self, scope)
        if receiver is not None and parameters[0] is parameter:
            return (receivers.declared(self, scope, receiver),)
        outer = scope.parent or scope
        if parameter.annotation is not None:
            about = About(None, None, function=scope) if scope.head.variables else None
            declared = self.declared(outer, parameter.annotation, scope.head.statement, about)
            if UNKNOWN not in declared:
                unset = parameter.default == Constant(None, "None") and UNSET not in declared
                return self._collected(parameter, (*declared, UNSET) if unset else declared)
        if parameter.kind in ("*", "**"):
            return (builtin("tuple" if parameter.kind == "*" else "dict"),)
        return self._passed(outer, scope, parameter) or (ParameterValue(scope, name),)

    def as_constructed(self, values: Values) -> Values:
        """`values`, with what the project passes in place of parameters of an `__init__`, where that is known."""
        return self._constructed.known(self, values) if self._constructed is not None else values

    def as_kept(self, scope: ScopeNode, store: Store, values: Values) -> Values:
        """The same for `values` that `store`, in `scope`, puts into an attribute."""
        return self._constructed.kept(self, scope, store, values) if self._constructed is not None else values

    def given(self, of: str, name: str) -> Values:
        """What the project gives objects of the library class `of` as `name`; empty where it gives them nothing."""
        return self._open_objects.member(self, of, name) if self._open_objects is not None else ()

    def is_assigned(self, name: str) -> bool:
        """Whether the project puts something of its own under the attribute `name` of another's object."""
        return self._open_objects is not None and self._open_objects.is_assigned(name)

    def placed(self, of: str, key: Expression) -> Values:
        """What the project gives objects of the library class `of` under `key`; empty where it gives them nothing."""
        return self._open_objects.item(self, of, key) if self._open_objects is not None else ()

    @staticmethod
    def _collected(parameter: Parameter, declared: Values) -> Values:
        if parameter.kind not in ("*", "**"):
            return declared
        return (Instance(External("builtins.tuple" if parameter.kind == "*" else "builtins.dict"), items=declared),)

    def _passed(self, outer: ScopeNode, scope: ScopeNode, parameter: Parameter) -> Values:
        """What a framework passes for a parameter that has no annotation."""
        if parameter.default is not None:
            return passed.injected(self, outer, parameter.default, scope.head.statement)
        place = scope.head.parameters.index(parameter) - (receivers.receiver(self, scope) is not None)
        return passed.passed(self, scope, place)

    # -- functions --------------------------------------------------------------------------------------------------

    def returned(self, function: FunctionValue) -> Values:
        """What the body of `function` returns, when it has run to its end."""
        return self.once((function, "returned"), lambda: self._returned(function))

    def _returned(self, function: FunctionValue) -> Values:
        scope = function.scope
        if scope.head.returns is not None:
            outer = scope.parent or scope
            about = About(function.receiver, scope.owner_class, gives=True, function=scope)
            declared = self.declared(outer, scope.head.returns, scope.head.statement, about)
            # Who annotates an `async def` as what calling it gives means what awaiting that gives, as a rule.
            is_of_call = scope.head.is_async and any(isinstance(value, Awaitable | Suspended) for value in declared)
            if UNKNOWN not in declared and not is_of_call:
                return ANYTHING if outcomes.is_belied(self, scope, declared) else declared
        if "abstract" in traits(self, scope) or (scope.head.returns is not None and not scope.body.statements):
            return ANYTHING
        values = union(
            outcomes.made_by_own(self, function, outcome) or self._outcome(scope, outcome)
            for outcome in scope.body.returned
        )
        if function.receiver is not None:
            own = receivers.receiver(self, scope)
            values = tuple(function.receiver if value == own else value for value in values)
        ends = scope.head.kind == "function" and scope.reaches_end
        return (*values, UNSET) if ends and UNSET not in values else values

    def made(self, scope: ScopeNode, call: Call, of: ClassValue) -> Instance:
        """The object of the class `of` that `call`, in `scope`, makes."""
        arguments = type_arguments.written(self, scope, call, of)
        return Instance(of, exact=True, held=construction.held(self, scope, call, of), arguments=arguments)

    def versions(self, function: FunctionValue) -> list[FunctionValue]:
        """`function`, and the methods of subclasses that a call of it may run in its place."""
        exact = isinstance(function.receiver, Instance) and function.receiver.exact
        if exact or self._implementations is None:
            return [function]
        return [function, *self._implementations.of(self, function)]

    def subclasses(self, of: ClassValue) -> Iterator[ClassValue]:
        """The classes of the project that derive from `of`."""
        return self._implementations.subclasses(self, of) if self._implementations is not None else iter(())

    def in_subclasses(self, of: ClassValue, name: str) -> Values:
        """What the attribute `name`, which the class `of` does not have, is in those that derive from it."""
        return self.once((of, name, "in subclasses"), lambda: self._in_subclasses(of, name))

    def _in_subclasses(self, of: ClassValue, name: str) -> Values:
        if self._implementations is None:
            return ()
        found = list(islice(self.subclasses(of), _MOST_SUBCLASSES + 1))
        if len(found) > _MOST_SUBCLASSES:
            return ANYTHING
        return union(self.member(Instance(each), name) for each in found)

    def _outcome(self, scope: ScopeNode, outcome: Outcome) -> Values:
        return self.evaluate(scope, outcome.value, outcome.statement)

    def member(self, owner: Value, name: str) -> Values:
        """The values of `owner.name`; see `members.member`."""
        return members.member(self, owner, name)

    def declared(self, scope: ScopeNode, annotation: Expression, at: int, about: About | None = None) -> Values:
        """The values that `annotation`, read by statement `at` of `scope`, allows; see `declarations.declared`."""
        return declarations.declared(self, scope, annotation, at, about)

    def callee(self, scope: ScopeNode, call: Call) -> Values:
        """What `call`, in `scope`, calls."""
        return self.evaluate(scope, call.callee, call.statement)

    def called(self, scope: ScopeNode, call: Call, callee: Value) -> Values:
        """What `call`, in `scope`, gives if it calls `callee`."""
        return outcomes.called(self, scope, call, callee)

    def evaluate_call(self, scope: ScopeNode, call: Call) -> Values:
        """What `call`, in `scope`, gives."""
        return self.once((scope, call.node, "call"), lambda: outcomes.result(self, scope, call))
