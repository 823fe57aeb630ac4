"""What a copy of the process tells the other of the files that it has looked at."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from asynclint.diagnostics import Diagnostic
from asynclint.failures import Failure
from asynclint.incremental import Findings, Handed, Learnt, Noticed
from asynclint.sources.filesystem import Seen


class Checked(NamedTuple):
    """What files hand to the loop; what was found in their parts, by their units; what was found out about functions;
    and what is wrong with files that can't be read.
    """

    handed: dict[Path, Handed]
    found: dict[Path, dict[int, Findings]]
    remarks: Noticed
    unreadable: list[Diagnostic]


class Answer(msgspec.Struct, frozen=True):
    """What files hand to the loop, what was found in their parts, and out about functions; what went wrong; what the
    origins of all that mean; facts that were made, for each project, packed; what was seen of the file system, and read
    of the store.
    """

    handed: dict[str, Handed]
    found: dict[str, dict[int, Findings]]
    remarks: Noticed
    unreadable: list[Diagnostic]
    failures: list[Failure]
    learnt: Learnt
    facts: list[dict[str, bytes]]
    seen: Seen
    read: frozenset[bytes]


def decoded(answer: bytes | None) -> Answer | None:
    """The answer in those bytes, if there is one."""
    return msgspec.msgpack.decode(answer, type=Answer) if answer is not None else None
