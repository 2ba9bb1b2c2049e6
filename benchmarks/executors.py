"""The executor beside PyTorch, onnxruntime and onnx.reference on the same networks: see peers/README.md."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.executors_page import AT_PEAK, section
from benchmarks.peers.cold import cold
from benchmarks.peers.turns import MEASURES, MULTIPLYING, OWN, Contender, Late, Watch, started, use_the_native_kernel
from benchmarks.timing import HERE, Numbers, answer, interleaved, milliseconds, module, ratio, spread, watched

FAST = (OWN, *targets.TORCHES, targets.ONNXRUNTIME)
MOST_ERROR = 1e-4
"""The largest difference from float64, as a part of the largest value, at which a contender computes the same."""


class Prepared(NamedTuple):
    """A network made ready for its contenders: where its files lie, what it amounts to, and the peers' interpreter."""

    folder: Path
    facts: Numbers
    python: str


def measure(asked: Asked, before: Numbers) -> Iterator[Numbers]:
    """Everything, network by network."""
    use_the_native_kernel()
    kept = before.get("networks", {})
    batches = asked.batch or ((1,) if asked.quick else (1, 8))
    threads = asked.threads or (1, 2)
    for network in asked.only or targets.NETWORKS:
        with tempfile.TemporaryDirectory() as name:
            given = _prepared(network, Path(name), max(batches), asked.python)
            runs = []
            for count in threads:
                for batch in batches:
                    slow = (targets.SLOW,) if batch == 1 and not asked.quick else ()
                    runs.append(_run((*FAST, *slow, *MEASURES), given, batch, count, asked.rounds))
            rounds = max(3, asked.rounds // 2)
            # A quick look is at the ratios of warm runs alone.
            whole = {
                str(count): cold(given.folder, asked.python, count, rounds) for count in threads if not asked.quick
            }
        kept[network] = {"facts": given.facts, "runs": runs, "cold": whole}
        yield {"networks": kept}


def _prepared(network: str, folder: Path, images: int, python: str) -> Prepared:
    """Leave in a folder what the contenders start from."""
    spec = str(HERE / "networks" / f"{network}.yaml")
    facts = answer(module("peers.prepared", "network", spec, str(folder), str(images)))
    watched(module("peers.prepared", "onnx", str(folder), python=python))
    return Prepared(folder, facts, python)


def _run(names: Sequence[str], given: Prepared, batch: int, threads: int, rounds: int) -> Numbers:
    """One network at one batch and number of threads: every contender's answer judged, and then all timed in turn."""
    with started(names, given.python, given.folder, batch, threads) as contenders:
        answers, late = _answers(contenders, given.folder)
        error = _errors(answers, given.folder)
        racers = {one.name: one for one in contenders if one.name not in late}
        watch = Watch(list(racers.values()))
        seconds = interleaved({name: one.take_turn for name, one in racers.items()}, rounds)
        others = watch.share()
        work = {name: racers[name].ask("work") for name in MEASURES}
        # How long the machine would multiply for the network's MACs, at the pace that it showed in the same round.
        share = batch * given.facts["macs"] / work[MULTIPLYING]
        seconds[AT_PEAK] = [share * one for one in seconds[MULTIPLYING]]
        beside = [name for name in (*answers, AT_PEAK) if name != OWN]
        return {
            "batch": batch,
            "threads": threads,
            "ms": {name: milliseconds(seconds[name]) for name in (OWN, *beside)},
            "ratio": {name: ratio(seconds, OWN, name) for name in beside},
            "pace": {name: spread(1e-9 * work[name] / one for one in seconds[name]) for name in work},
            "others": others,
            "late": late,
            "error": error,
            "memory": {name: racers[name].ask("memory") for name in answers},
            "blas": racers[OWN].ask("blas"),
            "profile": racers[OWN].ask("profile"),
        }


def _answers(contenders: Sequence[Contender], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The files that hold each contender's answer, and why there is none of those that took too long."""
    answers, late = {}, {}
    for number, one in enumerate(contenders):
        if one.name not in MEASURES:
            try:
                answers[one.name] = one.ask(f"save {folder / f'answer-{number}.npy'}")
            except Late as reason:
                late[one.name] = str(reason)
    return answers, late


def _errors(answers: Mapping[str, str], folder: Path) -> dict[str, float]:
    """How far each answer is from float64; one that is something else ends the benchmark."""
    found: dict[str, float] = answer(module("peers.prepared", "errors", str(folder), json.dumps(answers)))
    for name, error in found.items():
        if not error < MOST_ERROR:
            raise SystemExit(f"{name} computes something else: it is {error:.2g} away from float64")
    return found


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", action="append", type=int, help="so many; repeatable (default: 1 and 2)")
    parser.add_argument("--batch", action="append", type=int, help="so many images; repeatable (default: 1 and 8)")


BENCHMARK = Benchmark(
    "Beside other executors",
    __doc__,
    measure,
    section,
    parts=targets.NETWORKS,
    peers=("torch", "onnxruntime", "onnx", "numpy"),
    options=_options,
)
