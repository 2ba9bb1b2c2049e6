"""That the cost of a summary grows with the number of layers and no faster, from 1,000 layers to 100,000."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.page import Section, Verdict, digits, median_of, spread_of, spread_text, table
from benchmarks.timing import BARE, CNNCALC, HERE, Numbers, answer, side_by_side, spread

LONGEST = 2**20
"""Bytes of text that a spec may have."""
MOST = 100_000
"""Layers that a network may have."""
WHOLE = 10_000
"""Layers of the networks that whole processes summarize."""
STAGES = (sys.executable, "-P", str(HERE / "inside" / "stages.py"))

HEADER = "name: a long one\ninput: 32x32x8\nlayers:\n"
PAIR = "- conv: 8 3x3 pad 1\n- relu\n"
RESIDUAL = """\
name: a deep one
input: 32x32x8
blocks:
  Residual:
    layers:
      - add:
          main: [conv: 8 3x3 pad 1, batch_norm, relu, conv: 8 3x3 pad 1, batch_norm]
          skip: identity
      - relu
layers:
  - Residual:
    repeat: {turns}
"""


def flat(layers: int) -> str:
    """A text with an item for each layer: convolutions and activations in turn."""
    return HEADER + PAIR * (layers // 2)


def repeated(layers: int) -> str:
    """A short text that becomes as many layers: one pair, repeated."""
    return f"{HEADER}- repeat: {layers // 2}\n  sequence: [conv: 8 3x3 pad 1, relu]\n"


def residual(layers: int) -> str:
    """A block with a shortcut, seven layers, repeated."""
    return RESIDUAL.format(turns=layers // 7)


FORMS: dict[str, tuple[Callable[[int], str], tuple[int, ...]]] = {
    "flat text": (flat, (1_000, 10_000, 2 * ((LONGEST - len(HEADER)) // len(PAIR)))),
    "a repeated pair": (repeated, (1_000, 10_000, MOST)),
    "a repeated residual block": (residual, (1_000, 10_000, MOST)),
}


def measure(asked: Asked, _: Numbers) -> Iterator[Numbers]:
    measured: Numbers = {"stages": {form: [] for form in FORMS}, "whole": {}}
    with tempfile.TemporaryDirectory() as folder:
        for form, (text, sizes) in FORMS.items():
            for layers in sizes:
                spec = Path(folder, f"{layers}.yaml")
                spec.write_text(text(layers), encoding="utf-8")
                measured["stages"][form].append(_stages(spec, asked.rounds))
                if layers == WHOLE:
                    measured["whole"][form] = _whole(spec, asked.rounds)
    yield measured


def _stages(spec: Path, rounds: int) -> Numbers:
    """Processor seconds of each stage and the peak memory; a process for each round, for its memory's sake."""
    turns = [answer((*STAGES, str(spec))) for _ in range(rounds)]
    seconds = {name: spread(turn["seconds"][name] for turn in turns) for name in turns[0]["seconds"]}
    return {"layers": turns[0]["layers"], "seconds": seconds, "peak_mib": spread(turn["peak_mib"] for turn in turns)}


def _whole(spec: Path, rounds: int) -> Numbers:
    """Whole processes on one spec beside a bare interpreter."""
    formats = {"JSON": "json", "CSV": "csv", "table": "table"}
    commands = {name: (CNNCALC, "summarize", str(spec), "--format", word) for name, word in formats.items()}
    return side_by_side(commands, rounds)


def section(measured: Numbers) -> Section:
    names = list(next(iter(measured["stages"].values()))[0]["seconds"])
    stages = table(
        {
            "network": lambda form, _: form,
            "layers": lambda _, run: f"{run['layers']:,}",
            **{f"{name}, us": lambda _, run, stage=name: digits(1e6 * _cost(run, stage)) for name in names},
            "load + analyze + JSON, s": lambda _, run: digits(sum(_seconds(run, stage) for stage in names[:3])),
            "peak MiB": median_of("peak_mib"),
        },
        ((form, run) for form, sizes in measured["stages"].items() for run in sizes),
    )
    whole = {f"{form}, {name}": run for form, runs in measured["whole"].items() for name, run in runs.items()}
    whole = {name: run for name, run in whole.items() if not name.endswith(BARE)}
    processes = table(
        {
            f"whole process, {WHOLE:,} layers": lambda name, _: name,
            "ms": spread_of("ms"),
            "ms of processor time": spread_of("cpu_ms"),
            "peak MiB": median_of("peak_mib"),
        },
        whole.items(),
    )
    slowest = max((run["ms"] for run in whole.values()), key=lambda ms: ms["median"])
    most = targets.TEN_THOUSAND_LAYERS
    what = f"{WHOLE:,} layers, the slowest format and form, whole process"
    within = Verdict(what, f"under {most} s", spread_text(slowest, " ms"), slowest["median"] <= 1000 * most)
    text = f"Microseconds of processor time for a layer, by stage:\n\n{stages}\n\n{processes}"
    return text, [within, _growth(measured["stages"], names)]


def _growth(stages: Numbers, names: list[str]) -> Verdict:
    """The worst stage: how much more a layer costs in the longest network than in that of 10,000."""
    growths = {
        f"{name}, {form}": _cost(long, name) / _cost(middle, name)
        for form, (_, middle, long) in stages.items()
        for name in names
    }
    where = max(growths, key=growths.__getitem__)
    what = "a layer's cost in the longest network : in one of 10,000, worst stage"
    return Verdict(what, "about 1", f"{digits(growths[where])} ({where})", growths[where] <= targets.GROWTH)


def _seconds(run: Numbers, stage: str) -> float:
    seconds: float = run["seconds"][stage]["median"]
    return seconds


def _cost(run: Numbers, stage: str) -> float:
    """Seconds of a stage for each layer."""
    return _seconds(run, stage) / int(run["layers"])


BENCHMARK = Benchmark("Cost by layer", __doc__, measure, section, rounds=5)
