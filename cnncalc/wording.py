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


def said_by(error: Exception) -> str:
    """What an exception says, on one line and without the addresses of objects; else what it is called.

    >>> said_by(ValueError("malformed node: <ast.Name object at 0x7f46a3159660>")), said_by(EOFError())
    ('malformed node: an ast.Name object', 'EOFError')
    """
    import re

    said = re.sub(r"<([\w.]+ object) at 0x[0-9a-fA-F]+>", r"an \1", str(error))
    return " ".join(said.split()) or type(error).__name__
