"""What a layer does to the receptive field along one axis: which places each of its places reads."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd

from cnncalc.exact import Exact, ratio, share
from cnncalc.window import NO_TAPS, FieldStep, Taps, Window

MOST_PHASES = 256
"""More residues than this are not told apart: what they read becomes one hull."""


def transposed_step(window: Window) -> FieldStep:
    """Place o reads place i where o = i S + t D - P for a tap t: those of each residue of o modulo S lie alike.

    >>> from cnncalc.window import Window
    >>> transposed_step(Window(kernel=4, stride=2, before=1, after=1)).phases
    (Taps(first=-1, last=0, step=1), Taps(first=0, last=1, step=1))
    """
    stride, dilation = int(window.stride), int(window.dilation)  # numbers that remember would remember in vain
    together = gcd(stride, dilation)  # a tap each stride/together meets places of one residue
    each = stride // together

    def taps(residue: int) -> Taps:
        landing = residue + window.before
        if landing % together:
            return NO_TAPS
        first = landing // together * pow(dilation // together, -1, each) % each
        if first >= window.kernel:
            return NO_TAPS
        last = first + (window.kernel - 1 - first) // each * each
        low, high = (share(landing - tap * dilation, stride) for tap in (last, first))
        return Taps(low, high, dilation // together)

    return _upward_step(window.extent, window.stride, window.before, taps)


def nearest_step(scale: int) -> FieldStep:
    """Copies: each of `scale` places reads the same one."""
    return _upward_step(scale, scale, 0, lambda _: Taps(0, 0))


def bilinear_step(scale: int) -> FieldStep:
    """Half-pixel centres: (i + 1/2)/scale - 1/2 lies between two places, or on one.

    >>> bilinear_step(2).phases
    (Taps(first=-1, last=0, step=1), Taps(first=0, last=1, step=1))
    """
    return _upward_step(2 * scale, scale, ratio(scale, 2), lambda residue: _around(2 * residue + 1 - scale, 2 * scale))


def _upward_step(extent: int, stride: int, cropped: Exact, taps: Callable[[int], Taps]) -> FieldStep:
    """The hull of a window of `extent` on a map that is `stride` times as fine, and the taps of each residue."""
    shift = cropped - ratio(extent - 1, 2)
    hull = FieldStep(ratio(extent - 1, stride), ratio(shift, stride), ratio(1, stride), exact=False)
    return _phased(hull, stride, taps)


def aligned_corners_step(size: int, places: int) -> FieldStep:
    """Bilinear with aligned corners: place i lies at i (size - 1)/(places - 1), between two pixels or on one.

    >>> aligned_corners_step(3, 5).phases
    (Taps(first=0, last=0, step=1), Taps(first=0, last=1, step=1))
    """
    if places == 1:
        return FieldStep(0, 0, 0)
    phases = share(places - 1, gcd(size - 1, places - 1))
    hull = FieldStep(ratio(2 * (phases - 1), phases), 0, ratio(size - 1, places - 1), exact=False)
    return _phased(hull, phases, lambda residue: _around(residue * (size - 1), places - 1))


def bins_step(size: int, bins: int) -> FieldStep:
    """The receptive field of an adaptive pool: bin i goes from floor(i size/bins) to before ceil((i + 1) size/bins).

    A bin reaches at most one pixel further than size/bins on either side of its ideal border.

    >>> bins_step(5, 2).phases
    (Taps(first=0, last=2, step=1), Taps(first=2, last=4, step=1))
    """
    if size % bins == 0:
        each = share(size, bins)
        return FieldStep(each - 1, ratio(each - 1, 2), each)
    widest = ratio(size, bins) + 2 * ratio(bins - 1, bins)
    hull = FieldStep(widest - 1, ratio(size - bins, 2 * bins), ratio(size, bins), exact=False)
    return _phased(
        hull,
        share(bins, gcd(size, bins)),
        lambda residue: Taps(residue * size // bins, -(-(residue + 1) * size // bins) - 1),
    )


def _phased(hull: FieldStep, phases: int, taps: Callable[[int], Taps]) -> FieldStep:
    """A step with the taps of each residue, where there are not too many of them."""
    if phases > MOST_PHASES:
        return hull
    found = tuple(map(taps, range(phases)))
    return hull._replace(exact=True, phases=found)


def _around(numerator: int, denominator: int) -> Taps:
    """The two places beside a position, or the one that it lies on."""
    return Taps(numerator // denominator, -(-numerator // denominator))
