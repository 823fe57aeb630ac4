"""Versions of a file, told apart by the parts that answers are made from.

What an edit only adds is a special case, because it is the most frequent one: a new function changes nothing for those
who do not mention its name, nor the attributes that it assigns or tests.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from asynclint.program.lexical import filled, global_names, placed, set_by_name, stored_attributes, tested_attributes
from asynclint.sources.lines import with_newlines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynclint.sources.outline import Outline

_BLANK_LINES = re.compile(r"(?:[ \t\f]*\n)*")
_DEFINITION = re.compile(r"[ \t\f]*(?:async[ \t]+)?def[ \t]+(\w+)")
_SPECIAL_NAME = re.compile(r"__\w+__")
_SUPPRESSION = re.compile("noqa|asynclint", re.IGNORECASE)


class FunctionPart(msgspec.Struct, frozen=True, array_like=True):
    """An outermost function: hashes of what stands between the one before it and this one (empty: nothing), of its
    head, with its qualified name, and of its body; and its 1-based line.
    """

    before: bytes
    head: bytes
    body: bytes
    line: int


class Version(msgspec.Struct, frozen=True, array_like=True):
    """A version of a file: its functions in order; hashes of what stands after the last of them, of the lines on which
    that and what stands between them is, and of the names in `global` statements.
    """

    functions: tuple[FunctionPart, ...] = ()
    after: bytes = b""
    places: bytes = b""
    globals: bytes = b""


class Edit(NamedTuple):
    """What differs between two versions of a file: what stands `outside` and `inside` of functions, the names in
    `globals`, and the `places` of what was there before. `added` has the numbers of functions that are new; they count
    as a change neither outside nor inside.
    """

    outside: bool
    inside: bool
    globals: bool
    places: bool
    added: tuple[int, ...]


def version_of(text: str, outline: Outline) -> Version:
    """The version of a file that `text` is."""
    source = with_newlines(text)
    functions: list[FunctionPart] = []
    places: list[int] = []
    names: list[str] = []

    def between(start: int, end: int, line: int) -> bytes:
        """The hash of what stands there, from a 1-based line on, without blank lines around it."""
        blank = _BLANK_LINES.match(source, start, end)
        first = blank.end() if blank is not None else start
        kept = source[first:end].rstrip()
        if kept:
            places.append(line + source.count("\n", start, first))
        return _hash(kept)

    done, line = 0, 1
    for unit in outline.units:
        head = f"{unit.qualname}\0{source[unit.start : unit.body]}"
        body = source[unit.body : unit.end]
        functions.append(FunctionPart(between(done, unit.start, line), _hash(head), _hash(body), unit.line))
        names += global_names(body)
        done, line = unit.end, unit.line + source.count("\n", unit.start, unit.end)
    after = between(done, len(source), line)
    return Version(tuple(functions), after, _hash(",".join(map(str, places))), _hash(",".join(names)))


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest() if text else b""


def compare(old: Version, new: Version) -> Edit:
    """What differs between two versions of a file."""
    kept, after, added = _kept(old, new)
    pairs = list(zip(old.functions, kept, strict=False))
    return Edit(
        outside=len(kept) < len(old.functions) or old.after != after or any(a.before != b.before for a, b in pairs),
        inside=any(a.body != b.body for a, b in pairs),
        globals=old.globals != new.globals,
        places=old.places != new.places or any(a.line != b.line for a, b in pairs),
        added=added,
    )


def _kept(old: Version, new: Version) -> tuple[list[FunctionPart], bytes, tuple[int, ...]]:
    """Those functions of `new` that were there before, in the same order, with what stands before and after them, as
    if there were no others; and the numbers of the others.
    """
    kept: list[FunctionPart] = []
    added: list[int] = []
    passed = b""
    for number, function in enumerate(new.functions):
        before = passed + function.before
        if len(kept) < len(old.functions) and function.head == old.functions[len(kept)].head:
            kept.append(msgspec.structs.replace(function, before=before))
            passed = b""
        else:
            added.append(number)
            passed = before
    return kept, passed + new.after, tuple(added)


def noticed(functions: Iterable[str]) -> frozenset[str] | None:
    """The names that whoever depends on whether there are such functions mentions; `None` where others may, too."""
    names: set[str] = set()
    for text in functions:
        definition = _DEFINITION.match(text)
        if definition is None or _SPECIAL_NAME.fullmatch(definition[1]) or _SUPPRESSION.search(text):
            return None
        names.add(definition[1])
        for mentioned in (stored_attributes, tested_attributes, set_by_name, filled, placed):
            names.update(mentioned(text))
    return frozenset(names)
