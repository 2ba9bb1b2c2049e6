"""A whole run: batches, several inputs, shared weights, auxiliary heads, and which arrays are alive."""

from __future__ import annotations

import numpy as np
import pytest

from cnncalc.executor import EXECUTORS, WeightsError, init_weights, reference, run
from cnncalc.executor.feeding import InputError
from cnncalc.layers import KINDS
from cnncalc.network import Assembly, Input, Network
from cnncalc.volume import Volume
from tests.executor.one_layer import chain


def moments(network: Network, *, training_only: bool = False) -> list[tuple[str, tuple[str, ...], int]]:
    images = {name: np.ones((1, *entry.volume)) for name, entry in network.inputs.items()}
    weights = init_weights(network)
    trace = reference.run(network, images, weights, training_only=training_only)
    return [(moment.path, moment.alive, moment.values) for moment in trace.moments]


def test_every_image_of_a_batch_is_computed_by_itself():
    network = chain((2, 2, 1), ("layer_norm", {}), ("global_max_pool", {}))
    images = np.random.default_rng(0).normal(size=(3, 2, 2, 1))
    together = reference.run(network, images, init_weights(network), keep="all")
    assert together["a"].shape == (3, 2, 2, 1)
    for number in range(3):
        alone = reference.run(network, images[number : number + 1], init_weights(network))
        assert alone["b"].tolist() == together["b"][number : number + 1].tolist()


def test_integer_images_are_computed_as_floats():
    network = chain((2, 2, 1), ("global_avg_pool", {}))
    assert reference.run(network, np.array([[[[1], [2]], [[2], [2]]]], np.uint8), {})["a"].item() == 1.75


def test_an_array_lives_until_its_last_reader():
    assembly = Assembly({"input": Input(Volume((2, 2, 1)))})
    for path, kind, inputs in (
        ("a", "relu", ("input",)),
        ("b", "abs", ("a",)),
        ("c", "tanh", ("b",)),
        ("d", "add", ("a", "c")),
        ("e", "global_avg_pool", ("d",)),
    ):
        assembly.add(path, kind, KINDS[kind].build(2, {}), inputs)
    assert moments(assembly.network("n", ("e",))) == [
        ("a", ("input", "a"), 8),
        ("b", ("a", "b"), 8),
        ("c", ("a", "b", "c"), 12),
        ("d", ("a", "c", "d"), 12),
        ("e", ("d", "e"), 5),
    ]


def test_the_peak_is_the_first_row_that_reaches_it():
    network = chain((2, 2, 1), ("relu", {}), ("abs", {}), ("tanh", {}))
    trace = reference.run(network, np.ones((1, 2, 2, 1)), {})
    assert trace.peak == ("a", ("input", "a"), 8)


def test_what_is_handed_on_is_held_once_and_under_its_first_name():
    network = chain(
        (2, 2, 1), ("identity", {}), ("dropout", {"rate": 0.5}), ("act", {"function": "none"}), ("relu", {})
    )
    assert moments(network) == [
        ("a", ("input",), 4),
        ("b", ("input",), 4),
        ("c", ("input",), 4),
        ("d", ("input", "d"), 8),
    ]


def test_an_array_lives_as_long_as_whoever_it_was_handed_on_to():
    assembly = Assembly({"input": Input(Volume((2, 2, 1)))})
    for path, kind, inputs in (
        ("a", "relu", ("input",)),
        ("b", "identity", ("a",)),
        ("c", "tanh", ("input",)),
        ("d", "add", ("b", "c")),
    ):
        assembly.add(path, kind, KINDS[kind].build(2, {}), inputs)
    assert [alive for _, alive, _ in moments(assembly.network("n", ("d",)))] == [
        ("input", "a"),
        ("input", "a"),
        ("input", "a", "c"),
        ("a", "c", "d"),
    ]


def test_a_row_that_moves_nothing_is_still_a_row_of_its_own():
    for kind, parameters in (
        ("crop", {}),
        ("pad", {}),
        ("slice", {"start": 0, "stop": 1}),
        ("channel_shuffle", {"groups": 1}),
        ("reshape", {"output": (2, 2, 1)}),
        ("upsample", {"scale": 1}),
        ("depth_to_space", {"block": 1}),
        ("relu", {}),
        ("scale", {}),
        ("global_avg_pool", {}),
    ):
        volume = (1, 1, 1) if kind == "global_avg_pool" else (2, 2, 1)
        assert moments(chain(volume, (kind, parameters)))[0][1] == ("input", "a"), kind


