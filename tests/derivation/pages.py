"""Reads what `explain` prints: the equations of each section, and the columns beside paths."""

from __future__ import annotations

import re
from fractions import Fraction

from tests.derivation.evaluator import Unreadable, evaluate

SECTION = {
    "letters": "letters",
    "what comes out": "output",
    "what it keeps": "params",
    "what it computes": "macs",
    "what it occupies": "activations",
    "what is alive at that moment": "alive",
    "what it sees": "field",
    "without statistics and gates of whole maps, what it sees": "field",
    "the same layer elsewhere": "frameworks",
}


def sections(text: str) -> dict[str, list[str]]:
    """The lines of each section of an explanation, by its name; those of several ways under `field of NAME`."""
    found: dict[str, list[str]] = {}
    here = found.setdefault("head", [])
    for line in text.split("\n"):
        if line and not line.startswith(" "):
            name = next((entry for title, entry in SECTION.items() if line.startswith(title)), "head")
            if name == "field":
                name = line.replace("what it sees", "field")
            here = found.setdefault(name, [])
        elif line.strip() and not line.strip().startswith("note: "):
            here.append(line.strip())
    return found


def letters(lines: list[str]) -> dict[str, Fraction]:
    """The letters that are listed with their values: `F = 3  kernel`."""
    return {line.split(" = ")[0]: evaluate(line.split(" = ")[1].split("  ")[0]) for line in lines}


def worked(lines: list[str], given: dict[str, Fraction]) -> dict[str, Fraction]:
    """The value of each equation, computed from its text: every right-hand side must have the value of the last.

    A letter that one equation gives may stand in the next.
    """
    known = dict(given)
    results: dict[str, Fraction] = {}
    for line in lines:
        left, *right = line.split(" = ")
        values = {text: _value(text, known) for text in right}
        assert len(set(values.values())) == 1, f"{line}: the sides differ: {values}"
        results[left] = known[left] = evaluate(right[-1])
    return results


def _value(text: str, known: dict[str, Fraction]) -> Fraction:
    try:
        return evaluate(text, known)
    except Unreadable as fault:
        raise AssertionError(f"{text}: cannot be computed: {fault}") from None


def calculations(text: str) -> list[tuple[str, Fraction]]:
    """Calculations such as `size 1 + (7 - 1) x 1 = 7; jump 1 x 2 = 2`, each computed from its numbers.

    A calculation of one number has no second side.
    """
    found = []
    for part in text.split("; "):
        match = re.fullmatch(r"(size|smallest|start|jump|p|(?:low|high)(?:_\d+)?)(?: =)? (.+)", part.strip())
        assert match, part
        values = [evaluate(side) for side in match[2].split(" = ")]
        assert len(set(values)) == 1, f"{part}: {values}"
        found.append((match[1], values[0]))
    return found


def column(line: str) -> tuple[str, str]:
    """What stands beside a path: the path, then after two blanks or more the rest."""
    path, rest = re.split(r"\s{2,}", line, maxsplit=1)
    return path, rest
