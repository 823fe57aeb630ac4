"""Which findings a comment silences, and which comments silence nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from asynclint.facts.locations import Location
from asynclint.knowledge.model import Kind
from asynclint.program.names.modules import Module
from asynclint.program.names.project import Project
from asynclint.program.observations import Place, UnusedSuppression
from asynclint.rules.base import Rule
from asynclint.rules.catalogue import by_code, rule_for_kind
from asynclint.sources.suppressions import Suppression


class Suppressor:
    """The suppression comments of a project. That one was of use is noted among what an answer was made from."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def is_cut(self, place: Place, kind: Kind) -> bool:
        """Whether a comment at `place` forbids to report, or to follow, a call that blocks as `kind` says."""
        module = self._project.module_reported_as(place.path)
        if not module.has_comments_at(place.anchor):
            return False
        return self.silences(module, rule_for_kind[kind], module.locate(place.anchor))

    def silences(self, module: Module, rule: type[Rule[Any]], location: Location) -> bool:
        """Whether a comment silences `rule` at `location`."""
        found = module.suppressions.matching(rule.code, location.lines, location.owner, name=rule.name)
        if found is None:
            return False
        reads = self._project.reads
        for code in found.covering(rule.code, rule.name) or ("",):
            reads.note("silenced", use_of(module.path, found, code))
        return True


def use_of(path: str, suppression: Suppression, code: str) -> str:
    """How it is noted that `suppression`, in the file `path`, silenced something by its `code`; empty for all codes."""
    return f"{path}:{suppression.line}:{suppression.column}:{code}"


def unused(
    path: str, suppressions: Iterable[Suppression], used: Collection[str], enabled: frozenset[str]
) -> Iterator[tuple[Suppression, UnusedSuppression]]:
    """Those of the `suppressions` of the file `path` that name rules of asynclint, and silence nothing of them."""
    for suppression in suppressions:
        codes = tuple(
            code
            for code in suppression.own_codes
            if use_of(path, suppression, code) not in used and _is_checked(code, enabled)
        )
        bare = suppression.explicit and suppression.codes is None and not suppression.whole_file
        if codes or (bare and use_of(path, suppression, "") not in used):
            yield suppression, UnusedSuppression(codes)


def _is_checked(written: str, enabled: frozenset[str]) -> bool:
    """Whether the rule that `written` names is on; what names no rule can't silence any."""
    named = [rule for rule in by_code.values() if written in (rule.code, rule.name)]
    return not named or any(rule.code in enabled for rule in named)
