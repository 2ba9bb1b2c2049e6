"""A wrong argument is one clear TypeError or ValueError: what was expected, and what came."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnncalc as typed

cnncalc: Any = typed  # whose arguments are wrong on purpose
IMAGES = np.zeros((2, 32, 32, 1), np.float32)
NETWORK = cnncalc.load("lenet5")
WEIGHTS = cnncalc.init_weights(NETWORK)
TEXT = "input: 7x7x3\nlayers: [relu]\n"


class Tensor:
    """Stands for a tensor of another library that NumPy cannot read as it is."""

    shape = (2, 32, 32, 1)

    def __array__(self, *_: object, **__: object) -> None:
        raise RuntimeError("call detach() first")


Tensor.__module__ = "torch"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cnncalc.load(NETWORK), "spec must be a path or the name of a network that ships, not <network LeNet"),
        (lambda: cnncalc.load(3), "spec must be a path or the name of a network that ships, not 3"),
        (lambda: cnncalc.load("lenet5", variant=3), "variant must be the name of a variant, not 3"),
        (lambda: cnncalc.load("lenet5", vars=3), r"vars must be values .*, such as \{'width': 0.5\}, not 3"),
        (
            lambda: cnncalc.load("mobilenetv2", vars={"width": None}),
            "the variable width must be a number, .*, not None",
        ),
        (lambda: cnncalc.load("lenet5", inputs=(3, 3, 3)), "inputs must be sizes by .*, not a tuple of 3"),
        (lambda: cnncalc.load("lenet5", inputs={"input": "3x3"}), r"the input input must be a size such .*, not '3x3'"),
        (lambda: cnncalc.load("lenet5", inputs={"input": (3.5, 3)}), "must be a size of whole numbers"),
        (
            lambda: cnncalc.loads(Path("net.yaml")),
            r"text must be the text of a spec \(`cnncalc.load` reads files\), not",
        ),
        (lambda: cnncalc.analyze(WEIGHTS), "network must be a network, a path, or .*, not <weights: 61706 values in"),
        (lambda: cnncalc.analyze(NETWORK, batch=2.0), "batch must be a whole number, not 2.0"),
        (lambda: cnncalc.analyze(NETWORK, dtype=np.float16), "dtype must be a name .*, not the class float16"),
        (
            lambda: cnncalc.run(NETWORK, WEIGHTS, IMAGES),
            r"images are due here, and conv_1.weight is one of the weights",
        ),
        (lambda: cnncalc.run(NETWORK, WEIGHTS), r"one of the weights: run\(network, images, weights\)"),
        (lambda: cnncalc.run(IMAGES, NETWORK), r"network must be .*, not an array of shape \(2, 32, 32, 1\)"),
        (lambda: cnncalc.run(NETWORK, IMAGES.tolist()), r"input needs an array of \(N, 32, 32, 1\), not a list of 2"),
        (lambda: cnncalc.run(NETWORK, "cat.png"), r"input needs an array of \(N, 32, 32, 1\), not 'cat.png'"),
        (lambda: cnncalc.run(NETWORK, Tensor()), r"and a torch Tensor of shape .* is none: call detach\(\) first"),
        (lambda: cnncalc.run(NETWORK, IMAGES, "w.npz"), "weights must be arrays by name, .*, not 'w.npz'"),
        (
            lambda: cnncalc.run(NETWORK, IMAGES, {"conv_1.weight": [1.0]}),
            "conv_1.weight must be an array, not a list of",
        ),
        (
            lambda: cnncalc.run(NETWORK, IMAGES, {"conv_1.weight": Tensor()}),
            "conv_1.weight must be an array, and a torch",
        ),
        (lambda: cnncalc.run(NETWORK, IMAGES, keep=3), "keep must be 'outputs', 'all' or a list of paths, not 3"),
        (lambda: cnncalc.run(NETWORK, IMAGES, threads="2"), "threads must be a whole number, not '2'"),
        (lambda: cnncalc.run(NETWORK, IMAGES, memory=1.5), "memory must be a whole number, not 1.5"),
        (lambda: cnncalc.compile(NETWORK, IMAGES), "weights must be arrays by name, .*, not an array of shape"),
        (lambda: cnncalc.compile(NETWORK, threads=True), "threads must be a whole number, not True"),
        (lambda: cnncalc.compile(NETWORK)(NETWORK), "input needs an array of .*, not <network LeNet-5"),
        (lambda: cnncalc.init_weights(NETWORK, "seed"), "seed must be a whole number, not 'seed'"),
        (
            lambda: cnncalc.load_weights(NETWORK, "w.npz"),
            r"not <network LeNet-5.*>: the two stand in each other's place, .* load_weights\('w.npz', network\)",
        ),
        (
            lambda: cnncalc.load_weights("lenet5", "w.npz"),
            r"the weights come first, load_weights\('w.npz', 'lenet5'\)",
        ),
        (lambda: cnncalc.save_weights(WEIGHTS, "w.npz"), "path must be the path of a weight file, not <weights: 61706"),
        (lambda: cnncalc.save_weights("w.npz", NETWORK), "weights must be arrays by name, .*, not <network LeNet-5"),
        (lambda: cnncalc.save_weights("w.npz", {1: IMAGES}), "the name of a weight must be a text, not 1"),
    ],
)
def test_an_argument_of_the_wrong_type_is_named_with_what_came(call, message):
    with pytest.raises(TypeError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: cnncalc.load(TEXT),
            "spec must be a path or a name, not a text of several lines: `cnncalc.loads` reads",
        ),
        (lambda: cnncalc.load("lenet"), "neither a file nor a network that ships named lenet: did you mean lenet5"),
        (lambda: cnncalc.load("lenet5", inputs={"input": (0, 3, 3)}), r"input cannot be \(0, 3, 3\): nothing is left"),
        (lambda: cnncalc.load("lenet5", inputs={"input": (3,) * 5}), "an input has 1 to 4 dimensions"),
        (lambda: cnncalc.analyze(NETWORK, dtype="flaot16"), "dtype must be one of float32, .*, not 'flaot16'"),
        (lambda: cnncalc.analyze(NETWORK, batch=0), "batch must be 1 or more, not 0"),
        (lambda: cnncalc.analyze(NETWORK, macs="all"), "macs must be padded or inside, not 'all'"),
        (lambda: cnncalc.run(NETWORK, IMAGES[0]), r"not \(32, 32, 1\): one image is a batch too, images\[None\]"),
        (lambda: cnncalc.run(NETWORK, np.moveaxis(IMAGES, -1, 1)), "channels come last, np.moveaxis"),
        (lambda: cnncalc.run(NETWORK, IMAGES, dtype="float16"), "no dtype 'float16' to compute in; the dtypes are"),
        (lambda: cnncalc.run(NETWORK, IMAGES, dtype="flaot32"), "no dtype 'flaot32' to compute in"),
        (lambda: cnncalc.run(NETWORK, IMAGES, executor="gpu"), "no executor 'gpu'"),
        (lambda: cnncalc.run(NETWORK, IMAGES, threads=0), "threads must be 1 or more, not 0"),
        (lambda: cnncalc.compile(NETWORK, images=0), "images must be 1 or more, not 0"),
        (lambda: cnncalc.init_weights(NETWORK, -1), "seed must be 0 or more, not -1"),
        (lambda: cnncalc.init_weights(NETWORK, dtype="int8"), "no dtype 'int8'"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_those_that_can(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("made", [NETWORK, cnncalc.analyze(NETWORK), cnncalc.run(NETWORK, IMAGES)], ids=repr)
def test_a_path_that_leads_nowhere_names_the_nearest(made):
    with pytest.raises(KeyError, match=r"there is no 'conv_9' in this .*; the nearest path is 'conv_"):
        made["conv_9"]
    with pytest.raises(KeyError, match="there is no 3 in this"):
        made[3]


@pytest.mark.parametrize("spec", ["lenet5", Path("net.yaml"), "./net.yaml", "resnet50:resnet101"])
def test_whatever_takes_a_network_takes_a_spec(spec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(TEXT, encoding="utf-8")
    network = cnncalc.load(spec)
    weights = cnncalc.init_weights(spec)
    cnncalc.save_weights("weights.npz", weights)
    images = np.zeros((1, *network.inputs["input"].volume), np.float32)
    assert cnncalc.analyze(spec).totals == cnncalc.analyze(network).totals
    assert cnncalc.load_weights("weights.npz", spec).keys() == weights.keys()
    assert cnncalc.compile(spec, weights)(images).tolist() == cnncalc.run(spec, images, weights).output.tolist()


def test_every_function_with_a_network_takes_a_spec():
    functions = [getattr(cnncalc, name) for name in cnncalc.__all__]
    annotations = {
        function.__name__: inspect.signature(function).parameters["network"].annotation
        for function in functions
        if inspect.isfunction(function) and "network" in inspect.signature(function).parameters
    }
    assert set(annotations) == {"analyze", "compile", "run", "init_weights", "load_weights"}
    assert set(annotations.values()) == {"Network | str | PathLike[str]"}


def test_numbers_and_arrays_of_other_libraries_are_taken():
    class Shared:
        def __array__(self, dtype=None, copy=None):
            return IMAGES

    assert cnncalc.run(NETWORK, Shared()).output.shape == (2, 10)
    assert cnncalc.analyze(NETWORK, batch=np.int64(2)).batch == 2
    assert cnncalc.run(NETWORK, IMAGES, dtype=np.float64).output.dtype == np.float64
    narrow = cnncalc.load("mobilenetv2", vars={"width": np.float64(0.5)})
    assert cnncalc.analyze(narrow).totals == cnncalc.analyze(cnncalc.load("mobilenetv2", vars={"width": 0.5})).totals
