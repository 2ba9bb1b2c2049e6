"""How far float32 is from float64 in cnncalc and in PyTorch, for whole networks and for each convolution alone.

`python -m benchmarks.peers.accuracy` runs in the peers' environment, at the top of the checkout: see README.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

import cnncalc
from benchmarks.peers.torch_models import Model
from cnncalc.executor import fast
from cnncalc.layers.activation import Activation
from cnncalc.layers.norm import BatchNorm
from cnncalc.network import Assembly, Input, Network, Node

Values = NDArray[Any]
Weights = dict[str, Values]

VGG_19_BN = ("vgg16", "vgg19", {"norm": True})
OTHERS = ("lenet5", "alexnet", "zfnet", "googlenet", "resnet18", "resnet20", "resnet50", "mobilenetv2", "squeezenet",
          "densenet121", "unet_small", "c3d", "m5")  # fmt: skip
VARIANTS = {"vgg16": (None, "vgg11", "vgg13", "vgg16_c", "vgg19", "vgg11_bn", "vgg16_bn")}
FORMATS = {"torch": torch.contiguous_format, "torch channels_last": torch.channels_last}


class Errors(NamedTuple):
    """How far some values are from float64: the largest and the root mean square, as parts of the largest value."""

    largest: float
    rms: float

    @classmethod
    def of(cls, values: Values, exact: Values) -> Errors:
        apart = np.abs(values.astype(np.float64) - exact)
        largest = np.abs(exact).max() or 1.0
        return cls(float(apart.max() / largest), float(np.sqrt((apart**2).mean()) / largest))

    def over(self, others: list[Errors]) -> str:
        """As multiples of the smallest of some others'."""
        return "  ".join(
            f"{mine / min(theirs):5.2f}" if min(theirs) else "    -"
            for mine, theirs in zip(self, zip(*others, strict=True), strict=True)
        )


def networks(names: list[str]) -> Iterator[tuple[str, Network]]:
    """Those that ship, each variant that changes how deep it is, and VGG-19 with batch norm."""
    for name in names:
        if name == "vgg19_bn":
            spec, variant, changed = VGG_19_BN
            yield name, cnncalc.load(spec, variant=variant, vars=changed)
            continue
        for variant in VARIANTS.get(name, (None,)):
            yield variant or name, cnncalc.load(name, variant=variant)


class Case(NamedTuple):
    """A network with weights and images, and PyTorch's tensors of every row in float64."""

    network: Network
    weights: Weights
    images: Values
    exact: dict[str, Values]


def case(network: Network, batch: int, seed: int) -> Case:
    """Weights as if trained: norms with the statistics of such images, and scales and offsets that are not 1 and 0."""
    generator = np.random.default_rng(seed)
    weights = {name: np.array(array) for name, array in cnncalc.init_weights(network, seed=seed).items()}
    for name, values in weights.items():
        role = name.rpartition(".")[2]
        if role == "bias":
            values[...] += generator.uniform(-0.1, 0.1, values.shape).astype(values.dtype)
        elif role == "weight" and values.ndim == 1:
            values[...] *= generator.uniform(0.5, 1.5, values.shape).astype(values.dtype)
    (entry,) = network.inputs.values()
    gathered = generator.standard_normal((4, *entry.volume), np.float32)
    model = modelled(network, weights, torch.float64)
    _gather(network, model, tensor(gathered, torch.float64), weights)
    images = generator.standard_normal((batch, *entry.volume), np.float32)
    model = modelled(network, weights, torch.float64)
    return Case(network, weights, images, tensors_of(model, tensor(images, torch.float64)))


def _gather(network: Network, model: Model, images: torch.Tensor, weights: Weights) -> None:
    """The mean and the variance of each norm's channels on some images."""
    found = {}
    (name,) = network.inputs
    found[name] = images
    with torch.no_grad():
        for node in model.nodes:
            read = [found[tensor] for tensor in node.inputs]
            if isinstance(node.layer, BatchNorm):
                axes = [axis for axis in range(read[0].ndim) if axis != 1]
                owner = network.owner(node).path
                weights[f"{owner}.running_mean"][...] = read[0].mean(axes).numpy()
                weights[f"{owner}.running_var"][...] = read[0].var(axes).numpy()
                _load(network, node, model, weights, torch.float64)
            found[node.path] = _forward(model, node, read)


def _forward(model: Model, node: Node, read: list[torch.Tensor]) -> torch.Tensor:
    for step in model.steps[node.path]:
        read = [step(*read)]
    return read[0]


def modelled(network: Network, weights: Weights, dtype: torch.dtype) -> Model:
    """The network in PyTorch with those weights, in inference mode."""
    model = Model(network).to(dtype).eval()
    for node in model.nodes:
        if node.shares is None:
            _load(network, node, model, weights, dtype)
    return model


