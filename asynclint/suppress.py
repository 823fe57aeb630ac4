"""Which findings a comment silences, and which comments silence nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asynclint.facts.locations import Location
from asynclint.knowledge.model import Kind
from asynclint.program.modules import Module, Project
from asynclint.program.observations import Place, UnusedSuppression
from asynclint.rules.base import Rule
from asynclint.rules.catalogue import by_code, rule_for_kind
from asynclint.sources.suppressions import Suppression


class Suppressor:
    """The suppression comments of a project, and those of them that were of use."""

    def __init__(self, project: Project, enabled: frozenset[str]) -> None:
        self._project = project
        self._enabled = enabled
        self._used: set[tuple[str, Suppression, str]] = set()

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
        for code in found.covering(rule.code, rule.name) or ("",):
            self._used.add((module.path, found, code))
        return True

    def unused(self, module: Module) -> Iterator[tuple[Suppression, UnusedSuppression]]:
        """The comments of `module` that name rules of asynclint, and silence nothing of them."""
        for suppression in module.suppressions.all:
            codes = tuple(code for code in suppression.own_codes if self._is_unused(module, suppression, code))
            bare = suppression.explicit and suppression.codes is None and not suppression.whole_file
            if codes or (bare and self._is_unused(module, suppression, "")):
                yield suppression, UnusedSuppression(codes)

    def _is_unused(self, module: Module, suppression: Suppression, code: str) -> bool:
        return (module.path, suppression, code) not in self._used and (not code or self._is_checked(code))

    def _is_checked(self, written: str) -> bool:
        """Whether the rule that `written` names is on; what names no rule can't silence any."""
        named = [rule for rule in by_code.values() if written in (rule.code, rule.name)]
        return not named or any(rule.code in self._enabled for rule in named)
