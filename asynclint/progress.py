"""How far a long run has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told how far a run has come. It is told often, and has to return at once."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Of `stage`, as in `Reading files`, `done` of `total` steps are done."""


def untold(stage: str, done: int, total: int) -> None:
    """The progress of a run that nobody watches."""
