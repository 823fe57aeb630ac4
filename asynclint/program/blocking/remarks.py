"""Remarks: what was found out about a function, told in words that mean the same in a later run.

A function that is called in a certain way blocks as its labels say (see `call_graph`), and some of its
parameters decide what it does (see `parameters`). To find that out takes all that it leads to, and it
changes seldom.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from asynclint.knowledge.model import Kind
from asynclint.program.blocking.lengths import Length
from asynclint.program.memory.reads import Recalled
from asynclint.program.names.modules import Module
from asynclint.program.names.scopes import ScopeNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynclint.program.memory.reads import Reader


class Label(NamedTuple):
    """The surest chain of a function to a primitive: its length, and the number of the site at which it goes on."""

    length: Length
    site: int


class Remark(msgspec.Struct, frozen=True, array_like=True):
    """How a function blocks, by kind; or the names of the parameters that the remark is about."""

    labels: dict[Kind, Label] = {}
    parameters: tuple[str, ...] = ()


class Remarks(Protocol):
    """The remarks of earlier runs, as far as they still stand."""

    def remark(self, key: bytes) -> tuple[Remark, Reader] | None:
        """The remark with a key, and who leads to all that it was made from."""

    @property
    def has_remarks(self) -> bool:
        """Whether there are any."""


Remarked = tuple[bytes, Remark, "Reader"]
"""A remark with its key, and with who found it out."""


class Ledger:
    """Looks up what earlier runs have remarked, and makes remarks for later ones. Their keys are the same in every run,
    as long as what they are about is called the same.
    """

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._addresses: dict[ScopeNode, str] = {}

    def find(self, *subjects: object) -> tuple[Remark, Reader] | None:
        """The remark about `subjects`, if there is one, and who leads to all that it was made from."""
        return self._remarks.remark(self._key_of(subjects)[0]) if self._remarks.has_remarks else None

    def noted(self, reader: Reader, remark: Remark, *subjects: object) -> Iterator[Remarked]:
        """The `remark` about `subjects` that `reader` has found out; none where that was done by an earlier run."""
        if not isinstance(reader, Recalled):
            key, inputs = self._key_of(subjects)
            reader.read |= inputs
            yield key, remark, reader

    def _key_of(self, subjects: tuple[object, ...]) -> tuple[bytes, set[int]]:
        """The key of a remark about `subjects`, and the inputs that say what is meant by it."""
        inputs: set[int] = set()
        described = repr([self._described(subject, inputs) for subject in subjects])
        return blake2b(described.encode("utf-8", "surrogatepass"), digest_size=16).digest(), inputs

    def _described(self, subject: object, inputs: set[int]) -> object:
        if isinstance(subject, ScopeNode):
            inputs.add(subject.parent.input if subject.parent is not None else subject.input)
            return self._address(subject)
        if isinstance(subject, Module):
            inputs.add(subject.outside)
            return str(subject.file)
        if isinstance(subject, msgspec.Struct):
            fields = (self._described(getattr(subject, name), inputs) for name in subject.__struct_fields__)
            return (type(subject).__name__, *fields)
        return [self._described(each, inputs) for each in subject] if isinstance(subject, tuple) else subject

    def _address(self, scope: ScopeNode) -> str:
        found = self._addresses.get(scope)
        if found is None:
            found = self._addresses[scope] = f"{scope.module.file}\n{scope.steps}"
        return found
