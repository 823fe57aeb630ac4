"""Facts made on all cores: what a run will need of its files is read before it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from asynclint.cache.facts import Parts, pack, scope_key, sound_key
from asynclint.cache.store import encoded
from asynclint.facts.extract import extract, is_plain
from asynclint.forks import forked, shares
from asynclint.program.names.modules import Module, Overview
from asynclint.progress import Progress, untold
from asynclint.sources.outline import Outline, skeleton, unit_text

_ASYNC = "async def"


def read_ahead(modules: Sequence[Module], jobs: int, progress: Progress = untold) -> None:
    """Make what is likely to be needed of `modules`, with `jobs` processes (0: one per processor). Where one process is
    enough, nothing is read that nobody asks for.
    """
    unread = shares([each for each in modules if each.is_unread], _effort, jobs)
    if len(unread) == 1:
        return
    with forked([partial(_read, share) for share in unread], jobs) as answers:
        for done, (number, answer) in enumerate(answers, 1):
            if answer is not None:
                found = msgspec.msgpack.decode(answer, type=list[tuple[Overview, bytes]])
                for module, (known, packed) in zip(unread[number], found, strict=True):
                    module.keep_overview(known)
                    module.keep_facts(packed)
            progress("Reading files", done, len(unread))


def _effort(module: Module) -> int:
    """How many characters of a module are read, more or less: outside of functions alone where nothing is `async`."""
    return len(module.raw_text) if _ASYNC in module.raw_text else len(module.raw_text) // 4


def _read(share: Sequence[Module]) -> bytes:
    return msgspec.msgpack.encode([_read_module(module) for module in share])


def _read_module(module: Module) -> tuple[Overview, bytes]:
    found = module.overview
    return found, pack(likely_facts(module.raw_text, found.outline))


def likely_facts(text: str, units: Outline) -> Parts:
    """Those facts of the file `text` that a run is likely to need: what runs outside functions; and where there is an
    `async def` among them, all functions: of the others in such a file, the loop reaches nine in ten.
    """
    found: Parts = {}
    wanted = [(skeleton(text, units).text, True)]
    is_whole = _ASYNC in text
    if is_whole:
        wanted += [(unit_text(text, unit)[0], False) for unit in units.units]
    for part, elided in wanted:
        try:
            content = encoded(extract(part, elided=elided).scope)
        except Exception:  # noqa: BLE001
            is_whole = False  # What is wrong shows where the part is asked for.
            continue
        if content is not None:
            found[scope_key(part, elided=elided)] = content
    if is_whole or is_plain(text):
        found[sound_key(text)] = msgspec.msgpack.encode(True)
    return found
