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
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TypeVar

Task = Callable[[], bytes | None]
"""What a copy does; `None` is no answer."""
Answers = Generator[tuple[int, bytes | None], None, None]
"""The numbers of tasks that are done, counted from 0, each with its answer."""

_Item = TypeVar("_Item")
_ENOUGH = 100_000
"""Characters of source text that are worth a process."""
_TOO_MUCH = 3_000_000
"""Characters of source text that one process should not have to know all about: what it knows goes when it ends."""
_MOST = 8
"""More processes than this spend their time, and much memory, on finding out the same about what all files call."""
_OWN_THREADS = 2
"""The main thread, and the one with a deep stack, in which work is done."""


def shares(items: Sequence[_Item], size: Callable[[_Item], int], jobs: int) -> list[list[_Item]]:
    """`items` in shares of about the same size, in characters of source text: one for each process that is worth its
    while, of `jobs` (0: one per processor), or more, where a share would be too much for one process; and at least one.
    Neighbours stay together: they call the same.
    """
    total = sum(map(size, items))
    count = min(_at_once(jobs), total // _ENOUGH)
    count = max(1, min(max(count, total // _TOO_MUCH), len(items))) if _can_fork() else 1
    found: list[list[_Item]] = [[] for _ in range(count)]
    done = 0
    for item in items:
        found[min(done * count // max(1, total), count - 1)].append(item)
        done += size(item)
    return [share for share in found if share] or [[]]


def _at_once(jobs: int) -> int:
    return min(jobs or _processors(), _MOST)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _can_fork() -> bool:
    may_have_children = hasattr(os, "fork") and not multiprocessing.current_process().daemon
    return may_have_children and threading.active_count() <= _OWN_THREADS


def forked(tasks: Sequence[Task], jobs: int) -> closing[Answers]:
    """Have each of `tasks` done by a copy of this process, `jobs` of them at a time (0: one per processor). Gives the
    number of each task that is done, counted from 0, with the answer; there is none where a copy fails. A copy knows
    what this process has made of the answers before. Copies end with this process, however that comes to its end.
    """
    return closing(_answers(tasks, _at_once(jobs)))


def _answers(tasks: Sequence[Task], at_once: int) -> Answers:
    waiting = deque(enumerate(tasks))
    running: dict[Connection, tuple[int, BaseProcess]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                number, task = waiting.popleft()
                try:
                    receiver, process = _start(task)
                except OSError:
                    yield number, None
                else:
                    running[receiver] = number, process
            ready = wait(running)
            receiver = next(each for each in running if each in ready)
            answer = _answer(receiver)
            number, process = running.pop(receiver)
            _end(process)
            yield number, answer
    finally:
        for _, process in running.values():
            _end(process)


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def end_copies() -> None:
    """End all copies that are at work."""
    for process in multiprocessing.active_children():
        _end(process)


def _start(task: Task) -> tuple[Connection, BaseProcess]:
    """A copy that does `task`, and where its answer arrives. Raises `OSError`."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, sender), daemon=True)
    with sender, warnings.catch_warnings():
        # Of the threads that Python warns of, none but this one is at work.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    return receiver, process


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
