"""Runs a layer's own rules in letters: the formulas of what comes out, what is kept, and what is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.derivation.expression import Letter, Operation, Term, letters, product, total
from cnncalc.derivation.lettering import AXIS_LETTERS, lettered, lettered_volume, per_axis, volume_letters
from cnncalc.derivation.step import Remark, Step
from cnncalc.derivation.traced import plain, term_of
from cnncalc.exact import Exact
from cnncalc.layers import Layer
from cnncalc.layers.conv import Table
from cnncalc.layers.schema import SAME
from cnncalc.volume import AXES, SIDES, Volume
from cnncalc.window import same_missing

Names = list[tuple[Term, Letter]]
"""Formulas that have a letter of their own, so that longer ones hold the letter."""


class Terms(NamedTuple):
    """By the rule size += grow x jump, start += shift x jump, jump *= pace; `pace_value` is the pace as a number."""

    grow: Term
    shift: Term
    pace: Term
    pace_value: Exact


class Derived(NamedTuple):
    """A row's formulas: the steps to its volume, how many values it keeps by what they count as, and its MACs."""

    shape: tuple[Step, ...]
    kept: Mapping[str, Term]
    macs: Term


def derived(layer: Layer, reads: Sequence[Volume], volume: Volume) -> Derived:
    """The formulas of a layer's rules.

    Args:
        layer: what comes out of which is derived.
        reads: the volumes of its inputs.
        volume: what comes out, as the engine has it.
    """
    twin = lettered(layer, reads[0].rank)
    arriving = [lettered_volume(x, f"1_{number}" if layer.joins else "1") for number, x in enumerate(reads, 1)]
    x = arriving[0]
    names: Names = []
    steps = list(_windows(twin, x, names))
    quantities, gives = (*AXES[volume.rank], "channels"), twin.output_volume(*arriving)
    outputs = zip(quantities, volume_letters(volume, "2"), gives, strict=True)
    for axis, (quantity, letter, number) in enumerate(outputs):
        formula = named(_alone(term_of(number)), names)
        steps.append(Step(quantity, letter.name, letter.value if formula == letter else formula, letter.value))
        if isinstance(formula, Operation):
            names.append((term_of(number), letter))
        if _pads_same(layer, x) and axis < volume.rank:
            steps += _missing(twin, x, axis, names)
    counted: dict[str, int] = {}
    for array in twin.arrays(x):
        counted[array.role] = counted.get(array.role, 0) + array.counted
    kept = {role: named(term_of(number), names) for role, number in counted.items()}
    return Derived(tuple(steps), kept, named(term_of(twin.macs(x)), names))


def terms_of(layer: Layer, x: Volume) -> tuple[Terms, ...]:
    """What a layer does to the receptive field along each axis."""
    twin = lettered(layer, x.rank)
    names: Names = []
    if layer.windows(x):
        x = lettered_volume(x, "1")
    for _ in _windows(twin, x, names):
        pass
    for axis in range(x.rank if _pads_same(layer, x) else 0):
        _missing(twin, x, axis, names)
    steps = [[named(term_of(number), names) for number in (*step[:3], plain(step.pace))] for step in twin.field(x)]
    return tuple(map(Terms._make, steps))


def connected(layer: Layer) -> Iterator[Step]:
    """How many pairs of an input channel and a filter a table of connections has, filters of one width together."""
    for entry in layer.parameters:
        table = getattr(layer, entry.name)
        if isinstance(table, Table):
            widths = Counter(map(len, table))
            formula = total(product([filters, width]) for width, filters in sorted(widths.items()))
            if len(widths) == 1:
                ((width, filters),) = widths.items()
                formula = Letter("K", filters) * width
            yield Step("connected pairs", entry.letter, formula, table.pairs)


def window_remarks(layer: Layer, x: Volume) -> Iterator[Remark]:
    """What is left over at the end of an axis, or hangs over it."""
    if layer.scatters:
        return
    windows = layer.windows(x)
    same = _pads_same(layer, x)
    for axis, window, size in zip(AXES[x.rank], windows, x.sizes, strict=False):
        rest = window.remainder(size)
        if rest and not same:
            topic = "left over" if rest > 0 else "hangs over"
            yield Remark(topic, {"axis": axis, "places": abs(rest), "point": x.point, "rounding": window.rounding})
    if same and any(window.before != window.after for window in windows):
        yield Remark("uneven padding", {"point": x.point})


def _pads_same(layer: Layer, x: Volume) -> bool:
    return bool(layer.windows(x)) and getattr(layer, "padding", None) == SAME


def named(term: Term, names: Names) -> Term:
    """A formula in which a letter stands for each part that has one."""
    if not names:
        return term
    for known, letter in names:
        if term == known:
            return letter
    if isinstance(term, Operation):
        return Operation(term.sign, tuple(named(part, names) for part in term.parts))
    return term


def _alone(term: Term) -> Term:
    """Letters of the first input alone need not say which it is: D1_1 is D1."""
    found = {letter.name: letter for letter in letters(term)}
    if not all(name.endswith("_1") for name in found):
        return term
    return named(term, [(letter, Letter(name.removesuffix("_1"), letter.value)) for name, letter in found.items()])


def _windows(twin: Layer, x: Volume, names: Names) -> Iterator[Step]:
    """F' = (F - 1) x d + 1, where the taps stand apart; P = floor(F/2), where the kernel gives the padding."""
    windows = twin.windows(x)
    yield from _told("effective kernel", per_axis("F'", [window.extent for window in windows]), names)
    if not _pads_same(twin, x):
        before = [window.before for window in windows]
        if all(isinstance(term_of(number), Operation) for number in before):
            yield from _told("padding", per_axis("P", before), names)


def _told(quantity: str, found: Sequence[Letter], names: Names) -> Iterator[Step]:
    """A step for each formula that gets a letter, once."""
    told: set[str] = set()
    for letter in found:
        term = term_of(letter.value)
        if isinstance(term, Operation):
            if letter.name not in told:
                told.add(letter.name)
                yield Step(quantity, letter.name, named(term, names), plain(letter.value))
            names.append((term, Letter(letter.name, plain(letter.value))))


def _missing(twin: Layer, x: Volume, axis: int, names: Names) -> list[Step]:
    """TensorFlow's: what is missing for that many places, the odd one last."""
    window = twin.windows(x)[axis]
    missing = same_missing(x.sizes[axis], window.kernel, window.stride, window.dilation)
    first, last = SIDES[x.rank][axis]
    return [
        *_told(f"missing {x.point}s", [Letter(f"M_{AXIS_LETTERS[x.rank][axis]}", missing)], names),
        *_told("padding", [Letter(f"P_{first}", window.before), Letter(f"P_{last}", window.after)], names),
    ]
