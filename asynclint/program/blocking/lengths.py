"""How sure and how long chains are, and which of them are too far-fetched to be reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from asynclint.knowledge.model import Kind


class Doubts(msgspec.Struct, frozen=True):
    """Why a place may not run: `open` conditions are undecided. Of them, `choices` hold for a few literals only, as
    `if provider == "s3"` does. For all that is known of the arguments, `unknowns` are about these; a handler of an
    exception is one unknown more.
    """

    choices: int
    unknowns: int
    open: int


CERTAIN = Doubts(0, 0, 0)


class Length(NamedTuple):
    """How sure and how long a chain is: the doubts of all its sites, and its calls."""

    choices: int
    unknowns: int
    hops: int
    open: int

    def after(self, doubts: Doubts) -> Length:
        """The length with one more call in front."""
        return Length(
            self.choices + doubts.choices, self.unknowns + doubts.unknowns, self.hops + 1, self.open + doubts.open
        )

    def is_likely(self, kind: Kind) -> bool:
        """Whether a chain like this one is ever gone down to its end, as far as anybody can tell."""
        hops, conditions = _FAR.get(kind, _FAR_OTHERWISE)
        return self.choices <= MOST_CHOICES and not (self.hops > hops and self.open > conditions)


NO_CALL = Length(0, 0, 0, 0)
MOST_CHOICES = 1
"""How many choices a chain may depend on that nothing shows to be made: two are seldom made together."""
_FAR: dict[Kind, tuple[int, int]] = {"cpu": (2, 1)}
"""By kind, beyond how many calls and undecided conditions, both together, a chain is too far-fetched to be reported:
CPU work is done only where there is something to work on.
"""
_FAR_OTHERWISE = (6, 4)
