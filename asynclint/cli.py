"""The command: arguments, output and exit status.

Whatever takes long to import waits for the command that needs it.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

import asynclint
from asynclint.options import (
    PATH,
    absolute_environment,
    absolute_path,
    color_option,
    config_option,
    isolated_option,
    list_option,
    overridden,
)

if TYPE_CHECKING:
    from asynclint.failures import Failure
    from asynclint.printing import Wishes
    from asynclint.progress import Progress
    from asynclint.reports.terminal import ColorChoice
    from asynclint.rules.base import Rule
    from asynclint.settings import LoadedSettings

_OUTPUT_FORMATS = ("full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit", "pylint")

FOUND = 1
FAILED = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, those of the process by default, and give its exit status."""
    if arguments is None:
        _leave_garbage()
    # A path or source line may hold what the terminal's encoding does not.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int | None = command.main(arguments, prog_name="asynclint", standalone_mode=False)
    except click.ClickException as error:
        return _fail(error.format_message())
    except click.Abort:
        if arguments is None:
            _leave_at_once()
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001
        from asynclint.failures import InternalError, failure

        _tell_of_failures(error.failures if isinstance(error, InternalError) else [failure(error)])
        return FAILED
    return status or 0


def _leave_at_once() -> None:
    """End this process: Python can't be taken apart while a thread of it is deep in libcst's parser."""
    from asynclint.forks import end_copies

    end_copies()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


def _leave_garbage() -> None:
    """Spare this process, which is soon to end, the search for garbage among all facts: a tenth of a run."""
    gc.disable()
    atexit.register(gc.freeze)


class _DefaultToCheck(click.Group):
    """A group whose first argument may be left out when it is `check`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `check` in front of arguments that are no other command's."""
        own = {*self.commands, "--help", "-h", "--version"}
        # A shell that completes the first argument asks without one.
        is_asked = ctx.resilient_parsing and not args
        if not is_asked and (not args or args[0] not in own):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What a shell may complete the first argument to: commands, the options of `check`, and paths."""
        with check.make_context("check", [], parent=ctx, resilient_parsing=True) as inner:
            options = check.shell_complete(inner, incomplete)
        paths = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        return [*super().shell_complete(ctx, incomplete), *options, *paths]


def _rules_that_begin(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes and names that a shell may complete `incomplete` to."""
    items = [(text, each) for each in _all_rules() for text in (each.code, each.name)]
    return [CompletionItem(text, help=each.summary()) for text, each in items if text.startswith(incomplete)]


