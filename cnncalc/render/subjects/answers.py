"""What a run says about pictures: the best classes, or the ranges of the maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.render.document import LEFT, Block, Column, Document, Heading, Paragraph, Table
from cnncalc.render.subjects import Subject

if TYPE_CHECKING:
    from cnncalc.executor.session.answers import Answer
    from cnncalc.executor.session.session import Limited, Result

SCHEMA = "cnncalc.run/1"
MOST_MAPS = 16
"""So many maps of an output have a line of their own; the JSON has all."""
RANGES = ("smallest", "mean", "largest")


class Answers(Subject):
    """What is said of all pictures: by which network, where its weights are from, how it was computed."""

    pictures: Sequence[Result]
    network: str
    weights: str
    dtype: str
    limited: Limited | None = None
    labels: Sequence[str] = ()

    def document(self, _: str) -> Document:
        """Each picture with its tables; below the last what holds for all of them."""
        *parts, last = [list(self._of(picture)) for picture in self.pictures]
        return [*parts, [*last, *(Paragraph([sentence]) for sentence in self._footing())]]

    def _of(self, picture: Result) -> Iterator[Block]:
        for answer in picture.answers:
            shape = "x".join(map(str, answer.shape))
            yield Heading([f"{picture.name}: {answer.output} {shape}"])
            yield self._classes(answer) if answer.best else _maps(answer)
            left_out = len(answer.ranges) - MOST_MAPS
            if left_out > 0:
                yield Paragraph([f"and {left_out:,} more maps"])
        if picture.saved:
            layers = len(picture.saved) // 2
            told = f"saved {quantity.plural(layers, 'layer')} as .png and .npy"
            yield Paragraph([f"{told}: {picture.page} shows {'them' if layers > 1 else 'it'}"])

    def _classes(self, answer: Answer) -> Table:
        columns = [
            Column("rank", "", [f"{rank}." for rank, _ in enumerate(answer.best, 1)], style="dim"),
            Column("class", "class", [str(entry.number) for entry in answer.best]),
            Column("label", "label", [self._label(entry.number) for entry in answer.best], LEFT),
            Column("value", "value", [f"{entry.value:.6g}" for entry in answer.best]),
        ]
        return Table([column for column in columns if any(column.cells)])

    def _label(self, index: int) -> str:
        """The label of a class, or nothing where there is none."""
        return self.labels[index] if index < len(self.labels) else ""

    def _footing(self) -> Iterator[str]:
        yield f"weights: {self.weights}"
        if self.dtype != "float32":
            yield f"computed in {self.dtype}"
        limited = self.limited
        if limited is not None:
            how = f"in {quantity.plural(limited.strips, 'strip')} of rows" if limited.strips else "as a whole"
            used, limit = quantity.memory(limited.used_bytes), quantity.memory(limited.limit_bytes)
            weights = f"{quantity.memory(limited.weight_bytes)} of weights come on top"
            yield f"memory: {used} of at most {limit} for activations and scratch, {how}; {weights}"

    def facts(self) -> dict[str, Any]:
        """Every picture with all its maps; numbers that JSON has no word for are null."""
        images = [
            {
                "image": picture.name,
                "outputs": list(map(self._answer, picture.answers)),
                "saved": list(picture.saved),
                "page": picture.page or None,
            }
            for picture in self.pictures
        ]
        return {
            "schema": SCHEMA,
            "network": self.network,
            "weights": self.weights,
            "dtype": self.dtype,
            "memory": self.limited and self.limited._asdict(),
            "images": images,
        }

    def _answer(self, answer: Answer) -> dict[str, Any]:
        entry: dict[str, Any] = {"output": answer.output, "shape": list(answer.shape)}
        if answer.best:
            entry["top"] = [
                {"class": best.number, "label": self._label(best.number) or None, "value": _finite(best.value)}
                for best in answer.best
            ]
        else:
            entry["maps"] = [dict(zip(RANGES, map(_finite, values), strict=True)) for values in answer.ranges]
        return entry


def _maps(answer: Answer) -> Table:
    kept = answer.ranges[:MOST_MAPS]
    ranges = zip(RANGES, zip(*kept, strict=True), strict=True)
    columns = [Column(header, header, [f"{value:.6g}" for value in values]) for header, values in ranges]
    return Table([Column("map", "map", [str(number) for number in range(len(kept))]), *columns])


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
