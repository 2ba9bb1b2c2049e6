"""Aligning two sequences: pairs are equal and rise, as many as there can be, and never at a quadratic price."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.compare import alignment
from cnncalc.compare.alignment import Stretch, aligned, gaps

sequences = st.lists(st.integers(0, 4), max_size=12)


def longest(a: list[int], b: list[int]) -> int:
    """The length of the longest common subsequence, by its definition."""

    @cache
    def of(i: int, j: int) -> int:
        if i == len(a) or j == len(b):
            return 0
        return 1 + of(i + 1, j + 1) if a[i] == b[j] else max(of(i + 1, j), of(i, j + 1))

    return of(0, 0)


@given(sequences, sequences)
def test_pairs_are_equal_and_rise_on_both_sides(a, b):
    pairs = aligned(a, b)
    assert all(a[x] == b[y] for x, y in pairs)
    assert all(x < next_x and y < next_y for (x, y), (next_x, next_y) in pairwise(pairs))


@given(sequences)
def test_a_sequence_is_aligned_with_itself_place_by_place(a):
    assert aligned(a, a) == [(index, index) for index in range(len(a))]


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_of_elements_that_stand_once_the_longest_chain_is_taken(a, b):
    assert len(aligned([9, *a, 9, 9], [8, *b, 8, 8])) == longest(a, b)


@given(st.lists(st.integers(0, 2), max_size=8), st.lists(st.integers(0, 2), max_size=8))
def test_of_repeats_the_longest_common_subsequence_is_taken(a, b):
    # Doubled, so that no element stands once and no anchor may cost a pair.
    assert len(aligned([*a, 3, *a], [*b, 4, *b])) >= longest(a, b)
    repeats_only = [*a, 0, 1, 2, 0, 1, 2], [*b, 0, 1, 2, 0, 1, 2]
    assert len(aligned(*repeats_only)) == longest(*repeats_only)


@given(st.lists(st.integers(0, 3), max_size=20), st.integers(0, 20), st.lists(st.integers(7, 9), max_size=3))
def test_an_insertion_costs_no_pair(a, place, inserted):
    b = [*a[:place], *inserted, *a[place:]]
    assert len(aligned(a, b)) == len(a) == len(aligned(b, a))


def test_elements_that_repeat_too_often_are_paired_by_their_rank(monkeypatch):
    monkeypatch.setattr(alignment, "MOST_CANDIDATES", 3)
    pairs = aligned("xababaay", "zaabbaaw")
    assert pairs
    assert all("xababaay"[x] == "zaabbaaw"[y] for x, y in pairs)


def test_what_may_not_be_split_further_is_still_aligned(monkeypatch):
    monkeypatch.setattr(alignment, "MOST_SPLITS", 0)
    assert len(aligned([7, 1, 2, 3, 8], [6, 1, 3, 2, 5])) == 2


MANY = 50_000
SCATTERED = [index * index % 7 for index in range(MANY)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1, *[0] * MANY, 2], [3, *[0] * (MANY + 1), 4]),
        (list(range(MANY)), list(range(MANY))[::-1]),
        ([9, *[0, 1] * (MANY // 2)], [8, *[1, 0] * (MANY // 2), 7]),
        ([8, *SCATTERED], [9, *SCATTERED[::-1], 9]),
    ],
    ids=["one key", "reversed", "shifted by one", "scattered"],
)
def test_of_many_elements_a_bounded_number_of_pairs_is_weighed(a, b, monkeypatch):
    weighed = 0
    weigh = alignment._rising

    def counted(candidates):
        nonlocal weighed
        pairs = list(candidates)
        weighed += len(pairs)
        return weigh(pairs)

    monkeypatch.setattr(alignment, "_rising", counted)
    assert aligned(a, b)
    assert weighed <= alignment.MOST_CANDIDATES + 2 * MANY


@given(sequences, sequences)
def test_the_gaps_hold_what_no_pair_holds(a, b):
    pairs = aligned(a, b)
    for gap in gaps(pairs, Stretch(0, len(a), 0, len(b))):
        assert not {x for x, _ in pairs} & set(range(gap.low_a, gap.high_a))
        assert not {y for _, y in pairs} & set(range(gap.low_b, gap.high_b))
        assert gap.is_open
