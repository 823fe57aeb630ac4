"""Work on the files of a project done by copies of the process, which tell this one what they have come to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import structs

from asynclint.cache.store import Store, encoded
from asynclint.diagnostics import Diagnostic
from asynclint.failures import Failure
from asynclint.forks import forked
from asynclint.incremental import Findings, Handed, Learnt, Memory, Noticed
from asynclint.program.names.modules import Module
from asynclint.program.names.project import Project
from asynclint.progress import Progress, untold
from asynclint.sources.filesystem import FileSystem, Seen


class Checked(NamedTuple):
    """What files hand to the loop; what was found in their parts, by their units; what was found out about functions;
    and what is wrong with files that can't be read.
    """

    handed: dict[Path, Handed]
    found: dict[Path, dict[int, Findings]]
    remarks: Noticed
    unreadable: list[Diagnostic]


Work = Callable[[Sequence[Module], Progress], Checked]
"""What is done with a share of the modules of a project."""


class _Answer(msgspec.Struct, frozen=True):
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


class Copies:
    """Copies of this process at work on a project, and all that they and it come to know: what was seen of the
    file system and read of the store, the facts of `projects`, what `memory` keeps, and `failures`, which is added to.
    """

    def __init__(
        self,
        filesystem: FileSystem,
        store: Store,
        projects: Sequence[Project],
        memory: Memory,
        failures: list[Failure],
    ) -> None:
        self.is_copy = False
        self._filesystem = filesystem
        self._store = store
        self._projects = projects
        self._memory = memory
        self._failures = failures

    def each_done(
        self, work: Work, parts: Sequence[Sequence[Module]], jobs: int, progress: Progress
    ) -> Iterator[Checked]:
        """Do `work` with each of `parts`: here, if it is one, or else in a copy of the process, `jobs` at a time."""
        if len(parts) == 1:
            yield work(parts[0], progress)
            return
        with forked([partial(self._answer, work, part) for part in parts], jobs) as answers:
            for done, (number, content) in enumerate(answers, 1):
                yield self._taken(content) if content is not None else work(parts[number], untold)
                progress("Checking files", done, len(parts))

    def _answer(self, work: Work, modules: Sequence[Module]) -> bytes | None:
        """Do `work` in a copy of the process. Gives what the other has to know of that."""
        self._store.reconnect()
        self.is_copy = True
        self._failures.clear()
        for project in self._projects:
            project.take_new_facts()
        known = self._memory.known()
        checked = work(modules, untold)
        answer = _Answer(
            handed={str(file): handed for file, handed in checked.handed.items()},
            found={str(file): parts for file, parts in checked.found.items()},
            remarks=checked.remarks,
            unreadable=checked.unreadable,
            failures=self._failures,
            learnt=self._memory.learnt(known),
            facts=[project.take_new_facts() for project in self._projects],
            seen=self._filesystem.seen(),
            read=self._store.read,
        )
        return encoded(answer)

    def _taken(self, content: bytes) -> Checked:
        """What a copy of the process has found, as if this one had found it."""
        answer = msgspec.msgpack.decode(content, type=_Answer)
        self._failures += answer.failures
        self._filesystem.recall(answer.seen)
        self._store.note_read(answer.read)
        for project, facts in zip(self._projects, answer.facts, strict=True):
            project.keep_facts(facts)
        origins = self._memory.learn(answer.learnt)
        handed = {
            Path(file): structs.replace(each, origin=origins[each.origin]) for file, each in answer.handed.items()
        }
        found = {
            Path(file): {unit: structs.replace(each, origin=origins[each.origin]) for unit, each in parts.items()}
            for file, parts in answer.found.items()
        }
        remarks = {key: (remark, origins[origin]) for key, (remark, origin) in answer.remarks.items()}
        self._memory.keep(found, remarks)
        return Checked(handed, found, remarks, answer.unreadable)
