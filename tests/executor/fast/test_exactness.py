"""What loses digits is kept short, and is not chosen where many layers would enlarge the loss."""

from __future__ import annotations

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import fast
from cnncalc.executor.fast.draft import MOST_NORMS, draft, norms_in_a_row
from cnncalc.executor.fast.fusing import fuse
from cnncalc.executor.fast.products import shorter
from cnncalc.network import Network

UNIT = 2.0**-24


def normed(layers: int) -> Network:
    row = "  - conv: {filters: 64, kernel: 3, padding: 1}\n  - batch_norm\n  - relu\n"
    return cnncalc.loads("input: 56x56x64\nlayers:\n" + layers * row)


def chosen(network: Network) -> set[str]:
    return {step.doing.name for step in draft(network, 1, frozenset(network.outputs), 4).steps}


def test_behind_many_norms_in_a_row_no_digits_are_lost() -> None:
    assert chosen(normed(MOST_NORMS)) == {"winograd4"}
    assert chosen(normed(MOST_NORMS + 1)) == {"winograd2"}


def test_norms_are_counted_along_the_shortest_way() -> None:
    assert norms_in_a_row(fuse(normed(20), frozenset()).works) == 20
    resnet = cnncalc.load("resnet18")
    assert norms_in_a_row(fuse(resnet, frozenset(resnet.outputs)).works) == 5
    assert "winograd4" in chosen(resnet)


def test_every_deep_network_of_the_vgg_family_keeps_its_digits() -> None:
    for variant in ("vgg11_bn", "vgg16_bn"):
        assert "winograd4" not in chosen(cnncalc.load("vgg16", variant=variant))
    assert "winograd4" not in chosen(cnncalc.load("vgg16", variant="vgg19", vars={"norm": True}))
    assert "winograd4" in chosen(cnncalc.load("vgg16"))


@pytest.mark.parametrize("forced", ["winograd2", "winograd4"])
@pytest.mark.parametrize("channels", [128, 512, 1024])
def test_the_error_does_not_grow_with_the_channels(forced: str, channels: int) -> None:
    network = cnncalc.loads(
        f"input: 12x12x{channels}\nlayers:\n  - conv: {{filters: 64, kernel: 3, padding: 1, bias: false}}\n"
    )
    generator = np.random.default_rng(channels)
    image = generator.standard_normal((1, 12, 12, channels)).astype(np.float32)
    weight = (generator.standard_normal((64, channels, 3, 3)) / np.sqrt(9 * channels)).astype(np.float32)
    weights = {f"{network.nodes[0].path}.weight": weight}
    exact = np.asarray(fast.run(network, image, weights, dtype=np.float64, forced="columns").output)
    apart = np.asarray(fast.run(network, image, weights, forced=forced).output) - exact
    most = {"winograd2": 8, "winograd4": 22}[forced]
    assert np.sqrt((apart**2).mean()) < most * UNIT * np.sqrt((exact**2).mean())


@pytest.mark.parametrize("inner", range(1, 600, 7))
def test_a_sum_is_cut_into_the_fewest_equal_parts_that_are_short_enough(inner: int) -> None:
    parts = shorter(inner, 128)
    fitting = [some for some in range(1, inner + 1) if inner % some == 0 and 32 <= inner / some <= 128]
    assert parts == (1 if inner <= 128 else fitting[0] if fitting else None)
