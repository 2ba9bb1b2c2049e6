"""Measures one `summarize resnet152` from inside, phase by phase, in milliseconds of processor time."""
# Nothing may be imported here that the program itself would import: it would be missing from the program's account.

import gc
from time import process_time

gc.disable()  # as the command line does
marks = [("", process_time())]


def reached(phase: str) -> None:
    """The phase that ends here."""
    marks.append((phase, process_time()))


import click  # noqa: E402, F401

reached("import click")
import yaml  # noqa: E402, F401

reached("import yaml")
from cnncalc.cli.summarize import summarize  # noqa: E402, F401
from cnncalc.language.choices import Choices  # noqa: E402
from cnncalc.language.load import declared, expanded  # noqa: E402
from cnncalc.language.shelf import find  # noqa: E402

reached("import cnncalc: language, layers, network")
from cnncalc.analysis import analyze  # noqa: E402

reached("import cnncalc: analysis")
found = find("resnet152")
reached("find the spec (reads resnet50.yaml)")
spec, faults = declared(found.source)
reached("declare: text to spec")
network = expanded(spec, faults, Choices(found.variant))
reached("expand: spec to network")
report = analyze(network)
reached("analyze")
from cnncalc.render.formats import JSON, SCREEN, write  # noqa: E402
from cnncalc.render.subjects.report import Summary  # noqa: E402
from cnncalc.render.writers.data import json_text  # noqa: E402, F401  # which `write` imports

reached("import cnncalc: render, for JSON")
write(Summary(report), JSON)
reached("render JSON")
from cnncalc.gate import judge, sentences  # noqa: E402
from cnncalc.render.writers.screen import screen_text  # noqa: E402, F401  # which `write` imports

reached("import cnncalc: gate and render (table only)")
write(Summary(report, verdicts=sentences(judge(report, network))), SCREEN)
reached("judge and render the table (table only)")

import json  # noqa: E402
from itertools import pairwise  # noqa: E402

print(json.dumps({name: 1000 * (end - begin) for (_, begin), (name, end) in pairwise(marks)}))
