"""Reads expressions: a libcst visitor whose `visit_X` turn a node into a fact, and never look at white space."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from sys import intern
from typing import TYPE_CHECKING, Literal

import libcst as cst

from asynclint.facts import literals, roles
from asynclint.facts.bindings import bind, bind_walrus
from asynclint.facts.model import (
    Argument,
    Attribute,
    Awaited,
    Call,
    Choice,
    Collection,
    Constant,
    Expression,
    Guard,
    Loop,
    Name,
    Opaque,
    Operation,
    Outcome,
    Parameter,
    Result,
    Role,
    Scope,
    ScopeOf,
    Starred,
    Subscript,
    Use,
)
from asynclint.facts.nodes import is_a, visit_method
from asynclint.facts.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asynclint.facts.builder import Builder

OPAQUE = Opaque()
DEEPEST = 200
"""Expressions nested deeper than this are opaque: generated code, and more than the stack holds."""


@cache
def _name(identifier: str) -> Name:
    """The one fact for all places that read a name `identifier`, so that memory holds it once."""
    return Name(intern(identifier))


class ExpressionVisitor(cst.CSTVisitor):
    """Turns expressions into facts. `read` is its one way in."""

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder
        self._role = roles.ANNOTATION
        self._value: Expression = OPAQUE
        self._depth = 0
        self._in_annotation = False
        self._guards: tuple[Guard, ...] = ()

    def read(self, node: cst.CSTNode, role: Role) -> Expression:
        """The fact that `node` is, as a value with `role`; what it calls and reads is noted in the current scope."""
        visit = visit_method(ExpressionVisitor, type(node))
        self._depth += 1
        if self._depth > DEEPEST:
            value: Expression = OPAQUE
        elif visit is None:
            for child in node.children:
                self.read(child, roles.OPERAND)
            value = OPAQUE
        else:
            outer = self._role
            self._role = role
            self._value = OPAQUE
            visit(self, node)
            value = self._value
            self._role = outer
        self._depth -= 1
        return value

    def read_annotation(self, node: cst.BaseExpression) -> Expression:
        """An annotation; one in quotes is read as what it quotes."""
        outer = self._in_annotation
        self._in_annotation = True
        value = self.read(node, roles.ANNOTATION)
        self._in_annotation = outer
        return value

    def read_parameters(self, parameters: cst.Parameters) -> list[Parameter]:
        """The parameters of a function or lambda, in order; defaults and annotations are read in the current scope."""
        kinds: list[tuple[Iterable[cst.Param], Literal["positional", "plain", "*", "keyword", "**"]]] = [
            (parameters.posonly_params, "positional"),
            (parameters.params, "plain"),
            ([parameters.star_arg] if is_a(parameters.star_arg, cst.Param) else [], "*"),
            (parameters.kwonly_params, "keyword"),
            ([parameters.star_kwarg] if parameters.star_kwarg else [], "**"),
        ]
        return [
            Parameter(
                param.name.value,
                kind,
                self.read_annotation(param.annotation.annotation) if param.annotation else None,
                self.read(param.default, roles.STORED) if param.default else None,
            )
            for params, kind in kinds
            for param in params
        ]

    def read_type_variables(self, parameters: cst.TypeParameters | None) -> list[Parameter]:
        """The type variables between the brackets of a class or function, with their bounds."""
        variables = [each.param for each in parameters.params] if parameters is not None else []
        return [
            Parameter(each.name.value, "plain", self.read_annotation(each.bound) if each.bound else None)
            for each in variables
            if is_a(each, cst.TypeVar)
        ]

    # -- names, attributes, subscripts ------------------------------------------------------------------------------

    def visit_Name(self, node: cst.Name) -> bool:
        identifier = node.value
        if identifier in literals.SINGLETONS:
            return self._give(literals.SINGLETONS[identifier])
        name = _name(identifier)
        self._note_use(name, self._builder.number(node))
        return self._give(name)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        value = self.read(node.value, roles.ATTRIBUTE)
        attribute = Attribute(value, intern(node.attr.value), self._builder.number(node))
        self._note_use(attribute, attribute.node)
        return self._give(attribute)

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        value = self.read(node.value, roles.SUBSCRIPT)
        literal = _last_name(value) == "Literal"
        quoted = self._in_annotation
        self._in_annotation = quoted and not literal
        index = tuple(self._read_index(element.slice) for element in node.slice)
        self._in_annotation = quoted
        return self._give(Subscript(value, index))

    def _read_index(self, node: cst.BaseSlice) -> Expression:
        if is_a(node, cst.Index):
            return self.read(node.value, roles.INDEX)
        if is_a(node, cst.Slice):
            for bound in (node.lower, node.upper, node.step):
                if bound is not None:
                    self.read(bound, roles.INDEX)
        return Opaque("slice")

    # -- calls ------------------------------------------------------------------------------------------------------

    def visit_Call(self, node: cst.Call) -> bool:
        builder, role = self._builder, self._role
        scope, statement, index = builder.scope, builder.statement, len(builder.scope.calls)
        number = builder.number(node)
        guards = self._guards
        scope.calls.append(Call(OPAQUE, (), role, statement, number))
        callee = self.read(node.func, roles.callee(index))
        arguments = self._read_arguments(node.args, index, is_cast=_last_name(callee) == "cast")
        scope.calls[index] = Call(callee, arguments, role, statement, number, guards)
        return self._give(Result(index))

    def _read_arguments(self, args: Sequence[cst.Arg], call: int, *, is_cast: bool) -> tuple[Argument, ...]:
        found: list[Argument] = []
        position = 0
        for arg in args:
            keyword = intern(arg.keyword.value) if arg.keyword else ""
            star = arg.star
            if star == "*":
                position = -1
            plain = not keyword and not star
            role = roles.STARRED if star else roles.argument(call, position if plain else -1, keyword)
            quotes_type = is_cast and not found and is_a(arg.value, cst.SimpleString)
            value = self.read_annotation(arg.value) if quotes_type else self.read(arg.value, role)
            if star == "*":
                self._builder.note_loop(value, arg.value)
            found.append(Argument(value, keyword, star))
            if plain and position >= 0:
                position += 1
        return tuple(found)

    def visit_Await(self, node: cst.Await) -> bool:
        self._builder.note_await()
        awaited = Awaited(self.read(node.expression, roles.AWAITED))
        self._note_use(awaited, self._builder.number(node))
        return self._give(awaited)

    # -- operators --------------------------------------------------------------------------------------------------

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> bool:
        operands = self.read(node.left, roles.OPERAND), self.read(node.right, roles.OPERAND)
        return self._give(Operation(OPERATORS.get(type(node.operator).__name__, "?"), operands))

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> bool:
        operator = OPERATORS.get(type(node.operator).__name__, "?")
        operand = self.read(node.expression, roles.CONDITION if operator == "not" else roles.OPERAND)
        if operator == "-" and isinstance(operand, Constant) and isinstance(operand.value, int | float):
            return self._give(Constant(-operand.value, operand.kind))
        return self._give(Operation(operator, (operand,)))

    def visit_Comparison(self, node: cst.Comparison) -> bool:
        operands = [self.read(node.left, roles.COMPARED)]
        for target in node.comparisons:
            operands.append(self.read(target.comparator, roles.COMPARED))
            if is_a(target.comparator, cst.Call) and type(target.operator).__name__ in ("In", "NotIn"):
                self._builder.note_loop(operands[-1], target.comparator)
        return self._give(Operation(OPERATORS[type(node.comparisons[0].operator).__name__], tuple(operands)))

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> bool:
        role = self._role
        is_tested = role != roles.CONDITION and (is_a(node.left, cst.Call) or is_a(node.left, cst.Await))
        left = self.read(node.left, roles.BOOLEAN if is_tested else role)
        is_or = is_a(node.operator, cst.Or)
        right = self._read_guarded(node.right, role, Guard(left, is_or))
        return self._give(Choice("or" if is_or else "and", (left, right)))

    def _read_guarded(self, node: cst.BaseExpression, role: Role, guard: Guard) -> Expression:
        outer, self._guards = self._guards, (*self._guards, guard)
        value = self.read(node, role)
        self._guards = outer
        return value

    def visit_IfExp(self, node: cst.IfExp) -> bool:
        role = self._role
        test = self.read(node.test, roles.CONDITION)
        body = self._read_guarded(node.body, role, Guard(test, False))
        orelse = self._read_guarded(node.orelse, role, Guard(test, True))
        return self._give(Choice("if", (body, orelse), test))

    def visit_NamedExpr(self, node: cst.NamedExpr) -> bool:
        name = node.target.value if is_a(node.target, cst.Name) else ""
        role = Role("assigned", names=(name,)) if name and self._role == roles.DISCARDED else self._role
        value = self.read(node.value, role)
        if name:
            bind_walrus(self._builder, name, value)
        return self._give(value)

    # -- literals ---------------------------------------------------------------------------------------------------

    def visit_SimpleString(self, node: cst.SimpleString) -> bool:
        if self._in_annotation:
            quoted = literals.quoted(node)
            return self._give(self.read_annotation(quoted) if quoted is not None else OPAQUE)
        return self._give(literals.string(node))

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        self.read(node.left, roles.FORMATTED)
        self.read(node.right, roles.FORMATTED)
        return self._give(Opaque("str"))

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        for expression in literals.embedded(node.parts):
            self.read(expression, roles.FORMATTED)
        return self._give(Opaque("str", literals.beginning(node.parts)))

    def visit_TemplatedString(self, node: cst.CSTNode) -> bool:
        for child in node.children:
            if type(child).__name__ == "TemplatedStringExpression":
                self.read(child.expression, roles.ELEMENT)  # type: ignore[attr-defined]
        return self._give(OPAQUE)

    def visit_Integer(self, node: cst.Integer) -> bool:
        return self._give(literals.integer(node))

    def visit_Float(self, node: cst.Float) -> bool:
        return self._give(Constant(float(node.value), "float"))

    def visit_Ellipsis(self, node: cst.Ellipsis) -> bool:
        return self._give(Constant(None, "ellipsis"))

    def visit_List(self, node: cst.List) -> bool:
        return self._read_display("list", node.elements)

    def visit_Tuple(self, node: cst.Tuple) -> bool:
        return self._read_display("tuple", node.elements)

    def visit_Set(self, node: cst.Set) -> bool:
        return self._read_display("set", node.elements)

    def _read_display(self, kind: Literal["list", "tuple", "set"], elements: Sequence[cst.BaseElement]) -> bool:
        return self._give(Collection(kind, tuple(self._read_element(element) for element in elements)))

    def _read_element(self, element: cst.BaseElement) -> Expression:
        if is_a(element, cst.StarredElement):
            value = self.read(element.value, roles.STARRED)
            self._builder.note_loop(value, element.value)
            return Starred(value)
        return self.read(element.value, roles.ELEMENT)

    def visit_Dict(self, node: cst.Dict) -> bool:
        keys: list[Expression | None] = []
        values: list[Expression] = []
        for element in node.elements:
            if is_a(element, cst.DictElement):
                keys.append(self.read(element.key, roles.INDEX))
                values.append(self.read(element.value, roles.ELEMENT))
            else:
                keys.append(None)
                values.append(self.read(element.value, roles.STARRED))
        return self._give(Collection("dict", tuple(values), tuple(keys)))

    # -- scopes in expressions --------------------------------------------------------------------------------------

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        scope = Scope("lambda", "<lambda>", self._builder.number(node), parameters=self.read_parameters(node.params))
        with self._inner(scope) as index:
            statement = self._builder.begin_statement(node.body)
            value = self.read(node.body, roles.RETURNED)
            scope.returned.append(Outcome(value, statement, self._builder.number(node.body)))
        return self._give_scope(index)

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return self._read_comprehension("list", node, node.elt, node.for_in)

    def visit_SetComp(self, node: cst.SetComp) -> bool:
        return self._read_comprehension("set", node, node.elt, node.for_in)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return self._read_comprehension("generator", node, node.elt, node.for_in)

    def visit_DictComp(self, node: cst.DictComp) -> bool:
        return self._read_comprehension("dict", node, node.value, node.for_in, node.key)

    def _read_comprehension(
        self,
        kind: Literal["list", "set", "dict", "generator"],
        node: cst.BaseExpression,
        element: cst.BaseExpression,
        clause: cst.CompFor,
        key: cst.BaseExpression | None = None,
    ) -> bool:
        """The first iterable is evaluated in the enclosing scope, the rest in the comprehension's (PEP 709 or not)."""
        builder = self._builder
        first = self.read(clause.iter, roles.ASYNC_FOR if clause.asynchronous else roles.FOR)
        scope = Scope(kind, f"<{kind}>", builder.number(node), yields=kind == "generator")
        with self._inner(scope) as index:
            statement = builder.begin_statement(node)
            self._read_clause(clause, first)
            if key is not None:
                self.read(key, roles.INDEX)
            value = self.read(element, roles.ELEMENT)
            scope.yielded.append(Outcome(value, statement, builder.number(element)))
        return self._give_scope(index)

    def _read_clause(self, clause: cst.CompFor, first: Expression | None) -> None:
        builder = self._builder
        is_async = clause.asynchronous is not None
        if is_async:
            builder.note_await()
        value = first or self.read(clause.iter, roles.ASYNC_FOR if is_async else roles.FOR)
        outer = first is not None
        builder.scope.loops.append(Loop(value, is_async, builder.statement, builder.number(clause.iter), outer))
        bind(builder, self.read, clause.target, "async for" if is_async else "for", value, outer=outer)
        for condition in clause.ifs:
            self.read(condition.test, roles.CONDITION)
        if clause.inner_for_in is not None:
            self._read_clause(clause.inner_for_in, None)

    def visit_Yield(self, node: cst.Yield) -> bool:
        scope = self._builder.scope
        scope.yields = True
        delegates = False
        if is_a(node.value, cst.From):
            delegates = True
            value = self.read(node.value.item, roles.FOR)
        elif node.value is not None:
            value = self.read(node.value, roles.YIELDED)
        else:
            value = Constant(None, "None")
        scope.yielded.append(Outcome(value, self._builder.statement, self._builder.number(node), delegates))
        self._value = OPAQUE
        return False

    @contextmanager
    def _inner(self, scope: Scope) -> Iterator[int]:
        """Read `scope`; the conditions around it are about names of the scope that it stands in."""
        outer, self._guards = self._guards, ()
        with self._builder.inner_scope(scope) as index, self._builder.inner_block(-1, "body"):
            yield index
        self._guards = outer

    # -- results ----------------------------------------------------------------------------------------------------

    def _give(self, value: Expression) -> bool:
        self._value = value
        return False

    def _give_scope(self, index: int) -> bool:
        value = ScopeOf(index)
        self._note_use(value, self._builder.scope.scopes[index].node)
        return self._give(value)

    def _note_use(self, value: Name | Attribute | Awaited | ScopeOf, node: int) -> None:
        if not self._in_annotation:
            self._builder.scope.uses.append(Use(value, self._role, self._builder.statement, node))


def _last_name(expression: Expression) -> str:
    return expression.id if isinstance(expression, Name) else getattr(expression, "name", "")
