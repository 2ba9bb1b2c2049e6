"""What loses digits is not chosen where a whole network would lose them."""

from __future__ import annotations

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import fast, init_weights
from cnncalc.executor.fast.draft import MOST_NORMS, draft, norms_in_a_row
from cnncalc.executor.fast.fusing import fuse
from cnncalc.network import Network


def normed(layers: int, *, others: int = 0, channels: int = 64, size: int = 56) -> Network:
    """So many 3x3 convolutions with a norm each, and pointwise ones without a norm between them."""
    row = f"  - conv: {{filters: {channels}, kernel: 3, padding: 1}}\n  - batch_norm\n  - relu\n"
    other = f"  - conv: {{filters: {channels}, kernel: 1}}\n"
    return cnncalc.loads(f"input: {size}x{size}x{channels}\nlayers:\n" + layers * row + others * other)


def chosen(network: Network, images: int = 1) -> set[str]:
    return {step.doing.name for step in draft(network, images, frozenset(network.outputs), 4).steps}


def test_behind_many_norms_in_a_row_no_digits_are_lost() -> None:
    assert chosen(normed(MOST_NORMS)) == {"winograd4"}
    assert chosen(normed(MOST_NORMS + 1)) == {"winograd2"}


def test_up_to_three_fifths_of_the_convolutions_may_lose_digits() -> None:
    assert chosen(normed(9, others=6)) == {"winograd4", "pointwise"}
    assert chosen(normed(9, others=5)) == {"winograd2", "pointwise"}


def test_norms_are_counted_along_the_longest_way() -> None:
    assert norms_in_a_row(fuse(normed(20), frozenset()).works) == 20
    for name, most in (("resnet18", 17), ("resnet20", 19), ("googlenet_torchvision", 21), ("unet_small", 0)):
        network = cnncalc.load(name)
        assert norms_in_a_row(fuse(network, frozenset(network.outputs)).works) == most


EXACT = [
    ("vgg16", "vgg11_bn", {}),
    ("vgg16", "vgg13", {"norm": True}),
    ("vgg16", "vgg16_bn", {}),
    ("vgg16", "vgg19", {"norm": True}),
    ("resnet20", None, {}),
    ("resnet20", "resnet110", {}),
]
"""Networks whose error would be more than twice PyTorch's: benchmarks/peers/README.md has what was measured."""

QUICK = [
    "vgg16",
    "resnet18",
    "resnet50",
    "googlenet",
    "googlenet_torchvision",
    "densenet121",
    "squeezenet",
    "unet_small",
]
"""Networks whose error stays below that."""


@pytest.mark.parametrize(("name", "variant", "changed"), EXACT)
def test_networks_that_would_lose_too_much_lose_nothing(
    name: str, variant: str | None, changed: dict[str, bool]
) -> None:
    network = cnncalc.load(name, variant=variant, vars=changed)
    assert all("winograd4" not in chosen(network, images) for images in (1, 2, 8))


@pytest.mark.parametrize("name", QUICK)
def test_all_other_networks_take_the_quickest_way(name: str) -> None:
    assert all("winograd4" in chosen(cnncalc.load(name), images) for images in (1, 2, 8))


def as_if_trained(network: Network, images: np.ndarray) -> dict[str, np.ndarray]:
    """Weights whose norms hold the statistics of some images, and factors that are not 1."""
    weights = {name: np.array(array) for name, array in init_weights(network).items()}
    chance = np.random.default_rng(1)
    for node in network.nodes:
        if node.kind == "batch_norm":
            (read,) = node.inputs
            seen = np.asarray(
                fast.run(network, images, weights, keep=(read,), dtype=np.float64, forced="columns")[read]
            )
            weights[f"{node.path}.running_mean"][...] = seen.mean((0, 1, 2))
            weights[f"{node.path}.running_var"][...] = seen.var((0, 1, 2))
            weights[f"{node.path}.weight"][...] = chance.uniform(0.5, 1.5, seen.shape[-1])
    return weights


def test_a_deep_stack_is_as_exact_as_plain_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    network = normed(MOST_NORMS + 1, channels=32, size=28)
    images = np.random.default_rng(0).standard_normal((2, 28, 28, 32)).astype(np.float32)
    weights = as_if_trained(network, images)
    exact = np.asarray(fast.run(network, images, weights, dtype=np.float64, forced="columns").output)

    def error(forced: str | None = None) -> float:
        apart = np.asarray(fast.run(network, images, weights, forced=forced).output) - exact
        return float(np.sqrt((apart**2).mean()))

    plain = error("columns")
    assert error() < 1.2 * plain
    monkeypatch.setattr("cnncalc.executor.fast.draft.MOST_NORMS", MOST_NORMS + 1)
    assert error() > 2 * plain, "what the rule forbids would do no harm"
