"""GitLab's Code Quality report.

It is described at https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. The chain is in
`trace`, as in Code Climate's specification, which that report is a part of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic, Step
from asynclint.reports.base import in_cell, one_line
from asynclint.reports.fingerprints import fingerprints


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    pairs = zip(diagnostics, fingerprints(diagnostics), strict=True)
    json.dump([_issue(diagnostic, fingerprint) for diagnostic, fingerprint in pairs], stream, indent=2)
    stream.write("\n")


def _issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, object]:
    span = diagnostic.file_span
    issue: dict[str, object] = {
        "type": "issue",
        "check_name": diagnostic.code,
        "description": f"{diagnostic.code} {in_cell(diagnostic)}{one_line(diagnostic)}",
        "categories": ["Bug Risk"],
        "severity": "major",
        "fingerprint": fingerprint,
        "location": {
            "path": diagnostic.path,
            "positions": {
                "begin": {"line": span.line, "column": span.column},
                "end": {"line": span.end_line, "column": span.end_column},
            },
        },
    }
    if diagnostic.help:
        issue["content"] = {"body": diagnostic.help}
    if len(diagnostic.chain) > 1:
        issue["trace"] = {"locations": [_place(step) for step in diagnostic.chain], "stacktrace": True}
    return issue


def _place(step: Step) -> dict[str, object]:
    place = {"line": step.file_span.line, "column": step.file_span.column}
    return {"path": step.path, "positions": {"begin": place, "end": place}}
