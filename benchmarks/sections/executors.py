"""The executor beside other executors: times and ratios, whole processes, memory, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import racing
import targets
from measuring import digits, told
from sections import floors
from sections.parts import Numbers, Verdict, table

PLOT = "executors.svg"
"""Where plot.py leaves the picture, beside the page."""
PEERS = (*racing.TORCHES, "onnxruntime", racing.SLOW)
NAMES = (racing.OWN, *PEERS)
HOW = (
    "Every contender is a process of its own with its threads set, and exactly one of them works at any moment: they "
    "take turns, round after round, each call repeated until a sample takes 20 ms. All must give the answer of float64 "
    "to 1e-4 before anything is timed. The networks stand in `benchmarks/networks`, each with a note of what differs "
    "from the paper's; all run them with the same random weights. PyTorch runs eagerly in inference mode, in "
    "both of its memory formats, and a target beside it is about the faster one; onnxruntime has its default "
    "optimisations; the images lie ready in the layout that each one likes. How to measure again: "
    "`benchmarks/peers/README.md`."
)
PICTURE = "Time of cnncalc as a multiple of each peer's, with its target, by network and threads"


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
    networks = {name: measured["networks"][name] for name in targets.NETWORKS if name in measured["networks"]}
    parts = [f"{_versions(measured)} {_kernels(networks)} {_paces(networks)}", HOW]
    if (Path(__file__).resolve().parents[1] / PLOT).is_file():
        parts.append(f"![{PICTURE}]({PLOT})")
    parts += [*_times(networks), _cold(networks), _memory(networks), _errors(networks)]
    verdicts = [*_ratio_verdicts(networks), *_cold_verdicts(networks), *_memory_verdicts(networks)]
    verdicts += _error_verdicts(networks)
    parts += floors.shown(networks)
    return "\n\n".join(parts), verdicts


def _versions(measured: Numbers) -> str:
    return ", ".join(f"{name} {number}" for name, number in measured["versions"].items()) + "."


def _kernels(networks: Mapping[str, Numbers]) -> str:
    seen = {(run["blas"]["name"], run["blas"]["version"], run["blas"]["kernel"]) for run, _ in _runs(networks)}
    return f"BLAS: {'; '.join(f'{name} {version}, kernel {kernel}' for name, version, kernel in sorted(seen))}."


def _paces(networks: Mapping[str, Numbers]) -> str:
    """What the machine can do, by threads: the middle one of what was seen beside every network."""
    seen: dict[int, list[Numbers]] = {}
    for run, _ in _runs(networks):
        seen.setdefault(run["threads"], []).append(run["pace"])
    told_each = []
    for threads, paces in seen.items():
        products, reading = (median(pace[name]["median"] for pace in paces) for name in racing.MEASURES)
        pace = f"{digits(2 * products)} GFLOP/s in a product of 2048x2048 matrices, {digits(reading)} GB/s in reading"
        told_each.append(f"{'one thread' if threads == 1 else f'{threads} threads'}: {pace}")
    return f"The machine with {'; with '.join(told_each)}."


def _runs(networks: Mapping[str, Numbers]) -> Iterator[tuple[Numbers, str]]:
    """Every run with its network's name."""
    for name, numbers in networks.items():
        for run in numbers["runs"]:
            yield run, name


def _setting(run: Numbers) -> str:
    threads, batch = run["threads"], run["batch"]
    return f"batch {batch}, {'one thread' if threads == 1 else f'{threads} threads'}"


def _times(networks: Mapping[str, Numbers]) -> Iterator[str]:
    """For each batch and number of threads a table of times and one of ratios."""
    for setting in dict.fromkeys(_setting(run) for run, _ in _runs(networks)):
        runs = [(run, name) for run, name in _runs(networks) if _setting(run) == setting]
        times = ((name, *(_or_late(run, "ms", one) for one in NAMES), f"{run['others']:.0%}") for run, name in runs)
        yield table((f"ms, {setting}", *NAMES, "cores that others used"), times)
        ratios = (
            (
                name,
                told(run["ratio"][targets.best_torch(run["ms"])]),
                told(run["ratio"]["onnxruntime"]),
                _or_late(run, "ratio", racing.SLOW),
                told(run["ratio"][racing.AT_PEAK]),
            )
            for run, name in runs
        )
        peers = (targets.BEST_TORCH, "onnxruntime", racing.SLOW, f"its MACs at the {racing.MULTIPLYING} peak")
        yield table((f"cnncalc as a multiple, {setting}", *peers), ratios)


