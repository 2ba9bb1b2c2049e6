"""The planner and its algorithms, each broken in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest

from cnncalc.executor.fast import bound, draft, fusing, layout, products, tail
from cnncalc.executor.fast.algorithms import (
    columns,
    connected,
    depthwise,
    fourier,
    plain,
    pointwise,
    scattering,
    transposed,
    winograd,
)
from cnncalc.executor.fast.algorithms.algorithm import folds
from cnncalc.executor.fast.blocks import Blocks
from cnncalc.executor.fast.grid import Grid, Halo
from cnncalc.executor.fast.kinds import pack
from cnncalc.layers.activation import PASS_THROUGH

Patch = pytest.MonkeyPatch
ANY = "any"

CLASSES: dict[str, Any] = {
    "columns": columns.Columns,
    "pointwise": pointwise.Pointwise,
    "winograd2": winograd.Winograd2,
    "winograd4": winograd.Winograd4,
    "depthwise": depthwise.ByChannel,
    "fourier": fourier.Fourier,
    "connected columns": connected.Connected,
    "phases": transposed.ByPhase,
    "scattering": scattering.Scattering,
}
WITHOUT_HALO = ("pointwise", "scattering")
WITHOUT_BOXES = ("fourier", "phases")

HALOS = {name: int(name != "fourier") for name in CLASSES if name not in WITHOUT_HALO}
"""On which side a halo is made smaller: windows read on behind the map; a transform takes what it lacks there for 0."""


class Break(NamedTuple):
    """One thing that goes wrong, and the algorithm whose tests must notice it, or any of them."""

    title: str
    algorithm: str
    apply: Callable[[Patch], None]


def breaks() -> list[Break]:
    """Every break, each with the algorithms that it spoils."""
    made = [Break(f"a weight of {name} one tap further", name, _packing(name, _one_tap_further)) for name in CLASSES]
    made += [
        Break(f"a bias of {name} for its neighbour", name, _packing(name, _bias_of_the_neighbour)) for name in CLASSES
    ]
    made += [
        Break(f"no bias for {name}", name, _packing(name, lambda weight, bias: (weight, None))) for name in CLASSES
    ]
    made += [
        Break(f"the last place of {name} is left out", name, _last_block(name))
        for name in CLASSES
        if name not in WITHOUT_BOXES
    ]
    made += [
        Break(
            f"{name} sees one place less {'before' if side == 0 else 'behind'} the map along axis {axis}",
            name,
            _less_halo(name, axis, side),
        )
        for name, side in HALOS.items()
        for axis in (0, -1)
    ]
    made += [
        Break(f"{name} begins a place too late", name, _later)
        for name in CLASSES
        if name not in WITHOUT_HALO and name != "phases"
    ]
    made += [Break(title, "phases", apply) for title, apply in _of_phases()]
    made += [Break("a tap lands a place too far", "scattering", _too_far)]
    made += [Break("a spectrum is not conjugated", "fourier", lambda patch: patch.setattr(np, "conj", np.copy))]
    made += [Break("a transform that is too short", "fourier", _too_short)]
    made += [Break(title, ANY, apply) for title, apply in _of_the_planner()]
    return made


def _packing(name: str, change: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[[Patch], None]:
    original: Any = CLASSES[name].pack

    def apply(patch: Patch) -> None:
        def pack(self: Any, arrays: Any) -> Any:
            weight, bias = change(arrays["weight"], arrays.get("bias"))
            changed = {**arrays, "weight": weight, "bias": bias}
            return original(self, {name: array for name, array in changed.items() if array is not None})

        patch.setattr(CLASSES[name], "pack", pack)

    return apply


def _one_tap_further(weight: Any, bias: Any) -> tuple[Any, Any]:
    """Where there is one tap only, one channel further."""
    axis = -1 if weight.shape[-1] > 1 else 1
    return np.roll(weight, 1, axis), bias


def _bias_of_the_neighbour(weight: Any, bias: Any) -> tuple[Any, Any]:
    return weight, None if bias is None else np.roll(bias, 1)


def _last_block(name: str) -> Callable[[Patch], None]:
    class Shorter(Blocks):
        """Blocks of which the last one lacks its last row, or is missing."""

        def __iter__(self) -> Iterator[Any]:
            *boxes, (*outer, last) = super().__iter__()
            yield from boxes
            if last.stop - last.start > 1:
                yield (*outer, slice(last.start, last.stop - 1))

    def apply(patch: Patch) -> None:
        original: Any = CLASSES[name].__init__

        def made(self: Any, *arguments: Any) -> None:
            original(self, *arguments)
            self.boxes.__class__ = Shorter

        patch.setattr(CLASSES[name], "__init__", made)

    return apply


def _less_halo(name: str, axis: int, side: int) -> Callable[[Patch], None]:
    def apply(patch: Patch) -> None:
        original: Any = CLASSES[name].__init__

        def made(self: Any, *arguments: Any) -> None:
            original(self, *arguments)
            self.halo = _less(self.halo, axis, side)

        patch.setattr(CLASSES[name], "__init__", made)

    return apply


def _less(halo: Halo, axis: int, side: int) -> Halo:
    sides = [list(pair) for pair in halo]
    sides[axis][side] = max(0, sides[axis][side] - 1)
    return tuple((before, after) for before, after in sides)


def _later(patch: Patch) -> None:
    original: Any = Grid.of.__func__  # type: ignore[attr-defined]  # a class method

    def later(cls: Any, *arguments: Any) -> Grid:
        grid: Grid = original(cls, *arguments)
        return grid._replace(before=tuple(before - (before > 0) for before in grid.before))

    patch.setattr(Grid, "of", classmethod(later))


def _of_phases() -> Iterator[tuple[str, Callable[[Patch], None]]]:
    original: Any = transposed._along

    def changed(change: Callable[[Any], Any]) -> Callable[[Patch], None]:
        return lambda patch: patch.setattr(
            transposed, "_along", lambda *arguments: [change(along) for along in original(*arguments)]
        )

    yield "a phase's taps the other way round", changed(lambda along: along._replace(taps=along.taps[::-1]))
    yield "a phase lacks its last tap", changed(lambda along: along._replace(taps=along.taps[:-1]))
    yield "a phase begins a pixel too early", changed(lambda along: along._replace(before=along.before + 1))
    yield "a phase's pixels one further apart", changed(lambda along: along._replace(dilation=along.dilation + 1))
    yield (
        "places that no tap reaches are left as they were",
        lambda patch: patch.setattr(transposed, "_untouched", lambda *arguments: lambda: None),
    )


def _too_far(patch: Patch) -> None:
    original = scattering._landing
    patch.setattr(
        scattering, "_landing", lambda size, places, stride, offset: original(size, places, stride, offset + 1)
    )


def _too_short(patch: Patch) -> None:
    original = fourier._quick_length
    patch.setattr(fourier, "_quick_length", lambda size: original(max(1, size - 1)))


def _of_the_planner() -> Iterator[tuple[str, Callable[[Patch], None]]]:
    """What every algorithm relies upon: products, tails, borders, concats, norms."""
    chunks: Any = products._chunks
    yield (
        "the rows that remain are not multiplied",
        lambda patch: patch.setattr(products, "_chunks", lambda rows, height: list(chunks(rows, height))[:1]),
    )
    yield (
        "a residual is not added",
        lambda patch: patch.setattr(tail.Tail, "bind", _without(tail.Tail.bind, "residual")),
    )
    yield "a residual of other filters", _residual_of_other_filters
    yield "an activation is left out", lambda patch: patch.setattr(tail.Tail, "bind", _without_act(tail.Tail.bind))
    yield "borders are not cleared", lambda patch: patch.setattr(bound.Bound, "_clearing", lambda self, path: [])
    yield "a norm's offset is lost", _lost_offset
    yield (
        "what lies among others is not copied into a concat",
        lambda patch: patch.setattr(plain.Joining, "bind", lambda self, *arguments: [[lambda: None]]),
    )
    yield "the readers' borders are not taken together", _last_halo
    yield "a norm after an activation is folded all the same", _folds_anything


def _without(original: Any, name: str) -> Any:
    return lambda self, *arguments: original(self._replace(**{name: None}), *arguments)


def _without_act(original: Any) -> Any:
    return lambda self, *arguments: original(self._replace(act=PASS_THROUGH), *arguments)


def _residual_of_other_filters(patch: Patch) -> None:
    original: Any = tail.Tail.bind

    def bind(self: Any, *arguments: Any) -> Any:
        residual = self.residual
        return original(self if residual is None else self._replace(residual=residual[..., ::-1]), *arguments)

    patch.setattr(tail.Tail, "bind", bind)


def _lost_offset(patch: Patch) -> None:
    patch.setattr("cnncalc.executor.fast.plan.pack", lambda layer, arrays: {"factor": pack(layer, arrays)["factor"]})


def _last_halo(patch: Patch) -> None:
    original: Any = layout.lay_out

    def laid_out(network: Any, fused: Any, images: int, kept: Any, halos: list[tuple[str, Halo]]) -> Any:
        return original(network, fused, images, kept, [(name, _less(halo, -1, 1)) for name, halo in halos])

    patch.setattr(draft, "lay_out", laid_out)


def _folds_anything(patch: Patch) -> None:
    def takes(self: Any, node: Any) -> bool:
        if not folds(self.node.layer):
            return False
        self.folded.append(node)
        self._take(node)
        return True

    patch.setattr(fusing.Work, "takes_norm", takes)


def _forget(source: Any, target: Any) -> None:
    np.nan_to_num(target, copy=False)


def _spread(source: Any, target: Any) -> None:
    target += 0 * source.sum()


def _stain_the_next(source: Any, target: Any) -> None:
    target[1:] += 0 * source[:-1].sum()


ENDINGS: dict[str, Callable[[Any, Any], None]] = {
    "forgets a NaN": _forget,
    "spreads a NaN over the map": _spread,
    "spreads a NaN to the next image": _stain_the_next,
}
"""What may go wrong with the output after all is computed."""


def ending_with(name: str, change: Callable[[Any, Any], None], patch: Patch) -> None:
    """Let an algorithm do one thing more."""
    original: Any = CLASSES[name].bind

    def bind(self: Any, site: Any) -> Any:
        return [*original(self, site), [partial(change, site.sources[0].values, site.target)]]

    patch.setattr(CLASSES[name], "bind", bind)
