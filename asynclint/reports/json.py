"""A JSON array with an object for each finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic, Step


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    json.dump([as_object(diagnostic) for diagnostic in diagnostics], stream, indent=2)
    stream.write("\n")


def as_object(diagnostic: Diagnostic) -> dict[str, object]:
    """The finding as JSON has it. Lines and columns are 1-based, the end column is exclusive."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": diagnostic.path,
        "cell": diagnostic.cell or None,
        "location": {"line": span.line, "column": span.column},
        "end_location": {"line": span.end_line, "column": span.end_column},
        "function": diagnostic.function,
        "chain": [_step(step) for step in diagnostic.chain],
        "primitive": diagnostic.primitive,
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "path": step.path,
        "cell": step.cell or None,
        "location": {"line": step.line, "column": step.column},
        "caller": step.caller,
        "callee": step.callee,
    }
