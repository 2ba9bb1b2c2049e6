"""What each kind with a window does to the receptive field, as formulas: grow, shift and pace along each axis."""

from __future__ import annotations

from functools import singledispatch
from typing import NamedTuple

from cnncalc.derivation.expression import Expression, Letter, Term
from cnncalc.derivation.lettering import per_axis
from cnncalc.derivation.sliding import slides
from cnncalc.exact import Exact
from cnncalc.layers.conv import ConvTranspose, Sliding
from cnncalc.layers.layer import Layer
from cnncalc.layers.reshape import DepthToSpace, SpaceToDepth, Upsample
from cnncalc.volume import Volume


class Terms(NamedTuple):
    """By the rule size += grow x jump, start += shift x jump, jump *= pace; `pace_value` is the pace as a number."""

    grow: Term
    shift: Term
    pace: Term
    pace_value: Exact


@singledispatch
def terms_of(layer: Layer, x: Volume) -> tuple[Terms, ...]:
    """The terms along each axis; by default the numbers of the layer's own rule."""
    steps = layer.field(x)
    if not isinstance(steps, tuple):  # it reads one place, or the whole map: no window moves
        return ()
    return tuple(Terms(step.grow, step.shift, step.pace, step.pace) for step in steps)


@terms_of.register
def _(layer: Sliding, x: Volume) -> tuple[Terms, ...]:
    """By the rule size += (F' - 1) jump, start += ((F' - 1)/2 - P) jump, jump *= S."""
    return tuple(
        Terms(
            slide.extent - 1,
            (slide.extent - 1) / 2 if slide.padding is None else (slide.extent - 1) / 2 - slide.before,
            slide.stride,
            slide.window.stride,
        )
        for slide in slides(layer, x)
    )


@terms_of.register
def _(layer: ConvTranspose, x: Volume) -> tuple[Terms, ...]:
    """By the rule size += (F' - 1) jump/S, start += (P - (F' - 1)/2) jump/S, jump /= S."""
    paces = [step.pace for step in layer.field(x)]
    return tuple(
        Terms(
            (slide.extent - 1) / slide.stride,
            (slide.before - (slide.extent - 1) / 2) / slide.stride,
            1 / slide.stride,
            pace,
        )
        for slide, pace in zip(slides(layer, x), paces, strict=True)
    )


@terms_of.register
def _(layer: Upsample, x: Volume) -> tuple[Terms, ...]:
    """Nearest is a transposed window of F' = S = scale, bilinear one of F' = 2 scale with a padding of scale/2."""
    steps = layer.field(x)
    if layer.align_corners:
        return tuple(Terms(step.grow, step.shift, step.pace, step.pace) for step in steps)
    return tuple(
        _upsampled(scale, step.pace, bilinear=layer.mode == "bilinear")
        for scale, step in zip(per_axis("scale", layer.scale), steps, strict=True)
    )


def _upsampled(scale: Letter, pace: Exact, *, bilinear: bool) -> Terms:
    extent: Expression = 2 * scale if bilinear else scale
    half = (extent - 1) / 2
    shift = (scale / 2 - half) / scale if bilinear else (0 - half) / scale
    return Terms((extent - 1) / scale, shift, 1 / scale, pace)


@terms_of.register
def _(layer: DepthToSpace, x: Volume) -> tuple[Terms, ...]:
    return tuple(_upsampled(Letter("B", layer.block), step.pace, bilinear=False) for step in layer.field(x))


@terms_of.register
def _(layer: SpaceToDepth, x: Volume) -> tuple[Terms, ...]:
    """A window of b pixels that steps by b."""
    block = Letter("B", layer.block)
    return tuple(Terms(block - 1, (block - 1) / 2, block, layer.block) for _ in x.sizes)
