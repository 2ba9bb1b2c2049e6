"""The cost model of the fast executor: its constants as they are here, and what its choices cost."""

from __future__ import annotations

from collections.abc import Iterator

import targets
from measuring import digits, told
from regret import Regret, Row, for_many, for_one, regret
from sections.parts import Numbers, Verdict, table

MOST_REGRET = 0.03
"""The part of the networks' time that better choices may save."""
MOST_RATIO = 1.3
"""How many times as long as the fastest algorithm a chosen one may take."""

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


def section(measured: Numbers) -> tuple[str, list[Verdict]]:
    parts = [_blas(measured["blas"]), HOW, _constants(measured["constants"])]
    verdicts: list[Verdict] = []
    if "choices" in measured:
        networks = {name: rows for name, rows in measured["choices"].items() if name in targets.NETWORKS}
        grids = {name: rows for name, rows in measured["choices"].items() if name not in networks}
        parts += [CHOICES, _regrets("network", networks), _regrets("grid", grids)]
        parts += [ONCE, _once(networks, measured["once"])]
        verdicts = list(_verdicts([row for rows in networks.values() for row in rows]))
    return "\n\n".join(parts), verdicts


def _blas(seen: Numbers) -> str:
    return f"BLAS: {seen['name']} {seen['version']}, kernel {seen['kernel']}."


def _constants(constants: Numbers) -> str:
    rows = (
        (
            f"`{name}`",
            _number(name, row["costs"]),
            told(row["measured"]) if name != "CACHE_BYTES" else _number(name, row["measured"]["median"]),
            digits(row["measured"]["median"] / row["costs"]),
        )
        for name, row in constants.items()
    )
    return table(("constant", "in costs.py", "measured", "ratio"), rows)


def _number(name: str, value: float) -> str:
    return f"{value / 2**10:.0f} KiB" if name == "CACHE_BYTES" else f"{value:,g}"


def _regrets(what: str, groups: dict[str, list[Row]]) -> str:
    """A line for each network or grid at each batch."""
    rows = [(*cells, _worst(one)) for *cells, one in _by_batch(groups)]
    return table((f"{what}, batch", "convolutions", "chosen, ms", "fastest, ms", "regret", "worst choice"), rows)


def _by_batch(groups: dict[str, list[Row]]) -> Iterator[tuple[str, str, str, str, str, Regret]]:
    for name, rows in groups.items():
        for batch in sorted({row["batch"] for row in rows}):
            some = [row for row in rows if row["batch"] == batch]
            one = regret(some)
            numbers = digits(one.chosen), digits(one.best), f"{one.share:.1%}"
            yield (f"{name}, {batch}", str(len(some)), *numbers, one)


def _worst(one: Regret) -> str:
    """The choice that loses most, where any does."""
    if one.worst == 1:
        return "none is slower"
    name, ms = for_many(one.where)
    return f"{one.worst:.2f}x: {one.where['what']}, {name} and not {min(ms, key=ms.__getitem__)}"


def _once(networks: dict[str, list[Row]], once: Numbers) -> str:
    rows = []
    for name, all_rows in networks.items():
        one = regret((row for row in all_rows if row["batch"] == 1), for_one)
        ms = (told(once[name][how]) for how in ("chosen", "columns", "ratio"))
        rows.append((name, f"{one.share:.1%}", *ms))
    return table(("network, one image", "regret", "first run, ms", "by columns, ms", "ratio"), rows)


def _verdicts(rows: list[Row]) -> Iterator[Verdict]:
    one = regret(rows)
    what = "choices of algorithms, all networks: time that better ones would save"
    yield Verdict(what, f"at most {MOST_REGRET:.0%}", f"{one.share:.1%}", one.share <= MOST_REGRET)
    what = "the worst choice : the fastest algorithm"
    yield Verdict(what, f"at most {MOST_RATIO:g}", digits(one.worst), one.worst <= MOST_RATIO)
