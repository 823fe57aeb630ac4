"""A module of a project: the facts of one file, read as far as they are asked for."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from asynclint.cache.facts import FileFacts
from asynclint.facts.extract import Extraction, UnparsableTextError, extract, is_plain
from asynclint.facts.locations import Location, locate
from asynclint.facts.model import Anchor, Scope
from asynclint.program.memory.reads import Reads, noted
from asynclint.program.memory.versions import Edit, function_keys
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.text.lexical import (
    assigned_attributes,
    assigned_to_others,
    called_names,
    filled,
    global_names,
    placed,
    stored_attributes,
    tested_attributes,
)
from asynclint.program.text.mending import mend
from asynclint.program.text.search import Names, TextSearch
from asynclint.program.text.survey import Survey, survey
from asynclint.sources.files import display_path
from asynclint.sources.lines import place_inside
from asynclint.sources.notebooks import Cell, Notebook
from asynclint.sources.outline import Outline, Skeleton, outline, skeleton, unit_text
from asynclint.sources.suppressions import Suppressions, find_suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence


class BrokenPart(msgspec.Struct, frozen=True):
    """A part of a file that does not parse. Line and column are 1-based."""

    reason: str
    line: int
    column: int


class Overview(msgspec.Struct, frozen=True, array_like=True):
    """What the text of a file tells about it, before anything is parsed."""

    survey: Survey
    outline: Outline


class Module:
    """One file, read as far as it was asked for."""

    def __init__(
        self,
        file: Path,
        name: str,
        source: str | Notebook,
        roots: Sequence[Path],
        facts: FileFacts,
        reads: Reads,
        *,
        noqa: bool = True,
    ) -> None:
        self.file = file
        self.path = display_path(file)
        self.name = name
        self.reads = reads
        self.outside = reads.number("outside", str(file))
        self.inside = reads.number("inside", str(file))
        self.names = reads.number("names", str(file))
        self.globals = reads.number("globals", str(file))
        self.places = reads.number("places", str(file))
        self.comments = reads.number("comments", str(file))
        self.notebook = source if isinstance(source, Notebook) else None
        self.raw_text = source.text if isinstance(source, Notebook) else source
        self.roots = tuple(roots)
        self._noqa = noqa
        self.is_package = file.stem == "__init__"
        unclosed = self.notebook.unclosed if self.notebook is not None else ()
        self.broken = [BrokenPart("unterminated string literal", line, 1) for line in unclosed]
        self._facts = facts
        self._methods: dict[tuple[Names, str], dict[ScopeNode, list[ScopeNode]]] = {}
        self._located: dict[int, Mapping[int, Location]] = {}
        self._has: dict[str, bool] = {}

    @property
    def package(self) -> str:
        """The name that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def text(self) -> str:
        """The text of the file; `raw_text` is the same for what has ways of its own to know that it has changed."""
        self.reads.reader.read |= {self.outside, self.inside}
        return self.raw_text

    def has(self, pattern: str, words: Iterable[str]) -> bool:
        """Whether the text of the file has `pattern`, which is only where one of `words` is."""
        for word in words:  # A function that is new is told to those only who ask for what it mentions.
            self.reads.note("mentions", word)
        text = self.text
        if pattern not in self._has:
            self._has[pattern] = re.search(pattern, text) is not None
        return self._has[pattern]

    @cached_property
    def bodies(self) -> list[int]:
        """The inputs that are the bodies of the outermost functions, in order."""
        return [self._body(key) for key in function_keys(self._outline.units)]

    def _body(self, function: str) -> int:
        return self.reads.number("body", f"{self.file}\n{function}")

    @cached_property
    def _outline(self) -> Outline:
        return outline(self.raw_text)

    @cached_property
    def _skeleton(self) -> Skeleton:
        return skeleton(self.raw_text, self._outline)

    @cached_property
    def survey(self) -> Survey:
        """What the text of the file tells about it."""
        return survey(self.raw_text)

    @noted("comments")
    def suppressions(self) -> Suppressions:
        """The suppression comments of the file."""
        return find_suppressions(self.raw_text, noqa=self._noqa)

    @cached_property
    def scope(self) -> ScopeNode:
        """The module's own scope, with the classes in it and the heads of all functions."""
        return ScopeNode(self, self._extract(0), None, 0)

    @noted("outside")
    def functions(self) -> tuple[ScopeNode, ...]:
        """The outermost functions of the file, methods included, in order."""
        return tuple(_outermost_functions(self.scope))

    @property
    def parts(self) -> tuple[ScopeNode, ...]:
        """The module's own scope, and the outermost functions: findings in each are known by its unit."""
        return (self.scope, *self.functions)

    def part_of(self, scope: ScopeNode) -> ScopeNode:
        """The part that `scope` stands in, or is."""
        return self._functions_by_unit.get(scope.unit, self.scope)

    def size_beside(self, units: Collection[int]) -> int:
        """How many characters the file has outside of `units`, more or less."""
        return max(0, len(self.raw_text) - sum(len(self._part(unit)[0]) for unit in units))

    @noted("outside", "globals")
    def functions_with_globals(self) -> dict[str, list[ScopeNode]]:
        """The outermost functions that have a `global` statement, by the names in it."""
        found: dict[str, list[ScopeNode]] = {}
        if "global" in self.raw_text:
            for function in self.functions:
                for name in global_names(self._source(function.head.unit)):
                    found.setdefault(name, []).append(function)
        return found

    def functions_calling(self, name: str) -> list[ScopeNode]:
        """The outermost functions whose text seems to call something of that last name."""
        self.reads.reader.read.add(self.outside)
        return self._functions_with(called_names, name)

    def functions_storing(self, attribute: str) -> list[ScopeNode]:
        """The outermost functions whose text seems to assign to an attribute of that name."""
        return self._functions_changing(stored_attributes, attribute)

    def functions_filling(self, name: str) -> list[ScopeNode]:
        """The outermost functions whose text seems to put something into a container of that name."""
        return self._functions_changing(filled, name)

    def functions_placing(self, key: str) -> list[ScopeNode]:
        """The outermost functions whose text seems to put something into a container under a key of that last name."""
        return self._functions_changing(placed, key)

    def methods_storing(self, attribute: str) -> dict[ScopeNode, list[ScopeNode]]:
        """By class, the methods whose text seems to assign to an attribute of that name."""
        return self._methods_changing(stored_attributes, attribute)

    def methods_filling(self, name: str) -> dict[ScopeNode, list[ScopeNode]]:
        """By class, the methods whose text seems to put something into a container of that name."""
        return self._methods_changing(filled, name)

    def _methods_changing(self, names: Names, name: str) -> dict[ScopeNode, list[ScopeNode]]:
        functions = self._functions_changing(names, name)
        key = names, name
        if key not in self._methods:
            self._methods[key] = _by_class(functions)
        return self._methods[key]

    def _functions_changing(self, names: Names, name: str) -> list[ScopeNode]:
        self.reads.reader.read |= {self.outside, self.names}
        return self._functions_with(names, name)

    def _functions_with(self, names: Names, name: str) -> list[ScopeNode]:
        units = self._search.units(names, name)
        return [self._functions_by_unit[unit] for unit in units if unit in self._functions_by_unit] if units else []

    @cached_property
    def _search(self) -> TextSearch:
        return TextSearch(self.raw_text, self._outline.units)

    def changed(self, edit: Edit) -> set[int]:
        """The inputs that differ, new functions aside."""
        whole = (
            (self.outside, edit.outside),
            (self.inside, bool(edit.bodies)),
            (self.names, edit.names),
            (self.globals, edit.globals),
            (self.places, edit.places),
            (self.comments, edit.comments),
        )
        return {self._body(key) for key in edit.bodies} | {part for part, differs in whole if differs}

    def mentions(self, names: Collection[str], aside: Collection[int] = ()) -> set[int]:
        """The inputs that mention one of `names`, functions with the 0-based numbers `aside` left out."""
        if not any(name in self.raw_text for name in names):
            return set()
        outside, done = "", 0
        found: set[int] = set()
        for number, unit in enumerate(self._outline.units):
            outside += self.raw_text[done : unit.start]
            if number not in aside:
                outside += self.raw_text[unit.start : unit.body]
                if any(name in self.raw_text[unit.body : unit.end] for name in names):
                    found |= {self.bodies[number], self.inside, self.names}
            done = unit.end
        outside += self.raw_text[done:]
        return found | {self.outside} if any(name in outside for name in names) else found

    def unit_body(self, head: Scope) -> Scope:
        """The facts of the body of an outermost function."""
        found = self._extract(head.unit)
        # Lambdas and comprehensions of decorators and defaults come before the function.
        inner = found.scopes[-1] if found.scopes else None
        return inner if inner is not None and inner.kind == "function" else Scope("function", head.name, head.node)

    def unit_source(self, unit: int) -> str:
        """The text of an outermost function, as it stands."""
        self.reads.reader.read.add(self.bodies[unit - 1])
        return self._source(unit)

    def _source(self, unit: int) -> str:
        part = self._outline.units[unit - 1]
        return self.raw_text[part.start : part.end]

    def _part(self, unit: int) -> tuple[str, Callable[[int], int]]:
        """The text that unit `unit` is parsed from, and what turns its 1-based lines into those of the file."""
        if not unit:
            return self._skeleton.text, self._skeleton.line
        text, offset = unit_text(self.raw_text, self._outline.units[unit - 1])
        return text, lambda line: line + offset

    def _extract(self, unit: int) -> Scope:
        text, _ = self._part(unit)
        found = self._facts.scope(text, elided=not unit)
        if found is not None:
            return found
        try:
            found = self._extraction(unit).scope
        except UnparsableTextError as error:
            self._note_broken(unit, error)
            return Scope("module", "", -1)
        if unit or "_mended" not in vars(self):
            self._facts.keep_scope(text, found, elided=not unit)
        return found

    def _extraction(self, unit: int, *, whole: bool = False) -> Extraction:
        text, _ = self._part(unit)
        if unit:
            return extract(text, whole=whole)
        try:
            return extract(text, elided=True, whole=whole)
        except UnparsableTextError:
            return extract(self._mended, elided=True, whole=whole)

    @cached_property
    def _mended(self) -> str:
        """The text of the file without function bodies, and without what does not parse."""
        text, errors = mend(self._skeleton, self._outline)
        for error in errors:
            self._note_broken(0, error)
        return text

    def assigns_attribute(self, name: str) -> bool:
        """Whether code of the file puts something of its own under the attribute `name` of any object, as tests do."""
        return name in self._assigned

    @noted("outside", "names")
    def _assigned(self) -> frozenset[str]:
        return assigned_attributes(self.raw_text)

    @noted("outside", "names")
    def assigned_to_others(self) -> frozenset[str]:
        """The names of the attributes that code of the file assigns to, of anything but `self`."""
        return assigned_to_others(self.raw_text)

    @noted("outside", "names")
    def tested_attributes(self) -> frozenset[str]:
        """The names of the attributes that stand on lines with a condition."""
        return tested_attributes(self.raw_text)

    def has_comments_at(self, anchor: Anchor) -> bool:
        """Whether a suppression comment may be about `anchor`: one in the same function, or for the whole file."""
        found = self.suppressions.all
        if not found or not anchor.unit:
            return bool(found)
        first = self._outline.units[anchor.unit - 1].line
        last = first + self.unit_source(anchor.unit).count("\n")
        return any(each.whole_file or first <= each.line <= last for each in found)

    def find_broken_parts(self) -> None:
        """Make `broken` complete: functions that nobody asked for are parsed only where something in them is wrong."""
        if self._facts.is_sound(self.raw_text):
            return
        for function in self.functions:
            if not function.is_read and not is_plain(self._part(function.head.unit)[0]):
                _ = function.body
        if not self.broken:
            self._facts.keep_sound(self.raw_text)

    def _note_broken(self, unit: int, error: UnparsableTextError) -> None:
        # Some errors are said to be where there is nothing, and others stand in text that was made.
        place = place_inside(self.raw_text, self._part(unit)[1](error.line), error.column)
        self.broken.append(BrokenPart(error.reason, *place))

    def locate(self, anchor: Anchor) -> Location:
        """Where `anchor` stands."""
        self.reads.reader.read |= {self.bodies[anchor.unit - 1] if anchor.unit else self.outside, self.places}
        if anchor.unit not in self._located:
            self._located[anchor.unit] = self._locations(anchor.unit)
        return self._located[anchor.unit][anchor.node].moved(self._part(anchor.unit)[1])

    def cell_at(self, anchor: Anchor) -> Cell | None:
        """The notebook cell that `anchor` stands in."""
        return self.notebook.cell_at(self.locate(anchor).span.line) if self.notebook is not None else None

    def _locations(self, unit: int) -> Mapping[int, Location]:
        text, _ = self._part(unit)
        found = self._facts.locations(text, elided=not unit)
        if found is None:
            found = locate(self._extraction(unit, whole=True))
            if unit or "_mended" not in vars(self):
                self._facts.keep_locations(text, found, elided=not unit)
        return found

    @property
    def is_unread(self) -> bool:
        """Whether the facts of what runs outside functions would have to be made, and so, likely, would the others."""
        return self._facts.is_empty or not self._facts.knows_scope(self._skeleton.text, elided=True)

    @property
    def overview(self) -> Overview:
        """What the text of the file tells about it."""
        return Overview(self.survey, self._outline)

    def keep_overview(self, known: Overview) -> None:
        """Take the overview of this file that another process has made."""
        self.survey, self._outline = known.survey.interned(), known.outline

    def keep_facts(self, packed: bytes) -> None:
        """Take facts that another process has made (see `asynclint.cache.facts`)."""
        self._facts.keep(packed)

    def take_new_facts(self) -> bytes:
        """The facts that this process has made since this was asked for the last time, packed."""
        return self._facts.take_new()

    def save_facts(self) -> None:
        """Put the facts that were made into the cache."""
        self._facts.save(lambda: 1 + len(self._outline.units))

    def function_around(self, line: int) -> ScopeNode | None:
        """The outermost function that the 1-based `line` is in."""
        self.reads.reader.read |= {self.outside, self.inside, self.places}
        index = bisect.bisect_right(self._first_lines, line) - 1
        if index < 0:
            return None
        unit = self.functions[index].head.unit
        last = self._outline.units[unit - 1].line + self.unit_source(unit).count("\n")
        return self.functions[index] if line <= last else None

    @cached_property
    def _first_lines(self) -> list[int]:
        return [self._outline.units[function.head.unit - 1].line for function in self.functions]

    @cached_property
    def _functions_by_unit(self) -> dict[int, ScopeNode]:
        return {function.head.unit: function for function in self.functions}

    def function_at(self, anchor: Anchor) -> str:
        """The qualified name, within the module, of the function that `anchor` stands in; empty outside of any."""
        inner = self.locate(anchor).function
        around = self._functions_by_unit.get(anchor.unit)
        return f"{around.qualname.removesuffix(around.name)}{inner}" if around is not None else inner


def _outermost_functions(scope: ScopeNode) -> Iterator[ScopeNode]:
    for child in scope.children:
        if child.head.kind == "function":
            yield child
        elif child.head.kind == "class":
            yield from _outermost_functions(child)


def _by_class(functions: Iterable[ScopeNode]) -> dict[ScopeNode, list[ScopeNode]]:
    """Those of `functions` that are methods, by class."""
    found: dict[ScopeNode, list[ScopeNode]] = defaultdict(list)
    for function in functions:
        if function.owner_class is not None:
            found[function.owner_class].append(function)
    return found
