"""Whole `cnncalc summarize` beside those of the tools that people use today: see peers/README.md."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.page import Section, Verdict, digits, median_of, named_versions, spread_text, table
from benchmarks.timing import CNNCALC, HERE, Numbers, answer, answer_of, side_by_side

PEERS = ("torchinfo", "fvcore", "ptflops", "thop", "keras")
JUDGED = "torchinfo"
"""The peer that the target is about; the others are measured more briefly."""
NETWORKS = ("resnet152", "vgg16")
TOTALS = """
import cnncalc, sys
totals = cnncalc.analyze(cnncalc.load(sys.argv[1])).totals
print(json.dumps({'params': totals.params, 'macs': totals.macs}))
"""


def measure(asked: Asked, before: Numbers) -> Iterator[Numbers]:
    own = {network: answer_of(TOTALS, network) for network in NETWORKS}
    pairs = {network: before.get("pairs", {}).get(network, {}) for network in NETWORKS}
    for peer in asked.only or PEERS:
        for network in NETWORKS:
            rounds = asked.rounds if peer == JUDGED or asked.quick else max(3, asked.rounds // 3)
            pairs[network][peer] = _pair(peer, network, asked.python, rounds)
            yield {"own": own, "pairs": pairs}


def _pair(peer: str, network: str, python: str, rounds: int) -> Numbers:
    """One peer and cnncalc in turn, its table and its JSON, with what the peer found; ratios are cnncalc : peer."""
    command = (python, str(HERE / "peers" / "peer.py"), peer, network)
    summary = (CNNCALC, "summarize", network)
    commands = {"peer": command, "table": summary, "JSON": (*summary, "--format", "json")}
    return {"found": answer(command), "processes": side_by_side(commands, rounds, base="peer")}


def section(measured: Numbers) -> Section:
    own = measured["own"]
    pairs = [
        (network, peer, pair["found"], pair["processes"])
        for network, by_peer in measured["pairs"].items()
        for peer, pair in by_peer.items()
    ]
    columns = {
        "peer": lambda network, peer, *_: f"{peer}, {network}",
        "its ms": lambda *row: spread_text(row[-1]["peer"]["ms"]),
        "cnncalc's ms": lambda *row: spread_text(row[-1]["table"]["ms"]),
        "cnncalc : peer": lambda *row: _one_to(row[-1]["table"]),
        "its MiB": lambda *row: median_of("peak_mib")(row[-1]["peer"]),
        "cnncalc's MiB": lambda *row: median_of("peak_mib")(row[-1]["table"]),
        "its params": lambda network, _, found, __: _beside(found["params"], own[network]["params"]),
        "its MACs": lambda network, _, found, __: _beside(found["macs"], own[network]["macs"]),
    }
    verdicts = [
        _verdict(network, format_, runs[format_])
        for network, peer, _, runs in pairs
        if peer == JUDGED
        for format_ in ("table", "JSON")
    ]
    how = f"{named_versions(measured['versions'])} How to measure them again: `benchmarks/peers/README.md`."
    return f"{how}\n\n{table(columns, pairs)}", verdicts


def _verdict(network: str, format_: str, run: Numbers) -> Verdict:
    what = f"`summarize {network}`, {format_} : {JUDGED}"
    most = targets.PART_OF_TORCHINFO
    return Verdict(what, f"at most 1 : {most}", _one_to(run), run["ratio"]["median"] <= 1 / most)


def _one_to(run: Numbers) -> str:
    return f"1 : {digits(1 / run['ratio']['median'])}"


def _beside(found: int | None, own: int) -> str:
    """A peer's total, and how far it is from ours."""
    if found is None:
        return "not counted"
    return f"{found:,} (same)" if found == own else f"{found:,} ({found - own:+,})"


BENCHMARK = Benchmark("Beside the peers", __doc__, measure, section, parts=PEERS, peers=("torch", *PEERS))
