"""Computes the help of a shape fault: candidates are tried on the layer itself, and what fits is proposed with its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cnncalc.language.suggest import closest, foreign
from cnncalc.layers import Kind
from cnncalc.layers.schema import Inherited
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from cnncalc.window import CEIL, EXACT, FLOOR, Window

Attempt = Callable[[Mapping[str, Any]], Volume | None]


def remedies(
    problem: Problem,
    kind: Kind,
    values: Mapping[str, Any],
    volumes: tuple[Volume, ...],
    rounding: Mapping[str, str],
) -> tuple[str, ...]:
    """Help lines for a fault of a layer; each that names an output was computed by the layer's own rule."""
    if problem.code == "CNN223":
        return _near_word(problem, kind, values)
    if not volumes or volumes[0].rank == 0:
        return ()
    attempt = _attempts(kind, values, volumes, rounding)
    if problem.code == "CNN401":
        return _fitting(kind, values, volumes[0], attempt)
    if problem.code == "CNN402":
        return _smaller(values, volumes[0], attempt)
    return ()


def _attempts(
    kind: Kind, values: Mapping[str, Any], volumes: tuple[Volume, ...], rounding: Mapping[str, str]
) -> Attempt:
    def attempt(changes: Mapping[str, Any]) -> Volume | None:
        given = {**values, **changes}
        for name, parameter in kind.parameters.items():
            if isinstance(parameter.default, Inherited) and name not in given:
                given[name] = rounding[parameter.default.family]
        try:
            return kind.build(volumes[0].rank, given).output_volume(*volumes)
        except Problem:
            return None

    return attempt


def _fitting(kind: Kind, values: Mapping[str, Any], x: Volume, attempt: Attempt) -> tuple[str, ...]:
    helps = []
    strides = _strides(kind, values, x, attempt)
    if strides:
        helps.append(", ".join(f"`stride {stride}` gives {volume}" for stride, volume in strides))
    padding = _padding(kind, values, x, attempt)
    if padding:
        helps.append(padding)
    floor, ceil = attempt({"rounding": FLOOR}), attempt({"rounding": CEIL})
    if floor is not None:
        helps.append(f"or set `rounding: floor` to drop the remainder as PyTorch and Keras do: {floor}")
    if ceil is not None and kind.layer.family == "pool":
        helps.append(f"or set `rounding: ceil` for one more window, as Caffe's pools have: {ceil}")
    return tuple(helps)


def _strides(kind: Kind, values: Mapping[str, Any], x: Volume, attempt: Attempt) -> list[tuple[int, Volume]]:
    """The nearest strides below and above that fit."""
    if "stride" not in kind.parameters:
        return []
    layer = kind.build(x.rank, {**values, "rounding": FLOOR})
    current = max(layer.stride)  # type: ignore[attr-defined]  # a kind with a stride parameter has it
    found = []
    for stride in range(current - 1, max(0, current - 65), -1):
        volume = attempt({"stride": stride})
        if volume is not None:
            found.append((stride, volume))
            if len(found) == 2:
                break
    return found


def _padding(kind: Kind, values: Mapping[str, Any], x: Volume, attempt: Attempt) -> str:
    """The smallest symmetric padding that fits, with the formula that shows it."""
    if "padding" not in kind.parameters or isinstance(values.get("padding"), (str, Mapping)):
        return ""
    layer = kind.build(x.rank, {**values, "rounding": FLOOR})
    windows: tuple[Window, ...] = layer.windows(x)  # type: ignore[attr-defined]  # a kind with padding slides
    least = max(window.before for window in windows)
    for width in range(least + 1, least + 65):
        changes = {"padding": width, **({"count_padding": True} if kind.name == "avg_pool" else {})}
        volume = attempt(changes)
        if volume is not None:
            first = windows[0]
            proof = Window(first.kernel, first.stride, width, width, first.dilation, EXACT).formula(x.sizes[0])
            extra = " count_padding true" if kind.name == "avg_pool" else ""
            return f"`pad {width}{extra}` gives {volume}: {proof}"
    return ""


def _smaller(values: Mapping[str, Any], x: Volume, attempt: Attempt) -> tuple[str, ...]:
    """A kernel that fits, or the padding that makes room."""
    helps = []
    limit = min(x.sizes)
    for kernel in range(limit, 0, -1):
        volume = attempt({"kernel": kernel})
        if volume is not None:
            helps.append(f"`kernel {kernel}` gives {volume}")
            break
    if not isinstance(values.get("padding"), (str, Mapping)):
        for volume_text in _room(attempt):
            helps.append(volume_text)
    return tuple(helps)


def _room(attempt: Attempt) -> Iterable[str]:
    for width in range(1, 33):
        volume = attempt({"padding": width})
        if volume is not None:
            yield f"`pad {width}` gives {volume}"
            return


def _near_word(problem: Problem, kind: Kind, values: Mapping[str, Any]) -> tuple[str, ...]:
    parameter = kind.parameters.get(problem.field)
    word = values.get(problem.field)
    if parameter is None or not isinstance(word, str):
        return ()
    ours = foreign(word)
    meant = ours if ours in parameter.type.words else closest(word, parameter.type.words)
    if meant:
        return (f"did you mean `{meant}`?",)
    return (f"{problem.field} may be {', '.join(parameter.type.words)}",) if parameter.type.words else ()
