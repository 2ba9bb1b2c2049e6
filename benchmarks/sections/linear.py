"""Cost by layer: what a layer more costs, in small networks and in the longest."""

from __future__ import annotations

from collections.abc import Sequence

from measuring import digits, told
from sections.parts import Numbers, Verdict, table


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
    names = list(next(iter(measured["stages"].values()))[0]["seconds"])
    rows = []
    for form, sizes in measured["stages"].items():
        for run in sizes:
            per_layer = (digits(1e6 * run["seconds"][name]["median"] / run["layers"]) for name in names)
            seconds = sum(run["seconds"][name]["median"] for name in ("load", "analyze", "JSON"))
            peak = digits(run["peak_mib"]["median"])
            rows.append((form, f"{run['layers']:,}", *per_layer, digits(seconds), peak))
    stages = table(
        ("network", "layers", *(f"{name}, us" for name in names), "load + analyze + JSON, s", "peak MiB"), rows
    )
    stages = f"Microseconds of processor time for a layer, by stage:\n\n{stages}"
    processes = table(
        ("whole process, 10,000 layers", "ms", "ms of processor time", "peak MiB"),
        (
            (f"{form}, {name}", told(run["ms"]), told(run["cpu_ms"]), digits(run["peak_mib"]["median"]))
            for form, runs in measured["whole"].items()
            for name, run in runs.items()
            if name != "python -c pass"
        ),
    )
    slowest = max(
        (run["ms"] for runs in measured["whole"].values() for run in runs.values()), key=lambda ms: ms["median"]
    )
    within = slowest["median"] <= 1000 * measured["target"]
    what = "10,000 layers, the slowest format and form, whole process"
    return f"{stages}\n\n{processes}", [
        Verdict(what, f"under {measured['target']:g} s", told(slowest, " ms"), within),
        _growth(measured, names),
    ]


def _growth(measured: Numbers, names: Sequence[str]) -> Verdict:
    """The worst stage: how much more a layer costs in the longest network than in that of 10,000."""
    worst, where = 0.0, ""
    for form, (_, middle, long) in measured["stages"].items():
        for name in names:
            costs = [run["seconds"][name]["median"] / run["layers"] for run in (middle, long)]
            if costs[1] / costs[0] > worst:
                worst, where = costs[1] / costs[0], f"{name}, {form}"
    what = "a layer's cost in the longest network : in one of 10,000, worst stage"
    return Verdict(what, "about 1", f"{digits(worst)} ({where})", worst <= 1.5)
