"""What papers print about their networks, held against what cnncalc computes from those that ship.

The printed figures are data (tests/specs/data/published.csv). What can be measured of a report, and when a printed
figure agrees with a computed one, has one home, in the tests of the networks that ship.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from documentation.markdown import cell, table
from tests.specs.printed import UNITS, agreement
from tests.specs.shelf import measured
from tests.specs.shelf import table as rows_of

MARK = re.compile(r"^<!-- audit: (.+) -->$", re.MULTILINE)
"""Where a page takes a table: the beginning of a source, `summary`, or `others`."""

PAPERS = (
    "LeCun et al. 1998", "Krizhevsky et al. 2012", "Zeiler and Fergus 2013", "Simonyan and Zisserman 2014",
    "Szegedy et al. 2014", "He et al. 2015",
)  # fmt: skip
"""The six papers of the lecture, as the sources of the printed figures begin."""

WORDS = {
    "params": "parameters", "fixed_params": "fixed parameters", "all_params": "parameters, fixed ones too",
    "macs": "MACs", "conv_macs": "MACs of the convolutions", "connections": "connections", "neurons": "neurons",
    "weight_layers": "layers with weights", "values": "values", "side": "side of the map",
    "receptive_field": "receptive field",
}  # fmt: skip
"""What is measured, in words."""

VERDICTS = {"exact": "agrees", "rounded": "agrees, rounded", "cut short": "cut short", "no": "**differs**"}


class Figure(NamedTuple):
    """One printed figure beside the computed one."""

    network: str
    at: str
    metric: str
    printed: str
    unit: str
    computed: int
    agreement: str
    source: str


def figures() -> list[Figure]:
    """Every printed figure, with what cnncalc computes now."""
    return [_figure(row) for row in rows_of("published.csv")]


def _figure(row: dict[str, str]) -> Figure:
    computed = measured(row["network"], row["at"], row["metric"])
    said = agreement(computed, Decimal(row["printed"]), UNITS[row["unit"]])
    return Figure(row["network"], row["at"], row["metric"], row["printed"], row["unit"], computed, said, row["source"])


def filled(page: str) -> str:
    """A page with its tables."""
    if MARK.search(page) is None:
        return page
    known = figures()
    return MARK.sub(lambda found: _part(found[1], known), page)


def _part(name: str, known: list[Figure]) -> str:
    if name == "summary":
        return _summary([figure for figure in known if figure.source.startswith(PAPERS)])
    if name == "others":
        return _table([figure for figure in known if not figure.source.startswith(PAPERS)], "")
    chosen = [figure for figure in known if figure.source.startswith(name)]
    if not chosen:
        raise ValueError(f"no printed figure comes from {name}")
    return _table(chosen, f"{name}, ")


def _summary(chosen: list[Figure]) -> str:
    count = Counter(figure.agreement for figure in chosen)
    return (
        f"Of **{len(chosen)}** printed figures of the six papers {count['exact']} agree, {count['rounded']} agree when"
        f" rounded, {count['cut short']} were cut short, and **{count['no']}** differ."
    )


def _table(chosen: list[Figure], known_source: str) -> str:
    titles = ["network", "layer", "what", "printed", "cnncalc", "verdict", "source"]
    return table(titles, [_cells(figure, known_source) for figure in chosen], numbers=["printed", "cnncalc"])


def _cells(figure: Figure, known_source: str) -> list[str]:
    layer = f"`{figure.at}`" if figure.at else "all"
    printed = f"{Decimal(figure.printed):,} {figure.unit}".rstrip()
    return [
        f"`{figure.network}`", layer, WORDS[figure.metric], printed, f"{figure.computed:,}", _verdict(figure),
        cell(figure.source.removeprefix(known_source)),
    ]  # fmt: skip


def _verdict(figure: Figure) -> str:
    words = VERDICTS[figure.agreement]
    if figure.agreement != "no":
        return words
    off = Decimal(figure.printed) * UNITS[figure.unit] / figure.computed - 1
    return f"{words}: {off:+.1%}"
