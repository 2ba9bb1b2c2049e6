"""The fast executor beside plain matrix products of as many MACs, and whole `cnncalc run` processes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.page import (
    Section,
    Verdict,
    at_most,
    blas_text,
    digits,
    least_to_least,
    median_of,
    spread_of,
    spread_text,
    table,
)
from benchmarks.peers.turns import limited
from benchmarks.timing import CNNCALC, Numbers, answer, module, side_by_side, watched

NETWORKS = ("alexnet", "zfnet", "vgg16", "googlenet", "resnet18", "resnet50", "lenet5")
NOT_JUDGED = "lenet5"
PICTURE = "chelsea"
THREADS = {"all cores": {}, "one thread": limited(1)}
SAVE = "import cnncalc, sys; cnncalc.save_weights(sys.argv[2], cnncalc.init_weights(cnncalc.load(sys.argv[1])))"
ONE, OWN = "one product", "the layers' products"


def measure(asked: Asked, before: Numbers) -> Iterator[Numbers]:
    warm, cold = (dict(before.get(what, {})) for what in ("warm", "cold"))
    for name in asked.only or (NETWORKS[-1:] if asked.quick else NETWORKS):
        command = module("inside.warm", name, str(asked.rounds))
        warm[name] = {threads: answer(command, environment) for threads, environment in THREADS.items()}
        cold[name] = _cold(name, asked.rounds if asked.quick else max(3, asked.rounds // 3))
        yield {"warm": warm, "cold": cold}


def _cold(name: str, rounds: int) -> Numbers:
    """Whole processes with random weights and with those of a file, beside one that imports NumPy and leaves."""
    with tempfile.TemporaryDirectory() as folder:
        weights = str(Path(folder, "weights.safetensors"))
        watched((sys.executable, "-P", "-c", SAVE, name, weights))
        run = (CNNCALC, "run", name, PICTURE)
        numpy = {"import numpy": (sys.executable, "-c", "import numpy")}
        commands = {"random weights": run, "weights from a file": (*run, "--weights", weights)}
        processes = side_by_side({**numpy, **commands}, rounds, base="import numpy")
        return {what: processes[what] for what in commands}


def section(measured: Numbers) -> Section:
    warm = {
        (name, threads): run for name, by_threads in measured["warm"].items() for threads, run in by_threads.items()
    }
    images = table(
        {
            "network, batch 1": lambda key, _: ", ".join(key),
            "M MACs": lambda _, run: f"{run['macs'] / 1e6:,.1f}",
            "ms an image": lambda _, run: spread_text(run["ms"]["image"]),
            "the product's GFLOP/s": lambda _, run: digits(run["gflops"][ONE]["median"]),
            "image : product": lambda _, run: spread_text(run["ratio"][ONE]),
            "least : least": lambda _, run: least_to_least(run["ms"]["image"], run["ms"][ONE]),
            "image : layers' own": lambda _, run: spread_text(run["ratio"][OWN]),
        },
        warm.items(),
    )
    verdicts = [
        at_most(f"{name}, warm, {threads} : {ONE} of as many MACs", targets.PRODUCT, run["ratio"][ONE])
        for (name, threads), run in warm.items()
        if name != NOT_JUDGED
    ]
    cold = {
        (name, f"`run {name} {PICTURE}`, {what}"): run
        for name, runs in measured["cold"].items()
        for what, run in runs.items()
        if what != "import numpy"
    }
    for (name, what), run in cold.items():
        if name in targets.RUN_PEAK_GIB:
            room, peak = targets.RUN_PEAK_GIB[name], run["peak_mib"]["high"] / 1024
            verdicts.append(Verdict(f"{what}, peak", f"under {room:g} GiB", f"{peak:.2f} GiB", peak < room))
    whole = table(
        {"whole process": lambda key, _: key[1], "ms": spread_of("ms"), "peak MiB": median_of("peak_mib")}, cold.items()
    )
    return f"{_blas(measured)}\n\n{images}\n\n{whole}", verdicts


def _blas(measured: Numbers) -> str:
    kernels = {threads: run["blas"] for threads, run in next(iter(measured["warm"].values())).items()}
    each = "; ".join(f"{threads}: {seen['threads']} threads" for threads, seen in kernels.items())
    return (
        f"BLAS: {blas_text(next(iter(kernels.values())))} ({each}). "
        "The product is n x n x n in float32, n the cube root of the network's MACs: the shape that BLAS likes best. "
        "The layers' own are (places x inner) @ (inner x filters) for each layer in turn, without gathering columns."
    )


BENCHMARK = Benchmark("The fast executor beside plain products", __doc__, measure, section, parts=NETWORKS)
