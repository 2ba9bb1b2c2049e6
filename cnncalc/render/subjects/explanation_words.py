"""The words of explanations: headings, what each letter means, and the sentences of remarks."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from cnncalc import quantity
from cnncalc.derivation.step import Remark, Stop, Way

SECTIONS = {
    "output": "what comes out",
    "params": "what it keeps",
    "macs": "what it computes",
    "activations": "what it occupies",
    "alive": "what is alive at that moment",
    "receptive field": "what it sees",
    "windows": "without statistics and gates of whole maps, what it sees",
    "frameworks": "the same layer elsewhere",
}

QUANTITIES = {"peak bytes": "bytes alive at the peak"}
"""How a heading calls a quantity, where it has another name there."""

_SIDES = {"H": "height", "W": "width", "L": "length", "T": "depth"}
_INDEXED = {**_SIDES, "D": "channels"}
_MEANINGS = {
    "F": "kernel",
    "F'": "effective kernel",
    "S": "stride",
    "P": "padding",
    "d": "dilation",
    "K": "filters",
    "G": "groups",
    "M": "filters a channel",
    "C": "connected pairs of a channel and a filter",
    "O": "output padding",
    "N": "batch",
    "b": "bytes of a value",
    "B": "side of a block",
    "n": "places",
    "stop": "the channel after the last that is kept",
    "start": "the first channel that is kept",
}


def meaning(letter: str, parameters: Container[str], *, scatters: bool = False) -> str:
    """What a letter means for a layer with these parameters, in one or a few words.

    >>> meaning("H1", ()), meaning("P_top", ()), meaning("D1_2", ()), meaning("K", ("units", "bias"))
    ('height of what arrives', 'padding top', 'channels of input 2', 'units')
    """
    name, _, side = letter.partition("_")
    if name[:1] in _INDEXED and name[1:] in {"1", "2"}:
        what = _INDEXED[name[0]]
        if side:
            return f"{what} of input {side}"
        return f"{what} of what {'arrives' if name[1:] == '1' else 'comes out'}"
    if name == "K" and "units" in parameters:
        return "units"
    if name == "P" and scatters:
        return f"cropped {side}".strip()
    what = _MEANINGS.get(name, name)
    return f"{what} of the {_SIDES[side]}" if side in _SIDES else f"{what} {side}".strip()


def axes_of(stop: Stop, way: Way) -> str:
    """The axes of a stop, in brackets; nothing where it is about all that the end of the way speaks of."""
    every = {axis for size, _, axis in (step.quantity.partition(" ") for step in way.arrives) if size == "size"}
    return "" if set(stop.axes) == every else f" ({', '.join(stop.axes)})"


def remark_words(remark: Remark) -> str:
    """The sentence of a remark."""
    sentence = _SENTENCES[remark.topic]
    return sentence.format(**remark.facts) if isinstance(sentence, str) else sentence(remark.facts)


def _left_over(facts: Mapping[str, Any]) -> str:
    places = quantity.plural(facts["places"], f"padded {facts['point']}")
    return f"no window reaches {places} at the end of the {facts['axis']}: `rounding: {facts['rounding']}` drops them"


def _hangs_over(facts: Mapping[str, Any]) -> str:
    places = quantity.plural(facts["places"], facts["point"])
    return f"the last window hangs {places} over the end of the {facts['axis']}, as `rounding: ceil` allows"


def _padding_taps(facts: Mapping[str, Any]) -> str:
    outside, every = facts["outside"], facts["every"]
    share = quantity.percent(outside, every)
    return f"{outside:,} of {every:,} taps of a map meet padding ({share}); they are zeros, and are multiplied"


def _not_counted(facts: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{kind} ({rows:,})" for kind, rows in facts["kinds"].items())
    return f"without MACs by definition: {kinds}"


_SENTENCES: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = {
    "left over": _left_over,
    "hangs over": _hangs_over,
    "uneven padding": "`same` pads unevenly here: the odd {point} comes last, as in TensorFlow",
    "cross-correlation": "like every framework's, this convolution is a cross-correlation: the kernel is not flipped",
    "scatters": "a transposed convolution scatters every value that arrives through the filter, and crops afterwards",
    "training only": "only training uses this layer: it counts in no total but training_params, and takes no memory",
    "shared": "it uses the weights of {path}, where they are counted: nothing is counted here",
    "no products": "{kind} multiplies no weight with a value: it has no MACs by definition",
    "padding taps": _padding_taps,
    "hands on": "it passes on the storage of {path}: no bytes of its own",
    "dtype": "bytes are those of {dtype}",
    "by turns": "places see by turns: place r of each p sees low_r to high_r, and a jump further on in the next p; "
    "shown are a largest and a smallest window",
    "hull": "this is a hull: some of the places inside may not be seen",
    "result": "its result is that of {path}, explained below",
    "most alive": "most is alive in {path}: {bytes:,} bytes",
    "peak at": "the peak is reached in {path}",
    "training params": "with the layers used only in training, there are {params:,} params",
    "not counted": _not_counted,
}
