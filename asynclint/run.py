"""The story of a run: find, read, extract, link, check, suppress, report."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec

from asynclint.baseline import BaselineEntry
from asynclint.diagnostics import Diagnostic, Span, Step
from asynclint.knowledge import Knowledge, load_knowledge
from asynclint.knowledge.model import Primitive
from asynclint.program.modules import Module, Project, package_root
from asynclint.program.observations import BlockingCall, Link, Observation, UnreadableFile
from asynclint.program.program import Program
from asynclint.rules.base import Finding, Rule
from asynclint.rules.catalogue import by_code, rule_for_kind
from asynclint.rules.coroutines.without_await import AsyncWithoutAwaitRule
from asynclint.rules.files.invalid_file import InvalidFile
from asynclint.rules.files.unused_suppression import UnusedSuppressionRule
from asynclint.settings import Settings, enabled_codes, ignored_codes
from asynclint.sources.decoding import SourceError, decode, read_source
from asynclint.sources.files import Discovery, absolute_path, display_path, find_files, find_repository
from asynclint.suppress import Suppressor


class Report(msgspec.Struct, frozen=True):
    """What a run found: the diagnostics, sorted; how many files were checked; and their texts, by reported path.

    `gone` is what the baseline has and the run did not find.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: int
    texts: Mapping[str, str]
    gone: tuple[BaselineEntry, ...] = ()


def run(paths: Sequence[Path], settings: Settings, *, stdin: tuple[str, str | bytes] | None = None) -> Report:
    """Check the Python files among and below `paths`; with `stdin`, a name and a content, that file alone.

    Raises `MissingPathError` for a path that is not there.
    """
    if stdin is not None:
        file = absolute_path(Path(stdin[0]))
        try:
            text = stdin[1] if isinstance(stdin[1], str) else decode(stdin[1])
            return _check([file], [file], settings, {file: text})
        except SourceError as error:
            return Report((_invalid(display_path(file), error.message, error.line, error.column),), 1, {})
    found = _discover(paths, settings)
    unreadable = [_invalid(display_path(folder.path), folder.reason, 1, 1) for folder in found.unreadable]
    return _check(found.files, paths, settings, {}, unreadable)


class Session:
    """Checks files one after the other, as `run` would each by itself, and keeps what it reads of their projects: a
    file that changes after it was read is taken as it was. Without `noqa`, `# noqa` comments mean nothing.
    """

    def __init__(self, settings: Settings, *, noqa: bool = True) -> None:
        self._settings = settings
        self._noqa = noqa
        self._checks: dict[Path, _ProjectCheck] = {}

    def check(self, path: Path) -> list[Diagnostic]:
        """What is wrong in the file `path`, sorted."""
        file = absolute_path(path)
        (root,) = _projects([file], [file])
        if root not in self._checks:
            self._checks[root] = self._new(root)
        # What the project leaves out is no part of what was read of it.
        check = self._checks[root] if file in self._checks[root].files else self._new(root)
        with _no_collection():
            return sorted(check.diagnostics([file]))

    def _new(self, root: Path) -> _ProjectCheck:
        return _ProjectCheck(root, self._settings, {}, noqa=self._noqa)


def files_to_check(paths: Sequence[Path], settings: Settings) -> list[Path]:
    """The files that `run` would check, as absolute paths, sorted. Raises `MissingPathError`."""
    return list(_discover(paths, settings).files)


def _discover(paths: Sequence[Path], settings: Settings) -> Discovery:
    return find_files(
        paths,
        root=settings.root,
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        respect_gitignore=settings.respect_gitignore,
        force_exclude=settings.force_exclude,
    )


def _check(
    files: Sequence[Path],
    starts: Sequence[Path],
    settings: Settings,
    overlay: Mapping[Path, str],
    unreadable: Iterable[Diagnostic] = (),
) -> Report:
    """Check `files`, found from `starts`, project by project; `unreadable` is what is known to be wrong already."""
    diagnostics = list(unreadable)
    texts: dict[str, str] = {}
    with _no_collection():
        for root, members in _projects(files, starts).items():
            checked = _ProjectCheck(root, settings, overlay)
            diagnostics += checked.diagnostics(members)
            texts.update(checked.texts)
    return Report(tuple(sorted(diagnostics)), len(files), texts)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector out: trees and facts have no cycles, and walking them costs a third of a parse."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _projects(files: Sequence[Path], starts: Sequence[Path]) -> dict[Path, list[Path]]:
    """The files by the root folder of their project: the nearest with a `.git` or else a `pyproject.toml`, or else what
    was named, from its outermost package.
    """
    named = [package_root(start / "__init__.py" if start.is_dir() else start) for start in map(absolute_path, starts)]
    found: dict[Path, list[Path]] = defaultdict(list)
    roots: dict[Path, Path] = {}
    for file in files:
        if file.parent not in roots:
            above = [root for root in named if root in file.parents]
            roots[file.parent] = find_repository(file) or min(above, default=package_root(file))
        found[roots[file.parent]].append(file)
    return found


