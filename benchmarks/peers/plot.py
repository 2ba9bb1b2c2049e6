"""Draws executors.svg from what was measured of the executors, in the peers' environment, for matplotlib."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import targets
from benchmarks.benchmark import kept
from benchmarks.executors_page import PLOT
from benchmarks.timing import HERE

INK = "#7d7d7d"
"""As far from white as from black, so that a page of either colour shows it."""
COLORS = {targets.BEST_TORCH: "#d9772b", targets.ONNXRUNTIME: "#3b8ed0"}
SIDES = {targets.BEST_TORCH: 0.16, targets.ONNXRUNTIME: -0.16}
"""How far above its network's line each peer stands."""
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cnncalc",
    "font.family": "sans-serif",
    "font.size": 10,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
}


class Point(NamedTuple):
    """One ratio with its quartiles, and the most that it should be where that is said."""

    row: int
    peer: str
    ratio: Mapping[str, float]
    most: float | None


def points(networks: Mapping[str, Any], threads: int) -> Iterator[Point]:
    """What was measured with so many threads, the first network on top."""
    for row, name in enumerate(reversed(list(networks))):
        for run in networks[name]["runs"]:
            if (run["batch"], run["threads"]) == (targets.BATCH, threads):
                wanted = {target.peer: target.most(threads) for target in targets.of(name, run)}
                for peer in COLORS:
                    meant = targets.best_torch(run) if peer == targets.BEST_TORCH else peer
                    yield Point(row, peer, run["ratio"][meant], wanted.get(peer))


def panel(axes: Axes, networks: Mapping[str, Any], threads: int) -> None:
    for point in points(networks, threads):
        height, color = point.row + SIDES[point.peer], COLORS[point.peer]
        axes.plot([point.ratio["low"], point.ratio["high"]], [height, height], color=color, linewidth=2)
        axes.plot(point.ratio["median"], height, "o", color=color, markersize=6)
        if point.most is not None:
            axes.plot(point.most, height, "|", color=color, markersize=13, markeredgewidth=2)
    axes.axvline(1, color=INK, linewidth=1)
    axes.set_xscale("log")
    axes.set_xticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
    axes.set_xticks([], minor=True)
    axes.grid(axis="x", color=INK, alpha=0.25)
    axes.set_title("one thread" if threads == 1 else f"{threads} threads", loc="left")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)


def drawn(networks: Mapping[str, Any]) -> Figure:
    """A panel for each number of threads, side by side."""
    counts = sorted({run["threads"] for numbers in networks.values() for run in numbers["runs"]})
    figure = Figure(figsize=(9, 1.1 + 0.5 * len(networks)), layout="constrained")
    panels = figure.subplots(1, len(counts), sharex=True, sharey=True, squeeze=False)[0]
    for axes, threads in zip(panels, counts, strict=True):
        panel(axes, networks, threads)
    panels[0].set_yticks(range(len(networks)), list(networks)[::-1])
    figure.supxlabel(f"time of cnncalc as a multiple of the peer's, batch {targets.BATCH}", fontsize=10)
    for peer, color in COLORS.items():
        panels[0].plot([], [], "o-", color=color, linewidth=2, label=peer)
    panels[0].plot([], [], "|", color=INK, markersize=13, markeredgewidth=2, label="target, at most")
    figure.legend(loc="outside upper right", ncols=3, frameon=False)
    return figure


def main() -> None:
    measured = kept("executors")
    if measured:
        networks = {name: measured["networks"][name] for name in targets.NETWORKS if name in measured["networks"]}
        with mpl.rc_context(STYLE):
            drawn(networks).savefig(HERE / PLOT, transparent=True, metadata={"Date": None})


if __name__ == "__main__":
    main()
