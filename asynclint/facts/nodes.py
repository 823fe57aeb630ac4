"""Tells nodes apart by the names of their classes, which libcst's nodes have in common with what stands in for them.

`isinstance` tells the same, because stand-ins are registered with it, and takes five times as long or more.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Kind = TypeVar("_Kind")


def is_a(node: object, kind: type[_Kind]) -> TypeGuard[_Kind]:
    """Whether `node` is of just that class of libcst's, and not of one that inherits from it."""
    return type(node).__name__ == kind.__name__


@cache
def visit_method(visitor: type, node_class: type) -> Callable[[Any, Any], bool] | None:
    """The `visit_X` that visitors of that class have for nodes of a class; `None` where they have none."""
    return getattr(visitor, f"visit_{node_class.__name__}", None)
