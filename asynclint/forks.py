"""Work shared out to copies of this process: each knows all that was known when it was made, and answers with bytes.

Only where that is sound: on systems that can copy a process, in a process that may have children, and where no other
thread is at work in it that might hold a lock in that moment.
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
from typing import TypeVar

Task = Callable[[], bytes | None]
"""What a copy does; `None` is no answer."""

_Item = TypeVar("_Item")
_ENOUGH = 100_000
"""Characters of source text that are worth a process."""
_MOST = 8
"""More processes than this spend their time, and much memory, on finding out the same about what all files call."""
_OWN_THREADS = 2
"""The main thread, and the one with a deep stack, in which work is done."""


def shares(items: Sequence[_Item], size: Callable[[_Item], int], jobs: int) -> list[list[_Item]]:
    """`items` in shares of about the same size, in characters of source text: one for each process that is worth its
    while, of `jobs` (0: one per processor), and at least one. Neighbours stay together: they call the same.
    """
    total = sum(map(size, items))
    count = max(1, min(jobs or _processors(), _MOST, len(items), total // _ENOUGH)) if _can_fork() else 1
    found: list[list[_Item]] = [[] for _ in range(count)]
    done = 0
    for item in items:
        found[min(done * count // max(1, total), count - 1)].append(item)
        done += size(item)
    return found


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _can_fork() -> bool:
    may_have_children = hasattr(os, "fork") and not multiprocessing.current_process().daemon
    return may_have_children and threading.active_count() <= _OWN_THREADS


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


def end_copies() -> None:
    """End all copies that are at work."""
    for process in multiprocessing.active_children():
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
