"""The table of metrics: what each is called, in which unit it is, and how a row and the totals of a report give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cnncalc.exact import Exact
from cnncalc.quantity import BYTES, COUNT, SIZE, Unit
from cnncalc.record import Record

if TYPE_CHECKING:
    from cnncalc.analysis import Row


class Metric(Record):
    """One number that a report gives, of the network, of a layer or of a group of layers.

    Attributes:
        name: its word in `expect`, `budget`, `--under` and `--fail-on`.
        total: its word among the report's totals.
        label: its name in tables.
        of_row: what one row has of it, given the bytes of a weight.
        unit: counts, bytes, or the sides of a size.
        is_peak: whether several rows together have the largest of theirs, and not the sum.
        in_training: whether rows that only training has count.
        is_cost: whether less is better, so that a fault names the rows that have most of it.
        is_limited: whether a spec or an option may limit it.
        aliases: what others call it.
    """

    name: str
    total: str
    label: str
    of_row: Callable[[Row, int], Exact]
    unit: Unit = COUNT
    is_peak: bool = False
    in_training: bool = False
    is_cost: bool = True
    is_limited: bool = True
    aliases: tuple[str, ...] = ()

    def misfit(self, unit: str) -> tuple[str, str] | None:
        """Why a limit of it cannot be in that unit, with the unit that is due; None where it can.

        >>> METRICS["macs"].misfit("MiB"), METRICS["weight_memory"].misfit("K"), METRICS["macs"].misfit("K")
        (('macs is a count, and MiB is for memory', 'M'), ('weight_memory is bytes, and K is for counts', 'KiB'), None)
        """
        if not unit or unit.endswith("iB") == (self.unit is BYTES):
            return None
        if self.unit is BYTES:
            return f"{self.name} is bytes, and {unit} is for counts", f"{unit}iB"
        return f"{self.name} is a count, and {unit} is for memory", unit[0]


def _weight_bytes(row: Row, weight_bytes: int) -> int:
    return (row.params + row.fixed_params) * weight_bytes


def _side(row: Row, _: int) -> Exact:
    """The larger side of what it sees."""
    return max(row.field_size, default=1)


FIELD = "receptive_field"
"""The metric that is a size."""
_TABLE = (
    Metric("layers", "layers", "layers", lambda _, __: 1, is_cost=False, aliases=("depth",)),
    Metric("params", "params", "params", lambda row, _: row.params, aliases=("parameters", "weights")),
    Metric("fixed_params", "fixed_params", "fixed params", lambda row, _: row.fixed_params),
    Metric("training_params", "training_params", "training params", lambda row, _: row.params, in_training=True),
    Metric("macs", "macs", "MACs", lambda row, _: row.macs, aliases=("flops", "flop")),
    Metric("weight_memory", "weight_bytes", "weight memory", _weight_bytes, BYTES, aliases=("weight_bytes",)),
    Metric(
        "peak_activation",
        "peak_activation_bytes",
        "peak memory",
        lambda row, _: row.live_bytes,
        unit=BYTES,
        is_peak=True,
        aliases=("memory", "peak_memory", "peak_activation_bytes", "live_bytes"),
    ),
    Metric("activations", "activations", "activations", lambda row, _: row.activations, is_limited=False),
    Metric(FIELD, FIELD, "receptive field", _side, SIZE, is_peak=True, is_cost=False),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _TABLE}
"""Every metric by its name, in the order in which they are shown."""

COUNTED = tuple(metric for metric in _TABLE if metric.unit is not SIZE)
"""The metrics that are one number of the totals; the receptive field is a size of the first output."""

LIMITED = tuple(metric.name for metric in _TABLE if metric.is_limited)
"""The metrics that may be limited."""

VOLUMES = ("output", "shapes")
"""What a spec may promise beside metrics: volumes."""

CLAIMED = (*VOLUMES, *LIMITED)
"""The words of `expect` and `budget`."""

ALIASES: Mapping[str, str] = {alias: metric.name for metric in _TABLE for alias in metric.aliases}
"""Our word for each that others use."""
