"""The totals of the networks that ship, by plain loops over their papers' tables: nothing here asks the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Totals(NamedTuple):
    """What a whole network comes to, for one image."""

    params: int
    fixed_params: int
    macs: int


class Tally:
    """Adds up a chain of layers on a square map of `side` pixels."""

    def __init__(self, side: int, channels: int) -> None:
        self.side = side
        self.channels = channels
        self.params = 0
        self.fixed = 0
        self.macs = 0

    def conv(self, filters: int, kernel: int, *, bias: int = 1, groups: int = 1) -> None:
        """A convolution whose output has the side that is set now."""
        weights = self.channels // groups * filters * kernel * kernel
        self.params += weights + bias * filters
        self.macs += weights * self.side * self.side
        self.channels = filters

    def norm(self) -> None:
        """Batch norm: scale and shift trained, mean and variance kept."""
        self.params += 2 * self.channels
        self.fixed += 2 * self.channels

    def conv_norm(self, filters: int, kernel: int) -> None:
        self.conv(filters, kernel, bias=0)
        self.norm()

    def head(self, *units: int) -> None:
        """Fully connected layers on the whole map, which becomes a vector."""
        values = self.side * self.side * self.channels
        for count in units:
            self.params += values * count + count
            self.macs += values * count
            values = count

    def globally_pooled(self, units: int) -> None:
        self.side = 1
        self.head(units)

    @property
    def totals(self) -> Totals:
        return Totals(self.params, self.fixed, self.macs)


def halved(side: int) -> int:
    return -(-side // 2)


def lenet5() -> Totals:
    net = Tally(28, 1)
    net.conv(6, 5)
    net.side = 10
    net.conv(16, 5)
    net.side = 5
    net.head(120, 84, 10)
    return net.totals


def lenet5_1998() -> Totals:
    connected = 6 * 3 + 9 * 4 + 6
    first, third, fifth, sixth = 6 * 25, connected * 25, 16 * 25 * 120, 120 * 84
    params = first + 6 + 2 * 6 + third + 16 + 2 * 16 + fifth + 120 + sixth + 84
    return Totals(params, 84 * 10, 784 * first + 100 * third + fifth + sixth)


def alexnet(groups: int) -> Totals:
    net = Tally(55, 3)
    net.conv(96, 11)
    net.side = 27
    net.conv(256, 5, groups=groups)
    net.side = 13
    net.conv(384, 3)
    net.conv(384, 3, groups=groups)
    net.conv(256, 3, groups=groups)
    net.side = 6
    net.head(4096, 4096, 1000)
    return net.totals


def chain(channels: int, layers: Sequence[tuple[int, int, int]], side: int, *units: int) -> Totals:
    """Convolutions of (side, filters, kernel), then fully connected layers on a map of `side`."""
    net = Tally(side, channels)
    for net.side, filters, kernel in layers:
        net.conv(filters, kernel)
    net.side = side
    net.head(*units)
    return net.totals


def alexnet_onecolumn() -> Totals:
    layers = [(55, 64, 11), (27, 192, 5), (13, 384, 3), (13, 256, 3), (13, 256, 3)]
    return chain(3, layers, 6, 4096, 4096, 1000)


def zfnet() -> Totals:
    layers = [(110, 96, 7), (26, 256, 5), (13, 384, 3), (13, 384, 3), (13, 256, 3)]
    return chain(3, layers, 6, 4096, 4096, 1000)


def vgg(counts: Sequence[int], ones: int = 0, norm: int = 0) -> Totals:
    net = Tally(224, 3)
    for stage, (filters, count) in enumerate(zip((64, 128, 256, 512, 512), counts, strict=True)):
        for kernel in [3] * count + [1] * (ones if stage > 1 else 0):
            net.conv(filters, kernel)
            if norm:
                net.norm()
        net.side //= 2
    net.head(4096, 4096, 1000)
    return net.totals


INCEPTIONS = (
    (28, 64, 96, 128, 16, 32, 32),
    (28, 128, 128, 192, 32, 96, 64),
    (14, 192, 96, 208, 16, 48, 64),
    (14, 160, 112, 224, 24, 64, 64),
    (14, 128, 128, 256, 24, 64, 64),
    (14, 112, 144, 288, 32, 64, 64),
    (14, 256, 160, 320, 32, 128, 128),
    (7, 256, 160, 320, 32, 128, 128),
    (7, 384, 192, 384, 48, 128, 128),
)
"""Table 1 of GoogLeNet: side, 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection."""


def googlenet(layer: Callable[[Tally, int, int], None], widest: int) -> Totals:
    net = Tally(112, 3)
    layer(net, 64, 7)
    net.side = 56
    layer(net, 64, 1)
    layer(net, 192, 3)
    for side, c1, r3, c3, r5, c5, pool in INCEPTIONS:
        net.side, arriving = side, net.channels
        for branch in ([(c1, 1)], [(r3, 1), (c3, 3)], [(r5, 1), (c5, widest)], [(pool, 1)]):
            net.channels = arriving
            for filters, kernel in branch:
                layer(net, filters, kernel)
        net.channels = c1 + c3 + c5 + pool
    net.globally_pooled(1000)
    return net.totals


def resnet(counts: Sequence[int], *, bottleneck: bool, stride_on: int = 3) -> Totals:
    net = Tally(112, 3)
    net.conv_norm(64, 7)
    net.side = 56
    for stage, (mid, count) in enumerate(zip((64, 128, 256, 512), counts, strict=True)):
        for block in range(count):
            arriving, before = net.channels, net.side
            after = before // 2 if stage and not block else before
            out = 4 * mid if bottleneck else mid
            if bottleneck:
                net.side = after if stride_on == 1 else before
                net.conv_norm(mid, 1)
                net.side = after
                net.conv_norm(mid, 3)
                net.conv_norm(out, 1)
            else:
                net.side = after
                net.conv_norm(mid, 3)
                net.conv_norm(mid, 3)
            if arriving != out or after != before:
                net.channels = arriving
                net.conv_norm(out, 1)
    net.globally_pooled(1000)
    return net.totals


def resnet_cifar(n: int) -> Totals:
    net = Tally(32, 3)
    net.conv_norm(16, 3)
    for stage, filters in enumerate((16, 32, 64)):
        net.side = 32 >> stage
        for _ in range(2 * n):
            net.conv_norm(filters, 3)
    net.globally_pooled(10)
    return net.totals


def squeezenet(first: tuple[int, int, int], pooled_after: Sequence[int]) -> Totals:
    side, filters, kernel = first
    net = Tally(side, 3)
    net.conv(filters, kernel)
    net.side = side // 2
    for fire, squeeze in zip(range(2, 10), (16, 16, 32, 32, 48, 48, 64, 64), strict=True):
        net.conv(squeeze, 1)
        net.conv(4 * squeeze, 1)
        net.channels = squeeze
        net.conv(4 * squeeze, 3)
        net.channels = 8 * squeeze
        if fire in pooled_after:
            net.side //= 2
    net.conv(1000, 1)
    return net.totals


def densenet(counts: Sequence[int], growth: int = 32) -> Totals:
    net = Tally(112, 3)
    net.conv_norm(64, 7)
    net.side = 56
    for stage, count in enumerate(counts):
        if stage:
            net.norm()
            net.conv(net.channels // 2, 1, bias=0)
            net.side //= 2
        for _ in range(count):
            old = net.channels
            net.norm()
            net.conv_norm(4 * growth, 1)
            net.conv(growth, 3, bias=0)
            net.channels += old
    net.norm()
    net.globally_pooled(1000)
    return net.totals


def to_multiple_of_8(value: float) -> int:
    nearest = max(8, int(value + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * value else nearest


def mobilenetv2(width: float) -> Totals:
    net = Tally(112, 3)
    net.conv_norm(to_multiple_of_8(32 * width), 3)
    rows = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for expand, channels, count, stride in rows:
        for turn in range(count):
            if expand > 1:
                net.conv_norm(expand * net.channels, 1)
            net.side //= 1 if turn else stride
            net.conv(net.channels, 3, bias=0, groups=net.channels)
            net.norm()
            net.conv_norm(to_multiple_of_8(channels * width), 1)
    net.conv_norm(to_multiple_of_8(1280 * max(width, 1)), 1)
    net.globally_pooled(1000)
    return net.totals


def unet(side: int, channels: int, border: int, depth: int) -> Totals:
    """Each 3x3 convolution takes 2 - 2 x border pixels; each 2x2 transposed one meets 4 places an input place."""
    net = Tally(side, 1)

    def twice(filters: int) -> None:
        for _ in range(2):
            net.side -= 2 - 2 * border
            net.conv(filters, 3)

    for level in range(depth):
        twice(channels << level)
        net.side //= 2
    twice(channels << depth)
    for level in reversed(range(depth)):
        net.conv(channels << level, 2)
        net.side *= 2
        net.channels = channels << (level + 1)
        twice(channels << level)
    net.conv(2, 1)
    return net.totals


def c3d() -> Totals:
    params = macs = 0
    frames, side, channels = 16, 112, 3
    for stage, (filters, count) in enumerate(((64, 1), (128, 1), (256, 2), (512, 2), (512, 2))):
        for _ in range(count):
            params += channels * filters * 27 + filters
            macs += frames * side * side * channels * filters * 27
            channels = filters
        frames, side = frames // 2 if stage else frames, halved(side)
    values = frames * side * side * channels
    for units in (4096, 4096, 487):
        params, macs, values = params + values * units + units, macs + values * units, units
    return Totals(params, 0, macs)


def m5(first: int, counts: Sequence[int]) -> Totals:
    length, channels = 8000, first
    params, fixed, macs = 80 * first + 3 * first, 2 * first, length * 80 * first
    for filters, count in zip((64, 128, 256, 512), counts, strict=True):
        length = -(-length // 4) if count else length
        for _ in range(count):
            params += 3 * channels * filters + 3 * filters
            fixed += 2 * filters
            macs += length * 3 * channels * filters
            channels = filters
    return Totals(params + channels * 10 + 10, fixed, macs + channels * 10)


def siamese() -> Totals:
    twin = Tally(105, 1)
    for filters, kernel, pool in ((64, 10, 2), (128, 7, 2), (128, 4, 2), (256, 4, 1)):
        twin.side -= kernel - 1
        twin.conv(filters, kernel)
        twin.side //= pool
    twin.head(4096)
    return Totals(twin.params + 4096 + 1, 0, 2 * twin.macs + 4096)


BY_ARITHMETIC: dict[str, Callable[[], Totals]] = {
    "lenet5": lenet5,
    "lenet5_1998": lenet5_1998,
    "alexnet": lambda: alexnet(groups=2),
    "alexnet_ungrouped": lambda: alexnet(groups=1),
    "alexnet_onecolumn": alexnet_onecolumn,
    "zfnet": zfnet,
    "vgg11": lambda: vgg((1, 1, 2, 2, 2)),
    "vgg13": lambda: vgg((2, 2, 2, 2, 2)),
    "vgg16_c": lambda: vgg((2, 2, 2, 2, 2), ones=1),
    "vgg16": lambda: vgg((2, 2, 3, 3, 3)),
    "vgg19": lambda: vgg((2, 2, 4, 4, 4)),
    "vgg11_bn": lambda: vgg((1, 1, 2, 2, 2), norm=1),
    "vgg16_bn": lambda: vgg((2, 2, 3, 3, 3), norm=1),
    "googlenet": lambda: googlenet(lambda net, filters, kernel: net.conv(filters, kernel), widest=5),
    "googlenet_torchvision": lambda: googlenet(Tally.conv_norm, widest=3),
    "resnet18": lambda: resnet((2, 2, 2, 2), bottleneck=False),
    "resnet34": lambda: resnet((3, 4, 6, 3), bottleneck=False),
    "resnet50": lambda: resnet((3, 4, 6, 3), bottleneck=True),
    "resnet50_paper": lambda: resnet((3, 4, 6, 3), bottleneck=True, stride_on=1),
    "resnet101": lambda: resnet((3, 4, 23, 3), bottleneck=True),
    "resnet101_paper": lambda: resnet((3, 4, 23, 3), bottleneck=True, stride_on=1),
    "resnet152": lambda: resnet((3, 8, 36, 3), bottleneck=True),
    "resnet152_paper": lambda: resnet((3, 8, 36, 3), bottleneck=True, stride_on=1),
    "resnet20": lambda: resnet_cifar(3),
    "resnet32": lambda: resnet_cifar(5),
    "resnet44": lambda: resnet_cifar(7),
    "resnet56": lambda: resnet_cifar(9),
    "resnet110": lambda: resnet_cifar(18),
    "squeezenet": lambda: squeezenet((109, 96, 7), pooled_after=(4, 8)),
    "squeezenet1_1": lambda: squeezenet((111, 64, 3), pooled_after=(3, 5)),
    "densenet121": lambda: densenet((6, 12, 24, 16)),
    "densenet169": lambda: densenet((6, 12, 32, 32)),
    "densenet201": lambda: densenet((6, 12, 48, 32)),
    "mobilenetv2": lambda: mobilenetv2(1.0),
    "w050": lambda: mobilenetv2(0.5),
    "w140": lambda: mobilenetv2(1.4),
    "unet": lambda: unet(572, 64, border=0, depth=4),
    "unet_small": lambda: unet(128, 16, border=1, depth=3),
    "c3d": c3d,
    "m5": lambda: m5(128, (0, 1, 1, 1)),
    "m11": lambda: m5(64, (2, 2, 3, 2)),
    "m18": lambda: m5(64, (4, 4, 4, 4)),
    "siamese": siamese,
    "edges": lambda: Totals(4 * 9, 0, 4 * 9 * 254 * 254),
}
"""Every network and every variant that ships, by its bare name."""
