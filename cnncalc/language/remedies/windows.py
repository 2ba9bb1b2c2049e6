"""What to say of a layer that was refused: which numbers do not fit, and what would, tried on the layer's own rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from cnncalc import codes
from cnncalc.fitting import Changes, Fit, Search, fitting
from cnncalc.language.values.suggest import closest, foreign
from cnncalc.layers import Kind, Layer
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help
from cnncalc.volume import Volume
from cnncalc.window import CEIL, EXACT, FLOOR, Window
from cnncalc.wording import one_of, plural

MOST_TRIES = 64


class Case(NamedTuple):
    """A layer that was refused: its kind, its values, what it reads, the file's rounding.

    `from_input` says whether the network's input itself arrives, so that its size may be proposed.
    """

    kind: Kind
    values: Mapping[str, Any]
    volumes: tuple[Volume, ...]
    rounding: Mapping[str, str]
    from_input: bool = False

    def layer(self, **changes: Any) -> Layer:
        """The layer with some values changed; raises `Problem`."""
        return self.kind.build(self.volumes[0].rank, {**self.values, **changes}, self.rounding)

    def gives(self, **changes: Any) -> Volume | None:
        """What it would give with some values changed; None where that does not fit either."""
        try:
            return self.layer(**changes).output_volume(*self.volumes)
        except Problem:
            return None

    def fitting(self, name: str, values: Iterable[int]) -> Iterator[Fit]:
        """What fits with other values of one parameter, in their order, by the search that `solve` uses."""
        return fitting(Search(self.layer, self.volumes[0], {}, {name: tuple(values)}, self._said), name)

    def offers(self, name: str, values: Iterable[int], most: int = 1) -> list[Help]:
        """The first that fit, each as what to write with what it gives."""
        return [_setting(fit.changes, f" gives {fit.volume}") for fit in islice(self.fitting(name, values), most)]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows of the layer as written, one an axis."""
        return self.layer().windows(self.volumes[0])

    @property
    def pads(self) -> bool:
        """Whether another number of padding may be proposed."""
        return "padding" in self.kind.parameters and not isinstance(self.values.get("padding"), (str, Mapping))

    def _said(self, changes: Changes) -> Changes:
        """With what must be said too: whether the padding of a mean counts."""
        if "count_padding" in self.kind.parameters and changes.get("padding") and "count_padding" not in self.values:
            return {**changes, "count_padding": True}
        return changes


def _setting(changes: Changes, then: str, before: str = "") -> Help:
    """The help that shows changes in the short form of the language, and sets them however the layer is written."""
    texts = {name: str(value).lower() for name, value in changes.items()}
    shown = " ".join(f"{'pad' if name == 'padding' else name} {text}" for name, text in texts.items())
    return Help(f"{before}`{shown}`{then}", *(Edit(text, field=name) for name, text in texts.items()))


_EXAMPLES = {"rate": "0.5", "scale": "2", "block": "2", "start": "0", "groups": "1", "units": "10"}


def remedies(problem: Problem, case: Case) -> tuple[str, ...]:
    """Help lines for a fault of a layer; each that names an output was computed by the layer's own rule."""
    find = _BY_CODE.get(problem.code)
    return tuple(find(problem, case)) if find else ()


def _missing(_: Problem, case: Case) -> Iterator[str]:
    required = [entry.name for entry in case.kind.parameters.values() if entry.required]
    missing = {name: _example(name, case) for name in required if name not in case.values}
    yield _setting(missing, ", with your own numbers", "for example ")


def _example(name: str, case: Case) -> str:
    """A value that a parameter may have here, to show the form."""
    volume = case.volumes[0] if case.volumes else None
    if name == "kernel":
        return "x".join("3" * (volume.rank if volume else 2)) or "3"
    if name == "stop" and volume:
        return str(volume.channels)
    if name == "output":
        return str(volume or "7x7")
    return _EXAMPLES.get(name, "16")


