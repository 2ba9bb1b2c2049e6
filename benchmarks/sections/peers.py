"""Summaries beside those of the tools that people use today."""

from __future__ import annotations

from measuring import digits, told
from sections.parts import Numbers, Verdict, table


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
    rows, verdicts, most = [], [], measured["target"]
    for network, by_peer in measured["pairs"].items():
        own = measured["own"][network]
        for peer, pair in by_peer.items():
            found, runs = pair["found"], pair["processes"]
            one_to = 1 / runs["table"]["ratio"]["median"]
            rows.append(
                (
                    f"{peer}, {network}",
                    told(runs["peer"]["ms"]),
                    told(runs["table"]["ms"]),
                    f"1 : {digits(one_to)}",
                    digits(runs["peer"]["peak_mib"]["median"]),
                    digits(runs["table"]["peak_mib"]["median"]),
                    _beside(found["params"], own["params"]),
                    _beside(found["macs"], own["macs"]),
                )
            )
        if "torchinfo" in by_peer:
            for format_ in ("table", "JSON"):
                ratio = by_peer["torchinfo"]["processes"][format_]["ratio"]
                what = f"`summarize {network}`, {format_} : torchinfo"
                met = ratio["median"] <= most
                verdicts.append(Verdict(what, f"at most 1 : {1 / most:.0f}", f"1 : {digits(1 / ratio['median'])}", met))
    head = ("peer", "its ms", "cnncalc's ms", "cnncalc : peer", "its MiB", "cnncalc's MiB", "its params", "its MACs")
    versions = ", ".join(f"{name} {number}" for name, number in measured["versions"].items())
    return (
        f"{versions}. How to measure them again: `benchmarks/peers/README.md`.\n\n{table(head, rows)}",
        verdicts,
    )


def _beside(found: int | None, own: int) -> str:
    """A peer's total, and how far it is from ours."""
    if found is None:
        return "not counted"
    return f"{found:,} (same)" if found == own else f"{found:,} ({found - own:+,})"
