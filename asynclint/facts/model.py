"""Facts: what a piece of source says, as plain data. Nothing here knows what a name means.

A scope (module, class, function, lambda or comprehension) holds flat lists of what happens in it. Expressions are small
trees that refer to the calls of their scope by index. Everything that may be reported carries a node number, which
`asynclint.facts.locations` turns into lines and columns when somebody wants to see them.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Anchor(msgspec.Struct, frozen=True, order=True, array_like=True):
    """A node of a file: the number of the unit (a piece of text that was parsed alone) and of the node in it."""

    unit: int
    node: int


class Name(msgspec.Struct, frozen=True, array_like=True, tag="n", gc=False):
    """A name that is read."""

    id: str


class Attribute(msgspec.Struct, frozen=True, array_like=True, tag="a", gc=False):
    """`value.name`, read."""

    value: Expression
    name: str
    node: int


class Result(msgspec.Struct, frozen=True, array_like=True, tag="c", gc=False):
    """What call number `call` of this scope returns."""

    call: int


class Constant(msgspec.Struct, frozen=True, array_like=True, tag="k", gc=False):
    """A literal. Bytes and `...` are `None` with `kind` to tell them apart; long strings are cut."""

    value: str | int | float | bool | None
    kind: Literal["str", "bytes", "int", "float", "bool", "None", "ellipsis"]


class Subscript(msgspec.Struct, frozen=True, array_like=True, tag="s", gc=False):
    """`value[index]`; a slice has no index."""

    value: Expression
    index: tuple[Expression, ...]


class Operation(msgspec.Struct, frozen=True, array_like=True, tag="o", gc=False):
    """A binary or unary operation or a comparison; `operator` as it is written.

    The class pattern of a `match` is the comparison `is a` of its subject with the class; with `as`, the name that the
    subject gets comes third.
    """

    operator: str
    operands: tuple[Expression, ...]


class Choice(msgspec.Struct, frozen=True, array_like=True, tag="b", gc=False):
    """One of several values: `a if t else b` (`if`), `a or b` (`or`), `a and b` (`and`)."""

    operator: Literal["if", "or", "and"]
    options: tuple[Expression, ...]
    test: Expression | None = None


class Collection(msgspec.Struct, frozen=True, array_like=True, tag="l", gc=False):
    """A list, tuple, set or dict display; of a dict, `keys` holds the keys (`None` for `**x`)."""

    kind: Literal["list", "tuple", "set", "dict"]
    elements: tuple[Expression, ...]
    keys: tuple[Expression | None, ...] = ()


class Awaited(msgspec.Struct, frozen=True, array_like=True, tag="w", gc=False):
    """`await value`."""

    value: Expression


class Starred(msgspec.Struct, frozen=True, array_like=True, tag="x", gc=False):
    """`*value` in a display."""

    value: Expression


class ScopeOf(msgspec.Struct, frozen=True, array_like=True, tag="f", gc=False):
    """A function, class, lambda or comprehension: number `scope` of this scope's inner scopes."""

    scope: int


class Import(msgspec.Struct, frozen=True, array_like=True, tag="i", gc=False):
    """What an import binds: a module, or `name` out of it. `level` counts the leading dots."""

    module: str
    name: str = ""
    level: int = 0


class Opaque(msgspec.Struct, frozen=True, array_like=True, tag="u", gc=False):
    """An expression that says nothing about what it yields, but for its `kind` where that is plain to see, and the
    text that a string begins with.
    """

    kind: Literal["", "str", "bool", "slice"] = ""
    beginning: str = ""


Expression = (
    Name
    | Attribute
    | Result
    | Constant
    | Subscript
    | Operation
    | Choice
    | Collection
    | Awaited
    | Starred
    | ScopeOf
    | Import
    | Opaque
)

RoleKind = Literal[
    "discarded",
    "awaited",
    "assigned",
    "returned",
    "yielded",
    "argument",
    "callee",
    "attribute",
    "subscript",
    "index",
    "with",
    "async with",
    "for",
    "async for",
    "condition",
    "boolean",
    "operand",
    "compared",
    "formatted",
    "element",
    "starred",
    "unpacked",
    "raised",
    "deleted",
    "stored",
    "defined",
    "annotation",
]


