"""Joins: several volumes become one."""

from __future__ import annotations

from collections import Counter

from cnncalc import codes
from cnncalc.codes import Code
from cnncalc.exact import most
from cnncalc.layers.layer import Layer, kind
from cnncalc.problem import Problem
from cnncalc.volume import Volume


class Join(Layer):
    """What takes several inputs; every one of them is checked, the odd one told whatever its position."""

    joins = True
    most_inputs: int | None = None

    def output_volume(self, *inputs: Volume) -> Volume:
        if len(inputs) < 2:
            raise Problem(codes.TENSORS_OF_A_JOIN, f"{self.kind} joins at least 2 tensors, but {len(inputs)} arrives")
        if self.most_inputs is not None and len(inputs) > self.most_inputs:
            message = f"{self.kind} takes {self.most_inputs} tensors, but {len(inputs)} arrive"
            raise Problem(codes.TENSORS_OF_A_JOIN, message)
        return self.joined(inputs)

    def joined(self, inputs: tuple[Volume, ...]) -> Volume:
        """The volume of two or more inputs."""
        agree(self.kind, codes.UNEQUAL_VOLUMES, "volumes", list(map(str, inputs)))
        return inputs[0]


def agree(kind: str, code: Code, what: str, values: list[str]) -> None:
    """Refuse inputs that differ, naming the odd ones: those that are not like most.

    >>> agree("add", codes.UNEQUAL_VOLUMES, "volumes", ["7x7x64", "7x7x64", "7x7x32"])
    Traceback (most recent call last):
        ...
    cnncalc.problem.Problem: add needs equal volumes, but input 3 is 7x7x32 and the others are 7x7x64
    """
    if len(set(values)) == 1:
        return
    usual, _ = Counter(values).most_common(1)[0]
    odd = tuple(index for index, value in enumerate(values) if value != usual)
    if len(values) == 2:
        told = f"they are {values[0]} and {values[1]}"
    elif len(odd) == 1:
        told = f"input {odd[0] + 1} is {values[odd[0]]} and the others are {usual}"
    else:
        told = "they are " + ", ".join(values)
    raise Problem(code, f"{kind} needs equal {what}, but {told}", inputs=odd)


@kind("add")
class Add(Join):
    """The sum of equal volumes, value by value."""

    adds = True
    linear = True


@kind("subtract")
class Subtract(Join):
    """The first volume minus the second, value by value."""

    linear = True

    most_inputs = 2


@kind("multiply")
class Multiply(Join):
    """The product of equal volumes; 1x1xC stretches over HxWxC (squeeze-and-excitation).

    >>> Multiply().output_volume(Volume((7, 7, 64)), Volume((1, 1, 64)))
    Volume((7, 7, 64))
    """

    def joined(self, inputs: tuple[Volume, ...]) -> Volume:
        largest = max(inputs, key=lambda volume: volume.places)
        gate = Volume((*(1 for _ in largest.sizes), largest.channels))
        odd = tuple(index for index, volume in enumerate(inputs) if volume not in (largest, gate))
        if odd:
            message = f"multiply needs volumes of {largest} or {gate}, but input {odd[0] + 1} is {inputs[odd[0]]}"
            raise Problem(codes.UNEQUAL_VOLUMES, message, inputs=odd)
        return inputs[0].with_sizes(tuple(most(*axis) for axis in zip(*(x.sizes for x in inputs), strict=True)))


@kind("concat")
class Concat(Join):
    """The channels of all inputs one after another, in written order.

    >>> Concat().output_volume(Volume((28, 28, 64)), Volume((28, 28, 128)))
    Volume((28, 28, 192))
    """

    stacks_channels = True
    linear = True

    def joined(self, inputs: tuple[Volume, ...]) -> Volume:
        if len({volume.rank for volume in inputs}) > 1:
            ranks = [f"rank {volume.rank} ({volume})" for volume in inputs]
            agree(self.kind, codes.UNEQUAL_SIZES, "numbers of axes", ranks)
        agree(self.kind, codes.UNEQUAL_SIZES, "sizes", ["x".join(map(str, volume.sizes)) for volume in inputs])
        return inputs[0].with_channels(sum(volume.channels for volume in inputs))
