"""Errors of asynclint itself, which cost the findings in one file and no more."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path

import msgspec


class RuleError(Exception):
    """A rule failed, for the reason that is its cause. `rule` is its code."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Failure(msgspec.Struct, frozen=True, order=True):
    """Why a file was not checked. `path` is its reported path and empty where no file is to blame, `rule` the code of
    the rule that failed and empty where none had its turn, `traceback` in several lines where the error came from.
    """

    path: str
    rule: str
    reason: str
    traceback: str

    def __str__(self) -> str:
        where = f" in {self.path}" if self.path else ""
        rule = f", {self.rule}" if self.rule else ""
        return (
            f"internal error{where}{rule}: {self.reason}; "
            "please report this, with what ASYNCLINT_TRACEBACK=1 shows besides"
        )


class InternalError(Exception):
    """Files were not checked. The message is that of the first of `failures`."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(str(failures[0]))
        self.failures = tuple(failures)


def failure(error: BaseException, path: str = "") -> Failure:
    """The failure that `error` is while the file that reports call `path` is checked."""
    rule = error.rule if isinstance(error, RuleError) else ""
    cause = error.__cause__ if isinstance(error, RuleError) and error.__cause__ is not None else error
    frame = traceback.extract_tb(cause.__traceback__)[-1]
    reason = f"{type(cause).__name__}: {cause} ({Path(frame.filename).name}:{frame.lineno})"
    return Failure(path, rule, reason, "".join(traceback.format_exception(cause)))
