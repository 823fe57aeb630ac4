"""Which async library a file is written for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from asynclint.program.names.modules import Module

Backend = Literal["asyncio", "anyio", "trio"]


def backend(module: Module) -> Backend:
    """The async library that `module` imports; asyncio where it imports several, or none."""
    imported = module.scope.imported_packages
    if "asyncio" in imported:
        return "asyncio"
    return "anyio" if "anyio" in imported else "trio" if "trio" in imported else "asyncio"