class _ProjectCheck:
    """The check of some files of one project."""

    def __init__(self, root: Path, settings: Settings, overlay: Mapping[Path, str], *, noqa: bool = True) -> None:
        self._root = root
        self._settings = settings
        self._enabled = enabled_codes(settings)
        self._project = Project(root, [settings.root / source for source in settings.src], overlay, noqa=noqa)
        self._suppressor = Suppressor(self._project, self._enabled)
        self.texts: dict[str, str] = {}

    def diagnostics(self, files: Sequence[Path]) -> list[Diagnostic]:
        """What is wrong in `files`, sorted."""
        modules, found = self._read(files)
        for observed in self._program.observe(modules):
            found += self._judge(observed)
        for module in modules:
            found += self._broken_parts(module)
            found += self._unused_suppressions(module, modules)
        return [diagnostic for diagnostic in found if self._is_wanted(diagnostic)]

    def _read(self, files: Sequence[Path]) -> tuple[list[Module], list[Diagnostic]]:
        modules: list[Module] = []
        unreadable: list[Diagnostic] = []
        for file in files:
            module = self._project.module_at(file)
            if module is None:
                unreadable.append(_unreadable(file))
            elif not module.suppressions.skip_file:
                modules.append(module)
                self.texts[module.path] = module.text
        return modules, unreadable

    @cached_property
    def _program(self) -> Program:
        kinds = frozenset(kind for kind, rule in rule_for_kind.items() if rule.code in self._enabled)
        return Program(
            self._project,
            _knowledge(self._settings),
            lambda: list(self.files),
            kinds=kinds,
            is_cut=self._suppressor.is_cut,
            max_hops=self._settings.max_hops,
            needless_async=AsyncWithoutAwaitRule.code in self._enabled,
        )

    @cached_property
    def files(self) -> dict[Path, None]:
        """The files of the project, sorted."""
        return dict.fromkeys(files_to_check([self._root], self._settings) if self._root.is_dir() else ())

    def _judge(self, observed: Observation) -> Iterator[Diagnostic]:
        """What the rules say about an observation, unless a comment silences them."""
        module = self._project.module_reported_as(observed.place.path)
        for rule in _rules_about(type(observed)):
            finding = rule().check(observed) if rule.code in self._enabled else None
            if finding is None:
                continue
            location = module.locate(observed.place.anchor)
            if not self._suppressor.silences(module, rule, location):
                chain = tuple(self._step(link) for link in getattr(observed, "links", ()))
                primitive = observed.primitive if isinstance(observed, BlockingCall) else ""
                yield Diagnostic(
                    module.path,
                    location.span,
                    rule.code,
                    rule.name,
                    finding.message,
                    finding.help,
                    chain,
                    primitive,
                    module.function_at(observed.place.anchor),
                    location.owner[0],
                    observed.called,
                )

    def _step(self, link: Link) -> Step:
        span = self._project.module_reported_as(link.place.path).locate(link.place.anchor).span
        return Step(link.place.path, span.line, span.column, link.caller, link.callee)

    def _broken_parts(self, module: Module) -> Iterator[Diagnostic]:
        module.find_broken_parts()
        for part in module.broken:
            yield _invalid(module.path, part.reason, part.line, part.column)

    def _unused_suppressions(self, module: Module, checked: Sequence[Module]) -> Iterator[Diagnostic]:
        for suppression, observed in self._suppressor.unused(module):
            if self._may_cut_a_chain_from_elsewhere(module, suppression.line, checked):
                continue
            finding = UnusedSuppressionRule().check(observed)
            line = suppression.line
            span = Span(line, suppression.column, line, suppression.end_column)
            if finding is not None:
                yield _diagnostic(UnusedSuppressionRule, finding, module.path, span)

    def _may_cut_a_chain_from_elsewhere(self, module: Module, line: int, checked: Sequence[Module]) -> bool:
        """Whether a comment may be of use for a file that was not checked: one in a function that is not async."""
        function = module.function_around(line)
        if function is None or function.head.is_async:
            return False
        return not {module.file for module in checked}.issuperset(self.files)

    def _is_wanted(self, diagnostic: Diagnostic) -> bool:
        ignored = ignored_codes(self._settings, absolute_path(Path(diagnostic.path)))
        return diagnostic.code in self._enabled and diagnostic.code not in ignored


@cache
def _rules_about(observed: type) -> tuple[type[Rule[Any]], ...]:
    return tuple(rule for rule in by_code.values() if rule.observes is observed)


def _knowledge(settings: Settings) -> Knowledge:
    """What asynclint knows, and what the project says of its own."""
    said = settings.blocking.items()
    primitives = {
        name: Primitive("configured", library=(entry.instead,) if entry.instead else ())
        for name, entry in said
        if entry.blocks
    }
    safe = frozenset(name for name, entry in said if not entry.blocks)
    return load_knowledge().with_user_entries(primitives, safe)


def _unreadable(file: Path) -> Diagnostic:
    """The diagnostic for a file that can't be read as text."""
    try:
        read_source(file)
    except SourceError as error:
        return _invalid(display_path(file), error.message, error.line, error.column)
    return _invalid(display_path(file), "changed while it was read", 1, 1)


def _invalid(path: str, reason: str, line: int, column: int) -> Diagnostic:
    return _diagnostic(
        InvalidFile, InvalidFile().check(UnreadableFile(reason)), path, Span(line, column, line, column + 1)
    )


def _diagnostic(rule: type[Rule[Any]], finding: Finding, path: str, span: Span) -> Diagnostic:
    return Diagnostic(path, span, rule.code, rule.name, finding.message, finding.help)
