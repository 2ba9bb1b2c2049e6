"""The section on other executors: times and ratios, whole processes, memory, errors, and what stops a missed target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import median as middle

from benchmarks import targets
from benchmarks.page import (
    Section,
    Verdict,
    blas_text,
    digits,
    median_of,
    named_versions,
    spread_of,
    spread_text,
    table,
)
from benchmarks.peers.turns import MEASURES, MULTIPLYING, OWN, READING
from benchmarks.timing import HERE, Numbers

PLOT = "executors.svg"
"""The picture beside the page."""
NAMES = (OWN, *targets.TORCHES, targets.ONNXRUNTIME, targets.SLOW)
AT_PEAK = "MACs at the peak"
"""What a network's products would take at the pace of the machine's own."""
HOLDS = {"plan": "plan holds", "now": "process holds"}
MOST_ROWS = 12
"""Layers that are shown one by one; the others are added up."""
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
WHOLE = (
    "One picture from the start of a process to its end, weights read from a file, the five best classes printed: "
    "`cnncalc run`, and what a user writes for the same in Python, `benchmarks/peers/one_shot.py`."
)
MEMORY = (
    "Memory of each process after its warm runs, and its peak: that is when it makes itself ready, and weights may "
    "lie in it as the file has them and as it wants them."
)

Networks = Mapping[str, Numbers]


def section(measured: Numbers) -> Section:
    networks = {name: measured["networks"][name] for name in targets.NETWORKS if name in measured["networks"]}
    parts = [f"{named_versions(measured['versions'])} {_kernels(networks)} {_paces(networks)}", HOW]
    if (HERE / PLOT).is_file():
        parts.append(f"![{PICTURE}]({PLOT})")
    parts += [*_times(networks), *_whole(networks), _memory(networks), _errors(networks)]
    verdicts = [*_ratio_verdicts(networks), *_whole_verdicts(networks), *_memory_verdicts(networks)]
    return "\n\n".join((*parts, *_floors(networks))), [*verdicts, *_error_verdicts(networks)]


def _runs(networks: Networks) -> Iterator[tuple[Numbers, str, str]]:
    """Every run with its network's name and what it is called."""
    for name, numbers in networks.items():
        for run in numbers["runs"]:
            yield run, name, f"{name}, {_setting(run)}"


def _setting(run: Numbers) -> str:
    return f"batch {run['batch']}, {_threads(run['threads'])}"


def _threads(count: int) -> str:
    return "one thread" if count == 1 else f"{count} threads"


def _kernels(networks: Networks) -> str:
    return f"BLAS: {'; '.join(sorted({blas_text(run['blas']) for run, *_ in _runs(networks)}))}."


def _paces(networks: Networks) -> str:
    """What the machine can do, by threads: the middle one of what was seen beside every network."""
    seen: dict[int, list[Numbers]] = {}
    for run, *_ in _runs(networks):
        seen.setdefault(run["threads"], []).append(run["pace"])
    each = []
    for threads, paces in seen.items():
        products, reading = (middle(pace[name]["median"] for pace in paces) for name in MEASURES)
        pace = f"{digits(2 * products)} GFLOP/s in a product of 2048x2048 matrices, {digits(reading)} GB/s in reading"
        each.append(f"{_threads(threads)}: {pace}")
    return f"The machine with {'; with '.join(each)}."


def _times(networks: Networks) -> Iterator[str]:
    """For each batch and number of threads a table of times and one of ratios."""
    for setting in dict.fromkeys(_setting(run) for run, *_ in _runs(networks)):
        runs = [(name, run) for run, name, _ in _runs(networks) if _setting(run) == setting]
        times = {name: lambda _, run, one=name: _or_late(run, "ms", one) for name in NAMES}
        others = {"cores that others used": lambda _, run: f"{run['others']:.0%}"}
        yield table({f"ms, {setting}": lambda name, _: name, **times, **others}, runs)
        ratios = {
            f"cnncalc as a multiple, {setting}": lambda name, _: name,
            targets.BEST_TORCH: lambda _, run: _or_late(run, "ratio", targets.best_torch(run)),
            **{name: lambda _, run, one=name: _or_late(run, "ratio", one) for name in NAMES[-2:]},
            f"its MACs at the {MULTIPLYING} peak": lambda _, run: spread_text(run["ratio"][AT_PEAK]),
        }
        yield table(ratios, runs)


def _or_late(run: Numbers, what: str, name: str) -> str:
    """A number, or why there is none."""
    if name in run[what]:
        return spread_text(run[what][name])
    return "too slow" if name in run["late"] else "not measured"


def _ratio_verdicts(networks: Networks) -> Iterator[Verdict]:
    for run, name, _ in _runs(networks):
        for target in targets.of(name, run):
            peer = target.contender(run)
            found = run["late"].get(peer) or spread_text(run["ratio"][peer])
            met = target.reached(run)
            if met is None:
                found += f" while others used {run['others']:.0%} of the cores"
            what = f"{name} : {target.peer}, {_setting(run)}"
            yield Verdict(what, f"at most {target.most(run['threads'])}", found, met)


