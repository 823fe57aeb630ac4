"""What differs between two versions of a file, in the parts that answers are made from.

Functions that come or go are a special case, because they are frequent: such a function changes nothing for those who
do not mention its name, nor the attributes that it assigns or tests.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from asynclint.program.text.lexical import (
    assigned_to_others,
    filled,
    global_names,
    placed,
    set_by_name,
    stored_attributes,
    tested_attributes,
    words,
)
from asynclint.sources.lines import with_newlines
from asynclint.sources.outline import outline
from asynclint.sources.suppressions import find_suppressions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from asynclint.sources.outline import Unit

_BLANK_LINES = re.compile(r"(?:[ \t\f]*\n)*")
_DEFINITION = re.compile(r"[ \t\f]*(?:async[ \t]+)?def[ \t]+(\w+)")
_SPECIAL_NAME = re.compile(r"__\w+__")
_SUPPRESSION = re.compile("noqa|asynclint", re.IGNORECASE)


class _Function(NamedTuple):
    """An outermost function: what stands between the one before it and this one, without blank lines; its name in the
    file; its head, with its qualified name; its body; and its 1-based line.
    """

    before: str
    key: str
    head: str
    body: str
    line: int

    @property
    def text(self) -> str:
        """The whole function."""
        return self.head.partition("\0")[2] + self.body


class _Version(NamedTuple):
    """A version of a file: its functions in order, what stands after the last of them, the lines on which that and what
    stands between them is, and its suppression comments, wherever they stand.
    """

    functions: tuple[_Function, ...]
    after: str
    places: tuple[int, ...]
    comments: tuple[object, ...]


class Edit(NamedTuple):
    """What differs between two versions of a file: what stands `outside` of functions; the functions whose bodies
    differ, by their keys; whether what they assign, test, fill and patch by `names` does, and the names in `globals`;
    the `places` of what was there before; and the suppression `comments`.

    `others` has the texts of functions that are new or gone, which count as no difference of any other kind, but that
    the bodies of those gone do differ; `added` has the 0-based numbers of those that are new. `words` are all words of
    what differs, before and after.
    """

    outside: bool
    bodies: frozenset[str]
    names: bool
    globals: bool
    places: bool
    comments: bool
    others: tuple[str, ...]
    added: tuple[int, ...]
    words: frozenset[str]


def function_keys(units: Iterable[Unit]) -> list[str]:
    """What tells the outermost functions of a file apart: their qualified names, counted where they are not unique."""
    seen: Counter[str] = Counter()
    keys = []
    for unit in units:
        keys.append(f"{unit.qualname}\n{seen[unit.qualname]}")
        seen[unit.qualname] += 1
    return keys


def compare(before: str, after: str) -> Edit:
    """What differs between two versions of a file."""
    old, new = _version_of(before), _version_of(after)
    gone, added = _unmatched(old.functions, new.functions)
    old_kept, old_end = _without(old, gone)
    new_kept, new_end = _without(new, added)
    pairs = list(zip(old_kept, new_kept, strict=True))
    outside = old_end != new_end or any(a.before != b.before or a.key != b.key for a, b in pairs)
    bodies = [(a.body, b.body) for a, b in pairs if a.body != b.body]
    others = tuple(each.text for each in (*_at(gone, old), *_at(added, new)))
    changed = (before, after) if outside else (*(text for pair in bodies for text in pair), *others)
    return Edit(
        outside=outside,
        bodies=frozenset(a.key for a, b in pairs if a.body != b.body).union(each.key for each in _at(gone, old)),
        names=any(_names(one) != _names(other) for one, other in bodies),
        globals=list(_globals(old.functions)) != list(_globals(new.functions)),
        places=old.places != new.places or any(a.line != b.line for a, b in pairs),
        comments=old.comments != new.comments,
        others=others,
        added=added,
        words=frozenset(words(changed)),
    )


def _version_of(text: str) -> _Version:
    source = with_newlines(text)
    units = outline(text).units
    functions: list[_Function] = []
    places: list[int] = []

    def between(start: int, end: int, line: int) -> str:
        """What stands there, from a 1-based line on, without blank lines around it."""
        blank = _BLANK_LINES.match(source, start, end)
        first = blank.end() if blank is not None else start
        kept = source[first:end].rstrip()
        if kept:
            places.append(line + source.count("\n", start, first))
        return kept

    done, line = 0, 1
    for unit, key in zip(units, function_keys(units), strict=True):
        head = f"{unit.qualname}\0{source[unit.start : unit.body]}"
        functions.append(_Function(between(done, unit.start, line), key, head, source[unit.body : unit.end], unit.line))
        done, line = unit.end, unit.line + source.count("\n", unit.start, unit.end)
    comments = tuple((each.column, each.codes, each.explicit, each.whole_file) for each in find_suppressions(text).all)
    return _Version(tuple(functions), between(done, len(source), line), tuple(places), comments)


def _unmatched(old: Sequence[_Function], new: Sequence[_Function]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The 0-based numbers of those functions of each version that are not in the other, in the same order."""
    matcher = SequenceMatcher(None, [each.head for each in old], [each.head for each in new], autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    gone = (number for _, start, end, _, _ in steps for number in range(start, end))
    added = (number for _, _, _, start, end in steps for number in range(start, end))
    return tuple(gone), tuple(added)


def _without(version: _Version, numbers: Collection[int]) -> tuple[list[_Function], str]:
    """The functions of `version` without those of these 0-based numbers, and what stands after them, as if they had
    never been there.
    """
    kept: list[_Function] = []
    passed = ""
    for number, function in enumerate(version.functions):
        before = passed + function.before
        if number in numbers:
            passed = before
        else:
            kept.append(function._replace(before=before))
            passed = ""
    return kept, passed + version.after


def _at(numbers: Iterable[int], version: _Version) -> list[_Function]:
    return [version.functions[number] for number in numbers]


def _names(body: str) -> tuple[object, ...]:
    """What a search through the text of function bodies finds in one."""
    stored, placing = frozenset(stored_attributes(body)), frozenset(placed(body))
    return stored, placing, frozenset(filled(body)), tested_attributes(body), assigned_to_others(body)


def _globals(functions: Sequence[_Function]) -> Iterator[str]:
    return (name for function in functions for name in global_names(function.body))


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
