"""A linter that finds what stalls the event loop of an asyncio program, and follows calls to prove it.

from pathlib import Path
from asynclint import check_paths, load_settings

paths = [Path("src")]
for diagnostic in check_paths(paths, load_settings(paths)).diagnostics:
    print(diagnostic.path, diagnostic.span.line, diagnostic.code, diagnostic.message)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asynclint.api import check_paths, check_source
    from asynclint.diagnostics import Diagnostic, Span, Step
    from asynclint.errors import UserError
    from asynclint.run import Report
    from asynclint.settings import Settings, load_settings

__version__ = "0.1.0"
__all__ = [
    "Diagnostic",
    "Report",
    "Settings",
    "Span",
    "Step",
    "UserError",
    "check_paths",
    "check_source",
    "load_settings",
]

_HOMES = {
    "asynclint.api": ("check_paths", "check_source"),
    "asynclint.diagnostics": ("Diagnostic", "Span", "Step"),
    "asynclint.errors": ("UserError",),
    "asynclint.run": ("Report",),
    "asynclint.settings": ("Settings", "load_settings"),
}


def __getattr__(name: str) -> object:
    """Import what is public when it is first asked for: `asynclint --version` needs none of it."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
