"""The code of notebook cells: it runs on the kernel's event loop, but for most of it nobody else waits there.

A cell that awaits runs as a coroutine, beside the tasks that it and earlier cells have started. Any other cell stops
the loop only until it is done, as its user expects; that no second loop can run inside of the first holds there, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynclint.program.names.scopes import CELL, ScopeNode
from asynclint.program.observations import CoroutineDiscarded, Observation, TaskDropped

if TYPE_CHECKING:
    from asynclint.facts.model import Anchor
    from asynclint.knowledge.model import Kind
    from asynclint.program.names.modules import Module


def code_of(module: Module) -> list[ScopeNode]:
    """The scope of the code in the cells of `module`, where it is a notebook."""
    return [module.scope] if module.notebook is not None else []


def may_block(module: Module, anchor: Anchor, kind: Kind) -> bool:
    """Whether a call in a cell of the notebook `module` may block as `kind` says, because nobody waits meanwhile."""
    cell = module.cell_at(anchor)
    return kind != "loop" and not (cell is not None and cell.awaits)


def runs_beside(primitive: str) -> bool:
    """Whether the loop that `primitive` starts can run inside of the kernel's: trio looks for loops of trio alone."""
    return primitive.startswith("trio.")


def is_kept(module: Module, observed: Observation) -> bool:
    """Whether what was seen is a task or future that is the output of its cell: IPython keeps a reference in `Out`."""
    if observed.owner != CELL:
        return False
    if not isinstance(observed, TaskDropped) and not (
        isinstance(observed, CoroutineDiscarded) and observed.gives == "future"
    ):
        return False
    cell = module.cell_at(observed.place.anchor)
    return cell is not None and module.locate(observed.place.anchor).lines[0] == cell.shown