def _or_late(run: Numbers, what: str, name: str) -> str:
    """A number, or why there is none."""
    if name in run[what]:
        return told(run[what][name])
    return "too slow" if name in run["late"] else "not measured"


def _ratio_verdicts(networks: Mapping[str, Numbers]) -> Iterator[Verdict]:
    for run, name in _runs(networks):
        for target in targets.of(name, run["batch"]):
            peer = targets.peer_meant(target, run["ms"])
            found = run["late"].get(peer) or told(run["ratio"][peer])
            met = targets.reached(target, run)
            if met is None:
                found += f" while others used {run['others']:.0%} of the cores"
            what = f"{name} : {target.peer}, {_setting(run)}"
            yield Verdict(what, f"at most {target.most(run['threads'])}", found, met)


def _cold(networks: Mapping[str, Numbers]) -> str:
    rows = (
        (
            f"{name}, {threads}",
            *(told(run["ms"]) for run in processes.values()),
            *(told(run["ratio"]) for by, run in processes.items() if by != "cnncalc run"),
            *(digits(run["peak_mib"]["median"]) for run in processes.values()),
        )
        for name, numbers in networks.items()
        for threads, processes in numbers["cold"].items()
    )
    first = next(iter(next(iter(networks.values()))["cold"].values()))
    peers = [name for name in first if name != "cnncalc run"]
    head = (
        "whole process, threads",
        *(f"{name}, ms" for name in first),
        *(f"{peer} : cnncalc" for peer in peers),
        *(f"{name}, peak MiB" for name in first),
    )
    return (
        "One picture from the start of a process to its end, weights read from a file, the five best classes printed: "
        "`cnncalc run`, and what a user writes for the same in Python, `benchmarks/one_shot.py`.\n\n"
        f"{table(head, rows)}"
    )


def _cold_verdicts(networks: Mapping[str, Numbers]) -> Iterator[Verdict]:
    judged, least = targets.COLD
    for threads, processes in networks.get(judged, {"cold": {}})["cold"].items():
        for peer, most in least.items():
            ratio = processes[peer]["ratio"]
            what = f"whole process, {judged}, {peer} : cnncalc, threads {threads}"
            yield Verdict(what, f"at least {most:g}", told(ratio), ratio["median"] >= most)


def _memory(networks: Mapping[str, Numbers]) -> str:
    rows = []
    for run, name in _runs(networks):
        weights = networks[name]["facts"]["weight_mib"]
        held = run["memory"]["cnncalc"]
        peaks = (digits(run["memory"][one]["peak"]) if one in run["memory"] else "" for one in NAMES)
        rows.append((f"{name}, {_setting(run)}", digits(weights), digits(held["plan"]), digits(held["now"]), *peaks))
    head = ("MiB", "weights", "the plan holds", "its process holds", *(f"{name}, peak" for name in NAMES))
    return (
        "Memory of each process after its warm runs, and its peak: that is when it makes itself ready, and weights may "
        f"lie in it as the file has them and as it wants them.\n\n{table(head, rows)}"
    )


def _memory_verdicts(networks: Mapping[str, Numbers]) -> Iterator[Verdict]:
    judged, most = targets.HOLDS
    words = {"plan": "plan holds", "now": "process holds"}
    for run, name in _runs(networks):
        if name == judged and run["batch"] == targets.BATCH:
            weights = networks[name]["facts"]["weight_mib"]
            for what, limit in most.items():
                share = run["memory"]["cnncalc"][what] / weights
                said = f"warm {name}, its {words[what]}, as a multiple of its weights, {_setting(run)}"
                yield Verdict(said, f"at most {limit}", digits(share), share <= limit)


def _errors(networks: Mapping[str, Numbers]) -> str:
    rows = (
        (f"{name}, {_setting(run)}", *(f"{run['error'][one]:.1e}" if one in run["error"] else "" for one in NAMES))
        for run, name in _runs(networks)
    )
    return (
        "The largest difference from the answer in float64, as a part of the largest value of that:\n\n"
        f"{table(('error', *NAMES), rows)}"
    )


def _error_verdicts(networks: Mapping[str, Numbers]) -> Iterator[Verdict]:
    """The worst run of each network, at the largest batch: it has the most values to judge by."""
    for name, numbers in networks.items():
        largest = max(run["batch"] for run in numbers["runs"])
        shares = [
            run["error"]["cnncalc"] / min(run["error"][one] for one in racing.TORCHES)
            for run in numbers["runs"]
            if run["batch"] == largest
        ]
        what = f"{name}, error : PyTorch's smaller one, batch {largest}, worst run"
        yield Verdict(what, f"at most {targets.ERROR:g}", digits(max(shares)), max(shares) <= targets.ERROR)
