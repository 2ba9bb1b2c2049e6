"""Computes what makes the inputs of a join equal: a projection, a crop or an upsampling, tried on the volume itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cnncalc import codes
from cnncalc.language.remedies.windows import Case
from cnncalc.layers import KINDS
from cnncalc.problem import Problem
from cnncalc.source import Edit, Help
from cnncalc.volume import SIDES, Volume
from cnncalc.window import EXACT, FLOOR

MOST_STRIDES = 64


def join_remedies(problem: Problem, case: Case, names: Sequence[str]) -> tuple[str, ...]:
    """What to put on the first odd input so that it fits the others; each proposal was computed."""
    if problem.code not in {codes.UNEQUAL_VOLUMES, codes.UNEQUAL_SIZES} or not problem.inputs:
        return ()
    odd, volumes = problem.inputs[0], case.volumes
    target = next(volume for number, volume in enumerate(volumes) if number not in problem.inputs)
    helps = []
    for number, wanted in ((odd, target), *([(1 - odd, volumes[odd])] if len(volumes) == 2 else [])):
        volume = volumes[number]
        channels = wanted.channels if problem.code == codes.UNEQUAL_VOLUMES else volume.channels
        goal = Volume((*wanted.sizes, channels))
        on = names[number]
        changes = _changes(volume, goal, case.rounding)
        helps += [Help(f"`{change}` on `{on}` gives {goal}", Edit(change, field=on)) for change in changes]
    return tuple(helps[:3])


def _changes(x: Volume, goal: Volume, rounding: Mapping[str, str]) -> Iterator[str]:
    if x.rank == 0 and goal.rank == 0:
        yield f"fc: {goal}"
    if x.rank != goal.rank or x.rank == 0:
        if x.size == goal.size:
            yield f"reshape: {goal}"
        return
    if x.channels == goal.channels:
        yield from _cropped(x, goal)
        yield from _enlarged(x, goal)
    yield from _projected(x, goal, rounding)


def _projected(x: Volume, goal: Volume, rounding: Mapping[str, str]) -> Iterator[str]:
    """A 1x1 convolution with the stride that makes the sizes equal, if one does."""
    kernel = "x".join("1" * x.rank) if x.rank > 1 else "kernel 1"
    for stride in range(1, MOST_STRIDES):
        for chosen in dict.fromkeys((rounding["conv"], FLOOR)):
            values = {"filters": goal.channels, "kernel": 1, "stride": stride, "rounding": chosen}
            try:
                gives = KINDS["conv"].build(x.rank, values, rounding).output_volume(x)
            except Problem:
                continue
            if gives == goal:
                step = f" stride {stride}" if stride > 1 else ""
                extra = f" rounding {chosen}" if chosen != rounding["conv"] and rounding["conv"] == EXACT else ""
                yield f"conv: {goal.channels} {kernel}{step}{extra}"
                return


def _cropped(x: Volume, goal: Volume) -> Iterator[str]:
    """Equal parts off both sides, the odd one at the end."""
    extra = tuple(size - wanted for size, wanted in zip(x.sizes, goal.sizes, strict=True))
    if min(extra) < 0 or not any(extra):
        return
    cuts = [
        f"{name} {width}"
        for names, more in zip(SIDES[x.rank], extra, strict=True)
        for name, width in zip(names, (more // 2, more - more // 2), strict=True)
        if width
    ]
    yield f"crop: {' '.join(cuts)}"


def _enlarged(x: Volume, goal: Volume) -> Iterator[str]:
    """Every axis a whole number of times as long."""
    if x == goal or any(wanted % size for size, wanted in zip(x.sizes, goal.sizes, strict=True)):
        return
    scales = [str(wanted // size) for size, wanted in zip(x.sizes, goal.sizes, strict=True)]
    yield f"upsample: {scales[0] if len(set(scales)) == 1 else 'x'.join(scales)}"
