"""Branches that a call rules out by what it passes: `fetch(url, sync=False)` does not run what is under `if sync:`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asynclint.facts.model import (
    Attribute,
    Call,
    Choice,
    Collection,
    Constant,
    Expression,
    Guard,
    Name,
    Operation,
    Result,
    Scope,
)
from asynclint.program import members
from asynclint.program.bindings import conditions
from asynclint.program.narrowing import classes_named
from asynclint.program.scopes import outermost
from asynclint.program.values import UNSET, ClassValue, External, Instance, Stream, Tuple, Unset, Value, Values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.program.inference import Inference
    from asynclint.program.scopes import ScopeNode


@dataclass(frozen=True, slots=True)
class Objects:
    """What is passed is no literal, but one of `values`; where there are none, nothing else is known of it."""

    values: Values


Given = Constant | Objects
"""What is known of an argument."""


class Branches:
    """The branches of one function, where the parameters that `given` names have those values."""

    def __init__(self, inference: Inference, scope: ScopeNode, given: Mapping[str, Given]) -> None:
        self._inference = inference
        self._scope = scope
        self._given = given

    def rules_out(self, statement: int) -> bool:
        """Whether `statement` can't run."""
        if not self._given and not self._scope.has_literal_tests:
            return False
        return any(self._truth(test, at) is negated for test, at, negated in conditions(self._scope.body, statement))

    def doubts(self, statement: int, guards: Sequence[Guard] = ()) -> int | None:
        """How many conditions on parameters leave open whether what stands behind `guards` in `statement` runs; `None`
        where it can't run.
        """
        if not self._scope.parameters and not self._scope.has_literal_tests:
            return 0
        found = 0
        own = ((guard.test, statement, guard.negated) for guard in guards)
        for test, at, negated in (*conditions(self._scope.body, statement), *own):
            holds = self._truth(test, at)
            if holds is negated:
                return None
            found += holds is None and self._is_of_parameters(test)
        return found

    def _is_of_parameters(self, test: Expression) -> bool:
        return not self._scope.parameters.isdisjoint(_names(self._scope.body, test))

    def known(self, expression: Expression, at: int) -> Given | None:
        """What `expression` is, by itself or as a parameter that nothing else was assigned to."""
        if isinstance(expression, Constant):
            return expression if expression.value is not None or expression.kind == "None" else None
        if isinstance(expression, Choice):
            return self._chosen(expression, at)
        if not isinstance(expression, Name):
            return None
        if expression.id not in self._given:
            return self._named_literal(expression.id)
        for binding in self._scope.bindings.get(expression.id, ()):
            if binding.statement < at and not self.rules_out(binding.statement):
                return None
        return self._given[expression.id]

    def _chosen(self, choice: Choice, at: int) -> Given | None:
        """What `a if test else b` or `a or b` is, where what decides is known."""
        if choice.operator == "if" and choice.test is not None:
            holds = self._truth(choice.test, at)
            return None if holds is None else self.known(choice.options[0 if holds else 1], at)
        holds = self._truth(choice.options[0], at)
        if holds is None or len(choice.options) != 2:
            return None
        return self.known(choice.options[0 if holds == (choice.operator == "or") else 1], at)

    def _is_never_literal(self, expression: Expression) -> bool:
        """Whether nothing shows that a parameter may be `True` or `False`: neither is passed, nor assigned to it."""
        if not isinstance(expression, Name) or not isinstance(self._given.get(expression.id), Objects):
            return False
        bindings = self._scope.bindings.get(expression.id, ())
        return not any(isinstance(binding.value, Constant) for binding in bindings)

    def _named_literal(self, name: str) -> Constant | None:
        """The literal that a name holds which is bound once, and not as a parameter."""
        holder = self._scope.lookup(name)
        bindings = holder.bindings.get(name, []) if holder is not None else []
        if holder is None or len(bindings) != 1 or name in holder.parameters or bindings[0].how != "assign":
            return None
        value = bindings[0].value
        return value if isinstance(value, Constant) and isinstance(value.value, str) else None

    def _truth(self, test: Expression, at: int) -> bool | None:
        match test:
            case Operation("not", (operand,)):
                found = self._truth(operand, at)
                return None if found is None else not found
            case Operation(operator, (left, right)):
                return self._comparison(operator, left, right, at)
            case Choice("and" | "or" as operator, options):
                outcomes = [self._truth(option, at) for option in options]
                decisive = operator == "or"
                if decisive in outcomes:
                    return decisive
                return None if None in outcomes else not decisive
            case Result(index):
                return self._call(self._scope.body.calls[index], at)
        constant = self.known(test, at)
        return bool(constant.value) if isinstance(constant, Constant) else None

    def _comparison(self, operator: str, left: Expression, right: Expression, at: int) -> bool | None:
        first = self.known(left, at)
        if isinstance(first, Objects):
            if not isinstance(right, Constant) or operator not in ("is", "==", "is not", "!="):
                return None
            if right.kind == "None":
                differs = bool(first.values) and UNSET not in first.values
            else:
                differs = operator.startswith("is") and _is_no_literal(first)
            return operator in ("is not", "!=") if differs else None
        if first is None:
            unshown = operator.startswith("is") and isinstance(right, Constant) and right.kind == "bool"
            return operator == "is not" if unshown and self._is_never_literal(left) else None
        if operator in ("in", "not in") and isinstance(right, Collection):
            values = [self.known(element, at) for element in right.elements]
            known = [value.value for value in values if isinstance(value, Constant)]
            return None if len(known) < len(values) else (first.value in known) == (operator == "in")
        second = self.known(right, at)
        if not isinstance(second, Constant) or operator not in ("==", "is", "!=", "is not"):
            return None
        return (first.value == second.value) == (operator in ("==", "is"))

    def _call(self, call: Call, at: int) -> bool | None:
        """The outcome of `isinstance(name, ...)`, `name.startswith("...")` and `name.endswith("...")`."""
        arguments = [given.value for given in call.arguments]
        if call.callee == Name("isinstance") and len(arguments) == 2:
            return self._isinstance(self.known(arguments[0], at), arguments[1], at)
        if not isinstance(call.callee, Attribute) or len(arguments) != 1:
            return None
        subject, given = self.known(call.callee.value, at), self.known(arguments[0], at)
        if not isinstance(subject, Constant) or not isinstance(given, Constant):
            return None
        if not isinstance(subject.value, str) or not isinstance(given.value, str):
            return None
        if call.callee.name == "startswith":
            return subject.value.startswith(given.value)
        return subject.value.endswith(given.value) if call.callee.name == "endswith" else None

    def _isinstance(self, subject: Given | None, classes: Expression, at: int) -> bool | None:
        if subject is None:
            return None
        if isinstance(subject, Constant):
            subject = Objects((Instance(External(f"builtins.{subject.kind}"), exact=True),))
        wanted = {value.of for value in classes_named(self._inference, self._scope, classes, at)}
        outcomes = {self._is_one(value, wanted) for value in subject.values}
        return outcomes.pop() if len(outcomes) == 1 and wanted else None

    def _is_one(self, value: Value, wanted: set[ClassValue | External]) -> bool | None:
        """Whether an object is of one of the classes; undecided where not all its bases are known."""
        if value == UNSET:
            return False
        if not isinstance(value, Instance):
            return None
        above = members.ancestry(self._inference, value.of)
        if not wanted.isdisjoint(above):
            return True
        decided = value.exact or _is_builtin(value.of) or all(map(_is_builtin, wanted))
        return False if decided and all(self._is_fully_known(each) for each in above) else None

    def _is_fully_known(self, of: Value) -> bool:
        if isinstance(of, External):
            return of.name.startswith("builtins.") or of.name in self._inference.library.knowledge.bases
        return isinstance(of, ClassValue)


