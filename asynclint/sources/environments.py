"""Where the packages of a Python environment lie. Nothing of it is run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from asynclint.errors import UserError

AUTOMATIC = "auto"
"""Look for the environment of the project."""
NO_ENVIRONMENT = "none"
"""Read no environment."""


class EnvironmentNotFoundError(UserError):
    """An environment that was asked for is not there. The message names it, in one line."""


def find_packages(python: str, root: Path, variables: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders in which the packages of the environment `python` lie, those that come first on the path first.

    `python` is a folder with an environment, an interpreter in one, `auto` or `none`; a relative path is below
    `root`. `auto` takes that of `VIRTUAL_ENV` and the `.venv` in `root`, where they are there.
    Raises `EnvironmentNotFoundError` where a path leads to no environment.
    """
    if python == NO_ENVIRONMENT:
        return ()
    if python == AUTOMATIC:
        named = variables.get("VIRTUAL_ENV")
        candidates = [*([Path(named)] if named else []), root / ".venv"]
        return tuple(dict.fromkeys(found for folder in candidates for found in _packages(folder)))
    path = root / python
    found = tuple(_packages(path.parent.parent if path.is_file() else path))
    if not found:
        raise EnvironmentNotFoundError(f"{python}: no Python environment: it has no site-packages")
    return found


def _packages(prefix: Path) -> Iterator[Path]:
    """The folders of packages below `prefix`, as `site` lays them out (https://docs.python.org/3/library/site.html)."""
    windows = prefix / "Lib" / "site-packages"
    folders = [windows, *sorted(prefix.glob("lib*/python3*/site-packages"), key=_version, reverse=True)]
    folders += sorted(prefix.glob("lib/python3/dist-packages"))
    seen = set()
    for folder in folders:
        if folder.is_dir() and folder.resolve() not in seen:
            seen.add(folder.resolve())
            yield folder


def _version(folder: Path) -> tuple[int, ...]:
    """The version in `lib/python3.12/site-packages`."""
    parts = folder.parent.name.removeprefix("python").split(".")
    return tuple(int(part) for part in parts if part.isdecimal())
