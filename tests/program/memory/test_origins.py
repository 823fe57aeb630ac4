"""What answers came from: whatever readers have read, themselves or through whomever they asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynclint.program.memory.origins import Origins
from asynclint.program.memory.reads import Reader

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
    assert [origins.inputs_of([number], range(_INPUTS)) for number in numbers] == wanted
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
        there = elsewhere.inputs_of([number], range(2 * _INPUTS))
        assert here.inputs_of([moved[number]], inputs) == {inputs[each] for each in there}


@given(GRAPHS, st.sets(st.integers(0, _READERS - 1)))
def test_what_is_needed_of_origins_leads_to_the_same_inputs(
    graph: list[tuple[set[int], set[int]]], wanted: set[int]
) -> None:
    origins = Origins()
    found = origins.add_readers(readers_of(graph))
    numbers = origins.needed([found[each] for each in wanted])
    kept, inputs = origins.only(numbers)
    fewer = Origins(kept)
    for each in wanted:
        own = fewer.inputs_of([numbers[found[each]]], range(_INPUTS))
        assert {inputs[number] for number in own} == reached(graph, each)
