"""What a text, or the path that is made from one, begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Attribute, Constant, Name, Opaque, Operation, Result
from asynclint.program.inference import flags
from asynclint.program.inference.given import Beginning, alternatives
from asynclint.program.names.imports import definition
from asynclint.program.names.values import External

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynclint.facts.model import Call, Expression
    from asynclint.program.inference.given import Given, One
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.scopes import ScopeNode

    Known = Callable[[Expression, int], Given | None]

_MAKERS = frozenset(
    External(name) for name in ("builtins.str", "os.path.join", "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath")
)
"""What makes a text or path that begins with the first argument."""
_MOST_STEPS = 8
"""Through how many expressions a text is followed."""


def begins(
    inference: Inference, scope: ScopeNode, expression: Expression, at: int, texts: tuple[str, ...], known: Known | None
) -> bool:
    """Whether `expression`, read by statement `at` of `scope`, begins with one of `texts`, where names are what is
    `known`.
    """
    current: Expression | None = expression
    here = scope
    for _ in range(_MOST_STEPS):
        match current:
            case Constant(str(text)) | Opaque("str", text):
                return _is_below(text, texts)
            case Operation("+" | "/" | "%", (first, *_)):
                current = first
            case Result(index):
                current = _made_from(inference, here, here.body.calls[index])
            case Name(name):
                given = known(current, at) if known is not None and here is scope else None
                if given is not None:
                    return all(_is_below(_text(one), texts) for one in alternatives(given))
                found = definition(inference, here, name)
                if found is None or name in found[0].parameters:
                    return False
                here, current = found[0], flags.bound_once([found[1]])
            case _:
                return False
    return False


def _made_from(inference: Inference, scope: ScopeNode, call: Call) -> Expression | None:
    """What the text or path begins with that `call` makes."""
    if isinstance(call.callee, Attribute) and call.callee.name == "format":
        return call.callee.value
    callees = inference.callee(scope, call)
    made = bool(callees) and _MAKERS.issuperset(callees) and call.arguments and not call.arguments[0].star
    return call.arguments[0].value if made else None


def _text(one: One) -> str:
    if isinstance(one, Beginning):
        return one.text
    return one.value if isinstance(one, Constant) and isinstance(one.value, str) else ""


def _is_below(text: str, texts: tuple[str, ...]) -> bool:
    return text.startswith(texts) or f"{text}/" in texts
