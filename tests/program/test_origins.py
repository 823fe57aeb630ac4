"""What answers came from: whatever readers have read, themselves or through whomever they asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynclint.program.origins import Origins
from asynclint.program.reads import Reader

_READERS = 6
_INPUTS = 20
GRAPHS = st.lists(
    st.tuples(st.sets(st.integers(0, _READERS - 1)), st.sets(st.integers(0, _INPUTS - 1))),
    min_size=_READERS,
    max_size=_READERS,
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


def readers_of(graph: list[tuple[set[int], set[int]]]) -> list[Reader]:
    readers = [Reader() for _ in graph]
    for reader, (asked, inputs) in zip(readers, graph, strict=True):
        reader.read |= {readers[each] for each in asked} | inputs
    return readers


@given(GRAPHS)
def test_an_origin_leads_to_the_inputs_of_all_that_its_reader_leads_to(graph: list[tuple[set[int], set[int]]]) -> None:
    origins = Origins()
    numbers = origins.add_readers(readers_of(graph))
    wanted = [reached(graph, start) for start in range(_READERS)]
    assert [origins.inputs_of([number]) for number in numbers] == wanted
    marks = origins.marks({each: 1 << each for each in range(_INPUTS)})
    assert [{each for each in range(_INPUTS) if marks[number] >> each & 1} for number in numbers] == wanted


@given(GRAPHS, GRAPHS)
def test_origins_of_elsewhere_lead_to_the_same_inputs_here(
    known: list[tuple[set[int], set[int]]], graph: list[tuple[set[int], set[int]]]
) -> None:
    here = Origins()
    here.add_readers(readers_of(known))
    elsewhere, both = Origins(here.all), len(here.all)
    numbers = elsewhere.add_readers(readers_of([(asked, {each + _INPUTS for each in read}) for asked, read in graph]))
    inputs = [*range(_INPUTS), *range(5 * _INPUTS, 6 * _INPUTS)]
    moved = here.add_all(elsewhere.all[both:], known=both, inputs=inputs)
    for number in numbers:
        assert here.inputs_of([moved[number]]) == {inputs[each] for each in elsewhere.inputs_of([number])}
