"""What a call passes for a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynclint.facts.model import Attribute, Collection, Expression, Name, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.facts.model import Argument, Call, Parameter
    from asynclint.program.names.values import FunctionValue


def argument(call: Call, position: int, keyword: str = "") -> Expression | None:
    """What `call` passes at `position` (0-based) or as `keyword`; `None` where it passes none, or stars hide it."""
    place = 0
    for given in call.arguments:
        if keyword and given.keyword == keyword:
            return given.value
        if given.star == "*":
            place = 1_000
        elif not given.keyword and not given.star:
            if place == position:
                return given.value
            place += 1
    return None


def matched(call: Call, function: FunctionValue) -> Iterator[tuple[Parameter, Expression | None]]:
    """The parameters of `function`, with what `call` passes for each (`None`: nothing, or several things)."""
    bound = function.receiver is not None or function.scope.name in ("__init__", "__new__")
    for index, parameter in enumerate(function.scope.head.parameters):
        if not (bound and index == 0):
            hidden = parameter.kind in ("*", "**")
            place = -1 if parameter.kind == "keyword" else index - 1 if bound else index
            yield parameter, None if hidden else argument(call, place, parameter.name)


def with_bound(call: Call, bound: Sequence[Argument]) -> Call:
    """`call` of what `functools.partial` gives, with all that this passes on: what is `bound` by place goes before what
    the call passes, which goes before what is bound by name.
    """
    named = [each for each in bound if each.keyword or each.star == "**"]
    placed = [each for each in bound if each not in named]
    return msgspec.structs.replace(call, arguments=(*placed, *call.arguments, *named))


def mentioned(expression: Expression) -> Iterator[str]:
    """The last components of the names in a display or operation: `WNOHANG` in `os.WNOHANG | os.WUNTRACED`."""
    if isinstance(expression, Name):
        yield expression.id
    elif isinstance(expression, Attribute):
        yield expression.name
    elif isinstance(expression, Operation):
        for operand in expression.operands:
            yield from mentioned(operand)
    elif isinstance(expression, Collection):
        for element in expression.elements:
            yield from mentioned(element)
