"""A JSON object a line, for each finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from asynclint.diagnostics import Diagnostic
from asynclint.reports.json import as_object


def write(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], stream: TextIO) -> None:
    """See `asynclint.reports.base.Reporter`."""
    stream.writelines(json.dumps(as_object(diagnostic)) + "\n" for diagnostic in diagnostics)