def _whole(networks: Networks) -> Iterator[str]:
    """Whole processes, where they were measured."""
    whole = {
        f"{name}, {threads}": processes
        for name, numbers in networks.items()
        for threads, processes in numbers["cold"].items()
    }
    if whole:
        names = list(next(iter(whole.values())))
        columns = {
            "whole process, threads": lambda what, _: what,
            **{f"{name}, ms": lambda _, some, one=name: spread_of("ms")(some[one]) for name in names},
            **{f"{name} : cnncalc": lambda _, some, one=name: spread_of("ratio")(some[one]) for name in names[1:]},
            **{f"{name}, peak MiB": lambda _, some, one=name: median_of("peak_mib")(some[one]) for name in names},
        }
        yield f"{WHOLE}\n\n{table(columns, whole.items())}"


def _whole_verdicts(networks: Networks) -> Iterator[Verdict]:
    judged, least = targets.COLD
    for threads, processes in networks.get(judged, {"cold": {}})["cold"].items():
        for peer, most in least.items():
            ratio = processes[peer]["ratio"]
            what = f"whole process, {judged}, {peer} : cnncalc, threads {threads}"
            yield Verdict(what, f"at least {most}", spread_text(ratio), ratio["median"] >= most)


def _memory(networks: Networks) -> str:
    def peak(run: Numbers, name: str) -> str:
        return digits(run["memory"][name]["peak"]) if name in run["memory"] else ""

    columns = {
        "MiB": lambda *row: row[-1],
        "weights": lambda _, name, __: digits(networks[name]["facts"]["weight_mib"]),
        "the plan holds": lambda run, *_: digits(run["memory"][OWN]["plan"]),
        "its process holds": lambda run, *_: digits(run["memory"][OWN]["now"]),
        **{f"{name}, peak": lambda run, _, __, one=name: peak(run, one) for name in NAMES},
    }
    return f"{MEMORY}\n\n{table(columns, _runs(networks))}"


def _memory_verdicts(networks: Networks) -> Iterator[Verdict]:
    judged, most = targets.HOLDS
    for run, name, _ in _runs(networks):
        if name == judged and run["batch"] == targets.BATCH:
            for what, limit in most.items():
                share = run["memory"][OWN][what] / networks[name]["facts"]["weight_mib"]
                said = f"warm {name}, its {HOLDS[what]}, as a multiple of its weights, {_setting(run)}"
                yield Verdict(said, f"at most {limit}", digits(share), share <= limit)


def _errors(networks: Networks) -> str:
    def error(run: Numbers, name: str) -> str:
        return f"{run['error'][name]:.1e}" if name in run["error"] else ""

    columns = {
        "error": lambda *row: row[-1],
        **{name: lambda run, _, __, one=name: error(run, one) for name in NAMES},
    }
    what = "The largest difference from the answer in float64, as a part of the largest value of that:"
    return f"{what}\n\n{table(columns, _runs(networks))}"


def _error_verdicts(networks: Networks) -> Iterator[Verdict]:
    """The worst run of each network, at the largest batch: it has the most values to judge by."""
    for name, numbers in networks.items():
        largest = max(run["batch"] for run in numbers["runs"])
        errors = (run["error"] for run in numbers["runs"] if run["batch"] == largest)
        share = max(error[OWN] / min(error[one] for one in targets.TORCHES) for error in errors)
        what = f"{name}, error : PyTorch's smaller one, batch {largest}, worst run"
        yield Verdict(what, f"at most {targets.ERROR}", digits(share), share <= targets.ERROR)


def _floors(networks: Networks) -> Iterator[str]:
    """What stops a network that misses a ratio: the machine's own pace, and the layers that take the time."""
    for run, name, _ in _runs(networks):
        missed = [target.peer for target in targets.of(name, run) if target.reached(run) is False]
        if missed:
            threads = run["threads"]
            yield f"### {name}, threads {threads}: slower than wanted beside {' and '.join(missed)}"
            yield _pace(networks[name]["facts"], run)
            yield _profile(run["profile"])


def _pace(facts: Numbers, run: Numbers) -> str:
    pace = run["pace"][READING]
    reading = facts["weight_mib"] * 2**20 / 1e6 / pace["median"]
    speed = 2 * run["pace"][MULTIPLYING]["median"]
    return (
        f"An image takes {spread_text(run['ms'][OWN], ' ms')}. Its {facts['macs'] / 1e6:,.1f} M MACs take "
        f"{spread_text(run['ms'][AT_PEAK], ' ms')} at the peak of {digits(speed)} GFLOP/s, and only an algorithm that "
        f"multiplies less can take less; its {digits(facts['weight_mib'])} MiB of weights, read once at "
        f"{digits(pace['median'])} GB/s, take {digits(reading)} ms."
    )


def _profile(profile: Iterable[tuple[str, str, float]]) -> str:
    """The layers that take the most, each with its part of their sum."""
    rows = sorted(profile, key=lambda row: row[2], reverse=True)
    total, rest = (sum(seconds for *_, seconds in some) for some in (rows, rows[MOST_ROWS:]))
    if rest:
        rows[MOST_ROWS:] = [(f"{len(rows) - MOST_ROWS} others", "", rest)]
    columns = {
        "layer": lambda path, *_: path,
        "how": lambda _, how, __: how,
        "ms": lambda *row: digits(1000 * row[-1]),
        "of all": lambda *row: f"{row[-1] / total:.0%}",
    }
    return table(columns, rows)
