"""The gate: how long a check takes."""

from __future__ import annotations

from measuring import told
from sections.parts import Numbers, Verdict, table


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
    rows = ((name, told(run["ms"]), told(run["ratio"])) for name, run in measured["commands"].items())
    text = table(("`cnncalc check`", "ms", "times `python -c pass`"), rows)
    return f"{measured['networks']} networks in {measured['files']} files.\n\n{text}", []