def _is_builtin(of: ClassValue | External) -> bool:
    return isinstance(of, External) and of.name.startswith("builtins.")


def _is_no_literal(given: Objects) -> bool:
    return not any(
        isinstance(value, Instance) and isinstance(value.of, External) and value.of.name.startswith("builtins.")
        for value in given.values
    )


def never_runs(inference: Inference, scope: ScopeNode, statement: int) -> bool:
    """Whether `statement` is there for type checkers only, or under a condition that always fails."""
    scope, statement = outermost(scope, statement)
    body = scope.body
    if not 0 <= statement < len(body.statements):
        return False
    typing_only = body.blocks[body.statements[statement].block].typing_only
    return typing_only or Branches(inference, scope, {}).rules_out(statement)


def objects(values: Values) -> Objects | None:
    """What is known of an argument that may be any of `values`; `None` where that is nothing."""
    if values and all(isinstance(value, Instance | Tuple | Stream | Unset) for value in values):
        return Objects(values)
    return None


def tested_parameters(scope: ScopeNode) -> frozenset[str]:
    """The parameters that the conditions in `scope` mention."""
    tests = [block.test for block in scope.body.blocks if block.test is not None]
    tests += [guard.test for call in scope.body.calls for guard in call.guards]
    return scope.parameters & {name for test in tests for name in _names(scope.body, test)}


def deciding_names(scope: Scope, expression: Expression) -> Iterator[str]:
    """The names that decide what an argument is: its own, or those in a conditional expression."""
    if isinstance(expression, Name):
        yield expression.id
    elif isinstance(expression, Choice):
        yield from _names(scope, expression)
        if expression.test is not None:
            yield from _names(scope, expression.test)


def _names(scope: Scope, test: Expression) -> Iterator[str]:
    match test:
        case Name(name):
            yield name
        case Operation(_, operands) | Choice(_, operands):
            for operand in operands:
                yield from _names(scope, operand)
        case Result(index):
            call = scope.calls[index]
            if isinstance(call.callee, Attribute):
                yield from _names(scope, call.callee.value)
            elif call.callee == Name("isinstance") and call.arguments:
                yield from _names(scope, call.arguments[0].value)
