"""The baseline: findings that are known, and not to be reported again.

It knows a finding by its file, rule, function and what is called there, and how many such there are. Lines play no
part, so that moving code wakes nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec

from asynclint.diagnostics import Diagnostic
from asynclint.errors import UserError
from asynclint.sources.files import absolute_path, display_path
from asynclint.writing import write_whole

_VERSION = 1


class BaselineEntry(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """`count` findings of one kind. `path` is relative to the folder of the baseline, with forward slashes.

    `function` is qualified within its file, and empty outside of functions.
    """

    path: str
    function: str
    rule: str
    calls: str
    count: Annotated[int, msgspec.Meta(ge=1)] = 1

    def __str__(self) -> str:
        """In one line, for people."""
        parts = [f"{self.path}: {self.rule}", self.function and f"in {self.function}", self.calls and f"({self.calls})"]
        times = f" {self.count} times" if self.count > 1 else ""
        return " ".join(filter(None, parts)) + times


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    findings: tuple[BaselineEntry, ...]


class Baseline:
    """The entries of the baseline in `file`, an absolute path."""

    def __init__(self, file: Path, entries: Iterable[BaselineEntry] = ()) -> None:
        self.file = file
        counts: Counter[BaselineEntry] = Counter()
        for entry in entries:
            counts[_without_count(entry)] += entry.count
        self._counts = counts
        self.entries = tuple(sorted(msgspec.structs.replace(kind, count=count) for kind, count in counts.items()))

    def unknown(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Those of `diagnostics` that are not in the baseline. Where there are more of a kind than it has, that is all
        of the kind: which of them is new can't be told.
        """
        found = list(diagnostics)
        kinds = [self._kind(diagnostic) for diagnostic in found]
        counts = Counter(kinds)
        pairs = zip(found, kinds, strict=True)
        return [diagnostic for diagnostic, kind in pairs if counts[kind] > self._counts[kind]]

    def gone(self, diagnostics: Iterable[Diagnostic], is_checked: Callable[[Path, str], bool]) -> list[BaselineEntry]:
        """What the baseline has and `diagnostics` have not, with how many of it are gone. `is_checked(file, rule)` says
        whether a finding would have been among them.
        """
        counts = Counter(map(self._kind, diagnostics))
        found = []
        for entry in self.entries:
            missing = entry.count - counts[_without_count(entry)]
            if missing > 0 and is_checked(self._file_of(entry), entry.rule):
                found.append(msgspec.structs.replace(entry, count=missing))
        return found

    def updated(self, diagnostics: Iterable[Diagnostic], is_checked: Callable[[Path, str], bool]) -> Baseline:
        """The baseline with `diagnostics`, in place of all that was checked."""
        kept = [entry for entry in self.entries if not is_checked(self._file_of(entry), entry.rule)]
        return Baseline(self.file, [*kept, *map(self._kind, diagnostics)])

    def write(self) -> None:
        """Write it to its file, a line for each entry, so that changes on two branches merge. Raises `UserError`."""
        entries = ",\n".join(f"    {msgspec.json.encode(entry).decode()}" for entry in self.entries)
        findings = f"[\n{entries}\n  ]" if entries else "[]"
        write_whole(self.file, f'{{\n  "version": {_VERSION},\n  "findings": {findings}\n}}\n')

    def _kind(self, diagnostic: Diagnostic) -> BaselineEntry:
        relative = os.path.relpath(absolute_path(Path(diagnostic.path)), self.file.parent)
        path = Path(relative).as_posix().encode("utf-8", "backslashreplace").decode()
        return BaselineEntry(path, diagnostic.function, diagnostic.code, diagnostic.called)

    def _file_of(self, entry: BaselineEntry) -> Path:
        return absolute_path(self.file.parent / entry.path)


def read_baseline(file: Path) -> Baseline:
    """The baseline in `file`, an absolute path. Raises `UserError`."""
    shown = display_path(file)
    try:
        content = msgspec.json.decode(file.read_bytes(), type=_File)
    except FileNotFoundError:
        raise UserError(f"{shown}: no such baseline; --write-baseline {shown} writes one") from None
    except OSError as error:
        raise UserError(f"{shown}: the baseline cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{shown}: not a baseline of asynclint: {error}") from None
    if content.version != _VERSION:
        raise UserError(f"{shown}: a baseline of version {content.version}, where this asynclint knows {_VERSION}")
    return Baseline(file, content.findings)


def _without_count(entry: BaselineEntry) -> BaselineEntry:
    return msgspec.structs.replace(entry, count=1)
