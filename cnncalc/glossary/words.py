"""What the words mean that are neither kinds nor keys: values, metrics, units, image kernels, words of formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from cnncalc.dtype import BYTES
from cnncalc.glossary.examples import spec
from cnncalc.glossary.keys import metric_words
from cnncalc.glossary.kinds import values
from cnncalc.glossary.manual import manual
from cnncalc.glossary.meaning import Meaning
from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.formulas.parser import KEYWORDS
from cnncalc.language.formulas.tokens import ATTRIBUTES
from cnncalc.language.reading.declarations import RESERVED
from cnncalc.language.reading.inputs import FITS
from cnncalc.language.reading.shortform import ALIASES
from cnncalc.language.values.limits import SPOKEN, UNITS
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.metrics import CLAIMED
from cnncalc.wording import plural

Telling = Callable[[str], Iterator[Meaning]]

FORMULAS, CLAIMS = "Variables and formulas", "Expectations and budgets"
GRAPH, ROUNDING, VOLUMES, WEIGHTS = "The graph", "Padding and rounding", "Volumes", "Weights in the spec"


def _quoted(word: str, role: str, section: str, text: str = "", near: Iterator[str] | tuple[str, ...] = ()) -> Meaning:
    """A word of which the page on the language tells in one section, with an example from there."""
    page = manual()
    others = tuple(other for other in near if other != word)
    used = rf"^(?! *(?:name|note):).*(?<![\w.-]){re.escape(word)}(?![\w-])"
    return Meaning(
        word, role, text, passages=page.told(word, section), example=page.example(used, section), near=others
    )


def _value(word: str) -> Iterator[Meaning]:
    for (name, doc), kinds in _takers(word).items():
        role = f"a value of `{name}` in {', '.join(f'`{kind}`' for kind in kinds)}"
        section = ROUNDING if name in {"padding", "rounding"} else ""
        near = tuple({other: None for other, parameter, *_ in values() if parameter == name})
        if section:
            yield _quoted(word, role, section, doc, near)
        else:
            item = f"{kinds[0]}: {{{_others(kinds[0])}{name}: {word}}}"
            yield Meaning(word, role, doc, example=spec("32x32x3", item), near=tuple(n for n in near if n != word))


def _others(kind: str) -> str:
    """What else the kind has to be given."""
    return {"pad": "padding: 1, ", "upsample": "scale: 2, "}[kind]


def _takers(word: str) -> dict[tuple[str, str], list[str]]:
    """The parameters that take the word, each with its description and the kinds that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for value, name, entry, kind in values():
        if value == word:
            found.setdefault((name, entry.doc if name == "mode" else ""), []).append(kind.name)
    return found


def _alias(word: str) -> Iterator[Meaning]:
    meant = ALIASES[word]
    yield _quoted(word, f"short for `{meant}` in the short form", "Items", near=(meant,))


def _fit(word: str) -> Iterator[Meaning]:
    yield _quoted(word, "a value of `fit`", VOLUMES, near=FITS)


def _metric(word: str) -> Iterator[Meaning]:
    yield _quoted(word, "a metric of `expect` and `budget`", CLAIMS, metric_words(word), CLAIMED)


def _unit(word: str) -> Iterator[Meaning]:
    text = f"{UNITS[word]:,} bytes" if word.endswith("iB") else f"{UNITS[word]:,}"
    near = tuple(other for other in UNITS if other not in {"", word})
    example = manual().example(rf"[0-9] ?{word}\b", CLAIMS)
    yield Meaning(word, "a unit of `expect` and `budget`", text, passages=_units_told(), example=example, near=near)


def _units_told() -> tuple[str, ...]:
    return manual().told("expect", CLAIMS)[:1]


def _relation(word: str) -> Iterator[Meaning]:
    told = f"the same as `{SPOKEN[word]}`" if word in SPOKEN else "how far a value may be from the wanted one"
    yield _quoted(word, "a word of `expect` and `budget`", CLAIMS, told, (*SPOKEN, "within"))


def _stored(word: str) -> Iterator[Meaning]:
    text = f"{plural(BYTES[word], 'byte')} a value"
    near = ("dtype", *(other for other in BYTES if other != word))
    example = f"dtype: {word}\n{spec('32x32x3', 'conv: 8 3x3')}"
    yield Meaning(word, "a type of `dtype`", text, passages=manual().told("dtype", CLAIMS), example=example, near=near)


def _image_kernel(word: str) -> Iterator[Meaning]:
    kernel = IMAGE_KERNELS[word]
    side = len(kernel.rows)
    rows = "; ".join(" ".join(map(str, row)) for row in kernel.rows)
    text = f"{side}x{side}: {rows}" + (f", each divided by {kernel.divisor}" if kernel.divisor != 1 else "")
    example = f"{spec('480x640x1', f'conv: 1 {side}x{side} pad same bias false')}\n    weights: {word}"
    near = tuple(other for other in IMAGE_KERNELS if other != word)
    yield Meaning(word, "an image kernel, for the `weights` of a layer", text, example=example, near=near)


def _function(word: str) -> Iterator[Meaning]:
    page = manual()
    example = page.example(rf"(?<!\w){word}\(", FORMULAS)
    near = tuple(other for other in FUNCTIONS if other != word)
    yield Meaning(word, "a function of formulas", page.row(word, "function"), example=example, near=near)


def _attribute(word: str) -> Iterator[Meaning]:
    role = f"an attribute of a tensor in formulas: `$input.{word}`, `$previous.{word}`"
    yield _quoted(word, role, FORMULAS, manual().row(word, "attribute"), ATTRIBUTES)


def _keyword(word: str) -> Iterator[Meaning]:
    yield _quoted(word, "a word of formulas", FORMULAS, manual().row(word, "word"), tuple(sorted(KEYWORDS)))


def _tensor(word: str) -> Iterator[Meaning]:
    yield _quoted(word, "the name of a tensor, or of a branch", GRAPH, near=tuple(sorted(RESERVED)))


TELLING: tuple[tuple[Mapping[str, object] | frozenset[str] | tuple[str, ...], Telling], ...] = (
    (RESERVED, _tensor),
    (ALIASES, _alias),
    (tuple(word for word, *_ in values()), _value),
    (FITS, _fit),
    (CLAIMED, _metric),
    (tuple(filter(None, UNITS)), _unit),
    ((*SPOKEN, "within"), _relation),
    (FUNCTIONS, _function),
    (ATTRIBUTES, _attribute),
    (KEYWORDS, _keyword),
    (IMAGE_KERNELS, _image_kernel),
    (tuple(BYTES), _stored),
)
"""Words of each sort, and what tells of one."""
