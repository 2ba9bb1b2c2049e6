"""Measures the fast executor beside plain matrix products of as many MACs, and whole `cnncalc run` processes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import measuring

NETWORKS = ("alexnet", "zfnet", "vgg16", "googlenet", "resnet18", "resnet50", "lenet5")
TARGET = 3
"""The most that an image may cost, as a multiple of one plain product of as many MACs (not asked of LeNet-5)."""
MEMORY_TARGET_MIB = {"vgg16": 1.2 * 1024}
PICTURE = "chelsea"
WARM = (sys.executable, str(Path(__file__).resolve().parent / "warm.py"))
THREADS = {"all cores": {}, "one thread": {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}}
SAVE = "import cnncalc, sys; cnncalc.save_weights(sys.argv[2], cnncalc.init_weights(cnncalc.load(sys.argv[1])))"


def warm(name: str, rounds: int) -> dict[str, Any]:
    """A network made ready and run again and again, with all the threads that BLAS takes and with one."""
    return {
        threads: measuring.answer((*WARM, name, str(rounds)), environment) for threads, environment in THREADS.items()
    }


def cold(name: str, rounds: int) -> dict[str, Any]:
    """Whole processes with random weights and with those of a file, beside one that imports NumPy and leaves."""
    with tempfile.TemporaryDirectory() as folder:
        weights = str(Path(folder, "weights.safetensors"))
        measuring.watched((sys.executable, "-P", "-c", SAVE, name, weights))
        run = (measuring.CNNCALC, "run", name, PICTURE)
        commands = {
            "import numpy": (sys.executable, "-c", "import numpy"),
            "random weights": run,
            "weights from a file": (*run, "--weights", weights),
        }
        return measuring.side_by_side(commands, rounds, base="import numpy")


def main() -> None:
    rounds = measuring.rounds_asked(9, __doc__)
    measured: dict[str, Any] = {
        "machine": measuring.machine(),
        "target": TARGET,
        "memory_target_mib": MEMORY_TARGET_MIB,
        "warm": {},
        "cold": {},
    }
    for name in NETWORKS:
        measured["warm"][name] = warm(name, rounds)
        measured["cold"][name] = cold(name, max(3, rounds // 3))
        show(name, measured["warm"][name], measured["cold"][name])
    measuring.keep("executor", measured)


def show(name: str, warm_runs: dict[str, Any], cold_runs: dict[str, Any]) -> None:
    for threads, numbers in warm_runs.items():
        image = measuring.told(numbers["ms"]["image"], " ms")
        one, own = (measuring.told(numbers["ratio"][of], "x") for of in ("one product", "the layers' products"))
        print(f"{name}, {threads}: {image}; {one} one product, {own} the layers' own")
    for weights, numbers in cold_runs.items():
        print(f"{name}, {weights}: {measuring.told(numbers['ms'], ' ms')}, {numbers['peak_mib']['median']:.0f} MiB")


if __name__ == "__main__":
    main()
