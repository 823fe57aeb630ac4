"""The flake8 plugin: asynclint's findings as flake8 reports them, with its selection, `# noqa` and `--jobs`.

https://flake8.pycqa.org/en/latest/plugin-development/ says what flake8 asks of a plugin.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flake8.exceptions import ExecutionError

import asynclint
from asynclint.api import FileChecker, check_source
from asynclint.diagnostics import Diagnostic
from asynclint.errors import UserError
from asynclint.failures import InternalError
from asynclint.reports.base import one_line, printable
from asynclint.settings import LoadedSettings, Settings, load_settings
from asynclint.settings.selection import codes_meant

_RULES = re.compile("AIO[0-9]+")


class Plugin:
    """One file's check. flake8 makes one for each file, in as many processes as `--jobs` says."""

    name = "asynclint"
    version = asynclint.__version__
    _settings: Settings | LoadedSettings = Settings()
    _noqa = True
    _stdin: str | None = None
    _checker: FileChecker | None = None
    """One for all files of this process."""

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        # flake8 gives every plugin that takes a tree a turn for each file.
        self._filename = filename
        self._lines = lines

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Take the settings of asynclint, and from flake8's what it has of them.

        Rules that are off by default are on where flake8's `select` or `extend-select` names them or a family of
        theirs, as `AIO105` and `AIO1` do. What is ignored, flake8 leaves out itself.
        """
        selected = [*(options.select or ()), *(options.extend_select or ())]
        named = tuple(code for code in selected if _RULES.fullmatch(code) and codes_meant(code))
        try:
            cls._settings = load_settings([], {"extend-select": named} if named else {})
        except UserError as error:
            raise ExecutionError(f"asynclint: {error}") from error
        cls._noqa = not options.disable_noqa
        cls._stdin = options.stdin_display_name if "-" in options.filenames else None
        cls._checker = None

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The findings: line (1-based), column (0-based), code and message, and this class."""
        try:
            if self._filename == self._stdin:
                report = check_source("".join(self._lines), self._filename, self._settings)
                if report.failures:
                    raise InternalError(report.failures)
                found: Sequence[Diagnostic] = report.diagnostics
            else:
                found = self._on_disk(Path(self._filename))
        except (InternalError, UserError) as error:
            raise ExecutionError(f"asynclint: {error}") from error
        for diagnostic in found:
            text = f"{diagnostic.code} {printable(one_line(diagnostic))}"
            yield diagnostic.span.line, diagnostic.span.column - 1, text, type(self)

    @classmethod
    def _on_disk(cls, file: Path) -> Sequence[Diagnostic]:
        if cls._checker is None:
            cls._checker = FileChecker(cls._settings, noqa=cls._noqa)
        return cls._checker.check(file)
