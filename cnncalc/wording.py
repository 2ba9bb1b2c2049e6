"""Counts and choices as a sentence has them. Imports nothing, so that every rule may use it."""

from __future__ import annotations

from collections.abc import Sequence


def plural(number: int, noun: str) -> str:
    """A number with its noun.

    >>> plural(1, "layer"), plural(1200, "layer")
    ('1 layer', '1,200 layers')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def one_of(words: Sequence[str]) -> str:
    """The words as a choice.

    >>> one_of(["exact", "floor", "ceil"]), one_of(["valid"])
    ('exact, floor or ceil', 'valid')
    """
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
