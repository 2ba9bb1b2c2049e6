"""Draws one layer that fits a volume: its parameters, as the layers' own schema declares them."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Any, NamedTuple

from hypothesis import strategies as st

from cnncalc.layers import KINDS, Layer, Parameter
from cnncalc.layers.activation import FUNCTIONS, Activating
from cnncalc.layers.conv import Connections
from cnncalc.layers.schema import Choice, Count, Flag, Padding, ParameterType, Real, Size, VolumeValue
from cnncalc.volume import SIDES, Volume
from tests.agreement.strategies_windows import Draw, Values, sides, sliding, transposed

LONGEST = {0: 60, 1: 14, 2: 9, 3: 5}
"""The longest axis that may come out, by rank; a vector's is its channels."""
MOST_CHANNELS = {0: 60, 1: 12, 2: 8, 3: 6}
MOST_PRODUCTS, MOST_VALUES = 12_000, 700
"""A layer with more is replaced by the smallest of its kind, so that the counting run stays quick."""

NUMBERS = (0.0, 0.01, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, -0.5)


class Place(NamedTuple):
    """Where a layer is drawn: what arrives, which roundings the file sets, and what was drawn for it already."""

    kind: str
    x: Volume
    roundings: dict[str, str]
    values: Values


Rule = Callable[[Draw, Place, Parameter], Any]
ABSENT = object()
"""Drawn for a parameter that cannot be written here."""


def count(draw: Draw, place: Place, parameter: Parameter) -> Any:
    minimum = parameter.type.minimum  # type: ignore[attr-defined]  # the type of counts
    return draw(st.integers(minimum, minimum + 3))


def real(draw: Draw, place: Place, parameter: Parameter) -> Any:
    """A number that the type's range holds."""
    return draw(st.sampled_from([number for number in NUMBERS if _holds(parameter.type, number)]))


def _holds(type_: ParameterType, number: float) -> bool:
    assert isinstance(type_, Real)
    return (
        (type_.minimum is None or number >= type_.minimum)
        and (type_.maximum is None or number <= type_.maximum)
        and (type_.above is None or number > type_.above)
    )


def flag(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.booleans())


def choice(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.sampled_from(parameter.type.words))


