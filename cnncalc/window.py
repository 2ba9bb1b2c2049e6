"""A window that slides along one axis. The only module that divides by a stride."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc import codes
from cnncalc.exact import Exact, least, most, ratio, share
from cnncalc.problem import Problem
from cnncalc.record import Record

EXACT, FLOOR, CEIL = ROUNDINGS = ("exact", "floor", "ceil")
"""A remainder is a fault (the lecture's "NOT possible"); is dropped (PyTorch, Keras); gets a window (Caffe's pools)."""


class Taps(NamedTuple):
    """The places that a value reads along one axis: `first`, one each `step`, to `last`; none if that comes before."""

    first: int
    last: int
    step: int = 1


NO_TAPS = Taps(0, -1)
"""A transposed convolution has places that no tap meets, where its kernel is smaller than its stride."""


class FieldStep(NamedTuple):
    """What a layer does to the receptive field along one axis, in units of the jump that arrives.

    size += grow x jump, start += shift x jump, jump *= pace. Where places read differently, `phases` has the taps of
    each residue, counted from the first place of the period; `grow` is that of the hull of all around `shift`, the
    mean. With too many there is only the hull, which is not `exact`.

    Attributes:
        spacing: from tap to tap, in places that it reads.
    """

    grow: Exact
    shift: Exact
    pace: Exact
    exact: bool = True
    spacing: int = 1
    phases: tuple[Taps, ...] = ()


class Window(Record):
    """A kernel moving along one axis; sizes in pixels.

    Source: the lecture's W2 = (W1 - F + 2P)/S + 1, with dilation and a padding for each side.
    """

    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    rounding: str = EXACT

    @property
    def extent(self) -> int:
        """From the first tap to the last: F' = (F - 1) x dilation + 1."""
        return extent(self.kernel, self.dilation)

    @property
    def padding(self) -> int:
        """Both sides together."""
        return self.before + self.after

    def count(self, size: int, where: str = "") -> int:
        """How many places the window takes along `size` pixels; `where` ends the message of a fault.

        >>> Window(kernel=3, stride=2).count(7)
        3
        >>> Window(kernel=2, stride=2, before=1, after=1, rounding=CEIL).count(5)
        3
        >>> Window(kernel=1, before=1, after=1, rounding=CEIL).count(1)
        3
        >>> Window(kernel=3, stride=3).count(7)
        Traceback (most recent call last):
            ...
        cnncalc.problem.Problem: stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number
        """
        stride, rounding = self.stride, self.rounding
        room = size - self.extent + self.padding
        if rounding == EXACT and room > 0 and room % stride:
            message = f"stride {stride} does not fit: {self.formula(size)} is not a whole number{where}"
            raise Problem(codes.STRIDE_DOES_NOT_FIT, message, field="stride")
        if room < 0 and (rounding != CEIL or room <= -stride):
            dilated = f", {self.extent} with dilation {self.dilation}," if self.dilation > 1 else ""
            padded = f" ({size} + {self.padding} of padding)" if self.padding else ""
            message = f"a kernel of {self.kernel}{dilated} does not fit into {size + self.padding}{padded}{where}"
            raise Problem(codes.KERNEL_TOO_LARGE, message, field="kernel")
        if rounding == CEIL:
            # One more for a remainder, unless it would start beyond the image and its leading padding.
            steps = least(-(-room // stride), (size + self.before - 1) // stride)
            # Behind padding as wide as the window, some of those that fit start there too, and stay.
            return (steps if self.after < self.extent else most(room // stride, steps)) + 1
        return (share(room, stride) if rounding == EXACT else room // stride) + 1

    def formula(self, size: int) -> str:
        """The lecture's formula with the numbers filled in.

        >>> Window(kernel=3, stride=3, before=1, after=1).formula(7)
        '(7 - 3 + 2)/3 + 1 = 3'
        """
        padding = self.padding
        room = size + padding - self.extent
        steps, rest = divmod(room, self.stride)
        value = f"{_hundredths(room, self.stride)}" if rest else str(steps + 1)
        return f"({size} - {self.extent}{f' + {padding}' if padding else ''})/{self.stride} + 1 = {value}"

    def remainder(self, size: int) -> int:
        """How many padded pixels at the end no window reaches; negative where the last one hangs over."""
        covered = (self.count(size) - 1) * self.stride + self.extent
        return size + self.padding - covered

    def uncovered(self, size: int) -> int:
        """How many pixels the stride leaves over at the end, without asking whether that is allowed."""
        return (size + self.padding - self.extent) % self.stride

    def taps_inside(self, size: int) -> int:
        """How many (place, tap) pairs meet a pixel rather than padding.

        >>> Window(kernel=3, before=1, after=1).taps_inside(4)
        10
        """
        return _pairs_inside(self, self.count(size), size)

    def misses_every_pixel(self, size: int) -> bool:
        """Whether some place of the window meets padding alone.

        Only a dilation wider than the image lets a window step over it, and only from the leading padding.
        """
        stride, dilation = self.stride, self.dilation
        if dilation <= size:
            return False
        leading = min(self.count(size), -(-self.before // stride))
        first = -self.before % dilation
        # A start misses where its rest by the dilation is at least the size: there the longer quotient is one more.
        longer, plain = (_floor_sum(leading, dilation, stride, at) for at in (first + dilation - size, first))
        return longer > plain

    @property
    def field_step(self) -> FieldStep:
        """How the window widens the receptive field: size += (F' - 1) jump, jump *= S."""
        grow = self.extent - 1
        return FieldStep(grow, ratio(grow, 2) - self.before, self.stride, spacing=self.dilation)


def extent(kernel: int, dilation: int) -> int:
    """From the first tap of a kernel to the last: F' = (F - 1) x dilation + 1."""
    return (kernel - 1) * dilation + 1


def same(size: int, kernel: int, stride: int, dilation: int) -> Window:
    """TensorFlow's `same`: the pixels that are missing are split, the odd one comes last.

    >>> same(224, kernel=3, stride=2, dilation=1)
    Window(kernel=3, stride=2, before=0, after=1, dilation=1, rounding='floor')
    """
    missing = same_missing(size, kernel, stride, dilation)
    return Window(kernel, stride, missing // 2, missing - missing // 2, dilation, FLOOR)


def same_count(size: int, stride: int) -> int:
    """How many places `same` gives: ceil(size/stride)."""
    return -(-size // stride)


def same_missing(size: int, kernel: int, stride: int, dilation: int) -> int:
    """How many pixels `same` adds, so that its places have as many."""
    return most((same_count(size, stride) - 1) * stride + extent(kernel, dilation) - size, 0)


def transposed_count(window: Window, size: int, extra: int) -> int:
    """Places after a transposed convolution: S (W - 1) + F' - P, and `extra` more at the end.

    >>> transposed_count(Window(kernel=2, stride=2), 14, 0)
    28
    """
    return window.stride * (size - 1) + window.extent - window.before - window.after + extra


def transposed_taps_inside(window: Window, size: int, extra: int) -> int:
    """How many (input place, tap) pairs land inside the output rather than on its cropped border."""
    return _pairs_inside(window, size, transposed_count(window, size, extra))


def _pairs_inside(window: Window, places: int, size: int) -> int:
    """How many (place i, tap t) have 0 <= i S + t D - P < size, in a time that does not grow with any of them."""
    return _pairs_up_to(window, places, size + window.before - 1) - _pairs_up_to(window, places, window.before - 1)


def _pairs_up_to(window: Window, places: int, most: int) -> int:
    """How many (place i, tap t) have i S + t D <= most: the first taps meet all places, the last ones none."""
    stride, dilation, taps = window.stride, window.dilation, window.kernel
    meeting_all = min(max((most - (places - 1) * stride) // dilation + 1, 0), taps)
    meeting_any = min(max(most // dilation + 1, 0), taps)
    between = meeting_any - meeting_all
    least = most - (meeting_any - 1) * dilation
    return meeting_all * places + (between + _floor_sum(between, stride, dilation, least) if between else 0)


def _floor_sum(count: int, divisor: int, step: int, first: int) -> int:
    """The sum of (first + step x i) // divisor over 0 <= i < count, as Euclid would do it; nothing negative.

    Source: Graham, Knuth and Patashnik, "Concrete Mathematics", section 3.5: points below a line, by rows or columns.

    >>> _floor_sum(4, 3, 2, 1), sum((1 + 2 * i) // 3 for i in range(4))
    (4, 4)
    """
    total = 0
    while True:
        total += count * (count - 1) // 2 * (step // divisor) + count * (first // divisor)
        step, first = step % divisor, first % divisor
        last = first + step * count
        if last < divisor:
            return total
        count, first, divisor, step = last // divisor, last % divisor, step, divisor


def _hundredths(room: int, stride: int) -> str:
    """room/stride + 1 with two decimals, halves up, in integers."""
    scaled = (200 * (room + stride) + stride) // (2 * stride)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{abs(scaled) // 100}.{abs(scaled) % 100:02d}"
