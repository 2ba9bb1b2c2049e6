"""Makes RESULTS.md from what the other scripts measured; with --measure it runs them first."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import measuring
from measuring import digits, told

HERE = Path(__file__).resolve().parent
PAGE = HERE / "RESULTS.md"
SCRIPTS = ("startup", "linear", "executor", "check")
"""The scripts that need nothing but an installed cnncalc; the peers need an environment of their own."""

Numbers = dict[str, Any]


class Verdict(NamedTuple):
    """A target, and whether what was measured reaches it."""

    what: str
    target: str
    measured: str
    met: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The verdict as a row."""
        return self.what, self.target, self.measured, "met" if self.met else "**missed**"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _least(numbers: Numbers, by: Numbers) -> str:
    """The ratio of the fastest runs: what is left when nothing disturbs either."""
    return digits(numbers["least"] / by["least"])


def startup(measured: Numbers) -> tuple[str, list[Verdict]]:
    commands = measured["commands"]
    bare = commands["python -c pass"]["ms"]
    times = table(
        ("process", "ms", "times `python -c pass`", "least : least", "in processor time", "peak MiB"),
        (
            (
                f"`{name}`",
                told(run["ms"]),
                told(run["ratio"]),
                _least(run["ms"], bare),
                told(run["cpu_ratio"]),
                digits(run["peak_mib"]["median"]),
            )
            for name, run in commands.items()
        ),
    )
    modules = table(
        ("`summarize resnet152`", "modules", "of them cnncalc's", "of NumPy, Pillow, rich, safetensors"),
        (
            (f"`--format {format_}`", str(seen["modules"]), str(seen["own"]), ", ".join(seen["heavy"]) or "none")
            for format_, seen in measured["loaded"].items()
        ),
    )
    phases = table(
        ("phase of `summarize resnet152`", "ms of processor time"),
        ((n, told(ms)) for n, ms in measured["phases"].items()),
    )
    verdicts = []
    for format_, most in measured["targets"].items():
        ratio = commands[f"summarize resnet152 --format {format_}"]["ratio"]
        what = f"`summarize resnet152 --format {format_}` : `python -c pass`"
        verdicts.append(Verdict(what, f"at most {most}", told(ratio), ratio["median"] <= most))
    for format_ in measured["targets"]:
        heavy = measured["loaded"][format_]["heavy"]
        what = f"heavy imports of `summarize --format {format_}`"
        verdicts.append(Verdict(what, "none", ", ".join(heavy) or "none", not heavy))
    text = f"{times}\n\nWhat a summary has loaded when it ends:\n\n{modules}\n\n"
    text += f"Where the time goes, after the interpreter's own start:\n\n{phases}"
    return text, verdicts


def linear(measured: Numbers) -> tuple[str, list[Verdict]]:
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


def executor(measured: Numbers) -> tuple[str, list[Verdict]]:
    rows, verdicts = [], []
    most = measured["target"]
    for name, by_threads in measured["warm"].items():
        for threads, run in by_threads.items():
            ms, ratio = run["ms"], run["ratio"]
            speed = digits(run["gflops"]["one product"]["median"])
            rows.append(
                (
                    f"{name}, {threads}",
                    f"{run['macs'] / 1e6:,.1f}",
                    told(ms["image"]),
                    speed,
                    told(ratio["one product"]),
                    _least(ms["image"], ms["one product"]),
                    told(ratio["the layers' products"]),
                )
            )
            if name != "lenet5":
                what = f"{name}, warm, {threads} : one product of as many MACs"
                met = ratio["one product"]["median"] <= most
                verdicts.append(Verdict(what, f"at most {most}", told(ratio["one product"]), met))
    head = (
        "network, batch 1",
        "M MACs",
        "ms an image",
        "the product's GFLOP/s",
        "image : product",
        "least : least",
        "image : layers' own",
    )
    warm = table(head, rows)
    cold = table(
        ("whole process", "ms", "peak MiB"),
        (
            (f"`run {name} chelsea`, {what}", told(run["ms"]), digits(run["peak_mib"]["median"]))
            for name, runs in measured["cold"].items()
            for what, run in runs.items()
            if what != "import numpy"
        ),
    )
    for name, room in measured["memory_target_mib"].items():
        for what, run in measured["cold"][name].items():
            if what != "import numpy":
                peak = run["peak_mib"]["high"]
                target, found = f"under {room / 1024:g} GiB", f"{peak / 1024:.2f} GiB"
                verdicts.append(Verdict(f"`run {name} chelsea`, {what}, peak", target, found, peak < room))
    return f"{_blas(measured)}\n\n{warm}\n\n{cold}", verdicts


