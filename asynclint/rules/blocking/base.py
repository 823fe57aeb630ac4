"""What the rules about blocking calls have in common: how their messages read, and in which order they give advice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from asynclint.knowledge.model import Kind
from asynclint.program.observations import BlockingCall
from asynclint.rules.base import Finding, Rule
from asynclint.rules.blocking import remedies


class BlockingRule(Rule[BlockingCall]):
    """A rule about calls that block as `kind` says. `subject` names such a call, `effect` what it does to the loop."""

    observes = BlockingCall
    kind: ClassVar[Kind]
    subject: ClassVar[str]
    effect: ClassVar[str] = "stalls the event loop"

    def check(self, observed: BlockingCall) -> Finding | None:
        """A finding for every call of the rule's kind."""
        if observed.kind != self.kind:
            return None
        return Finding(self.message(observed), self.help(observed))

    def message(self, observed: BlockingCall) -> str:
        """What is called, what that reaches, and what it does to the loop."""
        primitive = as_code(observed.primitive)
        if observed.callee.removeprefix("for ... in ") == primitive.removeprefix("for ... in "):
            return f"{self.subject}: `{observed.callee}` {self.effect}"
        return f"{self.subject}: `{observed.callee}` reaches `{primitive}` and {self.effect}"

    def help(self, observed: BlockingCall) -> str:
        """The advice in one line, with what there is to know about the primitive."""
        advice = ", or ".join(each for each in self.advice(observed) if each)
        if observed.could_await:
            advice = f"make `{observed.owner}` an `async def`, then {advice}"
        return f"{advice} ({observed.note})" if observed.note else advice

    def advice(self, observed: BlockingCall) -> Iterator[str]:
        """What to do, best first; what is empty does not apply. A new dependency comes last."""
        yield remedies.plain_endpoint(observed)
        ways = [remedies.in_a_thread(observed)]
        if len(observed.links) > 1:
            ways.append(remedies.on_the_loop(observed))
        elif native := remedies.on_the_loop(observed):
            ways = [native]
        yield from ways
        yield remedies.async_library(observed)


def as_code(primitive: str) -> str:
    """How using the primitive with that qualified name reads in code: `open()`, `with threading.Lock`."""
    name = primitive.removeprefix("builtins.")
    owner, _, last = name.rpartition(".")
    match last:
        case "__enter__" | "__exit__":
            return f"with {owner}"
        case "__iter__":
            return f"for ... in {owner}"
        case "__call__":
            return f"{owner}()"
        case _:
            return f"{name}()"