def test_outputs_live_to_the_end():
    assembly = Assembly({"input": Input(Volume((4,)))})
    assembly.add("a", "relu", KINDS["relu"].build(0, {}), ("input",))
    assembly.add("b", "abs", KINDS["abs"].build(0, {}), ("a",))
    assembly.add("c", "tanh", KINDS["tanh"].build(0, {}), ("b",))
    assert moments(assembly.network("n", ("a", "c")))[-1] == ("c", ("a", "b", "c"), 12)


def test_a_tensor_read_twice_by_one_row_is_held_until_then():
    assembly = Assembly({"input": Input(Volume((2,)))})
    assembly.add("a", "relu", KINDS["relu"].build(0, {}), ("input",))
    assembly.add("b", "add", KINDS["add"].build(0, {}), ("a", "a"))
    trace = reference.run(assembly.network("n", ("b",)), np.array([[1.0, 2.0]]), {})
    assert trace["b"].tolist() == [[2, 4]]
    assert trace.moments[-1].alive == ("a", "b")


def with_auxiliary_head() -> Network:
    assembly = Assembly({"input": Input(Volume((4,)))})
    assembly.add("a", "relu", KINDS["relu"].build(0, {}), ("input",))
    assembly.add("aux", "fc", KINDS["fc"].build(0, {"units": 2}), ("a",))
    assembly.add("b", "abs", KINDS["abs"].build(0, {}), ("a",))
    return assembly.network("n", ("b",), ("aux",))


def test_what_only_training_has_is_run_only_when_asked():
    assert [path for path, _, _ in moments(with_auxiliary_head())] == ["a", "b"]
    asked = moments(with_auxiliary_head(), training_only=True)
    assert asked[-1] == ("b", ("a", "aux", "b"), 10)


def test_an_auxiliary_output_is_kept_when_training_rows_run():
    network = with_auxiliary_head()
    trace = reference.run(network, np.ones((1, 4)), init_weights(network), training_only=True)
    assert trace["aux"].shape == (1, 2)
    assert trace["b"].shape == (1, 4)


def test_a_shared_layer_uses_its_owner_s_weights():
    assembly = Assembly({"left": Input(Volume((2,))), "right": Input(Volume((2,)))})
    layer = KINDS["fc"].build(0, {"units": 1})
    assembly.add("a", "fc", layer, ("left",))
    assembly.add("b", "fc", layer, ("right",)).shares = "a"
    assembly.add("c", "subtract", KINDS["subtract"].build(0, {}), ("a", "b"))
    network = assembly.network("twins", ("c",))
    weights = {"a.weight": np.array([[1.0, 10.0]]), "a.bias": np.array([7.0])}
    images = {"left": np.array([[1.0, 2.0]]), "right": np.array([[3.0, 1.0]])}
    assert reference.run(network, images, weights)["c"].item() == 21 - 13


def test_a_run_checks_weights_and_images_first():
    network = chain((2, 2, 1), ("conv", {"filters": 1, "kernel": 1}))
    weights = init_weights(network)
    for executor in EXECUTORS:
        with pytest.raises(InputError, match=r"input needs images of \(N, 2, 2, 1\), not \(2, 2, 1\)"):
            run(network, np.zeros((2, 2, 1)), weights, executor=executor)
        with pytest.raises(WeightsError, match=r"a\.weight is missing"):
            run(network, np.zeros((1, 2, 2, 1)), {}, executor=executor)
    with pytest.raises(ValueError, match="there is no executor 'slow'; the executors are fast and reference"):
        run(network, np.zeros((1, 2, 2, 1)), weights, executor="slow")


def test_several_inputs_are_checked_by_name_and_length():
    network = Network("n", {"left": Input(Volume((2,))), "right": Input(Volume((2,)))}, [], ())
    x = np.zeros((1, 2))
    with pytest.raises(InputError, match="nothing was given for the input right"):
        reference.run(network, {"left": x}, {})
    with pytest.raises(InputError, match="n has no input middle; it has left, right"):
        reference.run(network, {"middle": x}, {})
    with pytest.raises(InputError, match="n has 2 inputs: give a dict with left, right"):
        reference.run(network, x, {})
    with pytest.raises(InputError, match="the same number of images, not 1 for left, 2 for right"):
        reference.run(network, {"left": x, "right": np.zeros((2, 2))}, {})
    with pytest.raises(InputError, match="left holds complex128, which are not numbers"):
        reference.run(network, {"left": x.astype(complex), "right": x}, {})
