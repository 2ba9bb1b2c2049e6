"""The plan of a run: what computes each layer, in how much memory, in how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.render.document import LEFT, PATH, SCREEN, Bar, Cell, Chain, Column, Document, Heading, Note, Notes, Table
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.report_table import share, size_of
from cnncalc.render.subjects.report_words import titled
from cnncalc.render.terminal import GLUE

if TYPE_CHECKING:
    from cnncalc.executor.planned import Planned as Plan
    from cnncalc.executor.planned import PlannedStep

SCHEMA = "cnncalc.plan/1"
FLOAT32 = "float32"
"""What a spec says that does not say a dtype."""
BAR = "bar"
LEAST_IMPORTANT_FIRST = (BAR, "output", "scratch", "packed", "share")
"""The order in which columns give way to a narrow terminal; layer, algorithm, block, memory and time stay."""
INDENT = 9
WORDS = {"images": "batch", "runs": "images", "nanoseconds": "expected_ns"}
"""What JSON calls a fact of the plan, where it has another name there."""
OR_NULL = ("block", "scratch_at")
"""What is null rather than empty."""
BEFORE_STEPS = ("batch", "images", "dtype", "threads")


class Planned(Subject):
    """A plan with what it is a plan of."""

    name: str
    variant: str | None
    inputs: Mapping[str, Sequence[int]]
    plan: Plan
    variant_named: bool = False
    stored: str = FLOAT32
    """The dtype that the spec counts memory in."""

    listed = "steps"

    def facts(self) -> dict[str, Any]:
        """The steps in the order in which they are done, and their totals."""
        totals = _facts(self.plan)
        steps = map(_facts, totals.pop("steps"))
        return {
            "schema": SCHEMA,
            "name": self.name,
            "variant": self.variant,
            "inputs": {name: list(volume) for name, volume in self.inputs.items()},
            **{name: totals.pop(name) for name in BEFORE_STEPS},
            "steps": list(steps),
            "totals": totals,
        }

    def document(self, medium: str) -> Document:
        """A line for each thing that is computed, and what all of it takes."""
        plan = self.plan
        number = "many images" if plan.runs is None else quantity.plural(plan.runs, "image")
        variant = None if self.variant_named else self.variant
        title = titled(self.name, variant, self.inputs, plan.images, plan.dtype, "hwc")
        columns = [column for column in _columns(plan) if medium == SCREEN or column.name != BAR]
        table = Table(columns, yields=LEAST_IMPORTANT_FIRST)
        return [[Heading([*title, f"for {number}"])], [table], [Notes(list(_totals(plan, self.stored)), INDENT)]]


def _columns(plan: Plan) -> Iterator[Column[Cell]]:
    steps = plan.steps
    most = max((step.nanoseconds for step in steps), default=0)
    yield Column(PATH, "layer", list(map(_rows, steps)), LEFT)
    yield Column("output", "output", [quantity.size(step.output) for step in steps])
    yield Column("algorithm", "algorithm", [step.algorithm for step in steps], LEFT)
    yield Column("block", "block", [step.block or quantity.NOTHING for step in steps], LEFT)
    yield Column("memory", "memory", [size_of(step.output_bytes) for step in steps])
    yield Column("packed", "packed", [size_of(step.packed_bytes) for step in steps])
    yield Column("scratch", "scratch", [size_of(step.scratch_bytes) for step in steps])
    yield Column("time", "ms", [quantity.milliseconds(step.nanoseconds) for step in steps])
    yield Column("share", "%", [share(step.nanoseconds, plan.nanoseconds) for step in steps])
    yield Column(BAR, "", [Bar(step.nanoseconds, most) for step in steps], LEFT, "cyan")


def _rows(step: PlannedStep) -> Chain:
    """The first row's path, and the names of the rows that happen there too."""
    first, *others = step.rows
    rest = [f"+{GLUE}{row.rpartition('/')[2]}" for row in others]
    if step.act != "none" and not others:
        rest = [f"act{GLUE}{step.act}"]
    return Chain(first, tuple(rest))


def _totals(plan: Plan, stored: str) -> Iterator[Note]:
    packed = f"{quantity.memory(plan.weight_bytes)} as they are, {quantity.memory(plan.packed_bytes)} packed"
    yield Note("weights", packed)
    activations, scratch = quantity.memory(plan.activation_bytes), quantity.memory(plan.scratch_bytes)
    sizes = f"{activations} of activations, {scratch} of scratch a thread ({quantity.plural(plan.threads, 'thread')})"
    if plan.shared_bytes:
        sizes += f", {quantity.memory(plan.shared_bytes)} shared by all"
    yield Note("memory", sizes + (f"; most in {plan.scratch_at}" if plan.scratch_bytes else ""))
    if stored != FLOAT32:
        yield Note("dtype", f"a run computes in {plan.dtype}, and so memory is counted here; the spec says {stored}")
    yield Note("time", f"{quantity.milliseconds(plan.nanoseconds)} ms expected on one thread")


def _facts(record: Plan | PlannedStep) -> dict[str, Any]:
    facts = record._asdict().items()
    return {WORDS.get(name, name): value or None if name in OR_NULL else value for name, value in facts}
