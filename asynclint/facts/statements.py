"""Reads statements: a libcst visitor that fills scopes with facts, statement by statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import libcst as cst

from asynclint.facts import roles
from asynclint.facts.bindings import bind
from asynclint.facts.expressions import ExpressionVisitor
from asynclint.facts.leaving import leaves
from asynclint.facts.model import (
    Argument,
    Attribute,
    Binding,
    BindingKind,
    Choice,
    Constant,
    Expression,
    Import,
    Loop,
    Name,
    Outcome,
    Role,
    Scope,
    ScopeOf,
    Store,
    With,
)
from asynclint.facts.nodes import is_a, visit_method
from asynclint.facts.patterns import condition, names_bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynclint.facts.builder import BlockKind, Builder


class StatementVisitor(cst.CSTVisitor):
    """Turns a module's statements into facts. Each `visit_X` reads its node whole: libcst never descends by itself."""

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder
        self._expressions = ExpressionVisitor(builder)

    # -- blocks -----------------------------------------------------------------------------------------------------

    def visit_Module(self, node: cst.Module) -> bool:
        with self._builder.inner_block(-1, "body"):
            self._read_statements(node.body)
        return False

    def _read_statements(self, statements: Sequence[cst.BaseStatement]) -> None:
        builder = self._builder
        outer = builder.enclosing
        for statement in statements:
            builder.enclosing = statement
            self._read_statement(statement)
        builder.enclosing = outer

    def _read_statement(self, statement: cst.BaseStatement | cst.BaseSmallStatement) -> None:
        visit = visit_method(StatementVisitor, type(statement))
        if visit is not None:
            visit(self, statement)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        for statement in node.body:
            self._read_statement(statement)
        return False

    def _read_block(
        self,
        owner: int,
        kind: BlockKind,
        body: cst.BaseSuite,
        *,
        test: Expression | None = None,
        negated: bool = False,
        typing_only: bool = False,
        caught: Expression | None = None,
    ) -> None:
        left = leaves(body)
        with self._builder.inner_block(
            owner, kind, test=test, negated=negated, typing_only=typing_only, leaves=left, caught=caught
        ):
            if is_a(body, cst.IndentedBlock):
                self._read_statements(body.body)
            else:
                for statement in body.body:
                    self._read_statement(statement)

    # -- simple statements ------------------------------------------------------------------------------------------

    def visit_Expr(self, node: cst.Expr) -> bool:
        if not is_a(node.value, cst.SimpleString) and not is_a(node.value, cst.Ellipsis):
            self._builder.begin_statement(node)
            self._expressions.read(node.value, roles.DISCARDED)
        return False

    def visit_Assign(self, node: cst.Assign) -> bool:
        self._builder.begin_statement(node)
        targets = [target.target for target in node.targets]
        if len(targets) == 1 and self._assign_pairwise(targets[0], node.value):
            return False
        value = self._expressions.read(node.value, _role_of_assigned(targets))
        for target in targets:
            self._bind(target, "assign", value)
        return False

    def _assign_pairwise(self, target: cst.BaseAssignTargetExpression, value: cst.BaseExpression) -> bool:
        """`a, b = x, y` says the same as two assignments; true where it was one of that kind."""
        if not (_is_display(target) and _is_display(value)):
            return False
        if len(target.elements) != len(value.elements):
            return False
        if any(is_a(element, cst.StarredElement) for element in (*target.elements, *value.elements)):
            return False
        pairs = [(left.value, right.value) for left, right in zip(target.elements, value.elements, strict=True)]
        values = [self._expressions.read(right, _role_of_assigned([left])) for left, right in pairs]
        for (left, _), read in zip(pairs, values, strict=True):
            self._bind(left, "assign", read)
        return True

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        builder, expressions = self._builder, self._expressions
        statement = builder.begin_statement(node)
        annotation = expressions.read_annotation(node.annotation.annotation)
        value = expressions.read(node.value, _role_of_assigned([node.target])) if node.value else None
        how: BindingKind = "assign" if node.value else "annotate"
        if is_a(node.target, cst.Name):
            builder.scope.bindings.append(Binding(node.target.value, how, statement, value, annotation))
        elif is_a(node.target, cst.Attribute):
            owner = expressions.read(node.target.value, roles.ATTRIBUTE)
            number = builder.number(node.target)
            name = node.target.attr.value
            builder.scope.stores.append(Store(owner, name, how, statement, number, value, annotation))
        return False

    def visit_AugAssign(self, node: cst.AugAssign) -> bool:
        self._builder.begin_statement(node)
        value = self._expressions.read(node.value, roles.OPERAND)
        self._bind(node.target, "augment", value)
        return False

    def visit_Return(self, node: cst.Return) -> bool:
        statement = self._builder.begin_statement(node)
        value = self._expressions.read(node.value, roles.RETURNED) if node.value else Constant(None, "None")
        self._builder.scope.returned.append(Outcome(value, statement, self._builder.number(node)))
        return False

    def visit_Raise(self, node: cst.Raise) -> bool:
        self._builder.begin_statement(node)
        if node.exc is not None:
            self._expressions.read(node.exc, roles.RAISED)
        if node.cause is not None:
            self._expressions.read(node.cause.item, roles.RAISED)
        return False

    def visit_Assert(self, node: cst.Assert) -> bool:
        self._builder.begin_statement(node)
        self._expressions.read(node.test, roles.CONDITION)
        if node.msg is not None:
            self._expressions.read(node.msg, roles.OPERAND)
        return False

    def visit_Del(self, node: cst.Del) -> bool:
        self._builder.begin_statement(node)
        targets = [element.value for element in node.target.elements] if is_a(node.target, cst.Tuple) else [node.target]
        for target in targets:
            if is_a(target, cst.Name) or is_a(target, cst.Attribute):
                self._bind(target, "delete", None)
            else:
                self._expressions.read(target, roles.DELETED)
        return False

    def visit_Global(self, node: cst.Global) -> bool:
        self._builder.scope.globals += [item.name.value for item in node.names]
        return False

    def visit_Nonlocal(self, node: cst.Nonlocal) -> bool:
        self._builder.scope.nonlocals += [item.name.value for item in node.names]
        return False

    def visit_TypeAlias(self, node: cst.TypeAlias) -> bool:
        statement = self._builder.begin_statement(node)
        value = self._expressions.read_annotation(node.value)
        self._builder.scope.bindings.append(Binding(node.name.value, "assign", statement, value))
        return False

    # -- imports ----------------------------------------------------------------------------------------------------

    def visit_Import(self, node: cst.Import) -> bool:
        statement = self._builder.begin_statement(node)
        for alias in node.names:
            module = _dotted(alias.name)
            if alias.asname is not None:
                name, bound = _dotted(alias.asname.name), module
            else:
                name = bound = module.partition(".")[0]
            self._builder.scope.bindings.append(Binding(name, "import", statement, Import(bound)))
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        statement = self._builder.begin_statement(node)
        module, level = _dotted(node.module) if node.module else "", len(node.relative)
        bindings = self._builder.scope.bindings
        if isinstance(node.names, cst.ImportStar):
            bindings.append(Binding("*", "star", statement, Import(module, "*", level)))
            return False
        for alias in node.names:
            name = _dotted(alias.name)
            bound = _dotted(alias.asname.name) if alias.asname else name
            bindings.append(Binding(bound, "import", statement, Import(module, name, level)))
        return False

    # -- compound statements ----------------------------------------------------------------------------------------

    def visit_If(self, node: cst.If) -> bool:
        statement = self._builder.begin_statement(node)
        test = self._expressions.read(node.test, roles.CONDITION)
        typing_only = _is_type_checking(test)
        self._read_block(statement, "body", node.body, test=test, typing_only=typing_only)
        if is_a(node.orelse, cst.Else):
            self._read_block(statement, "else", node.orelse.body, test=test, negated=True)
        elif is_a(node.orelse, cst.If):
            with self._builder.inner_block(statement, "else", test=test, negated=True):
                self._read_statements([node.orelse])
        return False

    def visit_While(self, node: cst.While) -> bool:
        statement = self._builder.begin_statement(node)
        test = self._expressions.read(node.test, roles.CONDITION)
        self._read_block(statement, "loop", node.body, test=test)
        self._read_else(statement, node.orelse)
        return False

    def visit_For(self, node: cst.For) -> bool:
        builder = self._builder
        statement = builder.begin_statement(node)
        is_async = node.asynchronous is not None
        if is_async:
            builder.note_await()
        value = self._expressions.read(node.iter, roles.ASYNC_FOR if is_async else roles.FOR)
        builder.scope.loops.append(Loop(value, is_async, statement, builder.number(node.iter)))
        self._bind(node.target, "async for" if is_async else "for", value)
        self._read_block(statement, "loop", node.body)
        self._read_else(statement, node.orelse)
        return False

    def _read_else(self, statement: int, orelse: cst.Else | None) -> None:
        if orelse is not None:
            self._read_block(statement, "else", orelse.body)

    def visit_With(self, node: cst.With) -> bool:
        builder = self._builder
        statement = builder.begin_statement(node)
        is_async = node.asynchronous is not None
        entered: list[tuple[Expression, int]] = []
        for item in node.items:
            value = self._expressions.read(item.item, roles.ASYNC_WITH if is_async else roles.WITH)
            entered.append((value, builder.number(item.item)))
            if item.asname is not None:
                self._bind(item.asname.name, "async with" if is_async else "with", value)
        awaited_before, builder.scope.awaits = builder.scope.awaits, False
        self._read_block(statement, "with", node.body)
        awaits = builder.scope.awaits
        builder.scope.awaits = awaited_before
        if awaits or is_async:
            builder.note_await()
        builder.scope.withs += [With(value, is_async, awaits, statement, number) for value, number in entered]
        return False

    def visit_Try(self, node: cst.Try | cst.TryStar) -> bool:
        statement = self._builder.begin_statement(node)
        self._read_block(statement, "try", node.body)
        for handler in node.handlers:
            self._builder.enclosing = handler
            kind = self._expressions.read(handler.type, roles.STORED) if handler.type else None
            if handler.name is not None:
                self._bind(handler.name.name, "except", kind)
            self._read_block(statement, "except", handler.body, caught=kind)
        self._builder.enclosing = node
        self._read_else(statement, node.orelse)
        if node.finalbody is not None:
            self._read_block(statement, "finally", node.finalbody.body)
        return False

    visit_TryStar = visit_Try  # noqa: N815 (the name is libcst's)

    def visit_Match(self, node: cst.Match) -> bool:
        statement = self._builder.begin_statement(node)
        subject = self._expressions.read(node.subject, roles.OPERAND)
        earlier: list[Expression] = []
        for case in node.cases:
            self._builder.enclosing, self._builder.statement = case, statement
            for name, item in names_bound(case.pattern):
                held = subject if item is not None else None
                bind(self._builder, self._expressions.read, name, "match", held, item=item or ())
            test = condition(case.pattern, subject, lambda each: self._expressions.read(each, roles.COMPARED))
            if case.guard is not None:
                guard = self._expressions.read(case.guard, roles.CONDITION)
                test = Choice("and", (test, guard)) if test is not None else guard
            if test is None and earlier:
                self._read_block(statement, "case", case.body, test=Choice("or", tuple(earlier)), negated=True)
                continue
            self._read_block(statement, "case", case.body, test=test)
            earlier += [test] if test is not None else []
        return False

    def _bind(self, target: cst.CSTNode, how: BindingKind, value: Expression | None) -> None:
        bind(self._builder, self._expressions.read, target, how, value)

    # -- definitions ------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        builder, expressions = self._builder, self._expressions
        statement = builder.begin_statement(node)
        outer, builder.definitions = builder.definitions, (*builder.definitions, node)
        decorators = [expressions.read(decorator.decorator, roles.DEFINED) for decorator in node.decorators]
        scope = Scope(
            "function",
            node.name.value,
            builder.number(node.name),
            is_async=node.asynchronous is not None,
            parameters=expressions.read_parameters(node.params),
            returns=expressions.read_annotation(node.returns.annotation) if node.returns else None,
            decorators=decorators,
            variables=expressions.read_type_variables(node.type_parameters),
        )
        outermost = all(outer.kind in ("module", "class") for outer in (builder.scope, *builder.scopes))
        with builder.inner_scope(scope) as index:
            if builder.elided and outermost:
                builder.units += 1
                scope.unit = builder.units
            else:
                self._read_block(-1, "body", node.body)
        builder.definitions = outer
        builder.scope.bindings.append(Binding(scope.name, "scope", statement, ScopeOf(index)))
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        builder, expressions = self._builder, self._expressions
        statement = builder.begin_statement(node)
        outer, builder.definitions = builder.definitions, (*builder.definitions, node)
        decorators = [expressions.read(decorator.decorator, roles.DEFINED) for decorator in node.decorators]
        bases = [
            Argument(expressions.read(arg.value, roles.DEFINED), arg.keyword.value if arg.keyword else "", "")
            for arg in (*node.bases, *node.keywords)
        ]
        number = builder.number(node.name)
        variables = expressions.read_type_variables(node.type_parameters)
        scope = Scope("class", node.name.value, number, decorators=decorators, bases=bases, variables=variables)
        with builder.inner_scope(scope) as index:
            self._read_block(-1, "body", node.body)
        builder.definitions = outer
        builder.scope.bindings.append(Binding(scope.name, "scope", statement, ScopeOf(index)))
        return False


def _role_of_assigned(targets: Sequence[cst.BaseExpression]) -> Role:
    names = tuple([target.value for target in targets if is_a(target, cst.Name)])
    if len(names) == len(targets):
        return Role("assigned", names=names)
    return roles.UNPACKED if any(map(_is_display, targets)) else roles.STORED


def _is_display(node: cst.CSTNode) -> TypeGuard[cst.Tuple | cst.List]:
    return is_a(node, cst.Tuple) or is_a(node, cst.List)


def _is_type_checking(test: Expression) -> bool:
    name = test.id if isinstance(test, Name) else test.name if isinstance(test, Attribute) else ""
    return name == "TYPE_CHECKING"


def _dotted(node: cst.CSTNode) -> str:
    if is_a(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if is_a(node, cst.Name) else ""
