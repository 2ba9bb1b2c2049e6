"""What a fault of a layer says beside its rule: nouns with their articles, and groups that do split the channels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.layers import KINDS
from cnncalc.layers.join import Concat
from cnncalc.layers.sliding import divide_into_groups
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help
from cnncalc.volume import Volume

NOUNS = {0: "a vector has no axes", 1: "a sequence has 1 axis", 2: "an image has 2 axes", 3: "a clip has 3 axes"}


@pytest.mark.parametrize("rank", NOUNS)
def test_factors_that_are_too_many_meet_a_noun_with_its_article_and_its_number_of_axes(rank):
    with pytest.raises(Problem) as refused:
        KINDS["max_pool"].build(rank, {"kernel": (2,) * (rank + 2)})
    assert refused.value.message == f"kernel {'x'.join('2' * (rank + 2))} has {rank + 2} factors, but {NOUNS[rank]}"


@given(st.integers(2, 60), st.integers(1, 60), st.integers(1, 60))
def test_the_groups_that_are_proposed_are_the_most_below_those_written_that_split_all(groups, channels, filters):
    if channels % groups == filters % groups == 0:
        divide_into_groups(groups, channels=channels, filters=filters)
        return
    with pytest.raises(Problem) as refused:
        divide_into_groups(groups, channels=channels, filters=filters)
    near = max(few for few in range(1, groups) if channels % few == filters % few == 0)
    proposed = refused.value.helps
    assert isinstance(proposed, Help)
    assert proposed.edits == (Edit(str(near), field="groups"),)
    parts = [
        f"{count} {what} into {count // near} each" for count, what in ((channels, "channels"), (filters, "filters"))
    ]
    assert proposed == f"`groups {near}` splits {parts[0]} and {parts[1]}"


def test_a_concat_of_maps_with_unlike_numbers_of_axes_tells_these_before_any_size():
    concat = KINDS["concat"].build(2, {})
    assert isinstance(concat, Concat)
    with pytest.raises(Problem) as refused:
        concat.joined((Volume((8, 8, 3)), Volume((8, 3))))
    assert refused.value.message == ("concat needs equal numbers of axes, but they are rank 2 (8x8x3) and rank 1 (8x3)")
    assert refused.value.inputs == (1,)


@pytest.mark.parametrize(("groups", "near"), [(4097, 2), (4098, 1)])
def test_where_a_few_thousand_do_not_split_one_group_is_proposed(groups, near):
    """2 x 2^31 - 2 = 2 (2^31 - 1), a prime: between 2 and it nothing divides."""
    with pytest.raises(Problem) as refused:
        divide_into_groups(groups, channels=2 * (2**31 - 1))
    proposed = refused.value.helps
    assert isinstance(proposed, Help)
    assert proposed.edits == (Edit(str(near), field="groups"),)


@pytest.mark.parametrize(
    ("kernel", "proposed"),
    [
        (1, "without padding a kernel of 1 takes each place by itself"),
        (2, "`pad 1` is the most a kernel of 2 takes"),
        (3, "`pad 2` is the most a kernel of 3 takes"),
    ],
)
def test_a_pool_is_told_the_most_padding_that_its_kernel_takes(kernel, proposed):
    with pytest.raises(Problem) as refused:
        KINDS["max_pool"].build(2, {"kernel": kernel, "stride": 1, "padding": kernel})
    assert refused.value.helps == proposed
    if kernel > 1:
        assert isinstance(refused.value.helps, Help)
        assert refused.value.helps.edits == (Edit(str(kernel - 1), field="padding"),)
