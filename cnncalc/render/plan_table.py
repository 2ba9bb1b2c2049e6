"""The plan of a run: for people a table with a line for each thing that is computed, for programs JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from cnncalc import quantity
from cnncalc.render import grid
from cnncalc.render.columns import LEFT, NOTHING, RIGHT, bar
from cnncalc.render.table import labelled
from cnncalc.render.terminal import GLUE, painted, printable, shortened, width, wrapped

SCHEMA = "cnncalc.plan/1"
SHORTEST_NAME = 24
"""A layer's column keeps so much while other columns give way."""

LEAST_IMPORTANT_FIRST = ("bar", "output", "scratch", "packed", "share")
"""The order in which columns give way to a narrow terminal; layer, algorithm, block, memory and time stay."""


class Step(Protocol):
    """One thing that is computed; `cnncalc.executor.planned.PlannedStep` says what the words mean."""

    @property
    def path(self) -> str: ...
    @property
    def rows(self) -> Sequence[str]: ...
    @property
    def kind(self) -> str: ...
    @property
    def reads(self) -> Sequence[str]: ...
    @property
    def residual(self) -> str | None: ...
    @property
    def act(self) -> str: ...
    @property
    def folded(self) -> Sequence[str]: ...
    @property
    def output(self) -> Sequence[int]: ...
    @property
    def algorithm(self) -> str: ...
    @property
    def block(self) -> str: ...
    @property
    def output_bytes(self) -> int: ...
    @property
    def packed_bytes(self) -> int: ...
    @property
    def scratch_bytes(self) -> int: ...
    @property
    def shared_bytes(self) -> int: ...
    @property
    def nanoseconds(self) -> int: ...


class Plan(Protocol):
    """The whole of it, for batches of one size."""

    @property
    def images(self) -> int: ...
    @property
    def runs(self) -> int | None: ...
    @property
    def dtype(self) -> str: ...
    @property
    def threads(self) -> int: ...
    @property
    def steps(self) -> Sequence[Step]: ...
    @property
    def weight_bytes(self) -> int: ...
    @property
    def packed_bytes(self) -> int: ...
    @property
    def activation_bytes(self) -> int: ...
    @property
    def scratch_bytes(self) -> int: ...
    @property
    def shared_bytes(self) -> int: ...
    @property
    def scratch_at(self) -> str: ...
    @property
    def nanoseconds(self) -> int: ...


class Planned(NamedTuple):
    """A plan with what it is a plan of."""

    name: str
    variant: str | None
    inputs: Mapping[str, Sequence[int]]
    plan: Plan


def table(
    planned: Planned, *, columns: int = 100, layout: str = "hwc", color: bool = False, glyphs: str = "unicode"
) -> str:
    """The whole table without a final newline; columns give way first, then long names take several lines."""
    ascii_only = glyphs == "ascii"
    blocks = _blocks(planned.plan, columns, layout, glyphs)
    heading = (" - " if ascii_only else " · ").join(_title(planned, layout))
    return "\n".join(
        [
            *(painted(part, "bold", color) for part in wrapped(heading, columns)),
            "",
            *grid.lines(blocks, [""] * len(blocks[0].cells), "-" if ascii_only else "─", color=color),
            "",
            *(
                line
                for label, text in _totals(planned.plan)
                for line in labelled(label, text, columns, "bold", color=color)
            ),
        ]
    )


