"""Measures that the cost of a summary grows with the number of layers and no faster, from 1,000 layers to 100,000."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import measuring

LONGEST = 2**20
"""Bytes of text that a spec may have."""
MOST = 100_000
"""Layers that a network may have."""
WHOLE = 10_000
WHOLE_TARGET = 2.0
"""Seconds within which a whole `cnncalc summarize` of 10,000 layers should be done."""
STAGES = (sys.executable, str(Path(__file__).resolve().parent / "stages.py"))

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


def stages(spec: Path, rounds: int) -> dict[str, Any]:
    """Processor seconds of each stage and the peak memory; a process for each round, for its memory's sake."""
    turns = [measuring.answer((*STAGES, str(spec))) for _ in range(rounds)]
    seconds = {name: measuring.spread(turn["seconds"][name] for turn in turns) for name in turns[0]["seconds"]}
    peak = measuring.spread(turn["peak_mib"] for turn in turns)
    return {"layers": turns[0]["layers"], "seconds": seconds, "peak_mib": peak}


def whole(spec: Path, rounds: int) -> dict[str, Any]:
    """Whole processes on one spec beside a bare interpreter."""
    summary = (measuring.CNNCALC, "summarize", str(spec))
    commands = {
        "python -c pass": measuring.BARE,
        "JSON": (*summary, "--format", "json"),
        "CSV": (*summary, "--format", "csv"),
        "table": summary,
    }
    return measuring.side_by_side(commands, rounds, base="python -c pass")


def main() -> None:
    rounds = measuring.rounds_asked(5, __doc__)
    measured: dict[str, Any] = {"machine": measuring.machine(), "target": WHOLE_TARGET, "stages": {}, "whole": {}}
    with tempfile.TemporaryDirectory() as folder:
        for form, (text, sizes) in FORMS.items():
            measured["stages"][form] = []
            for layers in sizes:
                spec = Path(folder, f"{layers}.yaml")
                spec.write_text(text(layers), encoding="utf-8")
                measured["stages"][form].append(stages(spec, rounds))
                show(form, measured["stages"][form][-1])
                if layers == WHOLE:
                    measured["whole"][form] = whole(spec, rounds)
    for form, processes in measured["whole"].items():
        for name, numbers in processes.items():
            print(f"{form}, {WHOLE:,} layers, whole process, {name}: {measuring.told(numbers['ms'], ' ms')}")
    measuring.keep("linear", measured)


def show(form: str, numbers: dict[str, Any]) -> None:
    layers = numbers["layers"]
    per_layer = (f"{name} {1e6 * time['median'] / layers:.1f}" for name, time in numbers["seconds"].items())
    print(f"{form}, {layers:,} layers: us a layer: {', '.join(per_layer)}; {numbers['peak_mib']['median']:.0f} MiB")


if __name__ == "__main__":
    main()
