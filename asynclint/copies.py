"""What a copy of the process tells the other of the files that it has checked."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from asynclint.cache.facts import Parts
from asynclint.diagnostics import Diagnostic
from asynclint.failures import Failure
from asynclint.incremental import Findings
from asynclint.program.reads import Input
from asynclint.sources.filesystem import Seen


class Checked(NamedTuple):
    """What was found in files, and what is wrong with those that can't be read."""

    found: dict[Path, Findings]
    unreadable: list[Diagnostic]


class Answer(msgspec.Struct, frozen=True):
    """What was found, by file; what went wrong; the inputs that the masks of findings mean beyond those `known` to both
    processes; facts that were made, for each project; what was seen of the file system, and read of the store.
    """

    found: dict[str, Findings]
    unreadable: list[Diagnostic]
    failures: list[Failure]
    known: int
    inputs: list[Input]
    facts: list[dict[str, Parts]]
    seen: Seen
    read: frozenset[bytes]


def decoded(answer: bytes | None) -> Answer | None:
    """The answer in those bytes, if there is one."""
    return msgspec.msgpack.decode(answer, type=Answer) if answer is not None else None
