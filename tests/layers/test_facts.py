"""What is true of a kind as a whole is stated once more, by fact, and a fact that nobody states is found."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from cnncalc.layers import KINDS, refuse_vector
from cnncalc.layers.layer import Layer
from cnncalc.problem import Problem
from cnncalc.volume import Volume

CONVOLUTIONS, POOLS = {"conv", "depthwise"}, {"max_pool", "avg_pool", "adaptive_avg_pool"}
WHOLE_POOLS = {"global_avg_pool", "global_max_pool"}
DISTRIBUTIONS = {"softmax", "log_softmax"}

FACTS: dict[str, set[str]] = {
    "needs_places": {
        *CONVOLUTIONS, *POOLS, *WHOLE_POOLS, "conv_transpose", "subsample", "upsample", "crop", "depth_to_space",
        "space_to_depth", "lrn", "instance_norm",
    },
    "joins": {"add", "subtract", "multiply", "concat"},
    "counts_macs": {*CONVOLUTIONS, "conv_transpose", "fc"},
    "correlates": CONVOLUTIONS,
    "scatters": {"conv_transpose"},
    "linear": {
        *CONVOLUTIONS, "conv_transpose", "fc", "avg_pool", "adaptive_avg_pool", "global_avg_pool", "subsample",
        "batch_norm", "scale", "add", "subtract", "concat", "dropout", "identity", "flatten", "reshape", "slice",
        "channel_shuffle", "pad", "crop", "upsample", "depth_to_space", "space_to_depth",
    },
    "reads_whole_map": {*WHOLE_POOLS, "fc", "rbf", "flatten", "reshape", "group_norm", "instance_norm"},
    "hands_on": {"dropout", "identity"},
    "keeps_values": {"dropout", "identity", "flatten", "reshape"},
    "normalises": {"batch_norm", "layer_norm", "group_norm", "instance_norm", *DISTRIBUTIONS},
    "keeps_statistics": {"batch_norm"},
    "gives_distribution": DISTRIBUTIONS,
    "gives_logarithms": {"log_softmax"},
    "pools": {*POOLS, *WHOLE_POOLS},
    "flattens": {"fc", "rbf"},
    "adds": {"add"},
    "stacks_channels": {"concat"},
    "scales_channels": {"batch_norm", "scale"},
}  # fmt: skip
"""By fact: the kinds of which it is true of every layer. Layers say what it means; a property decides for each."""


def test_every_fact_is_stated() -> None:
    every = {name for name, hint in get_type_hints(Layer).items() if "ClassVar[bool]" in str(hint)}
    assert every == {*FACTS, "positional"}


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_is_true_of_the_kinds_that_are_stated_and_of_no_others(fact: str) -> None:
    assert {kind for kind, entry in KINDS.items() if getattr(entry.layer, fact) is True} == FACTS[fact]


@pytest.mark.parametrize("kind", KINDS)
def test_a_vector_is_refused_exactly_by_what_reads_places(kind: str) -> None:
    def refuse() -> None:
        refuse_vector(KINDS[kind].layer, Volume((10,)))

    if kind in FACTS["needs_places"]:
        with pytest.raises(Problem, match="needs places to work on, but its input is a vector of 10 values"):
            refuse()
    else:
        refuse()
    refuse_vector(KINDS[kind].layer, Volume((1, 10)))


@pytest.mark.parametrize(("kind", "given"), [("max_pool", True), ("avg_pool", False), ("subsample", False)])
def test_what_hangs_over_is_padding_to_a_maximum_and_changes_what_a_mean_divides_by(kind: str, given: bool) -> None:
    """A strip of a map needs its own border: a mean whose last window hangs over cannot be written with padding."""
    pool = KINDS[kind].build(2, {"kernel": 2, "rounding": "ceil"})
    assert (pool.bordered(Volume((5, 5, 1)), 0, 0) is not None) == given
    assert pool.bordered(Volume((4, 4, 1)), 0, 0) is not None


def test_what_hangs_over_is_padding_to_a_convolution() -> None:
    convolution = KINDS["conv"].build(2, {"filters": 1, "kernel": 2, "stride": 2, "rounding": "ceil"})
    assert convolution.bordered(Volume((5, 5, 1)), 0, 0) is not None
