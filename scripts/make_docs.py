"""Writes what README.md and the pages in docs/ show of asynclint itself: tables, and what its commands print.

In a `console` block, what stands after `$ ` is run, on a terminal, and what it prints takes the place of what stood
there. Lines of `sh` blocks that run asynclint are run, too, and have to work. They run in a folder that has the files
which blocks of the same page with a `title` hold, and, for README.md, a small project.

`--check` only says whether all is up to date. Needs a system with pseudo-terminals.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from asynclint.rules.base import Rule
from asynclint.rules.catalogue import ALL_RULES
from asynclint.settings.toml import toml_value
from asynclint.settings.validation import OPTIONS, Option

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
EXAMPLE = ROOT / "tests" / "fixtures" / "chains" / "readme"

_BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_RUNS_ASYNCLINT = re.compile(r"(?:^|\| |_source )asynclint\b")
_FAILED = 2


class CommandError(Exception):
    """A command in a `sh` block that does not work."""


def main() -> int:
    """Update all pages, or check them. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="*", help="by default README.md and those in docs/")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    pages = [page.resolve() for page in arguments.pages] or PAGES
    outdated = [page for page in pages if not _update(page, check_only=arguments.check)]
    if outdated:
        print("out of date; run python scripts/make_docs.py")
    return 1 if outdated else 0


def _update(page: Path, *, check_only: bool) -> bool:
    """Bring a page up to date. With `check_only`, say what differs instead, and whether nothing does."""
    current = page.read_text(encoding="utf-8")
    updated = _with_outputs(_with_tables(current), example=EXAMPLE if page == README else None)
    if updated == current:
        return True
    if not check_only:
        page.write_text(updated, encoding="utf-8")
        return True
    name = page.relative_to(ROOT).as_posix()
    lines = difflib.unified_diff(current.splitlines(), updated.splitlines(), name, "as it should be", lineterm="")
    print("\n".join(lines))
    return False


# -- tables -----------------------------------------------------------------------------------------------------------


def _with_tables(text: str) -> str:
    for marker, content in (("rules", _rules), ("options", _options), ("option-details", _option_details)):
        before, begin, rest = text.partition(f"<!-- {marker} -->")
        _, end, after = rest.partition(f"<!-- /{marker} -->")
        if begin and end:
            text = f"{before}{begin}\n{content()}\n{end}{after}"
    return text


def _rules() -> str:
    return "\n".join(["| code | name | what it finds | on |", "|---|---|---|---|", *map(_rule, ALL_RULES)])


def _rule(rule: type[Rule[Any]]) -> str:
    summary = rule.summary().replace("|", "\\|")
    return f"| {rule.code} | {rule.name} | {summary} | {'yes' if rule.default else 'no'} |"


def _options() -> str:
    rows = [f"| [`{option.key}`](#{option.key}) | {option.description} |" for option in OPTIONS.values()]
    return "\n".join(["| option | |", "|---|---|", *rows])


def _option_details() -> str:
    return "\n\n".join(map(_option, OPTIONS.values()))


def _option(option: Option) -> str:
    default = f"`{toml_value(option.default)}`" if option.default is not None else "not set"
    return "\n\n".join(
        (
            f"### {option.key}",
            option.description,
            f"Default: {default}. Has to be {option.expects}.",
            f"```toml\n{option.example}\n```",
        )
    )


# -- commands ---------------------------------------------------------------------------------------------------------


def _with_outputs(text: str, example: Path | None) -> str:
    """`text` with what its commands print. Raises `CommandError`."""
    with _sandbox(text, example) as folder:
        return _BLOCK.sub(lambda block: _run_block(block, folder), text)


def _run_block(block: re.Match[str], folder: Path) -> str:
    if block["language"] == "console" and "\n$ " in block[0]:
        commands = [line[2:] for line in block["text"].splitlines() if line.startswith("$ ")]
        ran = "".join(f"$ {command}\n{_output(command, folder)[1]}" for command in commands)
        return f"```console\n{ran}```"
    if block["language"] == "sh":
        for line in block["text"].splitlines():
            if _RUNS_ASYNCLINT.search(line):
                status, output = _output(line, folder)
                if status >= _FAILED:
                    raise CommandError(f"{line}\n{output}")
    return block[0]


def _output(command: str, folder: Path) -> tuple[int, str]:
    """The exit status of `command`, and what it prints on a terminal without colours."""
    bin_folder = folder.parent / "bin"
    own = {
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "100",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "HOME": str(folder.parent),
    }
    reading, writing = os.openpty()
    with subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
        env={**os.environ, **own},
    ) as process:
        os.close(writing)
        printed = b"".join(_chunks(reading))
    os.close(reading)
    output = printed.decode().replace("\r\n", "\n").replace(str(folder.parent), "/home/you")
    return process.returncode, output


def _chunks(descriptor: int) -> Iterator[bytes]:
    """What is written to a terminal until nobody has it open any more."""
    while True:
        try:
            chunk = os.read(descriptor, 1 << 16)
        except OSError:  # Linux says so when the last process has gone
            return
        if not chunk:
            return
        yield chunk


@contextmanager
def _sandbox(text: str, example: Path | None) -> Iterator[Path]:
    """A folder with the files of a page, in a Git repository, and the commands beside it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "project"
        folder.mkdir()
        (folder.parent / "bin").mkdir()
        for name, arguments in (("asynclint", "-m asynclint"), ("python", "")):
            command = folder.parent / "bin" / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
            command.chmod(0o755)
        if example is not None:
            _copy_example(example, folder)
        for block in _BLOCK.finditer(text):
            if block["title"]:
                file = folder / block["title"]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block["text"], encoding="utf-8")
        _commit(folder)
        yield folder


def _copy_example(example: Path, folder: Path) -> None:
    """The project that README.md is about, without the comments that say what the test suite expects."""
    shutil.copytree(example, folder, dirs_exist_ok=True)
    for file in folder.rglob("*.py"):
        text = re.sub(r"  # expect: .*", "", file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
    (folder / "src").mkdir()
    (folder / "tests").mkdir()
    for name in ("app.py", "tests/test_api.py"):
        (folder / name).write_text("")


def _commit(folder: Path) -> None:
    """Make `folder` a Git repository with one commit, which is also that of `origin/main`."""
    identity = ("-c", "user.name=asynclint", "-c", "user.email=asynclint@example.org")
    for arguments in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "--allow-empty", "--message", "all"),
        ("update-ref", "refs/remotes/origin/main", "HEAD"),
    ):
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    sys.exit(main())
