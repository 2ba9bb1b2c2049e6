"""1x1 convolutions of maps that lie between borders, in one, two and three dimensions."""

from __future__ import annotations

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import fast, init_weights

SIZES = {"1-D": "60x", "2-D": "9x7x", "3-D": "5x6x7x"}


@pytest.mark.parametrize("images", [1, 3])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_map_with_borders_is_read_place_by_place(size: str, images: int) -> None:
    kernel = "x".join("3" * size.count("x"))
    layers = [
        f"conv: {{filters: 5, kernel: {kernel}, padding: 1}}\n    name: a",
        f"conv: {{filters: 4, kernel: {kernel}, padding: 1}}\n    name: wide",
        "conv: {filters: 4, kernel: 1}\n    from: a\n    name: b",
    ]
    text = "".join(f"  - {layer}\n" for layer in layers)
    network = cnncalc.loads(f"input: {size}3\nlayers:\n{text}outputs: [wide, b]\n")
    weights = init_weights(network)
    shape = (images, *next(iter(network.inputs.values())).volume)
    given = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    plan = fast.Plan(network, weights)
    by = {step.work.path: step.doing.name for step in plan.drafted(images).steps}
    assert by["b"] == "pointwise"
    expected = fast.run(network, given, weights, dtype=np.float64, forced="columns")
    np.testing.assert_allclose(plan.run(given)["b"], expected["b"], rtol=1e-4, atol=1e-5)