@click.group(cls=_DefaultToCheck, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(asynclint.__version__, prog_name="asynclint", message="%(prog)s %(version)s")
def command() -> None:
    """Find what stalls the event loop, coroutines never awaited and lost tasks.

    `asynclint PATHS` is `asynclint check PATHS`.
    """


@command.command()
@click.argument("paths", nargs=-1, type=click.Path())
@list_option("--select", "RULES", "The rules to enable, in place of the default.")
@list_option("--ignore", "RULES", "Rules to disable.")
@list_option("--extend-select", "RULES", "Rules to enable besides those selected.")
@list_option("--extend-ignore", "RULES", "Like --ignore.")
@list_option("--per-file-ignores", "PATTERN:RULE", "Rules to disable for the files of a pattern.")
@list_option("--exclude", "PATTERNS", "Files and folders to leave out, in place of the default.")
@list_option("--extend-exclude", "PATTERNS", "Files and folders to leave out besides.")
@click.option("--respect-gitignore/--no-respect-gitignore", default=None, help="Leave out what Git ignores.")
@click.option("--force-exclude/--no-force-exclude", default=None, help="Apply exclusions to named files too.")
@click.option("--output-format", type=click.Choice(_OUTPUT_FORMATS), help="Default: full on a terminal, else concise.")
@click.option("--output-file", "-o", metavar="FILE", type=PATH, help="Write there, and not to standard output.")
@click.option("--since", metavar="REVISION", help="Report only what touches lines changed since a Git revision.")
@click.option(
    "--baseline", metavar="FILE", type=PATH, callback=absolute_path, help="Known findings, not to be reported."
)
@click.option("--write-baseline", metavar="FILE", type=PATH, help="Write all findings to a baseline and end.")
@click.option("--jobs", "-j", type=click.IntRange(min=0), help="Processes to share the work; 0 for one per processor.")
@click.option("--max-hops", type=click.IntRange(min=1), help="The most calls in a chain; 1 for direct ones only.")
@click.option(
    "--python",
    metavar="PATH",
    callback=absolute_environment,
    help="The environment of the project, or its interpreter; `auto`, or `none`.",
)
@click.option("--no-cache", "-n", "cache", flag_value=False, type=bool, default=None, help="Read and write no cache.")
@click.option("--cache-dir", metavar="FOLDER", help="Where the cache is.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what is read when the path is `-`.")
@click.option("--statistics", is_flag=True, help="Print counts by rule and by cause, and no findings.")
@click.option("--exit-zero", "-e", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else.")
@click.option("--show-files", is_flag=True, help="Print the files that would be linted.")
@color_option
@config_option
@isolated_option
def check(paths: tuple[str, ...], **options: Any) -> int:
    """Lint files and folders; `-` for standard input. Default: the current folder."""
    from asynclint.api import check_paths, check_source
    from asynclint.printing import print_report
    from asynclint.run import files_to_check

    with _one_line_errors():
        named, stdin = _inputs(paths, options)
        settings = _load([Path(stdin[1])] if stdin else named, options)
        if options["show_files"]:
            _print_files(files_to_check(named, settings))
            return 0
        if options["write_baseline"]:
            _write_baseline(options["write_baseline"], named, settings, options)
            return 0
        with _progress(options) as progress:
            report = (
                check_paths(named, settings, since=options["since"], progress=progress)
                if stdin is None
                else check_source(*stdin, settings)
            )
        _complain(report.complaints)
        print_report(report, settings.settings, _wishes(options))
    if report.failures:
        _tell_of_failures(report.failures)
        return FAILED
    return FOUND if report.diagnostics and not options["exit_zero"] else 0


@command.command()
@click.argument("selector", metavar="CODE|NAME", required=False, shell_complete=_rules_that_begin)
@click.option("--all", "everything", is_flag=True, help="Say it of all rules.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def rule(selector: str | None, everything: bool, output_format: str, color: ColorChoice) -> int:
    """Say what a rule finds, why that is bad and what to do."""
    if everything == (selector is not None):
        raise click.UsageError("give either a rule or --all")
    rules = _all_rules() if selector is None else [_rule(selector)]
    if output_format == "json":
        described = [_rule_as_json(each) for each in rules]
        click.echo(json.dumps(described if everything else described[0], indent=2))
    else:
        from asynclint.printing import print_markdown

        text = "\n\n".join(f"# {each.name} ({each.code})\n\n{each.documentation()}" for each in rules)
        print_markdown(text, color)
    return 0


@command.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--show-source", is_flag=True, help="Say where each value came from.")
@click.option("--schema", is_flag=True, help="Print the JSON schema of asynclint.toml, for editors.")
@config_option
@isolated_option
def config(paths: tuple[str, ...], *, show_source: bool, schema: bool, **options: Any) -> int:
    """Print the settings in force for PATHS, as asynclint.toml would have them."""
    from asynclint.reports.base import printable
    from asynclint.settings.schema import json_schema
    from asynclint.settings.toml import option_line

    if schema:
        click.echo(json.dumps(json_schema(), indent=2))
        return 0
    with _one_line_errors():
        loaded = _load([Path(path) for path in paths], options)
    for key, origin in loaded.origins.items():
        click.echo(printable(option_line(loaded.settings, key) + f"  # {origin}" * show_source))
    return 0


@command.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--cache-dir", metavar="FOLDER", help="Where the cache is.")
@config_option
@isolated_option
def clean(paths: tuple[str, ...], **options: Any) -> int:
    """Remove the cache of the project that PATHS are in."""
    from asynclint.cache.folder import CacheError, cache_folder
    from asynclint.cache.folder import clean as remove
    from asynclint.sources.files import display_path

    with _one_line_errors():
        settings = _load([Path(path) for path in paths], options).settings
        try:
            folder = cache_folder(settings.root, settings.cache_dir)
            removed = remove(folder)
        except CacheError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{'Removed' if removed else 'No cache in'} {display_path(folder)}")
    return 0


def _fail(message: str) -> int:
    from asynclint.reports.base import printable

    click.echo(f"asynclint: error: {printable(' '.join(message.split()))}", err=True)
    return FAILED


def _complain(complaints: Sequence[str]) -> None:
    from asynclint.reports.base import printable

    for complaint in complaints:
        click.echo(f"asynclint: warning: {printable(complaint)}", err=True)


def _tell_of_failures(failures: Sequence[Failure]) -> None:
    from asynclint.reports.base import printable

    for each in failures:
        if os.environ.get("ASYNCLINT_TRACEBACK"):
            for line in each.traceback.splitlines():
                click.echo(printable(line), err=True)
        _fail(str(each))


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Turn errors that a user can cause into what `main` prints in one line."""
    from asynclint.errors import UserError

    try:
        yield
    except UserError as error:
        raise click.ClickException(str(error)) from error


def _inputs(paths: Sequence[str], options: Mapping[str, Any]) -> tuple[list[Path], tuple[bytes, str] | None]:
    """The paths to lint, and the content and name of standard input where that is what to lint."""
    if "-" not in paths:
        return [Path(path) for path in paths or (".",)], None
    if len(paths) > 1:
        raise click.UsageError("`-` cannot be combined with other paths")
    if options["since"] is not None or options["write_baseline"]:
        raise click.UsageError("`-` cannot be combined with --since or --write-baseline")
    return [], (sys.stdin.buffer.read(), options["stdin_filename"] or "-")


def _load(paths: Sequence[Path], options: Mapping[str, Any]) -> LoadedSettings:
    from asynclint.settings import load_settings

    return load_settings(paths, overridden(options), config=options["config"], isolated=options["isolated"])


def _print_files(paths: Sequence[Path]) -> None:
    from asynclint.reports.base import printable
    from asynclint.sources.files import display_path

    for path in paths:
        click.echo(printable(display_path(path)))


def _progress(options: Mapping[str, Any]) -> AbstractContextManager[Progress]:
    """A bar where somebody watches, as long as the context lasts."""
    from asynclint.progress import untold
    from asynclint.reports.terminal import ProgressBar, has_colors, is_screen

    if options["quiet"] or not is_screen(sys.stderr):
        return nullcontext(untold)
    return ProgressBar(sys.stderr, color=has_colors(options["color"], sys.stderr))


def _wishes(options: Mapping[str, Any]) -> Wishes:
    from asynclint.printing import Wishes

    return Wishes(
        file=options["output_file"],
        statistics=options["statistics"],
        quiet=options["quiet"],
        color=options["color"],
    )


def _write_baseline(file: Path, paths: Sequence[Path], settings: LoadedSettings, options: Mapping[str, Any]) -> None:
    from asynclint.api import write_baseline
    from asynclint.reports.base import printable

    with _progress(options) as progress:
        baseline = write_baseline(file, paths, settings, progress)
    count = sum(entry.count for entry in baseline.entries)
    click.echo(printable(f"Wrote {count} {'finding' if count == 1 else 'findings'} to {file}."))


def _all_rules() -> Sequence[type[Rule[Any]]]:
    from asynclint.rules.catalogue import ALL_RULES

    return ALL_RULES


def _rule(selector: str) -> type[Rule[Any]]:
    from asynclint.settings.selection import selector_suggestion

    for each in _all_rules():
        if selector.upper() == each.code or selector.lower() == each.name:
            return each
    raise click.ClickException(f'unknown rule "{selector}"{selector_suggestion(selector)}')


def _rule_as_json(rule_class: type[Rule[Any]]) -> dict[str, object]:
    return {
        "code": rule_class.code,
        "name": rule_class.name,
        "default": rule_class.default,
        "summary": rule_class.summary(),
        "documentation": rule_class.documentation(),
    }
