"""The scope that is being read: what both visitors write facts into."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

from asynclint.facts.model import Block, Expression, Leaves, Loop, Scope, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

BlockKind = Literal["body", "else", "loop", "try", "except", "finally", "case", "with"]


class Numbered(NamedTuple):
    """A node that was given a number, with the line or compound statement, and the classes and functions, outermost
    first, that it stands in.
    """

    node: cst.CSTNode
    statement: cst.CSTNode | None
    definitions: tuple[cst.FunctionDef | cst.ClassDef, ...]


class Builder:
    """Facts of one unit while they are collected.

    `numbered` is how many nodes were given numbers; `nodes` are these, in order, where they are kept, which costs an
    eighth of the time. `scope` is the scope that is being read, `enclosing` the line or compound statement, and
    `definitions` the classes and functions, decorators included, around it. `elided` says whether the bodies of
    outermost functions were taken out, `units` how many of them there were so far.
    """

    def __init__(self, *, elided: bool, keeps_nodes: bool = False) -> None:
        self.elided = elided
        self.units = 0
        self.keeps_nodes = keeps_nodes
        self.nodes: list[Numbered] = []
        self.numbered = 0
        self.scope = Scope("module", "", -1)
        self.scopes: list[Scope] = []
        self.statement = -1
        self.enclosing: cst.CSTNode | None = None
        self.definitions: tuple[cst.FunctionDef | cst.ClassDef, ...] = ()
        self.block = -1
        self.typing_only = False

    def number(self, node: cst.CSTNode) -> int:
        """Give `node` a number, by which it can be found again in what is parsed from the same text."""
        number = self.numbered
        self.numbered = number + 1
        if self.keeps_nodes:
            self.nodes.append(Numbered(node, self.enclosing, self.definitions))
        return number

    def begin_statement(self, node: cst.CSTNode) -> int:
        """Start a statement in the current block, and return its number."""
        self.scope.statements.append(Statement(self.block, self.number(node)))
        self.statement = len(self.scope.statements) - 1
        return self.statement

    @contextmanager
    def inner_block(
        self,
        owner: int,
        kind: BlockKind,
        *,
        test: Expression | None = None,
        negated: bool = False,
        typing_only: bool = False,
        leaves: Leaves = "",
        caught: Expression | None = None,
    ) -> Iterator[None]:
        """The statements read meanwhile stand in a new block under statement `owner`."""
        outer, outer_typing_only = self.block, self.typing_only
        self.typing_only = outer_typing_only or typing_only
        self.scope.blocks.append(Block(owner, kind, test, negated, self.typing_only, leaves, caught))
        self.block = len(self.scope.blocks) - 1
        yield
        self.block, self.typing_only = outer, outer_typing_only

    @contextmanager
    def inner_scope(self, scope: Scope) -> Iterator[int]:
        """What is read meanwhile happens in `scope`, a new inner scope of the current one; yields its number there."""
        index = len(self.scope.scopes)
        scope.statement = self.statement
        self.scope.scopes.append(scope)
        self.scopes.append(self.scope)
        state = self.block, self.statement, self.typing_only
        self.scope, self.block = scope, -1
        # What a function says does not depend on where it stands: it is read alone.
        self.typing_only = self.typing_only and scope.kind != "function"
        yield index
        self.scope = self.scopes.pop()
        self.block, self.statement, self.typing_only = state

    def note_await(self) -> None:
        """The current scope awaits; so do the scopes in which a comprehension runs in place."""
        self.scope.awaits = True
        inner = self.scope
        for outer in reversed(self.scopes):
            if inner.kind not in ("list", "set", "dict"):
                break
            outer.awaits = True
            inner = outer

    def note_loop(self, value: Expression, node: cst.CSTNode) -> None:
        """The current scope iterates over `value`, which is at `node`, without awaiting."""
        self.scope.loops.append(Loop(value, False, self.statement, self.number(node)))

    def holder_of_walrus(self) -> Scope:
        """The scope in which `:=` binds: the nearest that is no comprehension."""
        for scope in (self.scope, *reversed(self.scopes)):
            if scope.kind not in ("list", "set", "dict", "generator"):
                return scope
        return self.scope
