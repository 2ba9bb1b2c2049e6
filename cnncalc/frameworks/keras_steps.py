"""What Keras takes more than a layer's name for: padding, cropping, and the order of the channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnncalc.frameworks.site import Site, grown
from cnncalc.frameworks.spelling import Assignment, Call, Code, Given, Line, called
from cnncalc.layers.schema import SAME, Sides
from cnncalc.volume import Volume
from cnncalc.window import same

LAYERS = "keras.layers."


def call(name: str, x: Volume, y: Volume, *positional: Any) -> Call:
    """A layer that holds nothing, from inside a function."""
    return Call(LAYERS + name, x, y, positional)


def pads_same(site: Site) -> bool:
    """Whether Keras's `same` pads as this layer does, whatever the size: by that word, or by (F' - 1)/2 at stride 1."""
    if site.value("padding") == SAME:
        return True
    axes = zip(site.windows(), site.x.sizes, strict=True)
    alike = [same(size, window.kernel, window.stride, window.dilation) for window, size in axes]
    return not strides(site) and site.padding() == tuple((window.before, window.after) for window in alike)


def strides(site: Site) -> bool:
    """Whether a window steps over places."""
    return any(window.stride > 1 for window in site.windows())


def dilates(site: Site) -> bool:
    """Whether the taps of a window lie apart."""
    return any(window.dilation > 1 for window in site.windows())


def pads_itself(site: Site) -> bool:
    """Whether padding is laid around beforehand, as no word of Keras pads so."""
    return site.is_padded() and (bool(site.value("count_padding")) or not pads_same(site))


def padding_word(site: Site) -> str:
    """Keras pads by a word alone; its own `same` leaves padding out of a mean."""
    return "same" if site.is_padded() and not pads_itself(site) else "valid"


def word_read(word: Any, _: Given) -> Any:
    """Our padding for Keras's word; `valid` says nothing."""
    return None if word == "valid" else word


def sides_of(name: str, x: Volume, y: Volume, sides: Sides) -> Call:
    """A layer that adds or takes places at both ends of each axis; the pair of a single axis stands by itself."""
    return call(f"{name}{x.rank}D", x, y, sides[0] if len(sides) == 1 else sides)


def padded(x: Volume, sides: Sides) -> Call:
    """A border of zeros."""
    return sides_of("ZeroPadding", x, grown(x, sides), sides)


def cropped(site: Site, cuts: Sides) -> Call:
    """Places left off both ends of each axis."""
    return sides_of("Cropping", site.arriving, site.y, cuts)


def border(site: Site) -> list[Call]:
    """Zeros laid around beforehand."""
    return [padded(site.x, site.padding())] if pads_itself(site) else []


def border_that_never_wins(site: Site) -> list[Assignment]:
    """ZeroPadding would let its zeros win over negative values."""
    sides, lowest = site.padding(), Code('float("-inf")')
    return [filled(site.x, grown(site.x, sides), sides, constant_values=lowest)] if pads_itself(site) else []


def filled(x: Volume, y: Volume, sides: Sides, channels: tuple[int, int] = (0, 0), **options: Any) -> Assignment:
    """A border by a function, which pads the batch and the channels too."""
    return Assignment(called("keras.ops.pad", Code("x"), ((0, 0), *sides, channels), **options), x, y)


def transposed_cuts(site: Site) -> Sides:
    """Without padding Keras gives S (W - 1) + max(F', S) places; what is too much is cropped."""
    cuts = []
    for window, size, places in zip(site.windows(), site.x.sizes, site.y.sizes, strict=True):
        full = window.stride * (size - 1) + max(window.extent, window.stride)
        cuts.append((window.before, full - window.before - places))
    return tuple(cuts)


def transposed_axes(given: Given) -> Iterator[tuple[int, int]]:
    """F' and S along each axis, as the arguments of a transposed convolution say them."""
    kernel, stride, dilation = (given.get(name, 1) for name in ("kernel_size", "strides", "dilation_rate"))
    rank = max(len(value) if isinstance(value, tuple) else 1 for value in (kernel, stride, dilation))
    each = [value if isinstance(value, tuple) else (value,) * rank for value in (kernel, stride, dilation)]
    return ((window * distance - distance + 1, step) for window, step, distance in zip(*each, strict=True))


