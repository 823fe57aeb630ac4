"""Work for copies of this process: each knows all that was known when it was made, and answers with bytes.

Only where that is sound: on Linux, and where no other threads are at work that might hold a lock in that moment.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

Task = Callable[[], bytes | None]
"""What a copy does; `None` is no answer."""

_OWN_THREADS = 2
"""The main thread, and the one with a deep stack, which work is done in."""


def can_fork() -> bool:
    """Whether this process may be copied."""
    return sys.platform == "linux" and threading.active_count() <= _OWN_THREADS


@contextmanager
def forked(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Have each of `tasks` done by a copy of this process. Gives what waits for the answers, in the same order; there
    is none where a copy fails. Copies end with this process, however that comes to its end.
    """
    context = multiprocessing.get_context("fork")
    processes: list[BaseProcess] = []
    answers: list[Task] = []
    try:
        for task in tasks:
            receiver, sender = context.Pipe(duplex=False)
            process: BaseProcess = context.Process(target=_work, args=(task, sender), daemon=True)
            answers.append(partial(_answer, receiver))
            try:
                _start(process)
                processes.append(process)
            except OSError:
                pass
            finally:
                sender.close()
        yield answers
    finally:
        for process in processes:
            process.kill()
            process.join()


def _start(process: BaseProcess) -> None:
    with warnings.catch_warnings():
        # Of the threads that Python warns of, none but this one is at work.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()


def _work(task: Task, sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Exception):
        answer = task()
        if answer is not None:
            sender.send_bytes(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(receiver: Connection) -> bytes | None:
    with receiver:
        try:
            return receiver.recv_bytes()
        except (EOFError, OSError):
            return None
