"""What is known of a project from earlier runs, and what of it a change leaves standing.

The findings in each function, and in what is outside of functions, are kept with their origin: what they were made from
(see `asynclint.program.memory`). They stand as long as none of that has changed. When files came or went, or anything
else was seen that is not the content of a file of the project, nothing stands.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import structs

from asynclint.cache.identity import request_identity, results_identity
from asynclint.cache.store import Store
from asynclint.diagnostics import Diagnostic
from asynclint.program.blocking.remarks import Remark
from asynclint.program.memory.origins import Origin, Origins
from asynclint.program.memory.reads import Input, Reader, Recalled
from asynclint.program.memory.staleness import Staleness
from asynclint.program.memory.versions import Edit, compare
from asynclint.program.names.modules import Module
from asynclint.program.names.project import Project
from asynclint.program.program import Address
from asynclint.program.text.survey import Survey
from asynclint.sources.filesystem import Seen, changes
from asynclint.sources.suppressions import Suppression

_NEEDED = 0.8
"""How many of the origins have to be needed still for all of them to be kept."""
_MOST_REMARKS = 200
"""How many remarks there may be for each file before they are all made anew: those that are no longer in use add up."""


class OwnSuppression(msgspec.Struct, frozen=True, array_like=True):
    """A comment that has to silence something, and whether it stands in a function that is not `async`."""

    comment: Suppression
    in_plain_function: bool


class Findings(msgspec.Struct, frozen=True, array_like=True):
    """What was found in a part of a file, the file's own suppressions with what is outside of functions, and the number
    of the origin of all that.
    """

    diagnostics: tuple[Diagnostic, ...]
    suppressions: tuple[OwnSuppression, ...]
    origin: int


class Handed(msgspec.Struct, frozen=True, array_like=True):
    """The functions that a file hands to the loop, and the number of the origin of that."""

    functions: tuple[Address, ...]
    origin: int


class _File(msgspec.Struct, array_like=True):
    """What is known of one file: its compressed text, and the findings in its parts, by their units (0: outside of
    functions), if it was checked; `None` where it has to be again.
    """

    text: bytes
    survey: Survey
    handed: Handed | None = None
    parts: dict[int, Findings | None] = {}

    def renumber(self, origins: Mapping[int, int]) -> None:
        """Give origins their new numbers."""
        if self.handed is not None:
            self.handed = structs.replace(self.handed, origin=origins[self.handed.origin])
        for unit, part in self.parts.items():
            self.parts[unit] = part and structs.replace(part, origin=origins[part.origin])


Noticed = dict[bytes, tuple[Remark, int]]
"""Remarks about functions, by their keys, with the numbers of their origins."""


class Learnt(msgspec.Struct, frozen=True):
    """The inputs and origins that a copy of the process has come to know, after those that were `known` before: how
    many inputs, and how many origins.
    """

    known: tuple[int, int]
    inputs: list[Input]
    origins: list[Origin]


class _State(msgspec.Struct, array_like=True):
    """All that is known of a project. The place of an input in `inputs` is its number in `origins`."""

    seen: Seen
    inputs: list[Input]
    origins: list[Origin]
    files: dict[str, _File]
    remarks: Noticed


class Memory:
    """What earlier runs that were asked alike have found out about a project, as far as it still stands."""

    def __init__(self, store: Store, request: object, project: Project) -> None:
        self._store = store
        self._project = project
        encoded = request_identity(request)
        self._key = hashlib.blake2b(b"project" + results_identity() + encoded, digest_size=20).digest()
        self._files: dict[str, _File] = {}
        self._origins = Origins()
        self._staleness = Staleness(project.reads)
        self._changed: dict[str, Module] = {}
        self._new: dict[str, Mapping[int, Findings]] = {}
        self._remarks: Noticed = {}
        self._new_remarks: Noticed = {}
        self._recalled: dict[int, Recalled] = {}
        self._handed: dict[str, Handed] = {}

    def recall(self) -> Seen | None:
        """Look up what stands, before any file is read. Gives what the earlier runs have seen, if anything stands."""
        state = self._store.get(self._key, _State)
        if state is None:
            return None
        change = changes(state.seen)
        if change.elsewhere or not change.files <= state.files.keys():
            return None
        self._project.reads.restore(state.inputs)
        modules = {path: self._project.module_at(Path(path)) for path in sorted(change.files)}
        if None in modules.values():
            return None
        self._files, self._remarks, self._origins = state.files, state.remarks, Origins(state.origins)
        self._changed = {path: module for path, module in modules.items() if module is not None}
        before = self._names()
        edits = {module: self._replace(path, module) for path, module in self._changed.items()}
        self._forget_mentions(before ^ self._names())
        for module, edit in edits.items():
            self._staleness.note_edit(module, edit, self._modules_beside(module))
        self._staleness.mark(self._origins)
        return change.seen

    def survey(self, file: Path) -> Survey | None:
        """See `asynclint.program.program.Remembered`."""
        known = self._files.get(str(file))
        return known.survey if known is not None else None

    def handed(self, file: Path) -> Sequence[Address] | None:
        """See `asynclint.program.program.Remembered`."""
        if str(file) in self._handed:
            return self._handed[str(file)].functions
        known = self._files.get(str(file)) if str(file) not in self._changed else None
        handed = known.handed if known is not None else None
        return handed.functions if handed is not None and not self._staleness.covers(handed.origin) else None

    def standing(self, file: Path) -> dict[int, Findings]:
        """What was found in those parts of `file` where that stands, by their units."""
        known = self._files.get(str(file))
        parts = known.parts.items() if known is not None else ()
        return {unit: found for unit, found in parts if found is not None and not self._staleness.covers(found.origin)}

    def stands(self, file: Path) -> bool:
        """Whether what was found in `file` stands, all of it."""
        known = self._files.get(str(file))
        return known is not None and 0 < len(known.parts) == len(self.standing(file))

    @property
    def has_remarks(self) -> bool:
        """See `asynclint.program.blocking.remarks.Remarks`."""
        return bool(self._remarks or self._new_remarks)

    def remark(self, key: bytes) -> tuple[Remark, Reader] | None:
        """See `asynclint.program.blocking.remarks.Remarks`."""
        found = self._new_remarks.get(key)
        if found is None:
            found = self._remarks.get(key)
            if found is None or self._staleness.covers(found[1]):
                return None
        return found[0], self._recalled.setdefault(found[1], Recalled(found[1]))

    def note_handed(self, handed: Mapping[Path, Handed]) -> None:
        """Take note of the functions that files hand to the loop now: what leans on others than before is stale."""
        self._handed.update((str(file), each) for file, each in handed.items())
        if not self._store.is_open:
            return
        for file, each in handed.items():
            known = self._file(file)
            before = known.handed.functions if known.handed is not None else ()
            for path, _ in set(before).symmetric_difference(each.functions):
                self._staleness.note("outside", path)
                self._staleness.note("inside", path)
            known.handed = each
        self._staleness.mark(self._origins)

    def origins_of(self, readers: Iterable[Reader]) -> list[int]:
        """The numbers of the origins of what `readers` have found out."""
        return self._origins.add_readers(readers)

    def known(self) -> tuple[int, int]:
        """How many inputs and origins there are."""
        return len(self._project.reads.inputs()), len(self._origins.all)

    def learnt(self, known: tuple[int, int]) -> Learnt:
        """The inputs and origins after those that were `known`."""
        return Learnt(known, self._project.reads.inputs()[known[0] :], self._origins.all[known[1] :])

    def learn(self, learnt: Learnt) -> list[int]:
        """Take what a copy of the process has learnt. Gives the number that each of its origins has here."""
        reads, (inputs, origins) = self._project.reads, learnt.known
        numbers = [*range(inputs), *(reads.number(kind, name) for kind, name in learnt.inputs)]
        return self._origins.add_all(learnt.origins, known=origins, inputs=numbers)

    def keep(self, found: Mapping[Path, Mapping[int, Findings]], remarks: Noticed) -> None:
        """Keep what was found in parts of files, and out about functions."""
        self._new.update((str(file), parts) for file, parts in found.items())
        self._new_remarks |= remarks

    def used(self, findings: Iterable[Findings]) -> frozenset[str]:
        """The comments that were of use for `findings` (see `asynclint.suppress.use_of`)."""
        inputs = enumerate(self._project.reads.inputs())
        comments = {number: name for number, (kind, name) in inputs if kind == "silenced"}
        numbers = self._origins.inputs_of((each.origin for each in findings), comments.keys()) if comments else ()
        return frozenset(comments[number] for number in numbers)

    def save(self, seen: Seen) -> None:
        """Keep all of this for later runs, that have to compare with what was `seen`."""
        if not self._store.is_open:
            return
        for path in self._new:
            self._file(Path(path))
        for path, known in self._files.items():
            known.parts = {**dict.fromkeys(known.parts), **self.standing(Path(path)), **self._new.get(path, {})}
        remarks = {key: found for key, found in self._remarks.items() if not self._staleness.covers(found[1])}
        are_few = len(remarks) <= _MOST_REMARKS * len(self._files)
        self._remarks = remarks | self._new_remarks if are_few else self._new_remarks
        self._store.put(self._key, self._state(seen))

    def _state(self, seen: Seen) -> _State:
        """What is known. Inputs and origins to which nothing leads any more are left out, where they are many."""
        files = self._files.values()
        numbers = self._origins.needed(
            [
                *(part.origin for known in files for part in known.parts.values() if part is not None),
                *(known.handed.origin for known in files if known.handed is not None),
                *(origin for _, origin in self._remarks.values()),
            ]
        )
        inputs, origins = self._project.reads.inputs(), self._origins.all
        if len(numbers) < _NEEDED * len(origins):
            origins, kept = self._origins.only(numbers)
            inputs = [inputs[number] for number in kept]
            for known in files:
                known.renumber(numbers)
            self._remarks = {key: (remark, numbers[origin]) for key, (remark, origin) in self._remarks.items()}
        return _State(seen, inputs, origins, self._files, self._remarks)

    def _file(self, file: Path) -> _File:
        known = self._files.get(str(file))
        if known is None:
            module = self._project.module_at(file)
            known = self._files[str(file)] = _describe(module) if module is not None else _File(b"", Survey())
        return known

    def _replace(self, path: str, module: Module) -> Edit:
        """Put what a file is now in the place of what it was."""
        known, new = self._files[path], _describe(module)
        for name in set(known.survey.bases).symmetric_difference(new.survey.bases):
            self._staleness.note("bases", name)
        new.handed = known.handed
        self._files[path] = new
        return compare(_text_of(known), module.raw_text)

    def _modules_beside(self, module: Module) -> Iterator[Module]:
        others = (self._project.module_at(Path(path)) for path in self._files)
        return (other for other in others if other is not None and other is not module)

    def _names(self) -> set[tuple[str, bool]]:
        """The names of the project's coroutine functions, each with whether a plain function has that name, too."""
        coroutines = {name for known in self._files.values() for name in known.survey.coroutines}
        functions = {name for known in self._files.values() for name in known.survey.functions}
        return {(name, name in functions) for name in coroutines}

    def _forget_mentions(self, names: Collection[tuple[str, bool]]) -> None:
        """Findings in files that have one of `names` do not stand: which functions are read depends on such names."""
        words = {name for name, _ in names}
        for path, known in self._files.items() if words else ():
            module = self._project.module_at(Path(path))
            if module is None or any(word in module.raw_text for word in words):
                known.parts = {}


def _describe(module: Module) -> _File:
    text = module.raw_text.encode("utf-8", "surrogatepass")
    return _File(zlib.compress(text, level=1), module.survey)


def _text_of(known: _File) -> str:
    return zlib.decompress(known.text).decode("utf-8", "surrogatepass") if known.text else ""
