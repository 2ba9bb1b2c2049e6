"""Measures the executor beside PyTorch, onnxruntime and onnx.reference on the same networks: see peers/README.md."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import measuring
import racing
import targets
from cold import cold

HERE = Path(__file__).resolve().parent
PREPARED = str(HERE / "prepared.py")
COMPARED = str(HERE / "compared.py")
FAST = (racing.OWN, *racing.TORCHES, "onnxruntime")
MOST_ERROR = 1e-4
"""The largest difference from float64, as a part of the largest value, at which a contender computes the same."""
VERDICTS = {True: "met", False: "MISSED", None: "not judged, as others worked"}
VERSIONS = """
import json
from importlib.metadata import version
print(json.dumps({name: version(name) for name in ("torch", "onnxruntime", "onnx", "numpy")}))
"""


class Prepared(NamedTuple):
    """A network made ready for its contenders: where its files lie, what it amounts to, and the peers' interpreter."""

    folder: Path
    facts: dict[str, Any]
    python: str


def prepare(network: str, folder: Path, images: int, python: str) -> Prepared:
    """Leave in a folder what the contenders start from."""
    spec = str(HERE / "networks" / f"{network}.yaml")
    facts = measuring.answer((sys.executable, PREPARED, "network", spec, str(folder), str(images)))
    measuring.watched((python, PREPARED, "onnx", str(folder)))
    return Prepared(folder, facts, python)


def measure(names: Sequence[str], given: Prepared, batch: int, threads: int, rounds: int) -> dict[str, Any]:
    """One network at one batch and number of threads: every contender's answer judged, and then all timed in turn."""
    with racing.started(names, given.python, given.folder, batch, threads) as contenders:
        answers, late = _answers(contenders, given.folder)
        error = _errors(answers, given.folder)
        racers = {one.name: one for one in contenders if one.name not in late}
        watch = racing.Watch(list(racers.values()))
        seconds = racing.race(list(racers.values()), rounds)
        others = watch.share()
        work = {name: racers[name].ask("work") for name in racing.MEASURES if name in racers}
        if racing.MULTIPLYING in work:
            # How long the machine would multiply for the network's MACs, at the pace that it showed in the same round.
            share = batch * given.facts["macs"] / work[racing.MULTIPLYING]
            seconds[racing.AT_PEAK] = [share * one for one in seconds[racing.MULTIPLYING]]
        beside = [name for name in (*answers, racing.AT_PEAK) if name in seconds and name != racing.OWN]
        return {
            "batch": batch,
            "threads": threads,
            "ms": {name: measuring.spread(1000 * one for one in seconds[name]) for name in (racing.OWN, *beside)},
            "ratio": {name: measuring.spread(racing.ratios(seconds, racing.OWN, name)) for name in beside},
            "pace": {name: measuring.spread(1e-9 * work[name] / one for one in seconds[name]) for name in work},
            "others": others,
            "late": late,
            "error": error,
            "memory": {name: racers[name].ask("memory") for name in answers},
            "blas": racers[racing.OWN].ask("blas"),
            "profile": racers[racing.OWN].ask("profile"),
        }


def _answers(contenders: Sequence[racing.Contender], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The files that hold each contender's answer, and why there is none of those that took too long."""
    answers, late = {}, {}
    for number, one in enumerate(contenders):
        if one.name not in racing.MEASURES:
            try:
                answers[one.name] = one.ask(f"save {folder / f'answer-{number}.npy'}")
            except racing.Late as reason:
                late[one.name] = str(reason)
    return answers, late


def _errors(answers: Mapping[str, str], folder: Path) -> dict[str, float]:
    """How far each answer is from float64; one that is something else ends the benchmark."""
    found: dict[str, float] = measuring.answer((sys.executable, COMPARED, str(folder), json.dumps(answers)))
    for name, error in found.items():
        if not error < MOST_ERROR:
            raise SystemExit(f"{name} computes something else: it is {error:.2g} away from float64")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="the interpreter of the environment that holds the peers")
    parser.add_argument("--network", action="append", choices=targets.NETWORKS, help="only this one; repeatable")
    parser.add_argument("--threads", action="append", type=int, help="so many; repeatable (default: 1 and 2)")
    parser.add_argument("--batch", action="append", type=int, help="so many images; repeatable (default: 1 and 8)")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="the fast peers alone, batch 1, and nothing is kept")
    asked = parser.parse_args()
    racing.use_the_native_kernel()
    networks, threads = asked.network or targets.NETWORKS, asked.threads or (1, 2)
    if asked.quick:
        quick(networks, threads, asked.batch or (1,), asked)
    else:
        full(networks, threads, asked.batch or (1, 8), asked)


def quick(networks: Sequence[str], threads: Sequence[int], batches: Sequence[int], asked: argparse.Namespace) -> None:
    """The ratios to the fast peers, on the terminal."""
    for network in networks:
        with tempfile.TemporaryDirectory() as name:
            given = prepare(network, Path(name), max(batches), asked.python)
            for count in threads:
                for batch in batches:
                    show(network, measure(FAST, given, batch, count, asked.rounds))


def full(networks: Sequence[str], threads: Sequence[int], batches: Sequence[int], asked: argparse.Namespace) -> None:
    """Everything, kept after each network; networks that are not asked for keep the numbers that they had."""
    kept = measuring.kept("executors").get("networks", {})
    measured: dict[str, Any] = {
        "machine": measuring.machine(),
        "versions": measuring.answer((asked.python, "-c", VERSIONS)),
        "networks": kept,
    }
    for network in networks:
        with tempfile.TemporaryDirectory() as name:
            given = prepare(network, Path(name), max(batches), asked.python)
            runs = []
            for count in threads:
                for batch in batches:
                    slow = (racing.SLOW,) if batch == 1 else ()
                    names = (*FAST, *slow, *racing.MEASURES)
                    runs.append(measure(names, given, batch, count, asked.rounds))
                    show(network, runs[-1])
            processes = {
                str(count): cold(given.folder, asked.python, count, max(3, asked.rounds // 2)) for count in threads
            }
        kept[network] = {"facts": given.facts, "runs": runs, "cold": processes}
        measuring.keep("executors", measured)


def show(network: str, run: Mapping[str, Any]) -> None:
    batch, threads = run["batch"], run["threads"]
    kernel = f"{run['blas']['name']} kernel {run['blas']['kernel']}"
    print(f"{network}, batch {batch}, threads {threads}, {kernel}; others used {run['others']:.0%} of the cores")
    for name, ms in run["ms"].items():
        beside = f"cnncalc takes {measuring.told(run['ratio'][name], 'x')}" if name in run["ratio"] else ""
        error = f"error {run['error'][name]:.1e}" if name in run["error"] else ""
        print(f"  {name:20} {measuring.told(ms, ' ms'):28} {beside:38} {error}".rstrip())
    for name, reason in run["late"].items():
        print(f"  {name:20} {reason}")
    for target in targets.of(network, batch):
        peer = targets.peer_meant(target, run["ms"])
        if peer in run["ratio"]:
            verdict = VERDICTS[targets.reached(target, run)]
            ratio = measuring.digits(run["ratio"][peer]["median"])
            print(f"  {verdict}: {ratio} of {target.peer}, at most {target.most(threads)}")


if __name__ == "__main__":
    main()
