"""How much a tool adds for one part, as small functions that its rules name."""

from __future__ import annotations

from collections.abc import Callable

from cnncalc.conventions.part import Part

Amount = Callable[[Part], int]


def values_in(part: Part) -> int:
    """1 for each value that goes in."""
    return part.x.size


def values_out(part: Part) -> int:
    """1 for each value that comes out."""
    return part.y.size


def values_in_and_out(part: Part) -> int:
    """1 for each value that goes in, for the sums, and 1 for each that comes out, for the division."""
    return part.x.size + part.y.size


def values_again(part: Part) -> int:
    """Upsampling by what comes out, pools and activations by what goes in."""
    return part.y.size if part.kind == "upsample" else part.x.size


def biases(part: Part) -> int:
    """1 for each value that comes out, where there are biases."""
    return part.y.size if part.biases else 0


def own_params(part: Part) -> int:
    """What is trained, however often it is used."""
    return part.weights + part.biases


def fixed(part: Part) -> int:
    """What is kept and not trained."""
    return part.fixed


def unconnected_params(part: Part) -> int:
    """The zeros that stand for missing connections."""
    return part.unconnected


def unconnected_products(part: Part) -> int:
    """Those zeros at each place."""
    return part.unconnected * part.y.places


def transposed_by_output(part: Part) -> int:
    """Every weight at each place that comes out, instead of each that goes in."""
    return part.weights * (part.y.places - part.x.places)


def softmax(part: Part) -> int:
    """At each place n exponentials, n - 1 additions and n divisions."""
    return part.x.places * (3 * part.x.channels - 1)


def norm(*, affine: int, plain: int) -> Amount:
    """So much for each value of a norm with scale and shift, and of one without."""

    def amount(part: Part) -> int:
        return part.x.size * (affine if part.weights else plain)

    return amount


def upsampling(*, nearest: int, linear: int) -> Amount:
    """So much for each value that comes out, copied or interpolated."""

    def amount(part: Part) -> int:
        return part.y.size * (nearest if getattr(part.layer, "mode", "") == "nearest" else linear)

    return amount


def thop_upsampling(part: Part) -> int:
    """By the number of axes, as its table has it; trilinear it does not know."""
    return upsampling(nearest=1, linear=(0, 5, 11, 0)[part.y.rank])(part)


def ptflops_norm(part: Part) -> int:
    """It asks for `affine`, which PyTorch's layer norm calls otherwise."""
    return part.x.size * (2 if part.weights and part.kind != "layer_norm" else 1)


def ptflops_lrn(part: Part) -> int:
    """Squares, a mean pool over the channels with their border, a product and a sum."""
    border = getattr(part.layer, "size", 1) - 1
    return 3 * part.x.size + part.x.places * (part.x.channels + border)


def of_images(amount: Amount) -> Amount:
    """Of images alone: sequences and clips are passed over."""
    return lambda part: amount(part) if part.x.rank == 2 else 0


def twice(amount: Amount) -> Amount:
    """MACs as FLOPs."""
    return lambda part: 2 * amount(part)


def minus(amount: Amount) -> Amount:
    """What is left out."""
    return lambda part: -amount(part)
