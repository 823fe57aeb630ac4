"""The shares of a check that several processes have, and what they tell each other of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from asynclint.cache.facts import Parts
from asynclint.diagnostics import Diagnostic
from asynclint.failures import Failure
from asynclint.incremental import Findings
from asynclint.program.modules import Module
from asynclint.program.reads import Input
from asynclint.sources.filesystem import Seen

_MOST = 8
"""More processes than this spend their time, and much memory, on finding out the same about what all files call."""


class Checked(NamedTuple):
    """What was found in files, and what is wrong with those that can't be read."""

    found: dict[Path, Findings]
    unreadable: list[Diagnostic]


class Answer(msgspec.Struct, frozen=True):
    """What a copy of a process tells the other of its share: what it found, by file; what went wrong; the inputs that
    the masks of findings mean beyond those `known` to both; facts that it made, for each project; what it has seen of
    the file system, and read of the store.
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


def shares(modules: Sequence[Module], processes: int) -> list[list[Module]]:
    """`modules` in about equal shares, at least one. Neighbours stay together: they call the same."""
    count = max(1, min(processes, _MOST, len(modules)))
    found: list[list[Module]] = [[] for _ in range(count)]
    total = sum(len(module.raw_text) for module in modules)
    done = 0
    for module in modules:
        found[min(done * count // max(1, total), count - 1)].append(module)
        done += len(module.raw_text)
    return found
