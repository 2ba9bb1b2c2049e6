"""How one scalar is written: in quotes only where it needs them, sizes with an x, short forms with single blanks."""

from __future__ import annotations

import re

from cnncalc.editor.formatting_places import KEY, PROSE, SHORT
from cnncalc.language.reading.scalars import classify
from cnncalc.language.values.numerals import is_numeric
from cnncalc.language.values.sizes import is_size
from cnncalc.language.yaml.characters import odd_characters
from cnncalc.language.yaml.nodes import Scalar
from cnncalc.problem import Problem

# Words that one or another reader of YAML takes for something else than a text.
_RESOLVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_PLAIN = re.compile(r"[\w$](?:[^:#]|://|(?<=\S)#)*")
_LONGEST = 500


def normal(text: str, place: str) -> str:
    """A plain text of one line as it is written in the canonical form.

    >>> normal("10  5×5 pad 2", SHORT)
    '10 5x5 pad 2'
    """
    if place == SHORT:
        return " ".join(_size(word) for word in text.split())
    return text if place in {PROSE, KEY} else _size(text)


def written(scalar: Scalar, raw: str, place: str, *, flow: bool) -> str:
    """A scalar of one line; `raw` is how it was written, `flow` whether it stands inside brackets or braces."""
    text = scalar.text
    if not scalar.style or may_be_plain(text, place, flow=flow):
        return normal(text, place)
    if scalar.style == '"' and "\\" in raw:
        return raw
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def may_be_plain(text: str, place: str, *, flow: bool) -> bool:
    """Whether a quoted text means the same without its quotes, to this language and to other readers of YAML.

    >>> [may_be_plain(text, PROSE, flow=False) for text in ("U-Net", "U-Net: small", "2015", "yes")]
    [True, False, False, False]
    """
    if not _is_plain_yaml(text) or (flow and re.search(r"[\[\]{},]", text)):
        return False
    if text.lower() in _RESOLVED or is_numeric(text):
        return False
    if place in {KEY, PROSE}:
        return True
    if place == SHORT and " " in text:
        return False  # each word of a quoted short form is in quotes
    return "$" in text or _stays_a_word(text)


def _stays_a_word(text: str) -> bool:
    try:
        return classify(text) == text
    except Problem:
        return False


def _is_plain_yaml(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST
        and text.isprintable()
        and not text.endswith(" ")
        and _PLAIN.fullmatch(text) is not None
        and not odd_characters(text)
    )


def _size(word: str) -> str:
    return word.replace("×", "x") if "×" in word and is_size(word) else word