def _blocks(plan: Plan, columns: int, layout: str, glyphs: str) -> list[grid.Block]:
    """The columns that find room; of a step whose name takes several lines, the numbers stand on the first."""
    ellipsis = "..." if glyphs == "ascii" else "…"
    whole = [_lines(step, columns, ellipsis)[0] for step in plan.steps]
    least = min(max(map(width, whole), default=0), max(SHORTEST_NAME, 2 * columns // 5))
    name = grid.Block("layer", "layer", LEFT, "", ["x" * least])
    others = grid.fitted([name, *_numbers(plan, layout, glyphs)], columns, LEAST_IMPORTANT_FIRST, ellipsis)[1:]
    room = max(grid.SHORTEST_PATH, columns - grid.total(others) - grid.GAP)
    names = [_lines(step, room, ellipsis) for step in plan.steps]
    name = name._replace(cells=[line for lines in names for line in lines])
    return [name, *(block._replace(cells=_beside(block.cells, names)) for block in others)]


def _beside(cells: Sequence[str], names: Sequence[Sequence[str]]) -> list[str]:
    """Cells with nothing below them where a name goes on."""
    return [part for cell, lines in zip(cells, names, strict=True) for part in (cell, *[""] * (len(lines) - 1))]


def _title(planned: Planned, layout: str) -> Iterator[str]:
    yield (printable(planned.name) or "a network") + (f" ({planned.variant})" if planned.variant else "")
    for name, volume in planned.inputs.items():
        yield f"{'input' if len(planned.inputs) == 1 else f'input {name}'} {quantity.size(volume, layout)}"
    plan = planned.plan
    if plan.images != 1:
        yield f"batch {plan.images:,}"
    if plan.dtype != "float32":
        yield plan.dtype
    yield "for many images" if plan.runs is None else f"for {quantity.plural(plan.runs, 'image')}"


def _lines(step: Step, room: int, ellipsis: str) -> list[str]:
    """The first row's path, and the names of the rows that happen there too: on lines of their own where they must.

    >>> class Three:
    ...     rows, act = ("stem/conv_1", "stem/batch_norm_1", "relu_1"), "relu"
    >>> _lines(Three, 40, "..."), _lines(Three, 16, "...")
    (['stem/conv_1 + batch_norm_1 + relu_1'], ['stem/conv_1', '  + batch_norm_1', '  + relu_1'])
    """
    first, *others = map(printable, step.rows)
    rest = [f"+{GLUE}{row.rpartition('/')[2]}" for row in others]
    if step.act != "none" and not others:
        rest = [f"act{GLUE}{step.act}"]
    beside = " ".join(["", *rest]).replace(GLUE, " ")
    if width(first) + width(beside) <= room or grid.SHORTEST_PATH + width(beside) <= room:
        return [shortened(first, room - width(beside), ellipsis) + beside]
    below = [shortened(line, room - 2, ellipsis) for line in wrapped(" ".join(rest), room - 2)]
    return [shortened(first, room, ellipsis), *(f"  {line}" for line in below)]


def _numbers(plan: Plan, layout: str, glyphs: str) -> Iterator[grid.Block]:
    steps = plan.steps
    most = max((step.nanoseconds for step in steps), default=0)
    yield grid.Block("output", "output", RIGHT, "", [quantity.size(step.output, layout) for step in steps])
    yield grid.Block("algorithm", "algorithm", LEFT, "", [step.algorithm for step in steps])
    yield grid.Block("block", "block", LEFT, "", [step.block or NOTHING for step in steps])
    yield grid.Block("memory", "memory", RIGHT, "", [_bytes(step.output_bytes) for step in steps])
    yield grid.Block("packed", "packed", RIGHT, "", [_bytes(step.packed_bytes) for step in steps])
    yield grid.Block("scratch", "scratch", RIGHT, "", [_bytes(step.scratch_bytes) for step in steps])
    yield grid.Block("time", "ms", RIGHT, "", [quantity.milliseconds(step.nanoseconds) for step in steps])
    yield grid.Block("share", "%", RIGHT, "", [_share(step, plan) for step in steps])
    yield grid.Block("bar", "", LEFT, "cyan", [bar(step.nanoseconds, most, glyphs) for step in steps])


def _bytes(value: int) -> str:
    return quantity.memory(value) if value else NOTHING


def _share(step: Step, plan: Plan) -> str:
    return quantity.percent(step.nanoseconds, plan.nanoseconds).replace(" ", "") if step.nanoseconds else ""


def _totals(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "weights", f"{quantity.memory(plan.weight_bytes)} where they lie, {quantity.memory(plan.packed_bytes)} packed"
    activations, scratch = quantity.memory(plan.activation_bytes), quantity.memory(plan.scratch_bytes)
    told = f"{activations} of activations, {scratch} of scratch a thread ({quantity.plural(plan.threads, 'thread')})"
    if plan.shared_bytes:
        told += f", {quantity.memory(plan.shared_bytes)} for all together"
    yield "memory", told + (f"; most in {printable(plan.scratch_at)}" if plan.scratch_bytes else "")
    yield "time", f"{quantity.milliseconds(plan.nanoseconds)} ms expected on one thread"


def json_text(planned: Planned) -> str:
    """One object with a step on each line; ASCII only, so that no terminal's encoding can spoil it."""
    import json

    encode = json.JSONEncoder(allow_nan=False).encode
    plan = planned.plan
    head = {
        "schema": SCHEMA,
        "name": planned.name,
        "variant": planned.variant,
        "inputs": {name: list(volume) for name, volume in planned.inputs.items()},
        "batch": plan.images,
        "images": plan.runs,
        "dtype": plan.dtype,
        "threads": plan.threads,
    }
    steps = ",\n  ".join(encode(_step(step)) for step in plan.steps)
    return f'{encode(head)[:-1]},\n "steps": [\n  {steps}\n ],\n "totals": {encode(_sums(plan))}}}'


def _step(step: Step) -> dict[str, Any]:
    return {
        "path": step.path,
        "rows": list(step.rows),
        "kind": step.kind,
        "reads": list(step.reads),
        "residual": step.residual,
        "act": step.act,
        "folded": list(step.folded),
        "output": list(step.output),
        "algorithm": step.algorithm,
        "block": step.block or None,
        "output_bytes": step.output_bytes,
        "packed_bytes": step.packed_bytes,
        "scratch_bytes": step.scratch_bytes,
        "shared_bytes": step.shared_bytes,
        "expected_ns": step.nanoseconds,
    }


def _sums(plan: Plan) -> dict[str, Any]:
    return {
        "weight_bytes": plan.weight_bytes,
        "packed_bytes": plan.packed_bytes,
        "activation_bytes": plan.activation_bytes,
        "scratch_bytes": plan.scratch_bytes,
        "shared_bytes": plan.shared_bytes,
        "scratch_at": plan.scratch_at or None,
        "expected_ns": plan.nanoseconds,
    }
