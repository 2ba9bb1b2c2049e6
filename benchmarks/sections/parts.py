"""What the sections of the page are made of: verdicts on targets, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from measuring import digits

Numbers = dict[str, Any]
WORDS = {True: "met", False: "**missed**", None: "**not judged**"}


class Verdict(NamedTuple):
    """A target, and whether what was measured reaches it; None where it was measured badly and says nothing."""

    what: str
    target: str
    measured: str
    met: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The verdict as a row."""
        return self.what, self.target, self.measured, WORDS[self.met]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def least_to_least(numbers: Numbers, by: Numbers) -> str:
    """The ratio of the fastest runs: what is left when nothing disturbs either."""
    return digits(numbers["least"] / by["least"])
