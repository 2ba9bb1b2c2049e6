r"""An explanation for a lecture's slides: each step as an equation in TeX, fractions as `\frac`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnncalc.derivation.expression import Term
from cnncalc.derivation.step import Addition, Explanation, Overview, Step
from cnncalc.render.formula import ATOM, LETTERS, NUMBERS, PRODUCT, SUM, Notation, Text, number
from cnncalc.render.subjects.explanation import Explained
from cnncalc.render.subjects.explanation_words import SECTIONS, axes_of, remark_words
from cnncalc.safe import pages

_BRACKETS = {"floor": (r"\left\lfloor ", r" \right\rfloor"), "ceil": (r"\left\lceil ", r" \right\rceil")}


def tex(subject: Explained) -> str:
    """The whole of an explanation; each section an `align*`, to be pasted into a document with amsmath."""
    explanation = subject.explanation
    return "\n\n".join(_overview(explanation) if isinstance(explanation, Overview) else _explanation(explanation))


def _overview(overview: Overview) -> Iterator[str]:
    yield rf"\paragraph{{{pages.tex(overview.path or overview.network)}}}"
    lines = [_addition(addition) for addition in overview.additions]
    yield aligned([*lines, *(line(step) for step in overview.steps)])
    if overview.last:
        yield from _explanation(overview.last)


def _explanation(explanation: Explanation) -> Iterator[str]:
    text = pages.verbatim(explanation.text.strip())
    written = f": {text}" if text else ""
    yield rf"\paragraph{{{pages.tex(explanation.path)}}} {pages.tex(explanation.kind)}{written}"
    for section in explanation.sections:
        if section.steps:
            yield f"% {SECTIONS[section.name]}\n" + aligned(list(map(line, section.steps)))
        for remark in section.remarks:
            yield pages.tex(remark_words(remark))
    for name, ways in (("receptive field", explanation.ways), ("windows", explanation.windows)):
        for way in ways:
            lines = []
            for stop in way.stops:
                lines.append(rf"&\text{{{pages.tex(stop.path + axes_of(stop, way))}}}")
                lines += [line(step, [NUMBERS]) for step in stop.steps]
            if lines:
                yield f"% {SECTIONS[name]}\n" + aligned(lines)


def aligned(lines: Sequence[str]) -> str:
    """Equations below each other, aligned at their first equals sign."""
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def line(step: Step, hows: Sequence[str] = (LETTERS, NUMBERS)) -> str:
    r"""A step: its letter, the formula in letters, with the numbers, and the result.

    >>> from cnncalc.derivation.expression import Letter
    >>> print(line(Step("height", "H2", (Letter("H1", 7) - Letter("F", 3)) / Letter("S", 2) + 1, 3)))
    H_{2} &= \frac{H_{1} - F}{S} + 1 = \frac{7 - 3}{2} + 1 = 3
    """
    sides = [*(TEX.formula(step.formula, how) for how in hows), _number(step.value)[0]]
    return f"{letter(step.letter)} &= {' = '.join(dict.fromkeys(sides))}"


def _addition(addition: Addition) -> str:
    terms = [_number(value)[0] for _, value in addition.terms]
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
        return rf"\text{{{pages.tex(name)}}}"
    base, prime, index, side = found.groups(default="")
    word = side if side.isdigit() or len(side) < 2 else rf"\text{{{pages.tex(side)}}}"
    subscripts = ",".join(filter(None, (index, word)))
    return f"{base}{prime}" + (f"_{{{subscripts}}}" if subscripts else "")


def _number(value: Term) -> Text:
    """An exact number; its thousands are parted without a blank after the comma."""
    text = number(value)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    over, slash, under = (part.replace(",", "{,}") for part in digits.partition("/"))
    shown = rf"{sign}\frac{{{over}}}{{{under}}}" if slash else sign + over
    return shown, SUM if sign else PRODUCT if slash else ATOM


def _function(name: str, inside: str) -> str:
    first, last = _BRACKETS.get(name, (rf"\{name}\left(", r"\right)"))
    return f"{first}{inside}{last}"


TEX = Notation(
    letter,
    _number,
    r" \cdot ",
    lambda over, under: (rf"\frac{{{over[0]}}}{{{under[0]}}}", PRODUCT),
    _function,
    r"\left({}\right)".format,
)
