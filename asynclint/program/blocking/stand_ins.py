"""What the tests in a file put stand-ins for: `with patch("shop.mail.send"): ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.facts.model import Constant, Name
from asynclint.program.inference.constants import Branches
from asynclint.program.names.functions import CONSTRUCTORS
from asynclint.program.names.scopes import classes, dotted, within
from asynclint.program.names.values import External, ParameterMember

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynclint.facts.model import Call, Expression
    from asynclint.program.inference.inference import Inference
    from asynclint.program.names.modules import Module
    from asynclint.program.names.scopes import ScopeNode
    from asynclint.program.observations import Link


def replaced(inference: Inference, module: Module) -> frozenset[str]:
    """What the code of a file puts stand-ins for, by the dotted names that it calls them."""
    words = tuple({name.rpartition(".")[2] for name in inference.library.knowledge.patchers})
    if not _may_call(words, module.raw_text):
        return frozenset()
    functions = (each for each in module.functions if _may_call(words, module.unit_source(each.unit)))
    scopes = (module.scope, *classes(module.scope), *(inner for each in functions for inner in within(each)))
    return frozenset(
        name
        for scope in scopes
        for call in scope.body.calls
        if dotted(call.callee).endswith(words) and _patches(inference, scope, call)
        for name in _named(inference, scope, call)
    )


def _may_call(words: tuple[str, ...], text: str) -> bool:
    """Whether `text` seems to call one of `words`, or what is named after one, as in `as mock_patch`."""
    return any(f"{word}(" in text for word in words)


def _patches(inference: Inference, scope: ScopeNode, call: Call) -> bool:
    names = set()
    for value in inference.callee(scope, call):
        if isinstance(value, External):
            names.add(value.name)
        elif isinstance(value, ParameterMember):
            names.add(".".join((value.parameter.name, *value.path)))
    return not names.isdisjoint(inference.library.knowledge.patchers)


def _named(inference: Inference, scope: ScopeNode, call: Call) -> Iterator[str]:
    """`shop.mail.send` for `patch("shop.mail.send")` and `setattr(shop.mail, "send", ...)`."""
    branches = Branches(inference, scope, {})
    owner = ""
    for given in call.arguments[:2]:
        text = _text(branches, given.value, call.statement)
        if text:
            yield f"{owner}.{text}" if owner else text
            return
        owner = dotted(given.value)


def _text(branches: Branches, expression: Expression, at: int) -> str:
    known = branches.known(expression, at) if isinstance(expression, Constant | Name) else None
    return known.value if isinstance(known, Constant) and isinstance(known.value, str) else ""


def stands_in(names: frozenset[str], links: Sequence[Link], primitive: str) -> bool:
    """Whether one of `names` is that of a function on a chain, or of `primitive` at its end, or of its class or module
    as another file knows it.
    """
    owner, _, method = primitive.rpartition(".")
    if len(links) == 1:
        return any(_is_very(name, owner, method) for name in names)
    last = {name.rpartition(".")[2] for name in names}
    if any(_function_name(link.caller) in last for link in links[1:]):
        return True
    return not last.isdisjoint(owner.split(".")) or any(_may_be(name, owner, method) for name in names)


def _function_name(title: str) -> str:
    """The name of the function that reads `title` in a chain; that of the class for what makes its objects."""
    owner, _, name = title.removesuffix("()").rpartition(".")
    return owner if name in CONSTRUCTORS else name


def _is_very(name: str, owner: str, method: str) -> bool:
    """Whether `name` is that of the method or function `method` of the class or module `owner`, as it is written."""
    above, _, last = name.rpartition(".")
    return last == method and above.rpartition(".")[2] == owner.rpartition(".")[2]


def _may_be(name: str, owner: str, method: str) -> bool:
    """Whether `name` may be that of `method`: it does not say that it is of another class, or of another module."""
    above, _, last = name.rpartition(".")
    is_known = above.partition(".")[0] == owner.partition(".")[0] or above.rpartition(".")[2][:1].isupper()
    return _is_very(name, owner, method) or (last == method and not is_known)
