"""What can be set, with the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from asynclint.errors import UserError
from asynclint.sources.environments import AUTOMATIC
from asynclint.sources.files import DEFAULT_EXCLUDE

OutputFormat = Literal[
    "full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit", "pylint"
]


class SettingsError(UserError):
    """A setting that makes no sense. The message says where it stands and what is wrong with it, in one line."""


class BlockingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a project says of a callable: whether it blocks, and what to call instead."""

    blocks: bool = True
    instead: str = ""


BlockingValue = bool | str | BlockingEntry
"""The forms in which a configuration file says the same."""


class Selection(msgspec.Struct, frozen=True):
    """Rules that are enabled, and rules that are disabled, over what an earlier layer of settings says."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def _option(description: str, expects: str, example: str) -> msgspec.Meta:
    """What there is to say of an option: `description` in Markdown for documentation and editors, `expects` for error
    messages ("must be ..."), and an `example` as TOML has it.
    """
    return msgspec.Meta(description=description, extra={"expects": expects, "example": example})


_SELECTORS = "a list of rule codes, prefixes or names"
_SWITCH = "true or false"
Selectors = tuple[str, ...]
Patterns = tuple[str, ...]


class Settings(msgspec.Struct, frozen=True, rename="kebab"):
    """The settings of one run, or of the files that share them. Rule selectors are codes, prefixes of codes, rule
    names, `ALL` or `DEFAULT`. Patterns and relative paths are relative to `root`.
    """

    extend: Annotated[
        str,
        _option(
            "A configuration file that this one adds to, relative to this one's folder. Its patterns and folders are "
            "relative to its own.",
            "a file",
            'extend = "../pyproject.toml"',
        ),
    ] = ""
    select: Annotated[
        Selectors,
        _option(
            "The rules to enable: codes, prefixes of codes such as `AIO1`, names, `ALL`, or `DEFAULT` for those that "
            "are on without settings.",
            _SELECTORS,
            'select = ["AIO1", "coroutine-never-awaited"]',
        ),
    ] = ("DEFAULT",)
    ignore: Annotated[
        Selectors,
        _option(
            "The rules to disable. Of two selectors that mean a rule, the more specific one wins.",
            _SELECTORS,
            'ignore = ["AIO104"]',
        ),
    ] = ()
    extend_select: Annotated[
        Selectors,
        _option("The rules to enable besides those of `select`.", _SELECTORS, 'extend-select = ["blocking-path-call"]'),
    ] = ()
    extend_ignore: Annotated[
        Selectors, _option("The rules to disable besides those of `ignore`.", _SELECTORS, 'extend-ignore = ["AIO114"]')
    ] = ()
    per_file_ignores: Annotated[
        Mapping[str, Selectors],
        _option(
            "The rules to disable in the files that a pattern means; `!` in front of a pattern means all other files.",
            "a table of lists of rules by pattern",
            'per-file-ignores = { "tests/*" = ["AIO1"] }',
        ),
    ] = {}
    exclude: Annotated[
        Patterns,
        _option(
            "The files and folders to leave out. A pattern without `/` means names at any depth.",
            "a list of patterns",
            'exclude = ["vendor", "src/generated/*.py"]',
        ),
    ] = DEFAULT_EXCLUDE
    extend_exclude: Annotated[
        Patterns,
        _option(
            "The files and folders to leave out besides those of `exclude`.",
            "a list of patterns",
            'extend-exclude = ["migrations"]',
        ),
    ] = ()
    respect_gitignore: Annotated[bool, _option("Leave out what Git ignores.", _SWITCH, "respect-gitignore = false")] = (
        True
    )
    force_exclude: Annotated[
        bool,
        _option(
            "Apply exclusions to files that are named on the command line, too, as pre-commit names them.",
            _SWITCH,
            "force-exclude = true",
        ),
    ] = False
    src: Annotated[
        tuple[str, ...],
        _option("The folders from which imports are resolved.", "a list of folders", 'src = ["lib"]'),
    ] = (".", "src")
    output_format: Annotated[
        OutputFormat | None,
        _option(
            "How findings are printed. Without it, `full` on a terminal and `concise` elsewhere.",
            f"one of {', '.join(get_args(OutputFormat))}",
            'output-format = "concise"',
        ),
    ] = None
    jobs: Annotated[
        Annotated[int, msgspec.Meta(ge=0)],
        _option(
            "The most processes; 0 for one per processor, up to 8. Little work is done by one; on Windows all is.",
            "a whole number, 0 for one per processor",
            "jobs = 2",
        ),
    ] = 0
    cache: Annotated[bool, _option("Keep what was found out for the next run.", _SWITCH, "cache = false")] = True
    cache_dir: Annotated[str, _option("The folder that keeps it.", "a folder", 'cache-dir = ".cache/asynclint"')] = (
        ".asynclint_cache"
    )
    max_hops: Annotated[
        Annotated[int, msgspec.Meta(ge=1)],
        _option(
            "The most calls in a chain that is reported; with 1, only calls that block themselves.",
            "a whole number of 1 or more",
            "max-hops = 3",
        ),
    ] = 50
    python: Annotated[
        str,
        _option(
            "The environment whose packages are read, and never imported, to know what their functions give: its "
            "folder, or an interpreter in it. `auto` takes `VIRTUAL_ENV` and the `.venv` beside the configuration, "
            "`none` knows what asynclint ships. `--isolated` means `none`.",
            '"auto", "none", or the path of an environment or of an interpreter in one',
            'python = ".venv"',
        ),
    ] = AUTOMATIC
    baseline: Annotated[
        str,
        _option(
            "A file of known findings, which are not reported; `--write-baseline` writes it.",
            "a file",
            'baseline = "asynclint-baseline.json"',
        ),
    ] = ""
    blocking: Annotated[
        Mapping[str, BlockingEntry],
        _option(
            "Callables by qualified name or pattern: `true` for one that blocks, `false` for one that never does, a "
            "string for one that blocks and what to use instead.",
            'a table by name of true, false, a replacement, or a table with "blocks" and "instead"',
            'blocking = { "billing.client.charge" = true, "legacy.db.*" = "legacy.aio_db" }',
        ),
    ] = {}

    root: Path = Path()
    layers: tuple[Selection, ...] = ()
    """What later layers of settings, such as the command line, say over `select` and `ignore`, in their order."""


NOT_OPTIONS = frozenset({"root", "layers"})
"""The keys of `Settings` that follow from how settings were given."""

PATTERN_OPTIONS = ("exclude", "extend-exclude")

SELECTOR_OPTIONS = ("select", "ignore", "extend-select", "extend-ignore")

RUN_OPTIONS = (
    "respect-gitignore",
    "force-exclude",
    "output-format",
    "jobs",
    "cache",
    "cache-dir",
)
"""What holds for a whole run, whatever the configuration files nearest to single files say."""
