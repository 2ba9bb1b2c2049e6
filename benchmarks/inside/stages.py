"""Measures the stages of one summary of a spec, in processor time, and the peak memory."""

import gc
import json
import resource
import sys
from pathlib import Path
from time import process_time

import cnncalc
from cnncalc.gate import judge, sentences
from cnncalc.render.formats import CSV, JSON, SCREEN, write
from cnncalc.render.subjects.report import Summary

gc.disable()  # as the command line does
cnncalc.analyze(cnncalc.load("lenet5"))  # what is imported on the way is no layer's cost

seconds = {}
text = Path(sys.argv[1]).read_text(encoding="utf-8")
begin = process_time()
network = cnncalc.loads(text)
seconds["load"] = process_time() - begin
begin = process_time()
report = cnncalc.analyze(network)
seconds["analyze"] = process_time() - begin
begin = process_time()
write(Summary(report), JSON)
seconds["JSON"] = process_time() - begin
begin = process_time()
write(Summary(report), CSV)
seconds["CSV"] = process_time() - begin
begin = process_time()
write(Summary(report, verdicts=sentences(judge(report, network))), SCREEN)
seconds["table"] = process_time() - begin

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"layers": len(report.layers), "seconds": seconds, "peak_mib": peak / 2**20}))
