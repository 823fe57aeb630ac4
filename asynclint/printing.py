"""What the command prints: the report of a run, and documentation."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click
import msgspec

from asynclint.baseline import BaselineEntry
from asynclint.reports.base import printable, reporter
from asynclint.reports.statistics import FORMATS, statistics
from asynclint.reports.summary import summary_lines
from asynclint.reports.terminal import ColorChoice, console, has_colors
from asynclint.run import Report
from asynclint.settings import Settings
from asynclint.sources.files import display_path
from asynclint.writing import write_whole


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """How the command line wants a report: in a file or on standard output, as statistics, without a summary."""

    file: Path | None
    statistics: bool
    quiet: bool
    color: ColorChoice


def print_report(report: Report, settings: Settings, wishes: Wishes) -> None:
    """Print what a run found, and on standard error what the baseline has and the run did not find."""
    is_terminal = wishes.file is None and sys.stdout.isatty()
    output_format = settings.output_format or ("full" if is_terminal else "concise")
    stream = sys.stdout if wishes.file is None else io.StringIO()
    if wishes.statistics:
        _print_statistics(report, output_format, stream)
    else:
        _print_findings(report, output_format, stream, wishes)
    if wishes.file is not None and isinstance(stream, io.StringIO):
        write_whole(wishes.file, stream.getvalue())
    stream.flush()
    if report.gone and not wishes.quiet:
        _tell_of_gone(report.gone, Path(settings.root, settings.baseline))


def print_markdown(markdown: str, color: ColorChoice) -> None:
    """Print `markdown`, rendered on a terminal or where colours are wanted, and as it is elsewhere."""
    has_color = has_colors(color, sys.stdout)
    if not (has_color or sys.stdout.isatty()):
        click.echo(markdown)
        return
    from rich.markdown import Markdown

    console(sys.stdout, color=has_color).print(Markdown(markdown), soft_wrap=False)


def _print_findings(report: Report, output_format: str, stream: TextIO, wishes: Wishes) -> None:
    write = reporter(output_format, color=has_colors(wishes.color, stream))
    write(report.diagnostics, report.texts, stream)
    if output_format in {"full", "grouped"} and not wishes.quiet:
        stream.writelines(printable(line) + "\n" for line in summary_lines(report.diagnostics))


def _print_statistics(report: Report, output_format: str, stream: TextIO) -> None:
    if output_format not in FORMATS:
        raise click.UsageError(
            f"--statistics is not for the output format {output_format}, but for {', '.join(FORMATS)}"
        )
    stream.write(statistics(report.diagnostics, output_format))


def _tell_of_gone(entries: Sequence[BaselineEntry], baseline: Path) -> None:
    file = display_path(baseline)
    click.echo(printable(f"asynclint: gone since {file} was written (--write-baseline {file} takes it out):"), err=True)
    for entry in entries:
        click.echo(printable(f"  {entry}"), err=True)
