"""Scopes of the program: the facts of a scope, and the scope and module that it stands in."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from asynclint.facts.model import (
    Anchor,
    Attribute,
    Binding,
    Call,
    Choice,
    Constant,
    Expression,
    Import,
    Name,
    Operation,
    Result,
    Scope,
    ScopeOf,
    Store,
    Use,
)
from asynclint.program.memory.reads import Reader, noted
from asynclint.program.names.bindings import Condition, Flow, conditions, reaches_end
from asynclint.program.names.sources import made_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.facts.model import Call
    from asynclint.program.names.modules import Module

CELL = "the cell"
"""How the code of notebook cells, outside of functions, reads in a chain."""
Step = tuple[str, int]
COMPREHENSIONS = frozenset({"list", "set", "dict", "generator"})


class ScopeNode:
    """A scope. `head` says how it is defined; `body` says what happens in it, and is read when it is first asked for.
    It is inner scope `number` of its parent.

    Two scope nodes are equal only where they are one: every scope has one node, made by its parent.
    """

    def __init__(self, module: Module, head: Scope, parent: ScopeNode | None, unit: int, number: int = 0) -> None:
        self.module = module
        self.head = head
        self.parent = parent
        self.number = number
        self._unit = unit
        self.reader: Reader | None = Reader() if head.unit > 0 else parent.reader if parent is not None else None
        self.input = module.bodies[self.unit - 1] if self.unit else module.outside
        self.reads = module.reads
        self._conditions: dict[int, tuple[Condition, ...]] = {}
        self._tests: dict[tuple[int, bool], tuple[Condition, ...]] = {}
        self._flows: dict[tuple[str, bool], Flow] = {}

    @noted("input")
    def body(self) -> Scope:
        """The facts of what happens in this scope; empty where its text does not parse."""
        return self.head if self.head.unit < 0 else self.module.unit_body(self.head)

    @property
    def is_read(self) -> bool:
        """Whether somebody has asked for `body`."""
        return "_body" in vars(self)

    @property
    def unit(self) -> int:
        """The number of the unit that `body` was read from."""
        return self._unit if self.head.unit < 0 else self.head.unit

    @noted("input")
    def children(self) -> tuple[ScopeNode, ...]:
        """The inner scopes, in order."""
        return tuple(ScopeNode(self.module, head, self, self.unit, at) for at, head in enumerate(self.body.scopes))

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
    def steps(self) -> tuple[Step, ...]:
        """The way to this scope from its module: a name each, and how many scopes of that name come before."""
        if self.parent is None:
            return ()
        before = sum(each.name == self.name for each in self.parent.children[: self.number])
        return (*self.parent.steps, (self.name, before))

    def inner(self, step: Step) -> ScopeNode | None:
        """The inner scope to which `step` leads, if there is one."""
        named = [each for each in self.children if each.name == step[0]]
        return named[step[1]] if step[1] < len(named) else None

    @property
    def is_function(self) -> bool:
        """Whether the scope is a `def` or a lambda."""
        return self.head.kind in ("function", "lambda")

    @property
    def is_async_generator(self) -> bool:
        """Whether the scope is a generator expression that awaits, which only `async for` can iterate over."""
        return self.head.kind == "generator" and self.body.awaits

    @property
    def may_await(self) -> bool:
        """Whether code of this scope can await: that of an `async def`, and of notebook cells."""
        return self.head.is_async or (self.head.kind == "module" and self.module.notebook is not None)

    @noted("input")
    def methods(self) -> dict[str, list[ScopeNode]]:
        """The functions that are defined here, by name."""
        found: dict[str, list[ScopeNode]] = defaultdict(list)
        for child in self.children:
            if child.head.kind == "function":
                found[child.name].append(child)
        return found

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

    @noted("input")
    def bindings(self) -> dict[str, list[Binding]]:
        """What the names of this scope are bound to here, in source order."""
        found: dict[str, list[Binding]] = {}
        outside = {*self.body.globals, *self.body.nonlocals}
        for binding in self.body.bindings:
            if binding.name not in outside:
                found.setdefault(binding.name, []).append(binding)
        return found

    @noted("input")
    def given(self) -> dict[str, list[Binding]]:
        """The same without those that only annotate, where a name has others, which give it a value."""
        giving = {name: [each for each in found if each.how != "annotate"] for name, found in self.bindings.items()}
        return {name: found or self.bindings[name] for name, found in giving.items()}

    def condition(self, block: int, *, left: bool = False) -> tuple[Condition, ...]:
        """The test of a block, if it has one, as it is where that runs, or where it was `left` alone."""
        found = self._tests.get((block, left))
        if found is None:
            facts = self.body.blocks[block]
            found = ((facts.test, facts.owner, facts.negated != left),) if facts.test is not None else ()
            self._tests[block, left] = found
        return found

    def conditions(self, statement: int) -> tuple[Condition, ...]:
        """The tests that decide whether `statement` of this scope runs; see `bindings.conditions`."""
        self.reads.reader.read.add(self.input)
        found = self._conditions.get(statement)
        if found is None:
            found = self._conditions[statement] = tuple(conditions(self, statement))
        return found

    def flow(self, name: str, *, giving: bool = False) -> Flow:
        """Which bindings of `name` here reach a statement; with `giving`, of those in `given`."""
        self.reads.reader.read.add(self.input)
        found = self._flows.get((name, giving))
        if found is None:
            bindings = (self.given if giving else self.bindings).get(name, ())
            found = self._flows[name, giving] = Flow(self.body, bindings)
        return found

    def is_rebound(self, name: str, statement: int) -> bool:
        """Whether each way to `statement` binds `name` before: what a caller passed is gone."""
        return self.flow(name, giving=True).is_bound_before(statement)

    @noted("input")
    def reaches_end(self) -> bool:
        """Whether the code of this function may come to its end; see `bindings.reaches_end`."""
        return reaches_end(self.body)

    @noted("input")
    def nonlocal_names(self) -> frozenset[str]:
        """The names that functions defined here, or in these, bind by `nonlocal`."""
        inner = within(self) if self.is_function else ()
        return frozenset(name for scope in inner for name in scope.body.nonlocals)

    @noted("input")
    def made_from(self) -> dict[str, set[str]]:
        """By name, the parameters that it is, or that it is made from; see `sources.made_from`."""
        bindings = (each for found in self.bindings.values() for each in found)
        return made_from(self.head.parameters, self.body, bindings)

    @noted("input")
    def uses_of(self) -> dict[str, list[Use]]:
        """By name, where this scope reads it."""
        found: dict[str, list[Use]] = defaultdict(list)
        for use in self.body.uses:
            if isinstance(use.value, Name):
                found[use.value.id].append(use)
        return found

    @noted("input")
    def uses_within(self) -> dict[str, list[tuple[ScopeNode, Use]]]:
        """By name, where this function and those in it read it."""
        found: dict[str, list[tuple[ScopeNode, Use]]] = defaultdict(list)
        for scope in within(self):
            for name, uses in scope.uses_of.items():
                found[name] += [(scope, use) for use in uses]
        return found

    @noted("input")
    def stores_within(self) -> dict[str, list[tuple[ScopeNode, Store]]]:
        """By the name of an attribute, where this function and those in it assign to it."""
        found: dict[str, list[tuple[ScopeNode, Store]]] = defaultdict(list)
        for scope in within(self):
            for store in scope.body.stores:
                found[store.name].append((scope, store))
        return found

    @noted("input")
    def uses_of_inner(self) -> dict[int, list[Use]]:
        """By the number of an inner scope, what is made of it: of a lambda or comprehension, where it stands."""
        found: dict[int, list[Use]] = defaultdict(list)
        for use in self.body.uses:
            if isinstance(use.value, ScopeOf):
                found[use.value.scope].append(use)
        return found

    @noted("input")
    def uses_at(self) -> dict[int, list[Use]]:
        """What this scope reads, by statement."""
        found: dict[int, list[Use]] = defaultdict(list)
        for use in self.body.uses:
            found[use.statement].append(use)
        return found

    @noted("input")
    def calls_at(self) -> dict[int, list[Call]]:
        """The calls in this scope, by statement."""
        found: dict[int, list[Call]] = defaultdict(list)
        for call in self.body.calls:
            found[call.statement].append(call)
        return found

    @noted("input")
    def bindings_at(self) -> dict[int, list[Binding]]:
        """The bindings in this scope, by statement."""
        found: dict[int, list[Binding]] = defaultdict(list)
        for binding in self.body.bindings:
            found[binding.statement].append(binding)
        return found

    @noted("input")
    def annotated(self) -> dict[str, list[Binding]]:
        """Those of `bindings` that have an annotation."""
        annotated = {name: [each for each in found if each.annotation] for name, found in self.bindings.items()}
        return {name: found for name, found in annotated.items() if found}

    @noted("input")
    def called_names(self) -> frozenset[str]:
        """The last names of what is called in this scope."""
        return frozenset(dotted(call.callee).rpartition(".")[2] for call in self.body.calls)

    @noted("input")
    def leaving(self) -> dict[int, list[int]]:
        """By block, the blocks under its statements that leave the function or a round of a loop if a test holds. The
        body of a loop is none: it may be left by a `break` in it.
        """
        found: dict[int, list[int]] = {}
        for index, block in enumerate(self.body.blocks):
            if block.leaves and block.owner >= 0 and block.test is not None and block.kind != "loop":
                found.setdefault(self.body.statements[block.owner].block, []).append(index)
        return found

    @noted("input")
    def imported_packages(self) -> frozenset[str]:
        """The first names of the modules that are imported here, relative imports aside."""
        imports = (binding.value for binding in self.body.bindings if isinstance(binding.value, Import))
        return frozenset(imported.module.partition(".")[0] for imported in imports if imported.level == 0)

    @noted("input")
    def has_literal_tests(self) -> bool:
        """Whether a condition in this scope has a literal or the name of a flag in it, as `if False:` does."""
        return any(block.test is not None and _is_literal(block.test) for block in self.body.blocks)

    @noted("input")
    def has_class_tests(self) -> bool:
        """Whether a condition in this scope may ask of which class something is."""
        return "isinstance" in self.called_names or any(block.kind == "case" for block in self.body.blocks)

    @noted("input")
    def has_loops(self) -> bool:
        """Whether there is a `for` loop in this scope."""
        return any(block.kind == "loop" and block.test is None for block in self.body.blocks)

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
    if isinstance(test, Attribute):
        return isinstance(test.value, Name) and test.value.id[:1].isupper()
    return isinstance(test, Constant) or (isinstance(test, Name) and test.id.isupper())


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
    return f"{text_of(scope, call.callee)}()"


def text_of(scope: ScopeNode, expression: Expression) -> str:
    """How a dotted name, or a call without its arguments, reads in `scope`; see `dotted` for other expressions."""
    if isinstance(expression, Result):
        return called(scope, scope.body.calls[expression.call])
    return dotted(expression)
