"""Room for recursion: source text nests as deeply as its author likes, and so do the trees made from it."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_FRAMES = 40_000
_BYTES = 256 << 20
"""Reserved, not used: pages of a stack are given out as it grows. libcst's parser and Python 3.10 need the most."""

_here = threading.local()
_lock = threading.Lock()
_limits: list[int] = []
"""The recursion limits to go back to: as many as there are calls at work."""


def on_deep_stack(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Have `function` run in a thread with a stack of its own, and its caller wait for it."""

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        if getattr(_here, "is_deep", False):
            return function(*args, **kwargs)
        results: list[_Result] = []
        errors: list[BaseException] = []

        def run() -> None:
            _here.is_deep = True
            try:
                with _more_frames():
                    results.append(function(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001
                errors.append(error)

        context = contextvars.copy_context()
        thread = _started(lambda: context.run(run))
        if thread is None:
            return function(*args, **kwargs)
        thread.join()
        if errors:
            raise errors[0]
        return results[0]

    return call


def _started(run: Callable[[], None]) -> threading.Thread | None:
    """A thread that runs `run`; `None` where the system has no room for it."""
    with _lock:
        try:
            usual = threading.stack_size(_BYTES)
        except ValueError:
            return None
        try:
            thread = threading.Thread(target=run, name="asynclint", daemon=True)
            thread.start()
        except (RuntimeError, MemoryError):
            return None
        finally:
            threading.stack_size(usual)
    return thread


@contextmanager
def _more_frames() -> Iterator[None]:
    with _lock:
        _limits.append(sys.getrecursionlimit())
        sys.setrecursionlimit(max(_FRAMES, _limits[0]))
    try:
        yield
    finally:
        with _lock:
            limit = _limits.pop()
            if not _limits:
                sys.setrecursionlimit(limit)
