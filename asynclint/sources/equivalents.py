"""Codes of other linters, and ours that mean the same: who has silenced one has silenced the other."""

from __future__ import annotations

from collections.abc import Mapping

EQUIVALENTS: Mapping[str, frozenset[str]] = {
    "ASYNC124": frozenset({"AIO308"}),
    "ASYNC200": frozenset({"AIO190"}),
    "ASYNC210": frozenset({"AIO102"}),
    "ASYNC211": frozenset({"AIO102"}),
    "ASYNC212": frozenset({"AIO102"}),
    "ASYNC220": frozenset({"AIO103", "AIO114"}),
    "ASYNC221": frozenset({"AIO103"}),
    "ASYNC222": frozenset({"AIO103"}),
    "ASYNC230": frozenset({"AIO104", "AIO114"}),
    "ASYNC231": frozenset({"AIO104", "AIO114"}),
    "ASYNC232": frozenset({"AIO104", "AIO114"}),
    "ASYNC240": frozenset({"AIO104", "AIO105"}),
    "ASYNC250": frozenset({"AIO109"}),
    "ASYNC251": frozenset({"AIO101"}),
    "ASYNC300": frozenset({"AIO201"}),
    "RUF006": frozenset({"AIO201", "AIO202"}),
    "RUF029": frozenset({"AIO308"}),
}
"""By code of flake8-async (https://flake8-async.readthedocs.io/en/latest/rules.html) or Ruff
(https://docs.astral.sh/ruff/rules/)."""
