"""What readers lead to, through whomever they asked."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from asynclint.program import reads
from asynclint.program.reads import Reader, Reads

_READERS = 6
GRAPHS = st.lists(
    st.tuples(st.sets(st.integers(0, _READERS - 1)), st.sets(st.integers(0, 20))), min_size=_READERS, max_size=_READERS
)
"""For each of some readers, which of them it asks, and which inputs it reads."""


def reached(graph: list[tuple[set[int], set[int]]], start: int) -> set[int]:
    """The inputs that reader `start` leads to."""
    pending, seen = [start], {start}
    while pending:
        for asked in graph[pending.pop()][0] - seen:
            seen.add(asked)
            pending.append(asked)
    return {number for each in seen for number in graph[each][1]}


@given(GRAPHS, st.sampled_from([4, 4096]))
def test_a_mask_has_the_inputs_of_all_that_a_reader_leads_to(
    graph: list[tuple[set[int], set[int]]], at_a_time: int
) -> None:
    log = Reads()
    numbers = [log.number("mentions", str(each)) for each in range(21)]
    readers = [Reader() for _ in graph]
    for reader, (asked, inputs) in zip(readers, graph, strict=True):
        reader.read |= {readers[each] for each in asked} | {numbers[each] for each in inputs}
    with patch.object(reads, "_AT_A_TIME", at_a_time):
        masks = log.masks(readers)
    found = [{number for number in numbers if mask >> number & 1} for mask in masks]
    assert found == [reached(graph, start) for start in range(_READERS)]
