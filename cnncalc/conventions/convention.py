"""What a convention is: rules about the modules of a network as other tools see them."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from cnncalc.frameworks import Call
from cnncalc.layers import BIAS, FIXED, WEIGHT, Layer
from cnncalc.record import Record

PARAMS, MACS, FLOPS = "params", "macs", "flops"
"""What a figure is, whatever the tool calls it: MACs are products with their additions, FLOPs count both singly."""


class Part(NamedTuple):
    """A module that PyTorch has for a row; its methods are the amounts that rules name.

    Attributes:
        call: the module with its arguments, volumes and arrays.
        layer: the row's layer.
        times: how many rows have it.
        used_before: whether its weights were counted with an earlier row.
    """

    call: Call
    layer: Layer
    times: int
    used_before: bool

    def stored(self, *roles: str) -> int:
        """The values of those roles as PyTorch stores them, unconnected ones too."""
        return sum(prod(array.shape) for array in self.call.arrays if array.role in roles)

    def values_in(self) -> int:
        """1 for each value that goes in."""
        return self.call.x.size

    def values_out(self) -> int:
        """1 for each value that comes out."""
        return self.call.y.size

    def values_again(self) -> int:
        """Upsampling by what comes out, pools and activations by what goes in."""
        return self.values_out() if self.call.module == "nn.Upsample" else self.values_in()

    def biases(self) -> int:
        """1 for each value that comes out, where there are biases."""
        return self.values_out() if self.stored(BIAS) else 0

    def trained_params(self) -> int:
        """What is trained, however often it is used."""
        return self.stored(WEIGHT, BIAS)

    def fixed_params(self) -> int:
        """What is kept and not trained."""
        return self.stored(FIXED)

    def unconnected_params(self) -> int:
        """The zeros that stand for missing connections."""
        return self.stored(WEIGHT) - sum(array.counted for array in self.call.arrays if array.role == WEIGHT)

    def unconnected_products(self) -> int:
        """Those zeros at each place."""
        return self.unconnected_params() * self.call.y.places

    def products_of_factors(self) -> int:
        """A weight at each place, where the language has a factor a channel and no convolution."""
        return 0 if self.layer.counts_macs else self.stored(WEIGHT) * self.call.y.places

    def products_by_output(self) -> int:
        """Every weight at each place that comes out, instead of each that goes in."""
        return self.stored(WEIGHT) * (self.call.y.places - self.call.x.places)

    def softmax(self) -> int:
        """At each place n exponentials, n - 1 additions and n divisions."""
        return self.call.x.places * (3 * self.call.x.channels - 1)

    def thop_upsampling(self) -> int:
        """By the number of axes, as its table has it; trilinear it does not know."""
        return upsampling(nearest=1, linear=(0, 5, 11, 0)[self.call.y.rank])(self)

    def ptflops_norm(self) -> int:
        """It asks for `affine`, which PyTorch's layer norm calls otherwise."""
        return self.values_in() * (2 if self.stored(WEIGHT) and self.call.module != "nn.LayerNorm" else 1)

    def ptflops_lrn(self) -> int:
        """Squares, a mean pool over the channels with their border, a product and a sum."""
        (size,) = self.call.positional
        return 3 * self.values_in() + self.call.x.places * (self.call.x.channels + int(size) - 1)


Amount = Callable[[Part], int]


def norm(*, affine: int, plain: int) -> Amount:
    """So much for each value of a norm with scale and shift, and of one without."""
    return lambda part: part.values_in() * (affine if part.stored(WEIGHT) else plain)


def upsampling(*, nearest: int, linear: int) -> Amount:
    """So much for each value that comes out, copied or interpolated."""
    return lambda part: part.values_out() * (linear if "mode" in part.call.named else nearest)


def of_images(amount: Amount) -> Amount:
    """Of images alone: sequences and clips are passed over."""
    return lambda part: amount(part) if part.call.x.rank == 2 else 0


class Rule(NamedTuple):
    """What a tool counts, or leaves out, where we do not.

    Attributes:
        what: in words.
        modules: those of PyTorch that it is about.
        amount: how much it adds for one module; twice that where the tool counts FLOPs.
        wrong: why it is a mistake and not a choice; empty for a choice.
    """

    what: str
    modules: frozenset[str]
    amount: Amount
    wrong: str = ""


class Convention(Record):
    """How one tool counts.

    Attributes:
        name: the word for `--counting`.
        version: the release whose figures the tests hold it to; empty for our own.
        counter: what a user calls.
        unit: `MACS` or `FLOPS`; empty for a tool that counts neither.
        word: what the tool calls that number.
        params_rules: what it counts as parameters and we do not.
        rules: the same for its MACs or FLOPs.
        remark: what its user should know, whatever the network.
        shared: what it does to weights that are used more than once.
    """

    name: str
    version: str
    counter: str
    unit: str
    word: str
    params_rules: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    remark: str = ""
    shared: str = ""