def size(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return tuple(draw(st.integers(1, 2)) for _ in place.x.sizes)


def padding(draw: Draw, place: Place, parameter: Parameter) -> Any:
    room = [max(0, min(2, LONGEST[place.x.rank] - length)) for length in place.x.sizes]
    pairs = [(draw(st.integers(0, most)), draw(st.integers(0, most))) for most in room]
    return sides(draw, pairs) if any(map(any, pairs)) else ABSENT


def act(draw: Draw, place: Place, parameter: Parameter) -> Any:
    """A name, or a map of one name to its first parameter or to all of them."""
    function = draw(st.sampled_from(parameter.type.words))
    known = FUNCTIONS.get(function, ())
    if not known or draw(st.booleans()):
        return function
    given = {entry.name: generic(entry)(draw, place, entry) for entry in known}
    return {function: draw(st.sampled_from((given[known[0].name], given)))}


def connections(draw: Draw, place: Place, parameter: Parameter) -> Any:
    if "groups" in place.values:
        return ABSENT
    channels = st.lists(st.integers(0, place.x.channels - 1), unique=True, max_size=place.x.channels)
    table = [sorted(draw(channels)) for _ in range(place.values["filters"])]
    return table if any(table) else [[0], *table[1:]]  # what connects nothing keeps no weight that could be shared


def reshaped(draw: Draw, place: Place, parameter: Parameter) -> Any:
    """Any volume of as many values: axes that divide what is left, the rest as channels."""
    left, axes = place.x.size, []
    rank = draw(st.integers(0, 3))
    for _ in range(rank):
        fitting = [length for length in range(1, LONGEST[rank] + 1) if left % length == 0]
        axes.append(draw(st.sampled_from(fitting)))
        left //= axes[-1]
    return (*axes, left)


BY_TYPE: dict[type[ParameterType], Rule] = {
    Count: count,
    Real: real,
    Flag: flag,
    Choice: choice,
    Size: size,
    Padding: padding,
    Activating: act,
    Connections: connections,
    VolumeValue: reshaped,
}
"""How a parameter is drawn that fits whatever arrives."""


def divisor(draw: Draw, place: Place, parameter: Parameter) -> Any:
    """Groups of equal size, of the channels and of the filters where there are any."""
    whole = gcd(place.x.channels, place.values.get("filters", place.x.channels))
    return draw(st.sampled_from([number for number in range(1, whole + 1) if whole % number == 0]))


def filters(draw: Draw, place: Place, parameter: Parameter) -> Any:
    few = range(1, MOST_CHANNELS[place.x.rank] // 2 + 1)
    return draw(st.sampled_from((*few, *(number * place.x.channels for number in few[:2] if place.x.channels < 5))))


def slice_start(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.integers(0, place.x.channels - 1))


def slice_stop(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.integers(place.values["start"] + 1, place.x.channels))


def cut(draw: Draw, place: Place, parameter: Parameter) -> Any:
    """A side of a crop: less than what the other side leaves."""
    for length, names in zip(place.x.sizes, SIDES[place.x.rank], strict=True):
        if parameter.name in names:
            gone = sum(place.values.get(name, 0) for name in names)
            return draw(st.integers(0, min(2, length - 1 - gone)))
    return ABSENT


def pad_mode(draw: Draw, place: Place, parameter: Parameter) -> Any:
    """A mirror is no wider than the map without its edge."""
    value = place.values.get("padding", 0)
    widest = max(value.values()) if isinstance(value, dict) else max(value) if isinstance(value, tuple) else value
    words = [word for word in parameter.type.words if word != "reflect" or widest < min(place.x.sizes, default=0)]
    return draw(st.sampled_from(words))


def bins(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return tuple(draw(st.integers(1, min(length + 1, LONGEST[place.x.rank]))) for length in place.x.sizes)


def scales(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return tuple(draw(st.integers(1, max(1, min(3, LONGEST[place.x.rank] // s)))) for s in place.x.sizes)


def aligned(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.booleans()) if place.values.get("mode") == "bilinear" else False


def block(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.sampled_from((*blocks_of(place.kind, place.x), *blocks_of(place.kind, place.x)[1:])))


def blocks_of(kind: str, x: Volume) -> list[int]:
    """The blocks that a volume can be spread over, or stacked from."""
    if kind == "depth_to_space":
        return [b for b in (1, 2) if x.channels % b**x.rank == 0 and b * max(x.sizes, default=0) <= LONGEST[x.rank]]
    small = x.channels * 2**x.rank <= 2 * MOST_CHANNELS[x.rank]
    return [b for b in ((1, 2) if small else (1,)) if all(length % b == 0 for length in x.sizes)]


def counted_padding(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.booleans())


def positive(draw: Draw, place: Place, parameter: Parameter) -> Any:
    return draw(st.sampled_from((0.5, 1.0, 2.0)))


FITTING: dict[tuple[str, str], Rule] = {
    **dict.fromkeys((("conv", "filters"), ("conv_transpose", "filters")), filters),
    **dict.fromkeys(
        ((kind, "groups") for kind in ("conv", "conv_transpose", "group_norm", "channel_shuffle")), divisor
    ),
    **dict.fromkeys((("crop", side) for side in ("top", "bottom", "left", "right", "front", "back")), cut),
    **dict.fromkeys((("depth_to_space", "block"), ("space_to_depth", "block")), block),
    **dict.fromkeys((("lrn", "k"), ("lrn", "alpha"), ("lrn", "beta")), positive),
    ("slice", "start"): slice_start,
    ("slice", "stop"): slice_stop,
    ("pad", "mode"): pad_mode,
    ("adaptive_avg_pool", "output"): bins,
    ("upsample", "scale"): scales,
    ("upsample", "align_corners"): aligned,
    ("avg_pool", "count_padding"): counted_padding,
}
"""How a parameter is drawn whose values depend on what arrives, or on the other parameters."""

TOGETHER = {
    **dict.fromkeys(("conv", "depthwise", "max_pool", "avg_pool", "subsample"), ("kernel", "stride", "padding",
                                                                                 "dilation", "rounding")),
    "conv_transpose": ("kernel", "stride", "padding", "output_padding", "dilation"),
}  # fmt: skip
"""Parameters that are drawn together, because only together they fit."""


def generic(parameter: Parameter) -> Rule:
    """How a parameter of that type is drawn; a new type has to be told here."""
    rule = BY_TYPE.get(type(parameter.type))
    if rule is None:
        raise LookupError(f"no strategy draws a {type(parameter.type).__name__}, the type of {parameter.name}")
    return rule


def rule_of(kind: str, parameter: Parameter) -> Rule | None:
    """How a parameter of a kind is drawn; None where it is drawn together with others."""
    if parameter.name in TOGETHER.get(kind, ()):
        return None
    return FITTING.get((kind, parameter.name)) or generic(parameter)


class Drawn(NamedTuple):
    """A layer as it can be written: its kind and the values of its parameters, and what comes out."""

    kind: str
    values: Values
    layer: Layer
    volume: Volume


def layer(draw: Draw, kind: str, x: Volume, roundings: dict[str, str]) -> Drawn:
    """A layer of a kind that fits `x`."""
    known = KINDS[kind].parameters
    values: Values = {}
    if kind == "conv_transpose":
        values = transposed(draw, x, LONGEST[x.rank])
    elif kind in TOGETHER:
        values = sliding(draw, kind, x, roundings.get(KINDS[kind].layer.family, "exact"))
    place = Place(kind, x, roundings, values)
    for parameter in known.values():
        rule = rule_of(kind, parameter)
        must = parameter.required or (parameter.name == "count_padding" and "padding" in values)
        if rule is not None and (must or draw(st.booleans())):
            value = rule(draw, place, parameter)
            if value is not ABSENT:
                values[parameter.name] = value
    drawn = built(kind, {name: values[name] for name in known if name in values}, x, roundings)
    if drawn.layer.macs(x) > MOST_PRODUCTS or drawn.volume.size > max(MOST_VALUES, x.size):
        smallest = {name: 1 for name, parameter in known.items() if parameter.required}
        return built(kind, smallest, x, roundings)
    return drawn


def built(kind: str, values: Values, x: Volume, roundings: dict[str, str]) -> Drawn:
    """The layer with the volume that it gives; a fault here is a fault of the strategy."""
    family = KINDS[kind].layer.family
    inherited = {"rounding": roundings[family]} if family in roundings else {}
    made = KINDS[kind].build(x.rank, {**inherited, **values})
    return Drawn(kind, values, made, made.output_volume(x))


def fitting_kinds(x: Volume) -> dict[str, list[str]]:
    """The kinds that can take `x`, by the family in which they stand; joins are drawn apart."""
    families: dict[str, list[str]] = {}
    for name, entry in KINDS.items():
        if entry.layer.joins or (entry.layer.needs_places and x.rank == 0):
            continue
        if name in ("depth_to_space", "space_to_depth") and not blocks_of(name, x):
            continue
        if name in ("conv_transpose", "upsample") and max(x.sizes) > LONGEST[x.rank]:
            continue
        families.setdefault(entry.layer.__module__, []).append(name)
    return families


def any_layer(draw: Draw, x: Volume, roundings: dict[str, str]) -> Drawn:
    """A layer of any kind; families are drawn first, because there are many activations."""
    families = fitting_kinds(x)
    weights = {"conv": 4, "pool": 3, "reshape": 3, "fc": 1, "historic": 1, "activation": 1, "norm": 2}
    names = [name for name in families for _ in range(weights.get(name.rpartition(".")[2], 1))]
    return layer(draw, draw(st.sampled_from(families[draw(st.sampled_from(names))])), x, roundings)


@st.composite
def suiting(draw: Draw, kind: str) -> Volume:
    """A volume on which a kind can show all that it does."""
    rank = draw(st.sampled_from((1, 2, 2, 3) if KINDS[kind].layer.needs_places else (0, 1, 2, 2, 3)))
    channels = st.sampled_from((1, 2, 3, 4, 6))
    lengths = st.integers(min(3, LONGEST[rank]), LONGEST[rank])
    if kind in ("upsample", "depth_to_space", "conv_transpose"):
        lengths = st.integers(1, LONGEST[rank] // 2)
    if kind == "depth_to_space":
        channels = st.sampled_from((2**rank, 2 ** (rank + 1)))
    if kind == "space_to_depth":
        lengths, channels = st.sampled_from([n for n in (2, 4, 6) if n <= LONGEST[rank]]), st.sampled_from((1, 2))
    return Volume((*(draw(lengths) for _ in range(rank)), draw(channels)))
