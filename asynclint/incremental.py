"""What is known of a project from earlier runs, and what of it a change leaves standing.

Each file's findings are kept with what they were made from: which parts of which files (see `asynclint.program.reads`).
They stand as long as none of that has changed. When files came or went, or anything else was seen that is not the
content of a file of the project, nothing stands. A function that is new touches only what could notice it (see
`asynclint.program.versions`).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from asynclint.cache.identity import request_identity, results_identity
from asynclint.cache.store import Store
from asynclint.diagnostics import Diagnostic
from asynclint.program.modules import Module
from asynclint.program.program import Address
from asynclint.program.project import Project
from asynclint.program.reads import Input, Reader
from asynclint.program.survey import Survey
from asynclint.program.versions import Edit, compare, noticed
from asynclint.sources.filesystem import Seen, changes
from asynclint.sources.suppressions import Suppression

_MOST_INPUTS = 60
"""How many inputs a file may have on average before all is made anew: those that are no longer in use add up."""


class OwnSuppression(msgspec.Struct, frozen=True, array_like=True):
    """A comment that has to silence something, and whether it stands in a function that is not `async`."""

    comment: Suppression
    in_plain_function: bool


class Findings(msgspec.Struct, frozen=True, array_like=True):
    """What was found in a file, its own suppressions, and the mask of what all that came from, packed."""

    diagnostics: tuple[Diagnostic, ...]
    suppressions: tuple[OwnSuppression, ...]
    read: bytes


class _Handed(msgspec.Struct, frozen=True, array_like=True):
    """The functions that a file hands to the loop, and the mask of what that was made from, packed."""

    functions: tuple[Address, ...]
    read: bytes


class _File(msgspec.Struct, array_like=True):
    """What is known of one file; its text is compressed."""

    text: bytes
    survey: Survey
    handed: _Handed | None = None
    findings: Findings | None = None


class _State(msgspec.Struct, array_like=True):
    """All that is known of a project. The place of an input in `inputs` is its bit in masks."""

    seen: Seen
    inputs: list[Input]
    files: dict[str, _File]


class Memory:
    """What earlier runs that were asked alike have found out about a project, as far as it still stands."""

    def __init__(self, store: Store, request: object, project: Project) -> None:
        self._store = store
        self._project = project
        encoded = request_identity(request)
        self._key = hashlib.blake2b(b"project" + results_identity() + encoded, digest_size=20).digest()
        self._files: dict[str, _File] = {}
        self._stale = 0
        self._added: list[tuple[int, int]] = []
        self._changed: dict[str, Module] = {}
        self._new: dict[str, Findings] = {}

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
        self._files = state.files
        self._changed = {path: module for path, module in modules.items() if module is not None}
        before = self._names()
        edits = {module: self._replace(path, module) for path, module in self._changed.items()}
        self._forget_mentions(before ^ self._names())
        for module, edit in edits.items():
            self._note_edit(module, edit)
        return change.seen

    def survey(self, file: Path) -> Survey | None:
        """See `asynclint.program.program.Remembered`."""
        known = self._files.get(str(file))
        return known.survey if known is not None else None

    def handed(self, file: Path) -> Sequence[Address] | None:
        """See `asynclint.program.program.Remembered`."""
        known = self._files.get(str(file)) if str(file) not in self._changed else None
        handed = known.handed if known is not None else None
        return handed.functions if handed is not None and not self._is_stale(handed.read) else None

    def findings(self, file: Path) -> Findings | None:
        """What was found in `file`, if that stands."""
        if str(file) in self._new:
            return self._new[str(file)]
        known = self._files.get(str(file))
        findings = known.findings if known is not None else None
        return findings if findings is not None and not self._is_stale(findings.read) else None

    def note_handed(self, handed: Mapping[Path, tuple[list[Address], Reader]]) -> None:
        """Take note of the functions that files hand to the loop now: what leans on others than before is stale."""
        if not self._store.is_open:
            return
        masks = self._project.reads.masks(reader for _, reader in handed.values())
        for (file, (functions, _)), mask in zip(handed.items(), masks, strict=True):
            known = self._file(file)
            before = known.handed.functions if known.handed is not None else ()
            for path, _ in set(before).symmetric_difference(functions):
                reads = self._project.reads
                self._stale |= reads.bit("outside", path) | reads.bit("inside", path)
            known.handed = _Handed(tuple(functions), packed(mask))

    def keep(
        self,
        file: Path,
        diagnostics: Sequence[Diagnostic],
        suppressions: Sequence[OwnSuppression],
        mask: int,
    ) -> Findings:
        """Keep what was found in `file`."""
        found = self._new[str(file)] = Findings(tuple(diagnostics), tuple(suppressions), packed(mask))
        return found

    def used(self, findings: Iterable[Findings]) -> frozenset[str]:
        """The comments that were of use for `findings` (see `asynclint.suppress.use_of`)."""
        mask = 0
        for each in findings:
            mask |= unpacked(each.read)
        inputs = enumerate(self._project.reads.inputs())
        return frozenset(name for number, (kind, name) in inputs if kind == "silenced" and mask >> number & 1)

    def save(self, seen: Seen) -> None:
        """Keep all of this for later runs, that have to compare with what was `seen`."""
        if not self._store.is_open:
            return
        for known in self._files.values():
            if known.findings is not None and self._is_stale(known.findings.read):
                known.findings = None
        for path, findings in self._new.items():
            self._file(Path(path)).findings = findings
        inputs = self._project.reads.inputs()
        if len(inputs) <= _MOST_INPUTS * (len(self._files) + 1):
            self._store.put(self._key, _State(seen, inputs, self._files))

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
            self._stale |= self._project.reads.bit("bases", name)
        new.handed = known.handed
        self._files[path] = new
        return compare(_text_of(known), module.raw_text)

    def _note_edit(self, module: Module, edit: Edit) -> None:
        """Take note of what has changed in a file. Functions that are new matter to those who have read both the file
        and what mentions them.
        """
        reads = self._project.reads
        self._stale |= module.changed(edit)
        for kind, name in reads.inputs():
            if kind == "mentions" and name in edit.words:
                self._stale |= reads.bit(kind, name)
        own = 1 << module.outside | 1 << module.inside
        names = noticed(edit.added)
        if names is None:
            self._stale |= own
        elif names:
            mentions = module.mentions(names, aside=edit.added_numbers)
            for other in (self._project.module_at(Path(path)) for path in self._files):
                if other is not None and other is not module:
                    mentions |= other.mentions(names)
            self._added.append((own, mentions))

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
                known.findings = None

    def _is_stale(self, read: bytes) -> bool:
        mask = unpacked(read)
        return mask & self._stale != 0 or any(mask & own and mask & mentions for own, mentions in self._added)


def _describe(module: Module) -> _File:
    text = module.raw_text.encode("utf-8", "surrogatepass")
    return _File(zlib.compress(text, level=1), module.survey)


def _text_of(known: _File) -> str:
    return zlib.decompress(known.text).decode("utf-8", "surrogatepass") if known.text else ""


def packed(mask: int) -> bytes:
    """A mask, of which most bits are 0, as bytes."""
    return zlib.compress(mask.to_bytes((mask.bit_length() + 7) // 8, "little"), level=1)


def unpacked(mask: bytes) -> int:
    """What was `packed`."""
    return int.from_bytes(zlib.decompress(mask), "little")
