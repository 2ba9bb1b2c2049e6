"""What a run says about pictures: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from cnncalc import quantity
from cnncalc.render import grid
from cnncalc.render.terminal import painted, printable

SCHEMA = "cnncalc.run/1"
MOST_MAPS = 16
"""So many maps of an output have a line of their own; the JSON has all."""


class Class(Protocol):
    """One class with its value."""

    @property
    def number(self) -> int: ...
    @property
    def value(self) -> float: ...


class Answer(Protocol):
    """What one output says of one picture: the best classes, or smallest, mean and largest value of each map."""

    @property
    def output(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def best(self) -> Sequence[Class]: ...
    @property
    def ranges(self) -> Sequence[tuple[float, float, float]]: ...


class Picture(NamedTuple):
    """One picture with what the network says of it, and the files that were saved on the way."""

    name: str
    answers: Sequence[Answer]
    saved: Sequence[str] = ()


class Limited(Protocol):
    """What came of a limit of memory, in bytes; `strips` is 0 where a picture was computed as a whole."""

    @property
    def limit(self) -> int: ...
    @property
    def used(self) -> int: ...
    @property
    def strips(self) -> int: ...
    @property
    def weights(self) -> int: ...


class Told(NamedTuple):
    """What is said of all pictures together: the network, where its weights are from, how it was computed."""

    network: str
    weights: str
    dtype: str
    limited: Limited | None = None


def table(pictures: Sequence[Picture], labels: Sequence[str] = (), *, color: bool = False) -> str:
    """Each picture with its best classes or the ranges of its maps, without a final newline."""
    return "\n\n".join("\n".join(_picture(picture, labels, color=color)) for picture in pictures)


def _picture(picture: Picture, labels: Sequence[str], *, color: bool) -> Iterator[str]:
    for answer in picture.answers:
        shape = "x".join(map(str, answer.shape))
        yield painted(printable(f"{picture.name}: {answer.output} {shape}"), "bold", color)
        yield from _classes(answer, labels, color=color) if answer.best else _maps(answer, color=color)
    if picture.saved:
        yield f"saved {', '.join(map(printable, picture.saved))}"


def _classes(answer: Answer, labels: Sequence[str], *, color: bool) -> list[str]:
    blocks = [
        grid.Block("rank", "", "right", "dim", [f"{rank}." for rank, _ in enumerate(answer.best, 1)]),
        grid.Block("class", "class", "right", "", [str(entry.number) for entry in answer.best]),
        grid.Block("label", "label", "left", "", [printable(label_of(entry.number, labels)) for entry in answer.best]),
        grid.Block("value", "value", "right", "", [f"{entry.value:.6g}" for entry in answer.best]),
    ]
    shown = [block for block in blocks if any(block.cells)]
    return grid.lines(shown, [""] * len(answer.best), "─", color=color)


def _maps(answer: Answer, *, color: bool) -> list[str]:
    kept = answer.ranges[:MOST_MAPS]
    columns = list(zip(*kept, strict=True))
    blocks = [grid.Block("map", "map", "right", "", [str(number) for number in range(len(kept))])]
    for header, column in zip(("smallest", "mean", "largest"), columns, strict=True):
        blocks.append(grid.Block(header, header, "right", "", [f"{value:.6g}" for value in column]))
    lines = grid.lines(blocks, [""] * len(kept), "─", color=color)
    left_out = len(answer.ranges) - len(kept)
    return [*lines, f"and {left_out:,} more maps"] if left_out else lines


def label_of(index: int, labels: Sequence[str]) -> str:
    """The label of a class, or nothing where there is none."""
    return labels[index] if index < len(labels) else ""


def footing(told: Told) -> str:
    """What stands below the answers: where the weights are from, and what came of a limit of memory."""
    lines = [f"weights: {printable(told.weights)}"]
    if told.dtype != "float32":
        lines.append(f"computed in {told.dtype}")
    limited = told.limited
    if limited is not None:
        how = f"in {quantity.plural(limited.strips, 'strip')} of rows" if limited.strips else "as a whole"
        lines.append(
            f"memory: {quantity.memory(limited.used)} of at most {quantity.memory(limited.limit)} for activations and "
            f"scratch, {how}; {quantity.memory(limited.weights)} of weights come on top"
        )
    return "\n".join(lines)


def json_text(pictures: Sequence[Picture], told: Told, labels: Sequence[str] = ()) -> str:
    """One object with every picture; numbers that JSON has no word for are null."""
    import json

    entries = [
        {
            "image": picture.name,
            "outputs": [_answer(answer, labels) for answer in picture.answers],
            "saved": list(picture.saved),
        }
        for picture in pictures
    ]
    head = {"schema": SCHEMA, "network": told.network, "weights": told.weights, "dtype": told.dtype}
    return json.dumps({**head, "memory": _memory(told.limited), "images": entries}, indent=1)


def _memory(limited: Limited | None) -> dict[str, int] | None:
    if limited is None:
        return None
    return {
        "limit_bytes": limited.limit,
        "used_bytes": limited.used,
        "strips": limited.strips,
        "weight_bytes": limited.weights,
    }


def _answer(answer: Answer, labels: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"output": answer.output, "shape": list(answer.shape)}
    if answer.best:
        entry["top"] = [
            {"class": best.number, "label": label_of(best.number, labels) or None, "value": _finite(best.value)}
            for best in answer.best
        ]
    else:
        entry["maps"] = [
            dict(zip(("smallest", "mean", "largest"), map(_finite, values), strict=True)) for values in answer.ranges
        ]
    return entry


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
