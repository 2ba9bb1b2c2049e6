"""The report: a row of facts for each layer, and their totals. Numbers and names only; words belong to renderers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.analysis.receptive_field import ReceptiveField
from cnncalc.arguments import absent
from cnncalc.dtype import Dtype
from cnncalc.exact import Exact
from cnncalc.record import Record

if TYPE_CHECKING:
    from cnncalc.layers import Layer
    from cnncalc.volume import Volume

SCHEMA = "cnncalc.report/1"


class Row(NamedTuple):
    """The facts of one layer.

    Attributes:
        path: unique and stable: names and KIND_NUMBER, joined by `/`.
        kind: the language's word.
        inputs: the paths of the rows, or names of the network's inputs, that it reads.
        output: the volume that comes out: sizes, then channels.
        weights: trainable factors that stand in this row; 0 where it uses those of `shared_with`.
        biases: trainable offsets, likewise.
        params: weights + biases, the trainable parameters.
        fixed_params: running statistics and other constants, likewise.
        macs: products of weights with values, for one image.
        activations: values that come out, for the batch.
        activation_bytes: bytes of its own storage; 0 where it hands on its input's.
        live_bytes: what is alive during its step; 0 for what only training has.
        receptive_field: a map by input name where the network has several inputs.
        shared_with: the path whose weights it uses.
        training_only: whether only auxiliary heads need it.
        line: the item's own line in the text, counted from 1; 0 where there is no text.
        parameters: every parameter of the layer in force, defaults spelled out, padding a side.
    """

    path: str
    kind: str
    inputs: tuple[str, ...]
    output: tuple[int, ...]
    weights: int
    biases: int
    params: int
    fixed_params: int
    macs: int
    activations: int
    activation_bytes: int
    live_bytes: int
    receptive_field: ReceptiveField | dict[str, ReceptiveField]
    shared_with: str | None
    training_only: bool
    line: int
    parameters: Mapping[str, Any]

    def __repr__(self) -> str:
        output = "x".join(map(str, self.output))
        return f"<{self.path}: {self.kind} {output}, {self.params} params, {self.macs} MACs>"

    @property
    def field_size(self) -> tuple[Exact, ...]:
        """The size of its receptive field; of several inputs', the one that sees most."""
        seen = self.receptive_field
        sizes = [entry.size for entry in (seen.values() if isinstance(seen, dict) else (seen,))]
        return max(sizes, key=lambda size: (len(size), max(size, default=0)))

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON holds it."""
        seen = self.receptive_field
        entry = self._asdict()
        entry["inputs"], entry["output"] = list(self.inputs), list(self.output)
        entry["receptive_field"] = (
            {name: field.to_dict() for name, field in seen.items()} if isinstance(seen, dict) else seen.to_dict()
        )
        return entry

    def flat(self) -> dict[str, Any]:
        """The row without nesting: the receptive field in columns of its own, parameters left out."""
        entry = self.to_dict()
        del entry["parameters"]
        seen = entry.pop("receptive_field")
        several = isinstance(self.receptive_field, dict)
        for name, values in seen.items() if several else (("", seen),):
            suffix = f"[{name}]" if several else ""
            for key in ("size", "smallest", "exact", "jump", "start"):
                entry[f"receptive_field_{key}{suffix}"] = values[key]
        return entry


class Design(NamedTuple):
    """What a row was made of: its layer, whose parameters ask nothing of what arrives, and the volumes that it reads.

    `computed` holds the formulas of parameters that ask for what arrives, by the parameters' names.
    """

    layer: Layer
    read: tuple[Volume, ...]
    computed: Mapping[str, str]


class Totals(NamedTuple):
    """The sums over the rows that inference has; `training_params` counts the others too.

    `peak_at` is the first row that reaches the peak and `peak_live` the tensors alive there, in the order in which
    they are made; `not_counted` says how many rows of which kinds have no MACs by definition.
    """

    layers: int
    params: int
    fixed_params: int
    training_params: int
    macs: int
    flops: int
    activations: int
    weight_bytes: int
    peak_activation_bytes: int
    peak_at: str
    peak_live: tuple[str, ...]
    not_counted: dict[str, int]

    def __repr__(self) -> str:
        memory = f"activations peak at {self.peak_activation_bytes} bytes"
        return f"<totals of {self.layers} layers: {self.params} params, {self.macs} MACs, {memory}>"

    def to_dict(self) -> dict[str, Any]:
        """The totals as JSON holds them."""
        return {**self._asdict(), "peak_live": list(self.peak_live)}


class Report(Record):
    """What a network costs: its rows in execution order, and their totals.

    `results` leads from the path of a block, join, branch, sequence or turn to the row that gives its result;
    `macs_counted` says whether padding taps are counted (`padded`) or left out (`inside`); `field`, whether receptive
    fields follow everything (`strict`) or windows alone (`windows`); `widening` are the rows with statistics of a whole
    map or with a gate, which make the difference; `variant_named` says that the name is the variant's own. `designs`
    are what the rows were made of, one a row.
    """

    name: str
    variant: str | None
    inputs: dict[str, tuple[int, ...]]
    outputs: tuple[str, ...]
    batch: int
    dtype: Dtype
    macs_counted: str
    field: str
    widening: tuple[str, ...]
    layers: tuple[Row, ...]
    totals: Totals
    results: Mapping[str, str]
    variant_named: bool = False
    designs: tuple[Design, ...] = ()

    @cached_property
    def by_path(self) -> dict[str, Row]:
        """The rows by their paths."""
        return {row.path: row for row in self.layers}

    def __getitem__(self, path: str) -> Row:
        """The row of a path; that of a block, join, branch, sequence or turn means the row that gives its result."""
        try:
            return self.by_path[self.results.get(path, path)]
        except KeyError:
            raise absent(path, {**self.by_path, **self.results}, "this report") from None

    def without_layers(self) -> Report:
        """What the same inputs cost where no network is: nothing."""
        nothing = Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, "", (), {})
        return self.but(name="", outputs=(), layers=(), designs=(), results={}, totals=nothing)

    def field_size(self, tensor: str) -> tuple[Exact, ...]:
        """The size of what a tensor depends on; an input sees itself."""
        row = self.by_path.get(tensor)
        return (1,) * (len(self.inputs[tensor]) - 1) if row is None else row.field_size

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        called = " ".join(filter(None, ["report of", self.name or "a network", self.variant and f"({self.variant})"]))
        return f"<{called}: {len(self.layers)} layers, {self.totals.params} params, {self.totals.macs} MACs>"

    def head(self) -> dict[str, Any]:
        """What stands before the layers in JSON."""
        head = {
            "schema": SCHEMA,
            "name": self.name,
            "variant": self.variant,
            "inputs": {name: list(volume) for name, volume in self.inputs.items()},
            "outputs": list(self.outputs),
            "batch": self.batch,
            "dtype": self.dtype.facts(),
        }
        # Without this line two reports with different counts would look alike; the default needs no line.
        counted = {} if self.macs_counted == "padded" else {"macs_counted": self.macs_counted}
        return {**head, **counted, **({} if self.field == "strict" else {"field": self.field})}

    def to_dict(self) -> dict[str, Any]:
        """Exactly the JSON of `cnncalc summarize --format json`."""
        return {**self.head(), "layers": [row.to_dict() for row in self.layers], "totals": self.totals.to_dict()}

    def rows(self) -> list[dict[str, Any]]:
        """A flat dictionary a row, as `pandas.DataFrame(report.rows())` takes them."""
        return [row.flat() for row in self.layers]
