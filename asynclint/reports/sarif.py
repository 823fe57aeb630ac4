"""SARIF 2.1.0, which GitHub's code scanning and editors read.

The standard is at https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; section numbers below are its.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from asynclint import __version__
from asynclint.diagnostics import Diagnostic, Span, Step
from asynclint.reports.base import in_cell, sentence
from asynclint.reports.fingerprints import fingerprints
from asynclint.rules.base import Rule
from asynclint.rules.catalogue import ALL_RULES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_INDEX = {rule.code: index for index, rule in enumerate(ALL_RULES)}


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    pairs = zip(diagnostics, fingerprints(diagnostics), strict=True)
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "columnKind": "unicodeCodePoints",
                "results": [_result(diagnostic, fingerprint) for diagnostic, fingerprint in pairs],
            }
        ],
    }
    json.dump(log, stream, indent=2)
    stream.write("\n")


def _driver() -> dict[str, object]:
    return {"name": "asynclint", "semanticVersion": __version__, "rules": [_rule(rule) for rule in ALL_RULES]}


def _rule(rule: type[Rule[Any]]) -> dict[str, object]:
    documentation = rule.documentation()
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary()},
        "fullDescription": {"text": rule.summary()},
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"enabled": rule.default, "level": "error"},
        "properties": {"tags": ["asyncio", rule.name]},
    }


def _result(diagnostic: Diagnostic, fingerprint: str) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": _INDEX[diagnostic.code],
        "level": "error",
        "message": _message(
            in_cell(diagnostic) + ". ".join(part for part in (diagnostic.message, diagnostic.help) if part)
        ),
        "locations": [_location(diagnostic.path, _region(diagnostic.file_span), function=diagnostic.function)],
        "partialFingerprints": {"asynclint/v1": fingerprint},
    }
    if len(diagnostic.chain) > 1:
        result["codeFlows"] = [{"threadFlows": [{"locations": [_flow(step) for step in diagnostic.chain]}]}]
        result["relatedLocations"] = [
            {"id": number, **_step(step)} for number, step in enumerate(diagnostic.chain[1:], 1)
        ]
    return result


def _flow(step: Step) -> dict[str, object]:
    return {"location": _step(step)}


def _step(step: Step) -> dict[str, object]:
    region = {"startLine": step.file_span.line, "startColumn": step.file_span.column}
    return {**_location(step.path, region), "message": _message(in_cell(step) + sentence(step))}


def _location(path: str, region: dict[str, int], *, function: str = "") -> dict[str, object]:
    location: dict[str, object] = {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}
    if function:
        location["logicalLocations"] = [{"fullyQualifiedName": function, "kind": "function"}]
    return location


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(path: str) -> dict[str, str]:
    """Where a file is: relative to the root of the sources, or absolute outside of it (3.4)."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": "%SRCROOT%"}


def _message(text: str) -> dict[str, str]:
    r"""A message whose brackets are no link: `[` and `]` are written `\[` and `\]` where one could begin (3.11.6)."""
    return {"text": text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") if "](" in text else text}
