"""Notes what the targets of assignments, loops and the like get: names are bound, attributes are stored."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING

import libcst as cst

from asynclint.facts.model import Binding, BindingKind, ItemStore, Opaque, Store, Subscript
from asynclint.facts.nodes import is_a
from asynclint.facts.roles import ATTRIBUTE, STORED

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynclint.facts.builder import Builder
    from asynclint.facts.model import Expression, Role


def bind(
    builder: Builder,
    read: Callable[[cst.CSTNode, Role], Expression],
    target: cst.CSTNode,
    how: BindingKind,
    value: Expression | None,
    *,
    item: tuple[int, ...] = (),
    outer: bool = False,
) -> None:
    """Note that `target` gets `value`, or what it yields, or the part of it at `item`.

    `read` reads what is evaluated to reach the target.
    """
    if is_a(target, cst.Name):
        builder.scope.bindings.append(Binding(intern(target.value), how, builder.statement, value, None, item, outer))
    elif is_a(target, cst.Tuple) or is_a(target, cst.List):
        if how == "assign" and value is not None and not item:
            builder.note_loop(value, target)
        for index, element in enumerate(target.elements):
            place = -1 if is_a(element, cst.StarredElement) else index
            bind(builder, read, element.value, how, value, item=(*item, place), outer=outer)
    elif is_a(target, cst.Attribute):
        owner = read(target.value, ATTRIBUTE)
        number = builder.number(target)
        store = Store(owner, intern(target.attr.value), how, builder.statement, number, value, None, item)
        builder.scope.stores.append(store)
    else:
        stored = read(target, STORED)
        if isinstance(stored, Subscript) and how == "assign" and value is not None and not item:
            builder.scope.items.append(ItemStore(stored.value, stored.index, value, builder.statement))


def bind_walrus(builder: Builder, name: str, value: Expression) -> None:
    """Note that `:=` gives `name` the value `value`, which is opaque outside the comprehension it stands in."""
    holder = builder.holder_of_walrus()
    here = holder is builder.scope
    statement = builder.statement if here else len(holder.statements) - 1
    holder.bindings.append(Binding(name, "assign", statement, value if here else Opaque()))