def _word(problem: Problem, case: Case) -> Iterator[str]:
    parameter = case.kind.parameters.get(problem.field)
    word = case.values.get(problem.field)
    if parameter is None or not isinstance(word, str) or not parameter.type.words:
        return
    if word == "same" and case.kind.layer.scatters and case.volumes:
        yield from _enlarged(case)
        return
    words = parameter.type.words
    ours = foreign(word)
    meant = ours if ours in words else closest(word, words)
    yield Help(f"did you mean `{meant}`?", Edit(meant)) if meant else f"{problem.field} may be {one_of(words)}"


def _enlarged(case: Case) -> Iterator[str]:
    """The crop that makes a transposed convolution's maps as large as its stride says, as Keras's `same` does.

    S W1 = S (W1 - 1) + F' - 2P + O, with O below S; an even kernel that moves by 1 has no such P, and comes near.
    """
    x = case.volumes[0]
    axes = [(window.extent, window.stride) for window in case.layer(padding=0, output_padding=0).windows(x)]
    crops = [max(0, -((stride - extent) // 2)) for extent, stride in axes]
    extra = [min(stride - 1, stride - extent + 2 * crop) for (extent, stride), crop in zip(axes, crops, strict=True)]
    grown = tuple(size * stride for size, (_, stride) in zip(x.sizes, axes, strict=True))
    crop, more = _once(list(map(str, crops))), _once(list(map(str, extra)))
    for added in dict.fromkeys((more, "0")):
        size = tuple(map(int, added.split("x"))) if "x" in added else int(added)
        volume = case.gives(padding=tuple(crops) if "x" in crop else crops[0], output_padding=size)
        if volume is not None:
            whose = ", as Keras's `same` does" if volume.sizes == grown else ""
            yield _setting({"padding": crop, "output_padding": added}, f" gives {volume}{whose}")


def _remainder(problem: Problem, case: Case) -> Iterator[str]:
    """Another stride, a padding, an input size, or another rounding; where an axis is too small too, a kernel."""
    helps = [*_steps(case), *_paddings(case)]
    if not any("pad" in proposal for proposal in helps):
        helps += _sizes(case)
    floor = case.gives(rounding=FLOOR)
    if floor is not None:
        then = f" to drop the remainder as PyTorch and Keras do: {floor}"
        helps.append(Help(f"or set `rounding: floor`{then}", Edit(FLOOR, field="rounding")))
    ceil = case.gives(rounding=CEIL)
    if ceil is not None and case.kind.layer.family == "pool":
        then = f" for one more window, as Caffe's pools have: {ceil}"
        helps.append(Help(f"or set `rounding: ceil`{then}", Edit(CEIL, field="rounding")))
    yield from helps or _room(problem, case)


def _steps(case: Case) -> Iterator[str]:
    """The two nearest strides below that fit."""
    if "stride" not in case.kind.parameters:
        return
    current = max(window.stride for window in case.windows)
    below = dict.fromkeys((*range(current - 1, max(1, current - MOST_TRIES), -1), 1))
    yield from case.offers("stride", below, 2)


def _paddings(case: Case) -> Iterator[str]:
    """The smallest symmetric padding that fits, with the formula that shows it."""
    if not case.pads:
        return
    x, windows = case.volumes[0], case.windows
    axis = next(axis for axis, over in enumerate(left_over(case)) if over)
    least = max(window.before for window in windows)
    for changes, volume in islice(case.fitting("padding", range(least + 1, least + MOST_TRIES)), 1):
        first, width = windows[axis], int(str(changes["padding"]))
        proof = Window(first.kernel, first.stride, width, width, first.dilation, EXACT).formula(x[axis])
        yield _setting(changes, f" gives {volume}: {proof}")


def _sizes(case: Case) -> Iterator[str]:
    """The nearest maps below and above on which nothing is left over."""
    x = case.volumes[0]
    rest = left_over(case)
    more = tuple(window.stride - over if over else 0 for window, over in zip(case.windows, rest, strict=True))
    for change in (tuple(-over for over in rest), more):
        sizes = tuple(size + step for size, step in zip(x.sizes, change, strict=True))
        if min(sizes) < 1:
            continue
        wanted = Volume((*sizes, x.channels))
        volume = case._replace(volumes=(wanted,)).gives()
        if volume is not None:
            if case.from_input:
                yield Help(f"`input: {wanted}` gives {volume}", Edit(str(wanted), field="input"))
            else:
                yield f"a map of {wanted} gives {volume}"


def _room(_: Problem, case: Case) -> Iterator[str]:
    """A kernel that fits, or the padding that makes room for this one."""
    largest = min(case.volumes[0].sizes)
    yield from case.offers("kernel", range(largest, max(0, largest - MOST_TRIES), -1))
    if case.pads:
        lacking = max(-room for room in rooms(case))
        least = max(max(window.before, window.after) for window in case.windows) + (lacking + 1) // 2
        yield from case.offers("padding", range(least, least + MOST_TRIES))


def _reshaped(_: Problem, case: Case) -> Iterator[str]:
    """The same places with as many channels as the values fill."""
    (x,) = case.volumes
    wanted = getattr(case.layer(), "output", None)
    if isinstance(wanted, Volume) and x.size % wanted.places == 0:
        filled = Volume((*wanted.sizes, x.size // wanted.places))
        holds = f"`reshape: {filled}` holds {plural(x.size, 'value')}"
        yield Help(holds, Edit(str(filled), field="output"))


def _cut(problem: Problem, case: Case) -> Iterator[str]:
    (x,) = case.volumes
    volume = case.gives(stop=x.channels) if problem.field == "stop" else None
    if volume is not None:
        yield _setting({"stop": x.channels}, f" gives {volume}")


def _block(_: Problem, case: Case) -> Iterator[str]:
    current = case.values.get("block", 1)
    yield from case.offers("block", range(current - 1, max(1, current - MOST_TRIES), -1))


_BY_CODE: Mapping[str, Callable[[Problem, Case], Iterator[str]]] = {
    codes.NOT_A_CHOICE: _word,
    codes.PARAMETER_MISSING: _missing,
    codes.STRIDE_DOES_NOT_FIT: _remainder,
    codes.KERNEL_TOO_LARGE: _room,
    codes.RESHAPE_LOSES_VALUES: _reshaped,
    codes.SLICE_BEYOND_CHANNELS: _cut,
    codes.BLOCKS_DO_NOT_FILL: _block,
}


def note_of(problem: Problem, case: Case) -> str:
    """What stands beside the caret of a window that does not fit; empty for other faults."""
    if problem.code == codes.STRIDE_DOES_NOT_FIT:
        return f"{_letters(case.windows, 'FDSP')} leave {_places(left_over(case), case)} uncovered"
    if problem.code == codes.KERNEL_TOO_LARGE:
        return f"{_letters(case.windows, 'FDP')} lack {_places([max(0, -room) for room in rooms(case)], case)}"
    return ""


def rooms(case: Case) -> list[int]:
    """How far the window can move along each axis and its padding; negative where it does not fit."""
    axes = zip(case.windows, case.volumes[0].sizes, strict=True)
    return [size + window.padding - window.extent for window, size in axes]


def left_over(case: Case) -> list[int]:
    """How many places along each axis the stride leaves uncovered."""
    axes = zip(case.windows, case.volumes[0].sizes, rooms(case), strict=True)
    return [window.uncovered(size) if room > 0 else 0 for window, size, room in axes]


def _letters(windows: tuple[Window, ...], which: str) -> str:
    values = {
        "F": [str(window.kernel) for window in windows],
        "D": [str(window.dilation) for window in windows],
        "S": [str(window.stride) for window in windows],
        "P": [
            str(window.before) if window.before == window.after else f"({window.before}+{window.after})"
            for window in windows
        ],
    }
    if set(values["D"]) == {"1"}:
        del values["D"]
    return ", ".join(f"{letter}={_once(values[letter])}" for letter in which if letter in values)


def _once(texts: list[str]) -> str:
    """One text where all axes agree, else one an axis."""
    return texts[0] if len(set(texts)) == 1 else "x".join(texts)


def _places(counts: Sequence[int], case: Case) -> str:
    named = zip(counts, case.volumes[0].lines, strict=True)
    said = [plural(count, name) for count, name in named if count]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]
