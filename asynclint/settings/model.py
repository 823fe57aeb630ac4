"""What can be set, with the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from asynclint.errors import UserError
from asynclint.sources.files import DEFAULT_EXCLUDE

OutputFormat = Literal[
    "full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit", "pylint"
]
AtLeastZero = Annotated[int, msgspec.Meta(ge=0)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class SettingsError(UserError):
    """A setting that makes no sense. The message says where it stands and what is wrong with it, in one line."""


class BlockingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a project says of a callable: whether it blocks, and what to call instead."""

    blocks: bool = True
    instead: str = ""


class Settings(msgspec.Struct, frozen=True, rename="kebab"):
    """The settings of one run. Rule selectors are codes, prefixes of codes, rule names, `ALL` or `DEFAULT`.

    `output_format` is `None` where it depends on whether the output is a terminal; `jobs` is 0 for one per processor.
    `baseline` is empty for none. `blocking` is by qualified name or glob. Patterns and relative paths are relative to
    `root`.
    """

    select: tuple[str, ...] = ("DEFAULT",)
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    src: tuple[str, ...] = (".", "src")
    output_format: OutputFormat | None = None
    jobs: AtLeastZero = 0
    cache: bool = True
    cache_dir: str = ".asynclint_cache"
    max_hops: AtLeastOne = 50
    baseline: str = ""
    blocking: Mapping[str, BlockingEntry] = {}

    root: Path = Path()
    command_line_select: tuple[str, ...] = ()
    """`--extend-select` of a command line without `--select`: over all that `select` and `ignore` say."""
    command_line_ignore: tuple[str, ...] = ()
    """`--ignore` and `--extend-ignore` of such a command line."""


NOT_OPTIONS = frozenset({"root", "command-line-select", "command-line-ignore"})
"""The keys of `Settings` that follow from how settings were given."""

SELECTOR_OPTIONS = ("select", "ignore", "extend-select", "extend-ignore")

EXPECTATIONS: Mapping[str, str] = {
    **dict.fromkeys(SELECTOR_OPTIONS, "a list of rule codes, prefixes or names"),
    **dict.fromkeys(("exclude", "extend-exclude"), "a list of patterns"),
    **dict.fromkeys(("respect-gitignore", "force-exclude", "cache"), "true or false"),
    "per-file-ignores": "a table of lists of rules by pattern",
    "src": "a list of folders",
    "output-format": f"one of {', '.join(get_args(OutputFormat))}",
    "jobs": "a whole number, 0 for one per processor",
    "cache-dir": "a folder",
    "baseline": "a file",
    "max-hops": "a whole number of 1 or more",
    "blocking": 'a table by name of true, false, a replacement, or a table with "blocks" and "instead"',
}
"""What the value of each option has to be, as error messages put it."""
