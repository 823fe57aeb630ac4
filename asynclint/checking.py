"""The check of the files of one project: read, extract, link, judge, suppress."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from asynclint.cache.store import Store
from asynclint.cell_places import in_cells
from asynclint.copies import Checked, Copies
from asynclint.diagnostics import Diagnostic, Span, Step
from asynclint.failures import Failure, RuleError, failure
from asynclint.forks import shares
from asynclint.incremental import Findings, Handed, Memory, OwnSuppression
from asynclint.knowledge import Knowledge, load_knowledge
from asynclint.knowledge.index import Index
from asynclint.knowledge.model import Primitive
from asynclint.program.libraries.installed import Installed, LibraryProject
from asynclint.program.memory.reads import Reader
from asynclint.program.names.library import Library
from asynclint.program.names.modules import Module
from asynclint.program.names.project import Project
from asynclint.program.names.scopes import ScopeNode
from asynclint.program.observations import BlockingCall, Link, Observation, UnreadableFile
from asynclint.program.program import Program
from asynclint.progress import Progress, untold
from asynclint.reading import read_ahead
from asynclint.rules.base import Finding, Rule
from asynclint.rules.catalogue import by_code, rule_for_kind
from asynclint.rules.coroutines.without_await import AsyncWithoutAwaitRule
from asynclint.rules.files.invalid_file import InvalidFile
from asynclint.rules.files.unused_suppression import UnusedSuppressionRule
from asynclint.settings import Settings, enabled_codes, ignored_codes
from asynclint.sources.decoding import SourceError
from asynclint.sources.environments import find_packages
from asynclint.sources.files import absolute_path, display_path
from asynclint.sources.filesystem import FileSystem
from asynclint.sources.notebooks import SUFFIX as NOTEBOOK_SUFFIX
from asynclint.sources.notebooks import Cell
from asynclint.sources.suppressions import Suppression
from asynclint.suppress import Suppressor, unused


class _Seen(NamedTuple):
    """What is found in a part of a file, the file's own suppressions beside what is outside of functions, and who found
    that.
    """

    part: ScopeNode
    diagnostics: list[Diagnostic]
    comments: list[OwnSuppression]
    reader: Reader


class ProjectCheck:
    """The check of files of the project below `root`, which has the Python files `files`.

    `overlay` has the text of files that are not to be read from disk, `request` is what findings depend on besides
    files. Without `noqa`, `# noqa` comments mean nothing.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[Path],
        settings: Settings,
        filesystem: FileSystem,
        store: Store,
        overlay: Mapping[Path, str],
        request: object,
        *,
        noqa: bool = True,
    ) -> None:
        self.files = dict.fromkeys(files)
        self._failures: list[Failure] = []
        self._settings = settings
        self._filesystem = filesystem
        self._enabled = enabled_codes(settings)
        sources = [settings.root / source for source in settings.src]
        outside = Library(load_knowledge())
        known = outside.is_of_known_library
        self._project = Project(filesystem, store, root, sources, overlay, is_library=known, noqa=noqa)
        self._suppressor = Suppressor(self._project)
        self._installed = [
            Installed(LibraryProject(filesystem, store, folder), outside)
            for folder in find_packages(settings.python, settings.root)
        ]
        self._projects = (self._project, *(each.project for each in self._installed))
        self._store = store
        self._memory = Memory(store, (request, root), self._project)
        self._copies = Copies(filesystem, store, self._projects, self._memory, self._failures)

    def diagnostics(self, files: Sequence[Path], progress: Progress = untold) -> list[Diagnostic]:
        """What is wrong in `files`, but for those that failures are about."""
        others = [file for file in files if file not in self.files]
        program = self._program
        if others:
            program = self._link([*self.files, *others])
        found, diagnostics = self._findings(program, files, progress)
        used = self._memory.used(findings for parts in found.values() for findings in parts.values())
        is_whole = found.keys() >= self.files.keys()
        for file, parts in found.items():
            # Without all files, it is not known what a comment in a plain function cuts.
            comments = [
                each.comment
                for findings in parts.values()
                for each in findings.suppressions
                if is_whole or not each.in_plain_function
            ]
            diagnostics += (each for findings in parts.values() for each in findings.diagnostics)
            diagnostics += self._unused_suppressions(display_path(file), comments, used)
        return [in_cells(diagnostic, self._cell) for diagnostic in diagnostics if self._is_wanted(diagnostic)]

    def take_failures(self) -> list[Failure]:
        """The errors since this was asked for the last time."""
        failures = self._failures.copy()
        self._failures.clear()
        return failures

    def remember(self) -> None:
        """Keep what was found for later runs, if nothing failed."""
        if self._failures:
            return
        for project in self._projects:
            project.save_facts()
        self._memory.save(self._filesystem.seen())

    def _findings(
        self, program: Program, files: Sequence[Path], progress: Progress
    ) -> tuple[dict[Path, dict[int, Findings]], list[Diagnostic]]:
        """What was found in the parts of `files`, by earlier runs or now; and what is wrong with files that can't be
        read.
        """
        jobs = self._settings.jobs
        unknown, _ = self._read([file for file in files if not self._memory.stands(file)])
        read_ahead(unknown, jobs, progress)
        self._memory.note_handed(self._handed(program))
        found = {file: standing for file in files if (standing := self._memory.standing(file))}
        modules, unreadable = self._read([file for file in files if not self._memory.stands(file)])
        parts = shares(modules, lambda each: each.size_beside(found.get(each.file, ())), jobs)
        if len(parts) > 1:
            program.prepare()
        for share in self._copies.each_done(partial(self._check_share, program, found), parts, jobs, progress):
            for file, more in share.found.items():
                found.setdefault(file, {}).update(more)
            unreadable += share.unreadable
        return found, unreadable

    def _handed(self, program: Program) -> dict[Path, Handed]:
        """What files hand to the loop, where that is not remembered."""
        found: dict[Path, Handed] = {}
        jobs = self._settings.jobs
        parts = shares(program.unscheduled(), _effort_of_scheduling, jobs)
        for share in self._copies.each_done(partial(self._schedule, program), parts, jobs, untold):
            found.update(share.handed)
        return found

    def _schedule(self, program: Program, modules: Sequence[Module], _: Progress) -> Checked:
        scheduled = list(program.schedule(modules))
        origins = self._memory.origins_of(reader for *_, reader in scheduled)
        handed = {
            file: Handed(tuple(functions), origin)
            for (file, functions, _), origin in zip(scheduled, origins, strict=True)
        }
        return Checked(handed, {}, {}, [])

    def _check_share(
        self, program: Program, standing: Mapping[Path, Collection[int]], modules: Sequence[Module], progress: Progress
    ) -> Checked:
        """Check the parts of `modules` that are not `standing`."""
        checked = Checked({}, {}, {}, [])
        own_parts = ([part for part in each.parts if part.unit not in standing.get(each.file, ())] for each in modules)
        parts = [own for own in own_parts if own]
        is_explored = self._explore(program, [part for each in parts for part in each], progress)
        is_told = self._copies.is_copy or self._store.is_open
        remarks = list(program.remarks()) if is_explored and is_told else []
        seen: list[_Seen] = []
        for number, own in enumerate(parts):
            progress("Checking files", number, len(parts))
            file = own[0].module.file
            try:
                if not is_explored:
                    program.explore(own)
                seen += [self._check(program, part) for part in own]
            except (RecursionError, MemoryError):
                program.forget_questions()
                checked.unreadable.append(invalid(file, "nested too deeply to be read"))
            except Exception as error:  # noqa: BLE001
                program.forget_questions()
                self._note_failure(file, error)
        readers = [*(reader for *_, reader in seen), *(reader for *_, reader in remarks)]
        origins = iter(self._memory.origins_of(readers))
        for part, diagnostics, comments, _ in seen:
            found = checked.found.setdefault(part.module.file, {})
            found[part.unit] = Findings(tuple(diagnostics), tuple(comments), next(origins))
        checked.remarks.update((key, (remark, next(origins))) for key, remark, _ in remarks)
        self._memory.keep(checked.found, checked.remarks)
        return checked

    @staticmethod
    def _explore(program: Program, parts: Sequence[ScopeNode], progress: Progress) -> bool:
        """Explore all `parts` together; false where that fails: then it shows file by file which is to blame."""
        try:
            program.explore(parts, progress)
        except Exception:  # noqa: BLE001
            program.forget_questions()
            return False
        return True

    def _note_failure(self, file: Path, error: Exception) -> None:
        self._failures.append(failure(error, display_path(file)))

    def _check(self, program: Program, part: ScopeNode) -> _Seen:
        module = part.module
        comments: list[OwnSuppression] = []
        with self._project.reads.by(Reader()) as reader:
            reader.read |= {module.outside, module.inside}
            diagnostics = [diagnostic for observed in program.observe(part) for diagnostic in self._judge(observed)]
            if not part.is_function:
                diagnostics += self._broken_parts(module)
                comments += [
                    OwnSuppression(each, self._is_in_plain_function(module, each))
                    for each in module.suppressions.all
                    if each.explicit
                ]
        return _Seen(part, diagnostics, comments, reader)

    @staticmethod
    def _is_in_plain_function(module: Module, suppression: Suppression) -> bool:
        function = module.function_around(suppression.line)
        return function is not None and not function.head.is_async

    def _read(self, files: Sequence[Path]) -> tuple[list[Module], list[Diagnostic]]:
        modules: list[Module] = []
        unreadable: list[Diagnostic] = []
        for file in files:
            module = self._project.module_at(file)
            if module is None:
                unreadable.append(self._unreadable(file))
            elif not module.suppressions.skip_file:
                modules.append(module)
        return modules, unreadable

    def _unreadable(self, file: Path) -> Diagnostic:
        """The diagnostic for a file that can't be read as text."""
        try:
            self._project.source_at(file)
        except SourceError as error:
            return invalid(file, error.message, error.line, error.column)
        return invalid(file, "changed while it was read")

    @cached_property
    def _program(self) -> Program:
        """The project; what earlier runs have found out about it is looked up first."""
        seen = self._memory.recall()
        if seen is not None:
            self._filesystem.recall(seen)
        return self._link(list(self.files))

    def _link(self, files: Sequence[Path]) -> Program:
        kinds = frozenset(kind for kind, rule in rule_for_kind.items() if rule.code in self._enabled)
        return Program(
            self._project,
            Library(_knowledge(self._settings), [*self._installed, Index()]),
            files,
            self._memory,
            kinds=kinds,
            is_cut=self._suppressor.is_cut,
            max_hops=self._settings.max_hops,
            needless_async=AsyncWithoutAwaitRule.code in self._enabled,
            on_failure=self._note_failure,
        )

    def _judge(self, observed: Observation) -> Iterator[Diagnostic]:
        """What the rules say about an observation, unless a comment silences them."""
        module = self._project.module_reported_as(observed.place.path)
        for rule in _rules_about(type(observed)):
            finding = _ask(rule, observed) if rule.code in self._enabled else None
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

    def _unused_suppressions(
        self, path: str, suppressions: Sequence[Suppression], used: frozenset[str]
    ) -> Iterator[Diagnostic]:
        for suppression, observed in unused(path, suppressions, used, self._enabled):
            finding = UnusedSuppressionRule().check(observed)
            line = suppression.line
            span = Span(line, suppression.column, line, suppression.end_column)
            if finding is not None:
                yield _diagnostic(UnusedSuppressionRule, finding, path, span)

    def _cell(self, path: str, line: int) -> Cell | None:
        """The notebook cell that a line is in, if it is in one."""
        if not path.endswith(NOTEBOOK_SUFFIX):
            return None
        module = self._project.module_at(absolute_path(Path(path)))
        return module.notebook.cell_at(line) if module is not None and module.notebook is not None else None

    def _is_wanted(self, diagnostic: Diagnostic) -> bool:
        ignored = ignored_codes(self._settings, absolute_path(Path(diagnostic.path)))
        return diagnostic.code in self._enabled and diagnostic.code not in ignored


def _effort_of_scheduling(module: Module) -> int:
    """How many characters of a module are looked at, more or less, to see what it hands to the loop."""
    return len(module.raw_text) // 8


@cache
def _rules_about(observed: type) -> tuple[type[Rule[Any]], ...]:
    return tuple(rule for rule in by_code.values() if rule.observes is observed)


def _ask(rule: type[Rule[Any]], observed: Observation) -> Finding | None:
    try:
        return rule().check(observed)
    except Exception as error:
        raise RuleError(rule.code) from error


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


def invalid(path: Path, reason: str, line: int = 1, column: int = 1) -> Diagnostic:
    """The diagnostic for a file, or a part of one, that can't be read."""
    return _invalid(display_path(path), reason, line, column)


def _invalid(path: str, reason: str, line: int, column: int) -> Diagnostic:
    finding = InvalidFile().check(UnreadableFile(reason))
    return _diagnostic(InvalidFile, finding, path, Span(line, column, line, column + 1))


def _diagnostic(rule: type[Rule[Any]], finding: Finding, path: str, span: Span) -> Diagnostic:
    return Diagnostic(path, span, rule.code, rule.name, finding.message, finding.help)