def transposed_padding(word: Any, given: Given) -> Any:
    """What Keras's `same` crops off S (W - 1) + max(F', S) places so that S W are left, the odd one at the end."""
    if word != "same":
        return None
    cuts = [max(extent - stride, 0) for extent, stride in transposed_axes(given)]
    return tuple((cut // 2, cut - cut // 2) for cut in cuts)


def transposed_shortfall(value: Any, given: Given) -> Any:
    """Keras gives max(F', S) places for the last one; ours are F', so that S - F' are added."""
    short = tuple(max(stride - extent, 0) for extent, stride in transposed_axes(given))
    return value if value is not None else short if any(short) else None


def crop_transposed(site: Site) -> list[Call]:
    """What is too much of a transposed convolution."""
    cuts = transposed_cuts(site)
    return [cropped(site, cuts)] if any(map(any, cuts)) else []


def is_depthwise(site: Site) -> bool:
    """Whether Keras has a depthwise convolution for it: one stride for all axes, of which there are at most two."""
    return site.x.rank < 3 and len(set(site.value("stride"))) == 1


def channel_major(site: Site) -> Iterator[Line]:
    """Channels first, so that flattening takes the values in the order that PyTorch, Caffe and ONNX have."""
    x = site.x
    if x.rank:
        if x.places > 1 and x.channels > 1:
            yield call("Permute", x, x, (x.rank + 1, *range(1, x.rank + 1)))
        yield call("Flatten", x, site.flat())


def reshape(site: Site) -> Iterator[Line]:
    """In channel-major order, then the channels last again."""
    y = site.y
    yield from channel_major(site)
    yield call("Reshape", site.flat(), y, (y.channels, *y.sizes))
    if y.rank:
        yield call("Permute", y, y, (*range(2, y.rank + 2), 1))


def channel_shuffle(site: Site) -> Iterator[Call]:
    """Channels as a table of groups, which is turned over."""
    x, groups = site.x, site.value("groups")
    yield call("Reshape", x, x, (*x.sizes, groups, x.channels // groups))
    yield call("Permute", x, x, (*range(1, x.rank + 1), x.rank + 2, x.rank + 1))
    yield call("Reshape", x, x, tuple(x))


def pad(site: Site) -> Iterator[Line]:
    """Zeros by a layer; everything else by a function."""
    sides, value, bordered = site.value("padding"), site.value("value"), grown(site.x, site.value("padding"))
    channels = (site.value("channels_before"), site.value("channels_after"))
    fill = {"constant_values": value} if value else {}
    if site.value("mode") == "reflect":
        yield filled(site.x, bordered, sides, mode="reflect")
        if any(channels):
            yield filled(bordered, site.y, ((0, 0),) * site.x.rank, channels, **fill)
    elif any(channels) or value or not site.x.rank:
        yield filled(site.x, site.y, sides, channels, **fill)
    else:
        yield padded(site.x, sides)


def has_unequal_bins(site: Site) -> bool:
    """Whether an adaptive pool has bins of several sizes."""
    return any(size % bins for size, bins in zip(site.x.sizes, site.y.sizes, strict=True))


def bin_sizes(site: Site) -> tuple[int, ...]:
    """The size of bins that are equal."""
    return tuple(size // bins for size, bins in zip(site.x.sizes, site.y.sizes, strict=True))


def slope_axes(site: Site) -> list[int] | None:
    """The axes along which the slopes of a prelu are one."""
    return [*range(1, site.x.rank + 1), *([site.x.rank + 1] if site.value("shared") else [])] or None


def slopes_are_one(axes: Any, _: Given) -> bool:
    """Whether such axes of an image, its channels among them, have one slope."""
    return isinstance(axes, (list, tuple)) and len(axes) > 2


def lrn(site: Site) -> str:
    """TensorFlow multiplies by the sum, and reaches a radius to both sides."""
    size, alpha = site.value("size"), site.value("alpha")
    return called(
        "tf.nn.lrn",
        Code("x"),
        depth_radius=size // 2,
        bias=site.value("k"),
        alpha=alpha / size if site.value("average") else alpha,
        beta=site.value("beta"),
    )
