"""What the options of the command mean: how their values are read, and which settings they override."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound="Callable[..., Any] | click.Command")

_SETTINGS_OPTIONS = (
    "select",
    "ignore",
    "extend_select",
    "extend_ignore",
    "per_file_ignores",
    "exclude",
    "extend_exclude",
    "respect_gitignore",
    "force_exclude",
    "output_format",
    "baseline",
    "jobs",
    "cache",
    "cache_dir",
    "max_hops",
    "python",
)
"""The parameters of `check` that override the setting of the same name."""
PATH = click.Path(path_type=Path)
"""The type of an option that names a file."""

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Whether to print colours. Default: on terminals, or as NO_COLOR and FORCE_COLOR say.",
)
config_option = click.option(
    "--config", multiple=True, metavar="FILE|KEY=VALUE", help="A TOML file, or one setting as TOML."
)
isolated_option = click.option("--isolated", is_flag=True, help="Read no configuration file, look for no environment.")


def list_option(name: str, metavar: str, text: str) -> Callable[[_Command], _Command]:
    """An option that takes a list between commas, and may be given more than once."""
    return click.option(name, multiple=True, callback=_split, metavar=metavar, help=text)


def _split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """All values of an option that may be given more than once, each a list between commas; `None` without any."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip()) if values else None


def absolute_path(ctx: click.Context, param: click.Parameter, value: Path | None) -> str | None:
    """A file as it is meant on the command line: relative to the working directory, not to the settings."""
    return None if value is None else os.path.abspath(value)


def absolute_environment(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """An environment as it is meant on the command line; the words that name none stay as they are."""
    from asynclint.sources.environments import AUTOMATIC, NO_ENVIRONMENT

    return value if value is None or value in (AUTOMATIC, NO_ENVIRONMENT) else os.path.abspath(value)


def overridden(options: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that `options` have a say in, by their names in configuration files.

    Raises `click.UsageError`.
    """
    given = {name: options[name] for name in _SETTINGS_OPTIONS if options.get(name) is not None}
    if "per_file_ignores" in given:
        given["per_file_ignores"] = _by_pattern(given["per_file_ignores"])
    return {name.replace("_", "-"): value for name, value in given.items()}


def _by_pattern(pairs: Sequence[str]) -> dict[str, list[str]]:
    """The rules of `PATTERN:RULE` pairs by pattern."""
    rules: dict[str, list[str]] = {}
    for pair in pairs:
        pattern, colon, selector = pair.rpartition(":")
        if not colon:
            raise click.UsageError(f"--per-file-ignores: `{pair}` is not PATTERN:RULE")
        rules.setdefault(pattern, []).append(selector)
    return rules
