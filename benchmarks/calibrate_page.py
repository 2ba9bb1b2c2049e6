"""The section on the cost model: its constants as they are here, and what its choices cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from benchmarks import targets
from benchmarks.page import Section, Verdict, blas_text, digits, spread_of, spread_text, table
from benchmarks.timing import Numbers

HOW = (
    "A plan chooses each convolution's algorithm by a model of a few constants, `cnncalc/executor/fast/costs.py`, and "
    "measures nothing itself. Nanoseconds of one of each, as the model has them and as they are here; only their "
    "proportions decide anything:"
)
CHOICES = (
    "Every convolution of the networks, and of a grid of others, is a network of its own, one thread, computed by each "
    "algorithm that the model does not think hopeless. They take turns, and between two calls as many bytes pass "
    "through the caches as the rest of its network reads. Times are added up as often as a convolution stands in the "
    "network; the regret is the part of them that the fastest algorithms would save."
)
ONCE = (
    "The same for one image that nothing follows, so that making the weights ready counts; and the whole first run of "
    "a plan for one image beside one that computes all convolutions by columns, as a multiple of its time."
)

Row = Numbers
"""One convolution: how often it stands there, what was chosen, and the milliseconds of every algorithm."""
Groups = Mapping[str, list[Row]]


class Regret(NamedTuple):
    """Some convolutions together, in milliseconds.

    Attributes:
        chosen: what was chosen takes so much.
        best: what is fastest takes so much.
        worst: the largest ratio of the one to the other.
        where: the convolution of that ratio.
    """

    chosen: float
    best: float
    worst: float
    where: Row

    @property
    def share(self) -> float:
        """The part of the time that better choices would save."""
        return self.chosen / self.best - 1


def for_many(row: Row) -> tuple[str, Mapping[str, float]]:
    """What is chosen for very many images, and what each algorithm takes for them."""
    return row["chosen"], row["ms"]


def for_one(row: Row) -> tuple[str, Mapping[str, float]]:
    """What is chosen where nothing follows, and what each algorithm takes with the making ready of its weights."""
    return row["chosen_for_one"], {name: row["ms"][name] + row["packing_ms"][name] for name in row["ms"]}


def regret(rows: Iterable[Row], asked: Callable[[Row], tuple[str, Mapping[str, float]]] = for_many) -> Regret:
    """The regret of some convolutions, each counted as often as it stands there."""
    chosen = best = worst = 0.0
    where: Row = {}
    for row in rows:
        name, ms = asked(row)
        least = min(ms.values())
        chosen += row["times"] * ms[name]
        best += row["times"] * least
        if ms[name] / least > worst:
            worst, where = ms[name] / least, row
    return Regret(chosen, best, worst, where)


def section(measured: Numbers) -> Section:
    parts = [f"BLAS: {blas_text(measured['blas'])}.", HOW, _constants(measured["constants"])]
    verdicts: list[Verdict] = []
    if measured.get("choices"):
        networks = {name: rows for name, rows in measured["choices"].items() if name in targets.NETWORKS}
        grids = {name: rows for name, rows in measured["choices"].items() if name not in networks}
        parts += [CHOICES, _regrets("network", networks), _regrets("grid", grids)]
        parts += [ONCE, _once(networks, measured["once"])]
        verdicts = list(_verdicts([row for rows in networks.values() for row in rows]))
    return "\n\n".join(parts), verdicts


def _constants(constants: Numbers) -> str:
    columns = {
        "constant": lambda name, _: f"`{name}`",
        "in costs.py": lambda name, row: _number(name, row["costs"]),
        "measured": lambda name, row: (
            spread_text(row["measured"]) if name != "CACHE_BYTES" else _number(name, row["measured"]["median"])
        ),
        "ratio": lambda _, row: digits(row["measured"]["median"] / row["costs"]),
    }
    return table(columns, constants.items())


def _number(name: str, value: float) -> str:
    return f"{value / 2**10:.0f} KiB" if name == "CACHE_BYTES" else f"{value:,g}"


def _regrets(what: str, groups: Groups) -> str:
    """A line for each network or grid at each batch."""
    columns = {
        f"{what}, batch": lambda name, batch, *_: f"{name}, {batch}",
        "convolutions": lambda *row: str(len(row[2])),
        "chosen, ms": lambda *row: digits(row[-1].chosen),
        "fastest, ms": lambda *row: digits(row[-1].best),
        "regret": lambda *row: f"{row[-1].share:.1%}",
        "worst choice": lambda *row: _worst(row[-1]),
    }
    return table(columns, ((name, batch, some, regret(some)) for name, batch, some in _by_batch(groups)))


def _by_batch(groups: Groups) -> Iterator[tuple[str, int, list[Row]]]:
    for name, rows in groups.items():
        for batch in sorted({row["batch"] for row in rows}):
            yield name, batch, [row for row in rows if row["batch"] == batch]


def _worst(one: Regret) -> str:
    """The choice that loses most, where any does."""
    if one.worst == 1:
        return "none is slower"
    name, ms = for_many(one.where)
    return f"{one.worst:.2f}x: {one.where['what']}, {name} and not {min(ms, key=ms.__getitem__)}"


def _once(networks: Groups, once: Numbers) -> str:
    columns = {
        "network, one image": lambda name, _: name,
        "regret": lambda name, _: f"{regret((row for row in networks[name] if row['batch'] == 1), for_one).share:.1%}",
        "first run, ms": spread_of("chosen"),
        "by columns, ms": spread_of("columns"),
        "ratio": spread_of("ratio"),
    }
    return table(columns, ((name, once[name]) for name in networks))


def _verdicts(rows: list[Row]) -> Iterator[Verdict]:
    one = regret(rows)
    what, most = "choices of algorithms, all networks: time that better ones would save", targets.REGRET
    yield Verdict(what, f"at most {most:.0%}", f"{one.share:.1%}", one.share <= most)
    what, most = "the worst choice : the fastest algorithm", targets.WORST_CHOICE
    yield Verdict(what, f"at most {most}", digits(one.worst), one.worst <= most)