def _blas(measured: Numbers) -> str:
    kernels = {threads: run["blas"] for threads, run in next(iter(measured["warm"].values())).items()}
    told_each = (f"{threads}: {seen['threads']} threads" for threads, seen in kernels.items())
    first = next(iter(kernels.values()))
    return (
        f"BLAS: {first['name']} {first['version']}, kernel {first['kernel']} ({'; '.join(told_each)}). "
        "The product is n x n x n in float32, n the cube root of the network's MACs: the shape that BLAS likes best. "
        "The layers' own are (places x inner) @ (inner x filters) for each layer in turn, without gathering columns."
    )


def check(measured: Numbers) -> tuple[str, list[Verdict]]:
    rows = ((name, told(run["ms"]), told(run["ratio"])) for name, run in measured["commands"].items())
    text = table(("`cnncalc check`", "ms", "times `python -c pass`"), rows)
    return f"{measured['networks']} networks in {measured['files']} files.\n\n{text}", []


def peers(measured: Numbers) -> tuple[str, list[Verdict]]:
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
        f"{versions}. How to measure them again: [peers/README.md](peers/README.md).\n\n{table(head, rows)}",
        verdicts,
    )


def _beside(found: int | None, own: int) -> str:
    """A peer's total, and how far it is from ours."""
    if found is None:
        return "not counted"
    return f"{found:,} (same)" if found == own else f"{found:,} ({found - own:+,})"


SECTIONS: dict[str, tuple[str, Callable[[Numbers], tuple[str, list[Verdict]]]]] = {
    "startup": ("Start-up", startup),
    "linear": ("Cost by layer", linear),
    "executor": ("The fast executor", executor),
    "check": ("The gate", check),
    "peers": ("Beside the peers", peers),
}


def page() -> str:
    """The whole page, from the numbers that there are."""
    parts, verdicts = [], []
    for name, (title, section) in SECTIONS.items():
        measured = measuring.kept(name)
        if not measured:
            parts.append(f"## {title}\n\nNot measured yet.")
            continue
        text, found = section(measured)
        verdicts += found
        parts.append(f"## {title}\n\n{_machine(measured['machine'])}\n\n{text}")
    missed = sum(not verdict.met for verdict in verdicts)
    targets = table(("what", "target", "measured", ""), (verdict.cells for verdict in verdicts))
    head = (
        "# Results\n\nMade by `python benchmarks/results.py` from `measured/*.json`, which the scripts beside it "
        "write; no number here is typed by hand. Each is a median with its quartiles, `12 (11-13)`, and each ratio is "
        "that of two runs that took turns. Ratios carry over between machines better than times. "
        "A peak of memory is never told as less than that of the process that measures, which `python -c pass` shows. "
        "All but the peers again: `python benchmarks/results.py --measure`.\n\n"
        f"## Targets: {len(verdicts) - missed} of {len(verdicts)} met, {missed} missed\n\n{targets}"
    )
    return "\n\n".join((head, *parts)) + "\n"


def _machine(seen: Numbers) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in seen["versions"].items())
    return (
        f"{seen['date']}, {seen['system']}, {seen['cores']} cores, Python {seen['python']}, {versions}; "
        f"load average {seen['load']} before it began.{_busy(seen)}"
    )


def _busy(seen: Numbers) -> str:
    """What a reader must know where others used the machine."""
    if seen["load"] < seen["cores"] / 2:
        return ""
    return " **Others used the machine meanwhile**: spreads are wide, and what runs on all cores waits for them."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help=f"first run {', '.join(SCRIPTS)}")
    if parser.parse_args().measure:
        for script in SCRIPTS:
            subprocess.run((sys.executable, str(HERE / f"{script}.py")), check=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
