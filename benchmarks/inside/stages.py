"""The stages of one summary of a spec, in processor time, and the peak memory."""

import gc
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import cnncalc
from cnncalc.gate import judge, sentences
from cnncalc.render.formats import CSV, JSON, SCREEN, write
from cnncalc.render.subjects.report import Summary

gc.disable()  # as the command line does
seconds: dict[str, float] = {}


def timed(stage: str, call: Callable[[], Any]) -> Any:
    """What a call gives; its processor time is that of a stage."""
    begin = process_time()
    result = call()
    seconds[stage] = process_time() - begin
    return result


def summarized(text: str) -> int:
    """Every stage of a summary, one after the other; how many layers there are."""
    network = timed("load", lambda: cnncalc.loads(text))
    report = timed("analyze", lambda: cnncalc.analyze(network))
    timed("JSON", lambda: write(Summary(report), JSON))
    timed("CSV", lambda: write(Summary(report), CSV))
    timed("table", lambda: write(Summary(report, verdicts=sentences(judge(report, network))), SCREEN))
    return len(report.layers)


summarized("{input: 8x8x3, layers: [relu]}")  # what is imported on the way is no layer's cost
layers = summarized(Path(sys.argv[1]).read_text(encoding="utf-8"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"layers": layers, "seconds": seconds, "peak_mib": peak / 2**20}))
