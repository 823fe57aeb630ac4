"""What a call passes for `*items`, thing by thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant
from asynclint.program.inference.given import Empty, Given, Items, Objects, alternatives, either
from asynclint.program.inference.instances import kinds
from asynclint.program.names.values import union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asynclint.facts.model import Argument, Call, Expression
    from asynclint.program.names.values import FunctionValue

_MOST_ITEMS = 20
"""How many things are looked at one by one."""


def starred(call: Call, function: FunctionValue) -> Sequence[Argument]:
    """What `call` passes for `*items` of `function`; all that it passes by place, where nobody knows what is first."""
    parameters = function.scope.head.parameters
    place = next(index for index, parameter in enumerate(parameters) if parameter.kind == "*")
    if function.receiver is not None or function.scope.name in ("__init__", "__new__"):
        place -= 1
    given = [each for each in call.arguments if not each.keyword and each.star != "**"]
    return given if any(each.star for each in given[:place]) else given[place:]


def items(passed: Iterable[Argument], known: Callable[[Expression], Given | None]) -> Given | None:
    """What is known of the tuple `*items` for which that is `passed`, where each thing is what `known` says."""
    parts: list[Given] = []
    for each in passed:
        given = known(each.value)
        if not each.star and given is not None:
            parts.append(given)
        elif isinstance(given, Items):
            parts += given.parts
        elif not isinstance(given, Empty):
            return None
    if len(parts) > _MOST_ITEMS:
        return None
    return Items(tuple(parts)) if parts else Empty("tuple")


def item(given: Given | None, index: Sequence[Expression]) -> Given | None:
    """What is known of the thing at `index` of what is `given`."""
    if not isinstance(given, Items) or len(index) != 1 or not isinstance(index[0], Constant):
        return None
    place = index[0].value
    inside = isinstance(place, int) and -len(given.parts) <= place < len(given.parts)
    return given.parts[place] if inside and isinstance(place, int) else None


def any_of(given: Items) -> Given | None:
    """What is known of something that is one of the things `given`: what it is, or at least of which classes."""
    found = either(given.parts)
    if found is None:
        values = union(kinds(one) for part in given.parts for one in alternatives(part))
        nameless = any(part == Objects(()) for part in given.parts)
        found = None if nameless else Objects(values)
    return found
