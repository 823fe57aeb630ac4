"""`--statistics`: how often each rule fired, and how many findings each cause explains."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from asynclint.diagnostics import Diagnostic
from asynclint.reports.base import printable
from asynclint.reports.summary import cause

FORMATS = ("full", "concise", "grouped", "json")
"""The output formats that statistics have; all but `json` are the same text."""


def statistics(diagnostics: Sequence[Diagnostic], output_format: str) -> str:
    """Counts by rule and counts by cause, the highest first. A cause is the call that blocks, at its place."""
    names = {diagnostic.code: diagnostic.name for diagnostic in diagnostics}
    rules = _counted(diagnostic.code for diagnostic in diagnostics)
    causes = _counted(map(cause, diagnostics))
    if output_format == "json":
        by_rule = [{"code": code, "name": names[code], "count": count} for code, count in rules]
        by_cause = [{"cause": text, "count": count} for text, count in causes]
        return json.dumps({"rules": by_rule, "causes": by_cause}, indent=2) + "\n"
    width = max((len(str(count)) for _, count in rules), default=0)
    lines = [f"{count:>{width}}  {code}  {names[code]}" for code, count in rules]
    if causes:
        lines += ["", *(f"{count:>{width}}  {printable(text)}" for text, count in causes)]
    return "".join(f"{line}\n" for line in lines)


def _counted(items: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(items).items(), key=lambda item: (-item[1], item[0]))
