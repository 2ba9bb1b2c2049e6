"""Measures whole `cnncalc summarize` beside those of the tools that people use today: see peers/README.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import measuring

PEER = str(Path(__file__).resolve().parent / "peers" / "peer.py")
PEERS = ("torchinfo", "fvcore", "ptflops", "thop", "keras")
JUDGED = "torchinfo"
"""The peer that the target is about; the others are measured more briefly."""
NETWORKS = ("resnet152", "vgg16")
TARGET = 1 / 20
"""The part of torchinfo's time within which cnncalc should answer."""
VERSIONS = """
import json
from importlib.metadata import version
print(json.dumps({name: version(name) for name in ("torch", "torchinfo", "fvcore", "ptflops", "thop", "keras")}))
"""


def pairs(peer: str, network: str, python: str, rounds: int) -> dict[str, Any]:
    """One peer and cnncalc in turn, its table and its JSON, with what the peer found; ratios are cnncalc : peer."""
    command = (python, PEER, peer, network)
    summary = (measuring.CNNCALC, "summarize", network)
    commands = {"peer": command, "table": summary, "JSON": (*summary, "--format", "json")}
    return {
        "found": measuring.answer(command),
        "processes": measuring.side_by_side(commands, rounds, base="peer"),
    }


def own_totals(network: str) -> dict[str, int]:
    """What cnncalc itself finds."""
    code = (
        "import cnncalc, json, sys; totals = cnncalc.analyze(cnncalc.load(sys.argv[1])).totals; "
        "print(json.dumps({'params': totals.params, 'macs': totals.macs}))"
    )
    totals: dict[str, int] = measuring.answer((sys.executable, "-P", "-c", code, network))
    return totals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="the interpreter of the environment that holds the peers")
    parser.add_argument("--peer", action="append", choices=PEERS, help="only this one; repeatable")
    parser.add_argument(
        "--rounds", type=int, default=9, help="interleaved rounds (default: %(default)s; a third for all but torchinfo)"
    )
    asked = parser.parse_args()
    measured: dict[str, Any] = {"target": TARGET, "versions": measuring.answer((asked.python, "-c", VERSIONS))}
    measured["machine"] = measuring.machine()
    measured["own"] = {network: own_totals(network) for network in NETWORKS}
    # Peers that are not asked for keep the numbers that they had.
    before = measuring.kept("peers").get("pairs", {})
    measured["pairs"] = {network: before.get(network, {}) for network in NETWORKS}
    for peer in asked.peer or PEERS:
        for network in NETWORKS:
            rounds = asked.rounds if peer == JUDGED else max(3, asked.rounds // 3)
            measured["pairs"][network][peer] = found = pairs(peer, network, asked.python, rounds)
            show(peer, network, found["processes"])
            measuring.keep("peers", measured)


def show(peer: str, network: str, processes: dict[str, Any]) -> None:
    times = (f"{name} {measuring.told(numbers['ms'], ' ms')}" for name, numbers in processes.items())
    part = measuring.told(processes["table"]["ratio"])
    print(f"{peer} on {network}: {', '.join(times)}; cnncalc's table takes {part} of its time")


if __name__ == "__main__":
    main()
