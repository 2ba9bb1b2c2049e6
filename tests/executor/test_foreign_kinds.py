"""A kind from outside the package runs everywhere with a class and two definitions; what is missing is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from cnncalc.executor import fast, init_weights, reference
from cnncalc.executor.fast.strips.network import computed_by_rows
from cnncalc.executor.fast.strips.strips import Strips
from cnncalc.executor.files.rows import ArrayRows
from cnncalc.layers import KINDS, WEIGHT, Array, Layer
from cnncalc.network import Assembly, Input, Network
from cnncalc.volume import Volume
from cnncalc.window import FieldStep
from tests.executor.fast.strips.test_strips import Collected, image_for


class Mixed(Layer):
    """Each place's channels times a matrix."""

    names = ("mixed",)
    counts_macs = True

    def output_volume(self, x: Volume) -> Volume:
        return x.with_channels(5)

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return (Array.of("weight", (5, x.channels), WEIGHT),)


class Paired(Layer):
    """The sum of each pair of rows."""

    names = ("paired",)

    def output_volume(self, x: Volume) -> Volume:
        return x.with_sizes((x[0] // 2, *x[1:-1]))

    def field(self, x: Volume) -> tuple[FieldStep, ...]:
        return (FieldStep(1, Fraction(1, 2), 2), *(FieldStep(0, 0, 1) for _ in x.sizes[1:]))


def defined_in_reference() -> None:
    @reference.forward.register(Mixed)
    def mixed(layer: Mixed, inputs: Any, arrays: Any, arithmetic: Any) -> Any:
        return (arrays["weight"] * inputs[0][..., np.newaxis, :]).sum(-1)

    @reference.forward.register(Paired)
    def paired(layer: Paired, inputs: Any, arrays: Any, arithmetic: Any) -> Any:
        return inputs[0][::2] + inputs[0][1::2]


def defined_in_fast() -> None:
    @fast.forward.register(Mixed)
    def mixed(layer: Mixed, inputs: Sequence[Any], arrays: Any, out: Any, scratch: Any) -> None:
        np.matmul(inputs[0], arrays["weight"].T, out=out)

    @fast.forward.register(Paired)
    def paired(layer: Paired, inputs: Sequence[Any], arrays: Any, out: Any, scratch: Any) -> None:
        np.add(inputs[0][:, ::2], inputs[0][:, 1::2], out=out)


@pytest.fixture
def definitions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both dispatchers, which forget the kinds afterwards."""
    defined_in_reference()
    defined_in_fast()
    yield
    for layer in (Mixed, Paired):
        for dispatcher in (reference.forward, fast.forward):
            forget(dispatcher, layer)


def forget(dispatcher: Any, layer: type[Layer]) -> None:
    """A kind without its definition; singledispatch has no way to take one back, so the default stands in for it."""
    dispatcher.register(layer, dispatcher.dispatch(object))


def network(*sizes: int) -> Network:
    assembly = Assembly({"input": Input(Volume((*sizes, 3)))})
    rows: list[tuple[str, Layer]] = [
        ("conv_1", KINDS["conv"].build(2, {"filters": 8, "kernel": 3, "padding": 1})),
        ("mixed_1", Mixed()),
        ("relu_1", KINDS["relu"].build(2, {})),
        ("batch_norm_1", KINDS["batch_norm"].build(2, {})),
        ("paired_1", Paired()),
        ("conv_2", KINDS["conv"].build(2, {"filters": 4, "kernel": 3, "padding": 1})),
    ]
    above = "input"
    for path, layer in rows:
        above = assembly.add(path, layer.kind, layer, (above,)).path
    return assembly.network("foreign", outputs=(above,))


@pytest.mark.usefixtures("definitions")
def test_it_runs_in_both_executors_with_initial_weights_of_its_own() -> None:
    net = network(16, 10)
    weights, images = init_weights(net), {name: image[None] for name, image in image_for(net).items()}
    assert 0.5 < np.std(weights["mixed_1.weight"]) * (8 / 2) ** 0.5 < 1.5
    exact = reference.run(net, images, weights, keep="all")
    for keep in ("all", "outputs"):
        ran = fast.run(net, images, weights, keep, np.float64)
        for path in ran:
            np.testing.assert_allclose(ran[path], exact[path], rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("definitions")
def test_it_runs_in_strips() -> None:
    net = network(600, 120)
    weights, image = init_weights(net), image_for(net)
    need = fast.needed(net, 1, np.float64, threads=1)
    strips = Strips(net, weights, (need.activations + need.scratch) * 3 // 4, np.float64)
    assert strips.strips > 1
    assert computed_by_rows(net) == net.nodes
    sink = Collected(net.volume("conv_2"))
    strips.run({"input": ArrayRows(image["input"])}, {"conv_2": sink})
    expected = fast.run(net, {"input": image["input"][None]}, weights, dtype=np.float64)
    np.testing.assert_allclose(sink.whole, expected["conv_2"][0], rtol=1e-9, atol=1e-9)


def test_without_a_fast_definition_the_fault_names_it() -> None:
    net = network(16, 10)
    images = {name: image[None] for name, image in image_for(net).items()}
    with pytest.raises(NotImplementedError, match=r"no definition of mixed: @fast.forward.register\(Mixed\)"):
        fast.run(net, images, init_weights(net))
