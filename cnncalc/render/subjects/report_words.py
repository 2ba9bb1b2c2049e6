"""The totals of a report, and whatever its reader must know beside them, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

from cnncalc import quantity
from cnncalc.analysis import INSIDE, WINDOWS, ReceptiveField, Report, Row
from cnncalc.dtype import BYTES
from cnncalc.render.terminal import GLUE

MOST_NAMES = 5
"""More names than this in one sentence are counted instead."""

LIMITS = ((2**30, "1GiB"), (2**29, "512MiB"))
"""Where one image takes more activations than so many bytes, the notes name a run within as many."""

RUN_DTYPE = "float32"
"""What a run computes in unless another dtype is asked for."""


def title(report: Report, layout: str = "hwc") -> list[str]:
    """Name and inputs; a variant without a name of its own, batch and dtype where they are not the default."""
    return titled(
        report.name,
        None if report.variant_named else report.variant,
        report.inputs,
        report.batch,
        str(report.dtype),
        layout,
    )


def titled(
    name: str, variant: str | None, inputs: Mapping[str, Sequence[int]], batch: int, dtype: str, layout: str
) -> list[str]:
    """The parts of a title."""
    parts = [(name or "a network") + (f" ({variant})" if variant else "")]
    for source, volume in inputs.items():
        parts.append(f"{'input' if len(inputs) == 1 else f'input {source}'} {quantity.size(volume, layout)}")
    if batch != 1:
        parts.append(f"batch {batch:,}")
    if dtype != "float32":
        parts.append(dtype)
    return parts


def sentences(report: Report) -> Iterator[tuple[str, str]]:
    """Each a word that says what about, and the sentence, where there is something to say."""
    for label, says in SENTENCES.items():
        sentence = says(report)
        if sentence:
            yield label, sentence


def _params(report: Report) -> str:
    totals = report.totals
    sentence = f"{totals.params:,} trainable"
    if totals.fixed_params:
        sentence += f", {totals.fixed_params:,} fixed"
    sentence += f": {quantity.memory(totals.weight_bytes)} of weights in {report.dtype.weights}"
    if totals.training_params != totals.params:
        sentence += f"; {totals.training_params:,} with the auxiliary heads used only in training"
    return sentence


def _macs(report: Report) -> str:
    totals = report.totals
    inside = ", padding taps left out" if report.macs_counted == INSIDE else ""
    short = f" ({quantity.count(totals.macs)})" if totals.macs >= 1000 else ""
    return f"{totals.macs:,}{short} for one image{inside}; FLOPs = 2 x MACs = {totals.flops:,}"


def _memory(report: Report) -> str:
    totals = report.totals
    batch = f" for a batch of {report.batch:,}" if report.batch > 1 else ""
    alive = named(totals.peak_live)
    verb = "is" if len(totals.peak_live) == 1 else "are"
    peak = quantity.memory(totals.peak_activation_bytes)
    return f"activations peak at {peak}{batch} in {totals.peak_at}, where {alive} {verb} alive"


def _field(report: Report) -> str:
    output = report.outputs[0]
    row = report.by_path.get(output)
    if row is None:
        return f"{output} is an input"
    field = row.receptive_field
    if isinstance(field, dict):
        seen = ", ".join(_seen(entry, name, report.inputs[name]) for name, entry in field.items())
    else:
        seen = _seen(field, "the input", next(iter(report.inputs.values())))
    return f"a value of {output} depends on {seen}{_widened(report)}"


def _seen(field: ReceptiveField, name: str, volume: tuple[int, ...]) -> str:
    """How much of an input a value depends on: over all places, and how much of that there is."""
    if not field.size:
        return f"all values of {name}"
    largest, sizes = quantity.size(field.size), volume[:-1]
    if not field.exact:
        return f"at most {largest} of {name}"
    if any(seen > size for seen, size in zip(field.size, sizes, strict=True)):
        return f"{largest} in theory, at most {quantity.size(tuple(map(min, field.size, sizes)))} of {name}"
    if field.smallest == field.size:
        return f"{largest} of {name}"
    return f"{quantity.size(field.smallest)} to {largest} of {name}, by place"


def _widened(report: Report) -> str:
    """Which rows are why a value depends on the whole map, or that they are left out."""
    if not report.widening:
        return ""
    rows = named(report.widening)
    if report.field == WINDOWS:
        return f"; statistics and gates are left out: {rows}"
    return f"; statistics and gates of whole maps: {rows}, and `--field{GLUE}windows` leaves them out"


def _paths(report: Report) -> str:
    """Where paths meet that do not lie alike; later rows only inherit it."""
    met: dict[str, list[str]] = {}
    for row in report.layers:
        if len(row.inputs) > 1:
            field = row.receptive_field
            for entry in field.values() if isinstance(field, dict) else (field,):
                if entry.paths:
                    met.setdefault(entry.paths, []).append(row.path)
    meanings = {"unequal": "unequal strides meet in", "misaligned": "misaligned windows meet in"}
    return "; ".join(f"{meanings[remark]} {named(tuple(dict.fromkeys(rows)))}" for remark, rows in met.items())


def _not_counted(report: Report) -> str:
    kinds = ", ".join(f"{kind}{GLUE}({rows:,})" for kind, rows in report.totals.not_counted.items())
    return f"by definition, so not counted: {kinds}" if kinds else ""


def _large(report: Report) -> str:
    """What a run of a large network takes, and how it takes less; nothing for others."""
    # Bytes are values times the size of one, for each image of the batch.
    stored, run_size = report.dtype, BYTES[RUN_DTYPE]
    peak = report.totals.peak_activation_bytes // (report.batch * stored.activation_bytes) * run_size
    limit, option = next((entry for entry in LIMITS if peak > entry[0]), (0, ""))
    if not limit:
        return ""
    weights = report.totals.weight_bytes // stored.weight_bytes * run_size
    sentence = (
        f"one image takes at least {quantity.memory(peak)} of activations, with {quantity.memory(weights)} of weights, "
        f"in {RUN_DTYPE}"
    )
    most = limit // run_size
    whole = [row.path for row in report.layers if _reads_whole_maps(row) and _largest_read(row, report) > most]
    if whole:
        return f"{sentence}; {whole[0]} reads all of it at once"
    return f"{sentence}; `cnncalc{GLUE}run{GLUE}--memory{GLUE}{option}` computes it in strips of rows"


def _reads_whole_maps(row: Row) -> bool:
    """Whether every value of a row sees all places, as those of fc and of global pools do."""
    field = row.receptive_field
    fields = field.values() if isinstance(field, dict) else (field,)
    return any(entry.jump is not None and not any(entry.jump) for entry in fields)


def _largest_read(row: Row, report: Report) -> int:
    """The values of the largest tensor that a row reads, for one image."""
    volumes = [report.inputs.get(name) or report.by_path[name].output for name in row.inputs]
    return max((prod(volume) for volume in volumes), default=0)


def _uneven_padding(report: Report) -> str:
    """Where `same` or named sides pad one side more than the other."""
    uneven = []
    for row in report.layers:
        sides = row.parameters.get("padding")
        if isinstance(sides, dict) and (sizes := list(sides.values()))[::2] != sizes[1::2]:
            uneven.append(f"{row.path} ({setting({side: size for side, size in sides.items() if size})})")
    return f"uneven in {named(tuple(uneven))}" if uneven else ""


SENTENCES: Mapping[str, Callable[[Report], str]] = {
    "params": _params,
    "MACs": _macs,
    "memory": _memory,
    "sees": _field,
    "paths": _paths,
    "padding": _uneven_padding,
    "no MACs": _not_counted,
    "run": _large,
}


def setting(value: Any) -> str:
    """A parameter in force, as the spec would have it.

    >>> setting([3, 3]), setting({"top": 1, "bottom": 2}), setting(True)
    ('3x3', 'top 1 bottom 2', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return " ".join(f"{name} {setting(entry)}" for name, entry in value.items())
    if isinstance(value, (list, tuple)):
        return quantity.size(value) if all(isinstance(entry, int) for entry in value) else f"({len(value)} lists)"
    return str(value)


def named(names: Sequence[str]) -> str:
    """Names in a row, the last with `and`; many are counted.

    >>> named(("a", "b", "c")), named(tuple("abcdefgh"))
    ('a, b and c', 'a, b, c, d and 4 more')
    """
    if len(names) > MOST_NAMES:
        shown = MOST_NAMES - 1
        names = (*names[:shown], f"{len(names) - shown:,} more")
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
