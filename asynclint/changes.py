"""What changed since a revision of a Git repository, and which findings that touches."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from asynclint.diagnostics import Diagnostic
from asynclint.errors import UserError
from asynclint.sources.files import absolute_path, display_path

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# What a user's configuration could say otherwise is said here.
_DIFF = (
    "-c", "core.quotePath=true", "diff", "--unified=0", "--inter-hunk-context=0", "--no-color", "--no-ext-diff",
    "--no-textconv", "--no-relative", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short",
)  # fmt: skip

Lines = tuple[range, ...]
_ALL_LINES: Lines = (range(1, 1 << 62),)


class Changes:
    """The lines that are not as they were in a revision: committed since, uncommitted, or in files that Git does not
    know. `lines` is by the path of the file without links.
    """

    def __init__(self, lines: Mapping[Path, Lines]) -> None:
        self._lines = lines

    def touch(self, diagnostic: Diagnostic) -> bool:
        """Whether a changed line is one that `diagnostic` stands on, its function's `def`, or a step of its chain."""
        span = diagnostic.span
        cell = diagnostic.cell
        places = [(diagnostic.path, cell, span.line, span.end_line)]
        places += [(diagnostic.path, cell, diagnostic.function_line, diagnostic.function_line)]
        places += [(step.path, step.cell, step.line, step.line) for step in diagnostic.chain]
        return any(self._include(*place) for place in places)

    def _include(self, path: str, cell: int, first: int, last: int) -> bool:
        changed = self._lines.get(Path(os.path.realpath(path)), ())
        # Lines of a notebook's cells are not those of its file: all of a notebook that changed has changed.
        if cell:
            return bool(changed)
        return any(lines.start <= last and first < lines.stop for lines in changed)


def changes_since(revision: str, paths: Iterable[Path]) -> Changes:
    """What changed since `revision` in the repositories that `paths` are in.

    If `revision` is on another branch, since the commit at which this one left it. Raises `UserError`.
    """
    if shutil.which("git") is None:
        raise UserError("--since needs the `git` command, which is not installed")
    lines: dict[Path, Lines] = {}
    for root in dict.fromkeys(_repository(path) for path in paths):
        base = _base(root, revision)
        diff = _git(root, *_DIFF, base, "--")
        lines |= {root / path: tuple(changed) for path, changed in _changed_lines(diff).items()}
        untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
        lines |= {root / os.fsdecode(name): _ALL_LINES for name in untracked.split(b"\0") if name}
    return Changes(lines)


def _repository(path: Path) -> Path:
    """The root of the repository that `path` is in, without links."""
    absolute = absolute_path(path)
    folder = next(each for each in (absolute, *absolute.parents) if each.is_dir())
    found = _git(folder, "rev-parse", "--show-toplevel").removesuffix(b"\n")
    return Path(os.path.realpath(os.fsdecode(found)))


def _base(root: Path, revision: str) -> str:
    """The commit to compare with."""
    is_option = not revision or revision.startswith("-")
    if is_option or _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").returncode:
        raise UserError(f"--since: `{revision}` is no revision of the repository {root.as_posix()}")
    # In a shallow clone there may be no common commit.
    common = _run(root, "merge-base", revision, "HEAD").stdout.decode().strip()
    return common or revision


def _git(folder: Path, *arguments: str) -> bytes:
    run = _run(folder, *arguments)
    if run.returncode:
        reason = run.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UserError(f"--since: git in {display_path(folder)}: {reason or f'exit status {run.returncode}'}")
    return run.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607


def _changed_lines(diff: bytes) -> dict[str, list[range]]:
    """The lines that a diff without context added or changed, 1-based, by file."""
    found: dict[str, list[range]] = {}
    lines = iter(diff.split(b"\n"))
    path = ""
    for line in lines:
        if line.startswith(b"+++ "):
            path = _path(line[4:])
        elif hunk := _HUNK.match(line):
            removed, first, added = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
            if added:
                found.setdefault(path, []).append(range(first, first + added))
            # What the hunk holds may look like a header.
            _skip(lines, removed + added)
    return found


def _skip(lines: Iterator[bytes], count: int) -> None:
    while count:
        count -= not next(lines).startswith(b"\\")


def _path(written: bytes) -> str:
    r"""The path in `b/path`, or in `"b/path"` with C's escapes, which are those of Python's bytes."""
    name = written.removesuffix(b"\t")
    if name.startswith(b'"'):
        name = ast.literal_eval("b" + name.decode("ascii"))
    return os.fsdecode(name.removeprefix(b"b/"))
