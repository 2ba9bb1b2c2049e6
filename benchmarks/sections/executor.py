"""The fast executor beside plain matrix products of as many MACs."""

from __future__ import annotations

from measuring import digits, told
from sections.parts import Numbers, Verdict, least_to_least, table


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
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
                    least_to_least(ms["image"], ms["one product"]),
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
