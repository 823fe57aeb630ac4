"""Scopes of the program: the facts of a scope, and the scope and module that it stands in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from asynclint.facts.model import Anchor, Binding, Choice, Constant, Expression, Import, Name, Operation, Result, Scope
from asynclint.program.bindings import conditions, flowing
from asynclint.program.reads import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call
    from asynclint.program.modules import Module

CELL = "the cell"
"""How the code of notebook cells, outside of functions, reads in a chain."""
COMPREHENSIONS = frozenset({"list", "set", "dict", "generator"})


class ScopeNode:
    """A scope. `head` says how it is defined; `body` says what happens in it, and is read when it is first asked for.

    Two scope nodes are equal only where they are one: every scope has one node, made by its parent.
    """

    def __init__(self, module: Module, head: Scope, parent: ScopeNode | None, unit: int) -> None:
        self.module = module
        self.head = head
        self.parent = parent
        self._unit = unit
        self.trace: Trace | None = Trace() if head.unit > 0 else parent.trace if parent is not None else None
        self._bit = module.inside if self.unit else module.outside
        self._reads = module.reads
        self._conditions: dict[int, tuple[tuple[Expression, int, bool], ...]] = {}
        self._flowing: dict[tuple[str, int], list[Binding]] = {}

    @property
    def body(self) -> Scope:
        """The facts of what happens in this scope; empty where its text does not parse."""
        self._reads.mask |= self._bit
        return self._body

    @cached_property
    def _body(self) -> Scope:
        return self.head if self.head.unit < 0 else self.module.unit_body(self.head)

    @property
    def is_read(self) -> bool:
        """Whether somebody has asked for `body`."""
        return "_body" in vars(self)

    @property
    def unit(self) -> int:
        """The number of the unit that `body` was read from."""
        return self._unit if self.head.unit < 0 else self.head.unit

    @property
    def children(self) -> tuple[ScopeNode, ...]:
        """The inner scopes, in order."""
        self._reads.mask |= self._bit
        return self._children

    @cached_property
    def _children(self) -> tuple[ScopeNode, ...]:
        return tuple(ScopeNode(self.module, head, self, self.unit) for head in self.body.scopes)

    @property
    def name(self) -> str:
        """The name that the scope was defined with; `<lambda>` and the like where it has none."""
        return self.head.name

    @cached_property
    def qualname(self) -> str:
        """The dotted path of names from the module down to this scope; empty for the module."""
        if self.parent is None:
            return ""
        return f"{self.parent.qualname}.{self.name}" if self.parent.qualname else self.name

    @property
    def full_name(self) -> str:
        """The qualified name, with that of the module in front."""
        return f"{self.module.name}.{self.qualname}" if self.qualname else self.module.name

    @property
    def steps(self) -> tuple[int, ...]:
        """The way to this scope from its module, by numbers of inner scopes."""
        return (*self.parent.steps, self.parent.children.index(self)) if self.parent is not None else ()

    @property
    def is_function(self) -> bool:
        """Whether the scope is a `def` or a lambda."""
        return self.head.kind in ("function", "lambda")

    @property
    def may_await(self) -> bool:
        """Whether code of this scope can await: that of an `async def`, and of notebook cells."""
        return self.head.is_async or (self.head.kind == "module" and self.module.notebook is not None)

    @property
    def owner_class(self) -> ScopeNode | None:
        """The class whose body this scope stands in directly."""
        return self.parent if self.parent is not None and self.parent.head.kind == "class" else None

    @property
    def home(self) -> ScopeNode:
        """The scope whose code runs where this one stands: the nearest that is no comprehension."""
        node = self
        while node.head.kind in COMPREHENSIONS and node.parent is not None:
            node = node.parent
        return node

    @property
    def title(self) -> str:
        """How the scope reads in a chain: `async def profile()`, `load_user()`, `User.save()`."""
        if self.head.kind == "module":
            return CELL if self.module.notebook is not None else f"module {self.module.name}"
        if self.head.kind == "class":
            return f"class {self.name}"
        owner = self.owner_class
        short = f"{owner.name}.{self.name}" if owner else self.name
        return f"async def {short}()" if self.head.is_async else f"{short}()"

    def anchor(self, node: int) -> Anchor:
        """The anchor of node number `node` of this scope's body."""
        return Anchor(self.unit, node)

    @property
    def bindings(self) -> dict[str, list[Binding]]:
        """What the names of this scope are bound to here, in source order."""
        self._reads.mask |= self._bit
        return self._bindings

    @cached_property
    def _bindings(self) -> dict[str, list[Binding]]:
        found: dict[str, list[Binding]] = {}
        outside = {*self.body.globals, *self.body.nonlocals}
        for binding in self.body.bindings:
            if binding.name not in outside:
                found.setdefault(binding.name, []).append(binding)
        return found

    @property
    def given(self) -> dict[str, list[Binding]]:
        """The same without those that only annotate, where a name has others, which give it a value."""
        self._reads.mask |= self._bit
        return self._given

    @cached_property
    def _given(self) -> dict[str, list[Binding]]:
        giving = {name: [each for each in found if each.how != "annotate"] for name, found in self._bindings.items()}
        return {name: found or self._bindings[name] for name, found in giving.items()}

    def conditions(self, statement: int) -> tuple[tuple[Expression, int, bool], ...]:
        """The tests that decide whether `statement` of this scope runs; see `asynclint.program.bindings.conditions`."""
        self._reads.mask |= self._bit
        found = self._conditions.get(statement)
        if found is None:
            found = self._conditions[statement] = tuple(conditions(self, statement))
        return found

    def flowing(self, name: str, statement: int) -> list[Binding]:
        """The bindings of `name` here that reach `statement`; see `asynclint.program.bindings.flowing`."""
        body = self.body
        found = self._flowing.get((name, statement))
        if found is None:
            found = self._flowing[name, statement] = flowing(body, self.bindings.get(name, ()), statement)
        return found

    @property
    def annotated(self) -> dict[str, list[Binding]]:
        """Those of `bindings` that have an annotation."""
        self._reads.mask |= self._bit
        return self._annotated

    @cached_property
    def _annotated(self) -> dict[str, list[Binding]]:
        annotated = {name: [each for each in found if each.annotation] for name, found in self._bindings.items()}
        return {name: found for name, found in annotated.items() if found}

    @property
    def called_names(self) -> frozenset[str]:
        """The last names of what is called in this scope."""
        self._reads.mask |= self._bit
        return self._called_names

    @cached_property
    def _called_names(self) -> frozenset[str]:
        return frozenset(dotted(call.callee).rpartition(".")[2] for call in self.body.calls)

    @property
    def leaving(self) -> dict[int, list[int]]:
        """By block, the blocks under its statements that leave the function or a round of a loop if a test holds."""
        self._reads.mask |= self._bit
        return self._leaving

    @cached_property
    def _leaving(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, block in enumerate(self.body.blocks):
            if block.leaves and block.owner >= 0 and block.test is not None:
                found.setdefault(self.body.statements[block.owner].block, []).append(index)
        return found

    @property
    def imported_packages(self) -> frozenset[str]:
        """The first names of the modules that are imported here, relative imports aside."""
        self._reads.mask |= self._bit
        return self._imported_packages

    @cached_property
    def _imported_packages(self) -> frozenset[str]:
        imports = (binding.value for binding in self.body.bindings if isinstance(binding.value, Import))
        return frozenset(imported.module.partition(".")[0] for imported in imports if imported.level == 0)

    @property
    def has_literal_tests(self) -> bool:
        """Whether a condition in this scope has a literal in it, as `if False:` does."""
        self._reads.mask |= self._bit
        return self._has_literal_tests

    @cached_property
    def _has_literal_tests(self) -> bool:
        return any(block.test is not None and _is_literal(block.test) for block in self.body.blocks)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(parameter.name for parameter in self.head.parameters)

    def binds(self, name: str) -> bool:
        """Whether `name` is a name of this scope."""
        return name in self.parameters or name in self.bindings

    def lookup(self, name: str) -> ScopeNode | None:
        """The scope that `name`, read here, belongs to, as Python looks it up; `None` for builtins and unknowns."""
        if name in self.body.globals:
            top = self.module.scope
            return top if top.binds(name) else None
        if self.binds(name):
            return self
        outer = self.parent
        visible_class = self.head.kind in COMPREHENSIONS
        while outer is not None:
            if (outer.head.kind != "class" or visible_class) and outer.binds(name):
                return outer
            visible_class = visible_class and outer.head.kind in COMPREHENSIONS
            outer = outer.parent
        return None


def outermost(scope: ScopeNode, statement: int) -> tuple[ScopeNode, int]:
    """The function around a comprehension, and the statement of it that the comprehension stands in."""
    while scope.head.kind in COMPREHENSIONS and scope.parent is not None:
        scope, statement = scope.parent, scope.head.statement
    return scope, statement


def _is_literal(test: Expression) -> bool:
    if isinstance(test, Choice | Operation):
        parts = test.options if isinstance(test, Choice) else test.operands
        return not (isinstance(test, Operation) and test.operator != "not") and any(map(_is_literal, parts))
    return isinstance(test, Constant)


def within(scope: ScopeNode) -> Iterator[ScopeNode]:
    """`scope` and all scopes in it."""
    yield scope
    for child in scope.children:
        yield from within(child)


def classes(scope: ScopeNode) -> Iterator[ScopeNode]:
    """The classes of a module or class, those in classes included."""
    for child in scope.children:
        if child.head.kind == "class":
            yield child
            yield from classes(child)


def dotted(expression: Expression) -> str:
    """How a plain dotted expression reads; the last names only where it begins with something else."""
    if isinstance(expression, Name):
        return expression.id
    name = getattr(expression, "name", "")
    value = getattr(expression, "value", None)
    if not name or value is None:
        return ""
    before = dotted(value)
    return f"{before}.{name}" if before else name


def called(scope: ScopeNode, call: Call) -> str:
    """How `call`, in `scope`, reads without its arguments."""
    callee = call.callee
    text = called(scope, scope.body.calls[callee.call]) if isinstance(callee, Result) else dotted(callee)
    return f"{text}()"
