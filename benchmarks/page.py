"""What RESULTS.md is made of: numbers as text, tables, verdicts on targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Numbers = dict[str, Any]
Cell = Callable[..., str]
WORDS = {True: "met", False: "**missed**", None: "**not judged**"}


class Verdict(NamedTuple):
    """A target, and whether what was measured reaches it; None where it was measured badly and says nothing."""

    what: str
    target: str
    measured: str
    met: bool | None


Section = tuple[str, list[Verdict]]
"""The text of a benchmark's part of the page, and its verdicts."""


def verdict_table(verdicts: Iterable[Verdict]) -> str:
    """The verdicts, one a line."""
    columns: dict[str, Cell] = {
        "what": lambda what, *_: what,
        "target": lambda _, target, *__: target,
        "measured": lambda *row: row[2],
        "": lambda *row: WORDS[row[3]],
    }
    return table(columns, verdicts)


def at_most(what: str, limit: float, numbers: Mapping[str, float]) -> Verdict:
    """The verdict on a median that should not be above a limit."""
    return Verdict(what, f"at most {limit}", spread_text(numbers), numbers["median"] <= limit)


def table(columns: Mapping[str, Cell], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table: each heading with what it says of a row, whose parts it is given; the first is no number."""
    lines = [list(columns), ["---", *["---:"] * (len(columns) - 1)]]
    lines += ([cell(*row) for cell in columns.values()] for row in map(tuple, rows))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread_of(key: str) -> Cell:
    """A cell: the median with its quartiles of one of the numbers in a row's last part."""
    return lambda *row: spread_text(row[-1][key])


def median_of(key: str) -> Cell:
    """A cell: the median alone."""
    return lambda *row: digits(row[-1][key]["median"])


def spread_text(numbers: Mapping[str, float], unit: str = "") -> str:
    """A median with its quartiles, to three digits: `12.3 (11.9-13.0)`."""
    return f"{digits(numbers['median'])}{unit} ({digits(numbers['low'])}-{digits(numbers['high'])})"


def digits(value: float) -> str:
    """Three digits that count, and never less than the whole part."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def least_to_least(numbers: Mapping[str, float], by: Mapping[str, float]) -> str:
    """The ratio of the fastest runs: what is left when nothing disturbs either."""
    return digits(numbers["least"] / by["least"])


def named_versions(versions: Mapping[str, str]) -> str:
    """Packages with their versions."""
    return ", ".join(f"{name} {number}" for name, number in versions.items()) + "."


def blas_text(seen: Numbers) -> str:
    """Which BLAS multiplied, and by which of its kernels."""
    return f"{seen['name']} {seen['version']}, kernel {seen['kernel']}"
