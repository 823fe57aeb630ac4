"""Facts made on all cores: what a run will need of its files is read by other processes, before it is asked for.

A worker is a Python of its own that gets texts on its standard input and answers on its standard output. It ends when
that input ends, so none outlives a run, however that comes to its end.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import msgspec

from asynclint.cache.facts import Parts, scope_key, sound_key
from asynclint.cache.store import encoded
from asynclint.deep_stack import on_deep_stack
from asynclint.facts.extract import UnparsableTextError, extract, is_plain
from asynclint.progress import Progress, untold
from asynclint.sources.outline import outline, skeleton, unit_text

if TYPE_CHECKING:
    from asynclint.program.modules import Module

_ENOUGH = 500_000
"""Characters of source text that are worth a worker: it takes about as long to start as to read a third of that."""
_LONGEST = 1 << 30
_TELLING = 0.1
"""Seconds between two reports of how far the workers have come."""
_SERVE = "import sys; sys.path[:] = {path!r}; from asynclint.workers import serve; serve()"


def read_ahead(modules: Sequence[Module], jobs: int, progress: Progress = untold) -> None:
    """Make the facts that are likely to be needed of `modules`, with `jobs` processes (0: one per processor)."""
    unread = deque(sorted((each for each in modules if each.is_unread), key=lambda each: len(each.raw_text)))
    workers = worthwhile(unread, jobs)
    if workers < 2:
        return
    with _processes(workers) as processes:
        threads = [threading.Thread(target=_feed, args=(process, unread), daemon=True) for process in processes]
        for thread in threads:
            thread.start()
        total = len(unread)
        for thread in threads:
            while thread.is_alive():
                progress("Reading files", total - len(unread), total)
                thread.join(_TELLING)


def worthwhile(modules: Iterable[Module], jobs: int) -> int:
    """How many processes are worth their while for `modules`, out of `jobs` (0: one per processor)."""
    return min(jobs or _processors(), sum(len(module.raw_text) for module in modules) // _ENOUGH)


@on_deep_stack
def likely_facts(text: str) -> Parts:
    """Those facts of the file `text` that a run is likely to need: what runs outside functions; and where there is an
    `async def` among them, all functions: of the others in such a file, the loop reaches nine in ten.
    """
    found: Parts = {}
    units = outline(text)
    wanted = [(skeleton(text, units).text, True)]
    if "async def" in text:
        wanted += [(unit_text(text, unit)[0], False) for unit in units.units]
    for part, elided in wanted:
        try:
            content = encoded(extract(part, elided=elided).scope)
        except UnparsableTextError:
            continue
        if content is not None:
            found[scope_key(part, elided=elided)] = content
    if is_plain(text):
        found[sound_key(text)] = msgspec.msgpack.encode(True)
    return found


def serve() -> None:
    """Answer texts with facts until there are no more: what the process of a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    texts, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    while (text := _receive(texts)) is not None:
        _send(answers, msgspec.msgpack.encode(likely_facts(text.decode("utf-8", "surrogatepass"))))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def _processes(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """`count` workers, which are gone afterwards, also where an interrupt ends the program while they work."""
    command = [sys.executable, "-c", _SERVE.format(path=sys.path)]
    processes: list[subprocess.Popen[bytes]] = []

    def end() -> None:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    atexit.register(end)
    try:
        for _ in range(count):
            processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))  # noqa: S603
        yield processes
    finally:
        end()
        atexit.unregister(end)
        for pipe in (pipe for process in processes for pipe in (process.stdin, process.stdout) if pipe is not None):
            with suppress(OSError):
                pipe.close()


def _feed(process: subprocess.Popen[bytes], unread: deque[Module]) -> None:
    """Have a worker read modules as long as there are any. What one does not answer is read when it is asked for."""
    if process.stdin is None or process.stdout is None:
        return
    try:
        while unread:
            module = unread.pop()
            _send(process.stdin, module.raw_text.encode("utf-8", "surrogatepass"))
            answer = _receive(process.stdout)
            if answer is None:
                return
            module.keep_facts(msgspec.msgpack.decode(answer, type=Parts))
    except (OSError, ValueError, IndexError):
        return


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "little"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; `None` where there are no more, or what comes is none."""
    head = pipe.read(8)
    length = int.from_bytes(head, "little")
    return pipe.read(length) if len(head) == 8 and length < _LONGEST else None
