"""What a terminal shows beside findings: whether there are colours, and how far a long run has come."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

ColorChoice = Literal["auto", "always", "never"]

_PATIENCE = 1.0
"""Seconds that a run takes before it shows how far it has come."""
_BETWEEN_REFRESHES = 0.1


def has_colors(choice: ColorChoice, stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write colours to `stream`: as `choice` says, or else as `NO_COLOR` (https://no-color.org) and
    `FORCE_COLOR` (https://force-color.org) do, or else on terminals that have them.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_screen(stream, environment)


def is_screen(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `stream` is a terminal that knows more than lines of text."""
    return stream.isatty() and environment.get("TERM") != "dumb"


def console(stream: TextIO, *, color: bool) -> Console:
    """A console of rich that writes to `stream`, with the sixteen colours of every terminal or with none."""
    from rich.console import Console

    return Console(
        file=stream,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        soft_wrap=True,
    )


class ProgressBar:
    """A bar on `stream` that comes when the run has taken a second, and is gone at the end.

    It is a context manager and an `asynclint.progress.Progress`.
    """

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        self._stream = stream
        self._color = color
        self._next = time.monotonic() + _PATIENCE
        self._shown: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """See `asynclint.progress.Progress`."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _BETWEEN_REFRESHES
        if self._shown is None:
            self._shown = self._start()
        for other, task in self._tasks.items():
            self._shown.update(task, visible=other == stage)
        if stage not in self._tasks:
            self._tasks[stage] = self._shown.add_task(stage, total=total)
        self._shown.update(self._tasks[stage], completed=done, total=total)
        # The first refresh starts what is shown; before there is a task, that would be an empty line.
        self._shown.start()
        self._shown.refresh()

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(file=self._stream, force_terminal=True, no_color=not self._color, stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.stop()
