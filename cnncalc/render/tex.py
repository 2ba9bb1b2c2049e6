r"""An explanation for a lecture's slides: each step as an equation in TeX, fractions as `\frac`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnncalc.derivation import Addition, Explanation, Letter, Operation, Overview, Step, Term
from cnncalc.render.explanation_words import AXES, SECTIONS, remark_words
from cnncalc.render.formula import LETTERS, NUMBERS, number

_SUM, _PRODUCT, _ATOM = 1, 2, 3
_BRACKETS = {"floor": (r"\left\lfloor ", r" \right\rfloor"), "ceil": (r"\left\lceil ", r" \right\rceil")}
_ESCAPES = {
    **{character: f"\\{character}" for character in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def tex(explanation: Explanation | Overview) -> str:
    """The whole of an explanation; each section an `align*`, to be pasted into a document with amsmath."""
    if isinstance(explanation, Overview):
        return "\n\n".join(_overview(explanation))
    return "\n\n".join(_explanation(explanation))


def _overview(overview: Overview) -> Iterator[str]:
    yield rf"\paragraph{{{_text(overview.path or overview.network)}}}"
    lines = [_addition(addition) for addition in overview.additions]
    yield aligned([*lines, *(line(step) for step in overview.steps)])
    if overview.last:
        yield from _explanation(overview.last)


def _explanation(explanation: Explanation) -> Iterator[str]:
    yield (
        rf"\paragraph{{{_text(explanation.path)}}} {_text(explanation.kind)}: \verb|{explanation.text.strip()}|"
        if (explanation.text and "|" not in explanation.text)
        else rf"\paragraph{{{_text(explanation.path)}}} {_text(explanation.kind)}"
    )
    for section in explanation.sections:
        if section.steps:
            yield f"% {SECTIONS[section.name]}\n" + aligned(list(map(line, section.steps)))
        for remark in section.remarks:
            yield _text(remark_words(remark))
    for way in explanation.ways:
        lines = []
        for stop in way.stops:
            axes = "" if len(stop.axes) == len(way_axes(way.arrives)) else f" ({', '.join(stop.axes)})"
            lines.append(rf"&\text{{{_text(stop.path + axes)}}}")
            lines += [_calculation(step) for step in stop.steps]
        if lines:
            yield f"% {SECTIONS['receptive field']}\n" + aligned(lines)


def way_axes(arrives: Sequence[Step]) -> list[str]:
    """The axes that the end of a way speaks of."""
    return [axis for axis in AXES if f"size {axis}" in {step.quantity for step in arrives}]


def aligned(lines: Sequence[str]) -> str:
    """Equations below each other, aligned at their first equals sign."""
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def line(step: Step) -> str:
    r"""A step: its letter, the formula in letters, with the numbers, and the result.

    >>> print(line(Step("height", "H2", (Letter("H1", 7) - Letter("F", 3)) / Letter("S", 2) + 1, 3)))
    H_{2} &= \frac{H_{1} - F}{S} + 1 = \frac{7 - 3}{2} + 1 = 3
    """
    told = [formula(step.formula, LETTERS), formula(step.formula, NUMBERS), _number(step.value)[0]]
    return f"{letter(step.letter)} &= {' = '.join(dict.fromkeys(told))}"


def _calculation(step: Step) -> str:
    told = [formula(step.formula, NUMBERS), _number(step.value)[0]]
    return f"{letter(step.letter)} &= {' = '.join(dict.fromkeys(told))}"


def _addition(addition: Addition) -> str:
    terms = [f"{value:,}".replace(",", "{,}") for _, value in addition.terms]
    if addition.others:
        terms.append(rf"\underbrace{{{_number(addition.rest)[0]}}}_{{{addition.others}\text{{ others}}}}")
    return f"{letter(addition.quantity)} &= {' + '.join(terms)} = {_number(addition.value)[0]}"


def letter(name: str) -> str:
    r"""A letter in TeX: what follows it in its name is its index; words are upright.

    >>> letter("H1"), letter("P_top"), letter("F'"), letter("D1_2"), letter("jump")
    ('H_{1}', 'P_{\\text{top}}', "F'", 'D_{1,2}', '\\text{jump}')
    """
    found = re.fullmatch(r"([A-Za-z])('?)(\d*)(?:_(\w+))?", name)
    if found is None:
        return rf"\text{{{_text(name)}}}"
    base, prime, index, side = found.groups()
    subscripts = [part for part in (index, _subscript(side)) if part]
    return f"{base}{prime}" + (f"_{{{','.join(subscripts)}}}" if subscripts else "")


def _subscript(side: str | None) -> str:
    if not side or side.isdigit() or len(side) == 1:
        return side or ""
    return rf"\text{{{_text(side)}}}"


def formula(term: Term, how: str) -> str:
    """A formula in TeX, in letters or with their values."""
    return _shown(term, how)[0]


def _shown(term: Term, how: str) -> tuple[str, int]:
    if isinstance(term, Letter):
        return (letter(term.name), _ATOM) if how == LETTERS else _number(term.value)
    if not isinstance(term, Operation):
        return _number(term)
    if term.sign in "+-":
        return f" {term.sign} ".join(_chain(term, how)), _SUM
    parts = [_shown(part, how) for part in term.parts]
    if term.sign == "x":
        return r" \cdot ".join(text if hold > _SUM else _bracketed(text) for text, hold in parts), _PRODUCT
    if term.sign == "/":
        return rf"\frac{{{parts[0][0]}}}{{{parts[1][0]}}}", _PRODUCT
    inside = ", ".join(text for text, _ in parts)
    first, last = _BRACKETS.get(term.sign, (rf"\{term.sign}\left(", r"\right)"))
    return f"{first}{inside}{last}", _ATOM


def _chain(term: Operation, how: str) -> list[str]:
    right: list[str] = []
    here: Term = term
    while isinstance(here, Operation) and here.sign == term.sign:
        before, after = here.parts
        text, hold = _shown(after, how)
        right.append(_bracketed(text) if hold == _SUM else text)
        here = before
    return [_shown(here, how)[0], *reversed(right)]


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _number(value: Term) -> tuple[str, int]:
    """An exact number; its thousands are parted without a blank after the comma."""
    text = number(value)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    over, slash, under = (part.replace(",", "{,}") for part in digits.partition("/"))
    shown = rf"{sign}\frac{{{over}}}{{{under}}}" if slash else sign + over
    return shown, _SUM if sign else _PRODUCT if slash else _ATOM


def _text(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)
