"""`cnncalc check` on every network that ships, with all their variants, beside `python -c pass`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import targets
from benchmarks.benchmark import Asked, Benchmark
from benchmarks.page import Section, Verdict, spread_of, spread_text, table
from benchmarks.timing import BARE, CNNCALC, Numbers, answer_of, side_by_side

ALL = "every network that ships"
SHIPPED = """
from cnncalc.language.shelf import shelf, shipped, variants_of
from cnncalc.language.yaml.source import read_source
networks = sum(1 + len(variants_of(read_source(path))) for path in shipped().values())
print(json.dumps([str(shelf()), len(shipped()), networks]))
"""


def measure(asked: Asked, _: Numbers) -> Iterator[Numbers]:
    folder, files, networks = answer_of(SHIPPED)
    specs = {ALL: folder, "vgg16 and its variants": "vgg16", "lenet5": "lenet5"}
    commands = {name: (CNNCALC, "check", spec) for name, spec in specs.items()}
    yield {"files": files, "networks": networks, "commands": side_by_side(commands, asked.rounds)}


def section(measured: Numbers) -> Section:
    commands = measured["commands"]
    columns = {"`cnncalc check`": lambda name, _: name, "ms": spread_of("ms"), f"times `{BARE}`": spread_of("ratio")}
    text = table(columns, commands.items())
    ms = commands[ALL]["ms"]
    within = ms["median"] <= 1000 * targets.CHECK_SECONDS
    verdict = Verdict(f"`check`, {ALL}", f"under {targets.CHECK_SECONDS} s", spread_text(ms, " ms"), within)
    return f"{measured['networks']} networks in {measured['files']} files.\n\n{text}", [verdict]


BENCHMARK = Benchmark("The gate", __doc__, measure, section)
