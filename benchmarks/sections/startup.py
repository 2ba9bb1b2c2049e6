"""Start-up: how long a summary takes beside a bare interpreter, what it imports, where its time goes."""

from __future__ import annotations

from measuring import digits, told
from sections.parts import Numbers, Verdict, least_to_least, table


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
    commands = measured["commands"]
    bare = commands["python -c pass"]["ms"]
    times = table(
        ("process", "ms", "times `python -c pass`", "least : least", "in processor time", "peak MiB"),
        (
            (
                f"`{name}`",
                told(run["ms"]),
                told(run["ratio"]),
                least_to_least(run["ms"], bare),
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
