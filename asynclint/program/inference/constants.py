"""Branches that a call rules out by what it passes: `fetch(url, sync=False)` does not run what is under `if sync:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import (
    Argument,
    Attribute,
    Binding,
    Call,
    Choice,
    Collection,
    Constant,
    Expression,
    Name,
    Opaque,
    Operation,
    Result,
    Subscript,
)
from asynclint.program.inference import enumerations, flags, starred
from asynclint.program.inference.decorators import effects
from asynclint.program.inference.empties import COPYING, fillings, is_in_loop, iterables_around
from asynclint.program.inference.given import (
    AFFIXES,
    NONE,
    Beginning,
    Empty,
    Given,
    Items,
    Objects,
    affixed,
    agreed,
    alternatives,
    any_class,
    either,
    equal,
    holds,
    ordered,
    truth,
)
from asynclint.program.inference.instances import has_method, is_instance
from asynclint.program.inference.keywords import is_missing, value_of
from asynclint.program.inference.narrowing import classes_named, narrow
from asynclint.program.memory.reads import Reader
from asynclint.program.names.bindings import is_bound_between
from asynclint.program.names.scopes import COMPREHENSIONS
from asynclint.program.names.sources import PARTS
from asynclint.program.names.values import FunctionValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode


class Branches:
    """The branches of one function, where the parameters that `given` names have those values."""

    def __init__(self, inference: Inference, scope: ScopeNode, given: Mapping[str, Given]) -> None:
        self.inference = inference
        self.scope = scope
        self._given = given
        self._reader = Reader()  # Who finds out all that is remembered here.
        self._truths: dict[tuple[int, int], bool | None] = {}
        self._names: dict[tuple[str, int], Given | None] = {}
        self._fillings: dict[str, int | None] = {}

    def rules_out(self, statement: int) -> bool:
        """Whether `statement` can't run."""
        if not self._given and not self.scope.has_literal_tests:
            return False
        reads = self.inference.reads
        reads.reader.read.add(self._reader)
        with reads.by(self._reader):
            tests = self.scope.conditions(statement)
            return any(self.truth(test, at) is negated for test, at, negated in tests) or self.is_skipped(statement)

    def is_skipped(self, statement: int) -> bool:
        """Whether a loop around `statement` has nothing to iterate."""
        if not self.scope.has_loops:
            return False
        return any(self.is_empty(iterated, at) for iterated, at in iterables_around(self.scope, statement))

    def is_empty(self, expression: Expression, at: int) -> bool:
        """Whether `expression`, read by statement `at`, is a collection with nothing in it."""
        return isinstance(self.known(expression, at), Empty)

    # -- what expressions are ---------------------------------------------------------------------------------------

    def known(self, expression: Expression, at: int) -> Given | None:
        """What is known of `expression`, read by statement `at`."""
        match expression:
            case Constant(value, kind):
                return expression if value is not None or kind == "None" else None
            case Choice():
                return self._chosen(expression, at)
            case Collection(kind, ()):
                return Empty(kind)
            case Name(name):
                return self._named(name, at)
            case Attribute(Name(owner), name) if f"{owner}.{name}" in self._given:
                return self._given[f"{owner}.{name}"]
            case Attribute(owner, name):
                found = self.known(owner, at) if name in PARTS else None
                return (
                    enumerations.part(found, name)
                    or enumerations.member(self.inference, self.scope, expression, at)
                    or flags.of_class(self.inference, self.scope, expression, at)
                )
            case Subscript(owner, index):
                return starred.item(self.known(owner, at), index)
            case Opaque("str", text) if text:
                return Beginning(text)
            case Operation("+", (Constant(str(text)), _)) if text:
                return Beginning(text)
            case Result(index):
                return self._returned(self.scope.body.calls[index], at)
        return None

    def _chosen(self, choice: Choice, at: int) -> Given | None:
        """What `a if test else b` or `a or b` is."""
        if choice.operator == "if" and choice.test is not None:
            holds = self.truth(choice.test, at)
            options = choice.options if holds is None else choice.options[0 if holds else 1 :][:1]
            return either(self.known(option, at) for option in options)
        holds = self.truth(choice.options[0], at)
        if holds is None or len(choice.options) != 2:
            return None
        return self.known(choice.options[0 if holds == (choice.operator == "or") else 1], at)

    def _named(self, name: str, at: int) -> Given | None:
        if (name, at) not in self._names:
            self._names[name, at] = self._find_named(name, at)
        return self._names[name, at]

    def _find_named(self, name: str, at: int) -> Given | None:
        scope = self.scope
        in_place = scope.head.kind in COMPREHENSIONS
        if name not in scope.bindings and in_place and scope.parent is not None:
            return Branches(self.inference, scope.parent, self._given).known(Name(name), scope.head.statement)
        if name not in scope.bindings and name not in scope.parameters:
            return flags.literal_elsewhere(self.inference, scope, name)
        if in_place:
            return either(self._from_binding(binding) for binding in scope.bindings[name])
        if name in scope.nonlocal_names:
            return None
        return self._tested(name, at) or self._narrowed(name, at, self._bound(name, at))

    def _narrowed(self, name: str, at: int, given: Given | None) -> Given | None:
        """What is `given` for `name`, less what the tests around statement `at` rule out."""
        if not isinstance(given, Objects):
            return given
        return Objects(narrow(self.inference, self.scope, Name(name), at, given.values) or given.values)

    def _bound_once(self, name: str) -> Expression | None:
        """What a name is assigned which is bound once, and not as a parameter."""
        holder = self.scope.lookup(name)
        if holder is None or name in holder.parameters:
            return None
        return flags.bound_once(holder.bindings.get(name, ()))

    def _bound(self, name: str, at: int) -> Given | None:
        """What the bindings of `name` that reach statement `at` give it, or the caller."""
        scope = self.scope
        bindings = scope.bindings.get(name, ())
        if not bindings:
            return self._given.get(name)
        reached = scope.flow(name).flowing(at)
        if reached is None or any(binding.statement >= at for binding in reached):
            return None
        kept = [binding for binding in reached if not self.rules_out(binding.statement)]
        found = [self._from_binding(binding) for binding in kept]
        if name in scope.parameters and not scope.is_rebound(name, at) and not self._is_replaced(name, kept):
            found.append(self._given.get(name))
        given = either(found) if found else None
        return None if isinstance(given, Empty | Items) and self._may_be_filled(name, at) else given

    def _may_be_filled(self, name: str, at: int) -> bool:
        """Whether something may be put into what `name` holds before statement `at`."""
        if name not in self._fillings:
            self._fillings[name] = min(fillings(self.scope, name), default=None)
        first = self._fillings[name]
        return first is not None and (first < at or is_in_loop(self.scope, at))

    def _is_replaced(self, name: str, bindings: Sequence[Binding]) -> bool:
        """Whether a parameter that was passed `None` is given another value for that: `if name is None: name = []`."""
        if self._given.get(name) != NONE:
            return False
        asking = (Operation("is", (Name(name), NONE)), Operation("not", (Name(name),)))
        tests = (self.scope.conditions(binding.statement) for binding in bindings)
        return any(len(found) == 1 and found[0][0] in asking and not found[0][2] for found in tests)

    def _from_binding(self, binding: Binding) -> Given | None:
        if binding.value is None:
            return None
        if binding.how == "for":
            return either(self._elements(binding.value, binding.statement, binding.item, own=not binding.outer))
        return self.known(binding.value, binding.statement) if binding.how == "assign" and not binding.item else None

    def _elements(
        self, expression: Expression, at: int, item: tuple[int, ...] = (), *, own: bool = True
    ) -> list[Given | None]:
        """What is known of the elements of a display, or of the part of each at `item`; `own` if it is one of this
        scope. The display may have a name.
        """
        given = self.known(expression, at) if isinstance(expression, Name) else None
        if isinstance(given, Items):
            return [starred.any_of(given)] if not item else [None]
        named = self._bound_once(expression.id) if isinstance(expression, Name) else None
        display = named or expression
        if not isinstance(display, Collection) or not display.elements or display.kind == "dict":
            return [None]
        parts = [_part(element, item) for element in display.elements]
        if own and named is None:
            return [self.known(part, at) if part is not None else None for part in parts]
        return [part if isinstance(part, Constant) else None for part in parts]

    def _tested(self, name: str, at: int) -> Given | None:
        """The literal that `name` is where the conditions around statement `at` hold."""
        bindings = self.scope.bindings.get(name, ())
        for test, tested_at, negated in self.scope.conditions(at):
            if not negated and not is_bound_between(bindings, tested_at, at):
                for part in test.options if isinstance(test, Choice) and test.operator == "and" else (test,):
                    match part:
                        case Operation("==" | "is", (Name(subject), Constant() as literal)) if subject == name:
                            return self.known(literal, at)
                        case Operation("in", (Name(subject), Collection() as literals)) if subject == name:
                            return either(self._elements(literals, at))
        return None

    def _returned(self, call: Call, at: int) -> Given | None:
        """What is known of the result of a call: the literals that functions of the project return, and `bool(...)`."""
        if call.callee == Name("bool") and len(call.arguments) == 1:
            holds = self.truth(call.arguments[0].value, at)
            return None if holds is None else Constant(holds, "bool")
        if len(call.arguments) == 1 and (call.callee == Name("len") or call.callee in COPYING):
            return self._measured(call.callee, self.known(call.arguments[0].value, at))
        missing = self._looked_up(call, at)
        if missing is not None:
            return missing
        values = self.inference.callee(self.scope, call)
        if not values or not all(isinstance(value, FunctionValue) for value in values):
            return None
        functions = (value for value in values if isinstance(value, FunctionValue))
        versions = (version for function in functions for version in self.inference.versions(function))
        return either(returned_literals(self.inference, version.scope) for version in versions)

    @staticmethod
    def _measured(function: Expression, collection: Given | None) -> Given | None:
        """What `len` gives, or what copies, for a collection of which it is known what is in it."""
        if not isinstance(collection, Empty | Items):
            return None
        if function in COPYING:
            return Empty(COPYING[function]) if isinstance(collection, Empty) else collection
        return Constant(len(collection.parts) if isinstance(collection, Items) else 0, "int")

    def _looked_up(self, call: Call, at: int) -> Given | None:
        """What `options.get("name", default)` gives, by what was passed by that name, or that nothing was."""
        match call.callee, call.arguments:
            case Attribute(Name(name), "get" | "pop"), (Argument(Constant(str(key)), "", ""), *rest):
                options = self.known(Name(name), at)
                if is_missing(self.scope, name, key, at, options):
                    return self.known(rest[0].value, at) if rest else NONE
                return value_of(self.scope, name, key, at, options)
        return None

    # -- what conditions are ----------------------------------------------------------------------------------------

    def truth(self, test: Expression, at: int) -> bool | None:
        """Whether `test`, asked by statement `at`, holds; `None` where that is not known."""
        key = id(test), at
        if key not in self._truths:
            self._truths[key] = self._find_truth(test, at)
        return self._truths[key]

    def _find_truth(self, test: Expression, at: int) -> bool | None:
        match test:
            case Operation("not", (operand,)):
                found = self.truth(operand, at)
                return None if found is None else not found
            case Operation("is a", (left, right, _)):
                return self._comparison("is a", left, right, at)
            case Operation(operator, (left, right)):
                return self._comparison(operator, left, right, at)
            case Choice("and" | "or" as operator, options):
                outcomes = [self.truth(option, at) for option in options]
                decisive = operator == "or"
                if decisive in outcomes:
                    return decisive
                return None if None in outcomes else not decisive
            case Result(index):
                found = self._call(self.scope.body.calls[index], at)
                if found is not None:
                    return found
        given = self.known(test, at)
        return None if given is None else truth(self.inference, given)

    def _comparison(self, operator: str, left: Expression, right: Expression, at: int) -> bool | None:
        opposite = operator in ("!=", "is not", "not in")
        if operator in ("in", "not in"):
            found = self._contained(left, right, at)
        elif operator == "is a":
            found = self._isinstance(self.known(left, at), right, at)
        elif operator in ("==", "is", "!=", "is not"):
            first, second = self.known(left, at), self.known(right, at)
            if first == NONE and second is None:
                first, second = any_class(self.inference, self.inference.evaluate(self.scope, right, at)), first
            if first is None or second is None:
                unshown = operator.startswith("is") and isinstance(right, Constant) and right.kind == "bool"
                found = False if first is None and unshown and self._is_never_literal(left) else None
            else:
                found = equal(first, second, identity=operator.startswith("is"))
        else:
            return ordered(operator, self.known(left, at), self.known(right, at))
        return None if found is None else found != opposite

    def _contained(self, left: Expression, right: Expression, at: int) -> bool | None:
        """Whether `left` is one of the elements of `right`, or a part of that string."""
        first, container = self.known(left, at), self.known(right, at)
        if isinstance(container, Empty):
            return False
        if isinstance(first, Constant) and isinstance(first.value, str) and container is not None:
            if isinstance(right, Name) and is_missing(self.scope, right.id, first.value, at, container):
                return False
            return holds(container, first.value)
        elements = self._elements(right, at)
        if first is None or None in elements:
            return None
        outcomes = [[equal(one, each, identity=False) for each in elements if each] for one in alternatives(first)]
        return agreed(True if True in found else None if None in found else False for found in outcomes)

    def _is_never_literal(self, expression: Expression) -> bool:
        """Whether nothing shows that a parameter may be `True` or `False`: neither is passed, nor assigned to it."""
        if not isinstance(expression, Name) or not isinstance(self._given.get(expression.id), Objects):
            return False
        bindings = self.scope.bindings.get(expression.id, ())
        return not any(isinstance(binding.value, Constant) for binding in bindings)

    def _call(self, call: Call, at: int) -> bool | None:
        """The outcome of `isinstance(name, ...)`, `hasattr(value, "...")`, `callable(value)`, `name.startswith("...")`
        and `name.endswith("...")`.
        """
        arguments = [given.value for given in call.arguments]
        if call.callee == Name("hasattr") and len(arguments) == 2:
            return self._hasattr(arguments[0], arguments[1], at)
        if call.callee == Name("callable") and len(arguments) == 1:
            values = self.inference.evaluate(self.scope, arguments[0], at)
            return True if values and all(isinstance(each, FunctionValue) for each in values) else None
        if call.callee == Name("isinstance") and len(arguments) == 2:
            return self._isinstance(self.known(arguments[0], at), arguments[1], at)
        if not isinstance(call.callee, Attribute) or call.callee.name not in AFFIXES or len(arguments) != 1:
            return None
        wanted = arguments[0].elements if isinstance(arguments[0], Collection) else arguments
        return affixed(call.callee.name, self.known(call.callee.value, at), [self.known(each, at) for each in wanted])

    def _hasattr(self, subject: Expression, name: Expression, at: int) -> bool | None:
        """Whether an object has a method: none that its class does not have may be ruled out."""
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            return None
        known = self.known(subject, at)
        values = known.values if isinstance(known, Objects) else self.inference.evaluate(self.scope, subject, at)
        return True if has_method(self.inference, values, name.value) else None

    def _isinstance(self, subject: Given | None, classes: Expression, at: int) -> bool | None:
        if subject is None:
            return None
        wanted = {value.of for value in classes_named(self.inference, self.scope, classes, at)}
        return is_instance(self.inference, subject, wanted)


def _part(expression: Expression, item: tuple[int, ...]) -> Expression | None:
    """The part at `item` of a display of displays."""
    for index in item:
        if not isinstance(expression, Collection) or not 0 <= index < len(expression.elements):
            return None
        expression = expression.elements[index]
    return expression


def returned_literals(inference: Inference, scope: ScopeNode) -> Given | None:
    """What is known of all that the plain function `scope` returns; `None` where some of it is no literal."""
    if scope in inference.listing or not scope.is_function or scope.head.is_async:
        return None
    return inference.literals.get(scope, lambda: _returned_literals(inference, scope))


def _returned_literals(inference: Inference, scope: ScopeNode) -> Given | None:
    if scope.body.yields or effects(inference, scope):
        return None
    inference.listing.add(scope)
    branches = Branches(inference, scope, {})
    found = [branches.known(each.value, each.statement) for each in scope.body.returned]
    inference.listing.discard(scope)
    if any(isinstance(each, Empty) for each in found):
        return None
    return either([*found, NONE] if scope.reaches_end else found)