def _load(network: Network, node: Node, model: Model, weights: Weights, dtype: torch.dtype) -> None:
    owner = network.owner(node).path
    named = {array.name: torch.tensor(weights[f"{owner}.{array.name}"], dtype=dtype) for array in node.arrays}
    rest = dict(named)
    for step in model.steps[node.path]:
        if isinstance(step, nn.Module):
            held = dict(step.named_parameters()) | dict(step.named_buffers())
            own = {name: rest.pop(name) for name in list(rest) if name in held}
            step.load_state_dict(own, strict=False)
    if rest:
        raise SystemExit(f"PyTorch's {node.path} has no {', '.join(rest)}")


def tensor(values: Values, dtype: torch.dtype) -> torch.Tensor:
    """An array with the channels last as a tensor with the channels first."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(values, -1, 1))).to(dtype)


def array(values: torch.Tensor) -> Values:
    """The same the other way round."""
    return np.moveaxis(values.numpy(), 1, -1)


def tensors_of(model: Model, images: torch.Tensor) -> dict[str, Values]:
    """What every row gives, channels last."""
    (name,) = model.inputs
    found = {name: images}
    with torch.no_grad():
        for node in model.nodes:
            found[node.path] = _forward(model, node, [found[tensor] for tensor in node.inputs])
    return {path: array(values) for path, values in found.items()}


def judged(network: Network) -> str:
    """The row whose values are compared: the output, or what a softmax makes it from."""
    node = network.by_path[network.outputs[0]]
    softmax = isinstance(node.layer, Activation) and node.layer.function.function == "softmax"
    return node.inputs[0] if softmax else node.path


def whole(given: Case, threads: int) -> tuple[Errors, dict[str, Errors]]:
    """The errors of the whole network: ours, and PyTorch's in each of its memory formats."""
    path = judged(given.network)
    exact = given.exact[path]
    plan = fast.Plan(given.network, given.weights, threads=threads)
    ours = Errors.of(np.asarray(plan.run({next(iter(given.network.inputs)): given.images}, keep=(path,))[path]), exact)
    torch.set_num_threads(threads)
    model = modelled(given.network, given.weights, torch.float32)
    return ours, {name: Errors.of(tensors_of(*_laid_out(model, given.images, name))[path], exact) for name in FORMATS}


def _laid_out(model: nn.Module, images: Values, name: str) -> tuple[Any, torch.Tensor]:
    """A model and images in a memory format; only pictures have more than one."""
    read = tensor(images, torch.float32)
    if read.ndim != 4:
        return model, read
    return model.to(memory_format=FORMATS[name]), read.to(memory_format=FORMATS[name])


def layers(given: Case, threads: int) -> Iterator[tuple[str, str, Errors, dict[str, Errors]]]:
    """Each convolution with a norm behind it as it is, and alone, on the exact input rounded to float32."""
    torch.set_num_threads(threads)
    for node in given.network.inference:
        if len(node.arrays) and getattr(node.layer, "kernel", None) and node.volume.rank:
            yield _layer(given, node, threads)


def _layer(given: Case, node: Node, threads: int) -> tuple[str, str, Errors, dict[str, Errors]]:
    assembly = Assembly({"x": Input(node.read[0])})
    assembly.add(node.path, node.kind, node.layer, ("x",))
    network = assembly.network(node.path, outputs=(node.path,))
    owner = given.network.owner(node).path
    weights = {f"{node.path}.{one.name}": given.weights[f"{owner}.{one.name}"] for one in node.arrays}
    images = given.exact[node.inputs[0]].astype(np.float32)
    exact = tensors_of(modelled(network, weights, torch.float64), tensor(images, torch.float64))[node.path]
    plan = fast.Plan(network, weights, threads=threads)
    ours = Errors.of(np.asarray(plan(images)), exact)
    model = modelled(network, weights, torch.float32)
    theirs = {name: Errors.of(tensors_of(*_laid_out(model, images, name))[node.path], exact) for name in FORMATS}
    return node.path, plan.drafted(len(images)).steps[0].doing.name, ours, theirs


def row(name: str, ours: Errors, theirs: Mapping[str, Errors]) -> str:
    """One line: our errors, theirs, and ours as multiples of their smaller ones."""
    each = "  ".join(f"{one.largest:.1e} {one.rms:.1e}" for one in (ours, *theirs.values()))
    return f"{name:44} {each}  {ours.over(list(theirs.values()))}"


def main() -> None:
    """Print a table; the two last columns are the ratios of the largest error and of the root mean square."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", default=["vgg16", "vgg19_bn", *OTHERS], metavar="NETWORK")
    parser.add_argument("--batch", type=int, nargs="*", default=[1, 2, 8])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--layers", action="store_true", help="each convolution alone, too")
    given = parser.parse_args()
    print(f"{'':44} {'cnncalc':17}  {'torch':17}  {'channels_last':17}  largest  rms")
    for name, network in networks(given.networks):
        for batch in given.batch:
            for seed in range(given.seeds):
                one = case(network, batch, seed)
                for threads in given.threads:
                    print(
                        row(f"{name}, batch {batch}, seed {seed}, threads {threads}", *whole(one, threads)), flush=True
                    )
                    for path, way, *errors in layers(one, threads) if given.layers else ():
                        print(row(f"  {path} {way}", *errors), flush=True)


if __name__ == "__main__":
    main()
