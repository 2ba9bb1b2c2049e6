"""What happened to the totals: before and after of each metric, exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.analysis import Report
from cnncalc.exact import Exact, decimal, ratio
from cnncalc.metrics import COUNTED, Metric
from cnncalc.quantity import SIZE


class Change(NamedTuple):
    """A number before and after."""

    before: Exact
    after: Exact

    @property
    def change(self) -> Exact:
        """How much more it is afterwards.

        >>> Change(100, 95).change
        -5
        """
        return self.after - self.before

    @property
    def percent(self) -> Exact | None:
        """The change in percent of what it was, exact; None where that was 0.

        >>> Change(100, 95).percent, Change(3, 4).percent, Change(0, 4).percent
        (-5, Fraction(100, 3), None)
        """
        if not self.before:
            return None if self.after else 0
        from fractions import Fraction

        return ratio(Fraction(self.change) * 100 / self.before, 1)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it: decimals."""
        percent = self.percent
        return {
            "before": decimal(self.before),
            "after": decimal(self.after),
            "change": decimal(self.change),
            "percent": None if percent is None else decimal(percent),
        }


class SizeChange(NamedTuple):
    """A size before and after; the sizes may have different ranks."""

    before: tuple[Exact, ...]
    after: tuple[Exact, ...]

    @property
    def sides(self) -> tuple[Change, ...] | None:
        """The change a side; None where there are not as many of them."""
        if len(self.before) != len(self.after):
            return None
        return tuple(map(Change, self.before, self.after))

    @property
    def larger_side(self) -> Change:
        """The change of the larger side, which is the size as one number.

        >>> SizeChange((5, 7), (9, 7)).larger_side
        Change(before=7, after=9)
        """
        return Change(max(self.before, default=0), max(self.after, default=0))

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it: a list for each; null for what different ranks do not have."""
        before, after = [[decimal(value) for value in size] for size in self]
        sides = None if self.sides is None else [side.to_dict() for side in self.sides]
        changes = {word: None if sides is None else [side[word] for side in sides] for word in ("change", "percent")}
        return {"before": before, "after": after, **changes}


class TotalChanges(NamedTuple):
    """What happened to every total; those that are one number by their words in the report."""

    counted: Mapping[str, Change]
    receptive_field: SizeChange

    def of(self, metric: Metric) -> Change:
        """A metric before and after; of the receptive field its larger side."""
        return self.receptive_field.larger_side if metric.unit is SIZE else self.counted[metric.total]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds them."""
        counted = {word: change.to_dict() for word, change in self.counted.items()}
        return {**counted, "receptive_field": self.receptive_field.to_dict()}


def total_changes(before: Report, after: Report) -> TotalChanges:
    """The totals of two reports, side by side."""
    words = [metric.total for metric in COUNTED]
    return TotalChanges(
        {word: Change(getattr(before.totals, word), getattr(after.totals, word)) for word in words},
        SizeChange(*(report.field_size(report.outputs[0]) if report.outputs else () for report in (before, after))),
    )