class Role(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What becomes of a value where it stands.

    `call` is the call (an index) that it is an argument or the callee of, with `position` (0-based, -1 for a keyword
    or after `*args`) or `keyword`. A value inside a conditional expression, a parenthesis or a walrus has the role
    of the whole; but one on the left of `or` or `and` whose whole is no condition is `boolean`, and a walrus that is
    a statement assigns. `names` are the names that it is assigned to.
    """

    kind: RoleKind
    call: int = -1
    position: int = -1
    keyword: str = ""
    names: tuple[str, ...] = ()


class Argument(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An argument of a call: `name=value`, `*value`, `**value` or `value`."""

    value: Expression
    keyword: str = ""
    star: Literal["", "*", "**"] = ""


class Guard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A condition inside an expression: what stands behind it runs only where `test` holds, or, `negated`, fails."""

    test: Expression
    negated: bool


class Call(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call site. `guards` are the conditions inside its own statement that it stands behind (`a and b()`)."""

    callee: Expression
    arguments: tuple[Argument, ...]
    role: Role
    statement: int
    node: int
    guards: tuple[Guard, ...] = ()


class Use(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A name, attribute, `await`, lambda or comprehension that is read, and what becomes of it."""

    value: Name | Attribute | Awaited | ScopeOf
    role: Role
    statement: int
    node: int


BindingKind = Literal[
    "assign",
    "annotate",
    "augment",
    "for",
    "async for",
    "with",
    "async with",
    "import",
    "star",
    "scope",
    "except",
    "delete",
    "match",
]


class Binding(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A name that gets a value.

    `how` says by what; `value` is what is bound, or what is iterated, entered or unpacked; `item` is the place in a
    tuple that is unpacked (outermost first, -1 for a starred target). With `outer`, `value` is an expression of the
    enclosing scope.
    """

    name: str
    how: BindingKind
    statement: int
    value: Expression | None = None
    annotation: Expression | None = None
    item: tuple[int, ...] = ()
    outer: bool = False


class Store(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`target.name = value`, `del target.name` (no value, `how` is `delete`), or `target.name: annotation`."""

    target: Expression
    name: str
    how: BindingKind
    statement: int
    node: int
    value: Expression | None = None
    annotation: Expression | None = None
    item: tuple[int, ...] = ()


class ItemStore(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`target[index] = value`."""

    target: Expression
    index: tuple[Expression, ...]
    value: Expression
    statement: int


class With(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One item of a `with` statement. `awaits` is set where its body awaits."""

    value: Expression
    is_async: bool
    awaits: bool
    statement: int
    node: int


class Loop(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a `for`, a comprehension, a star, an unpacking or an `in` iterates.

    With `outer`, `value` is an expression of the enclosing scope.
    """

    value: Expression
    is_async: bool
    statement: int
    node: int
    outer: bool = False


class Outcome(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value that is returned or yielded. `delegates` is set for `yield from`."""

    value: Expression
    statement: int
    node: int
    delegates: bool = False


Leaves = Literal["", "function", "round"]


class Block(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A list of statements under statement number `owner` (-1 for the body of the scope).

    `test` is the condition under which it runs, where there is one; `negated` where it runs because the test failed.
    `leaves` says what its last statement leaves, or all branches of that: by `return` or `raise` the function, by
    `break` or `continue` a round of the loop around it. `caught` is what an `except` names: an exception, or a tuple of
    them.
    """

    owner: int
    kind: Literal["body", "else", "loop", "try", "except", "finally", "case", "with"]
    test: Expression | None = None
    negated: bool = False
    typing_only: bool = False
    leaves: Leaves = ""
    caught: Expression | None = None


class Statement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A statement: the block in which it stands, and its node. Numbers of statements rise in source order."""

    block: int
    node: int


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter. Its default is an expression of the scope that holds the function."""

    name: str
    kind: Literal["positional", "plain", "*", "keyword", "**"]
    annotation: Expression | None = None
    default: Expression | None = None


class Scope(msgspec.Struct, array_like=True):
    """A module, class, function, lambda or comprehension.

    `decorators`, `bases`, parameters' defaults and annotations are expressions of the enclosing scope. `unit` is the
    number of the unit that holds the body, -1 where the body is here. `variables` are the type variables between its
    brackets (`class Table[Model]`), each with its bound as annotation.
    """

    kind: Literal["module", "class", "function", "lambda", "list", "set", "dict", "generator"]
    name: str
    node: int
    is_async: bool = False
    parameters: list[Parameter] = []
    returns: Expression | None = None
    decorators: list[Expression] = []
    bases: list[Argument] = []
    statement: int = 0
    unit: int = -1
    yields: bool = False
    awaits: bool = False
    calls: list[Call] = []
    uses: list[Use] = []
    bindings: list[Binding] = []
    stores: list[Store] = []
    withs: list[With] = []
    loops: list[Loop] = []
    returned: list[Outcome] = []
    yielded: list[Outcome] = []
    statements: list[Statement] = []
    blocks: list[Block] = []
    scopes: list[Scope] = []
    globals: list[str] = []
    nonlocals: list[str] = []
    items: list[ItemStore] = []
    variables: list[Parameter] = []
