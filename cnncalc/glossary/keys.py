"""What the keys of a spec mean, from the schema that editors read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from cnncalc.editor.schema import schema
from cnncalc.glossary.manual import manual
from cnncalc.glossary.meaning import Meaning, Part
from cnncalc.language.reading.declarations import MODIFIERS
from cnncalc.language.reading.header import FAMILIES
from cnncalc.language.reading.keys import KEYS
from cnncalc.layers import KINDS
from cnncalc.metrics import CLAIMED, VOLUMES

TOLD_IN = {
    "The keys at the top": ("cnncalc", "name", "source", "note", "layers", "outputs", "aux_outputs", "labels", "lint"),
    "Volumes": ("input", "inputs", "fit", "scale", "mean", "std", "height", "width", "channels"),
    "Padding and rounding": ("rounding", *FAMILIES),
    "Weights in the spec": ("weights",),
    "The graph": ("from",),
    "Absence and repetition": ("if", "repeat"),
    "Sharing": ("share",),
    "Blocks": ("blocks", "params"),
    "Variables and formulas": ("vars", "variants"),
    "Expectations and budgets": ("expect", "budget"),
}
"""The section of the page on the language that tells of a key."""
SECTION_OF = {word: section for section, words in TOLD_IN.items() for word in words}
TOLD_WHOLE = frozenset({"input", "blocks"})
"""Keys that have a section to themselves."""
BESIDE_A_LAYER = {"name": "Names and paths"}
"""The sections of modifiers that are other than those of the keys of their names."""


TOP, MODIFIER = "a key at the top of a spec", "a modifier: it stands beside the kind of an item"
INPUT, BLOCK, VARIANT = "a key of `input` in its long form", "a key of a block", "a key of a variant"
SOURCE, LINT, FAMILY = "a key of `source`", "a key of `lint`", "a key of `rounding`"
AT_THE_TOP, BESIDE, ANYWHERE = r"^{}:", r"^ +{}:", r"[{{, ]{}(?::|, |}})"


class Place(NamedTuple):
    """Where keys stand: what such a key is called, what each means, and how an example that has one is known."""

    role: str
    keys: dict[str, Any]
    shown_by: str = ANYWHERE


@cache
def _places() -> tuple[Place, ...]:
    whole = schema()
    top, known = whole["properties"], whole["definitions"]
    modifiers = known["item"]["anyOf"][0]["properties"]
    family = {"description": "the rounding of one family of layers"}
    return (
        Place(TOP, {key: top[key] for key in KEYS}, AT_THE_TOP),
        Place(MODIFIER, {name: modifiers[name] for name in MODIFIERS}, BESIDE),
        Place(INPUT, known["input"]["anyOf"][1]["properties"]),
        Place(BLOCK, known["block"]["properties"]),
        Place(VARIANT, top["variants"]["additionalProperties"]["properties"]),
        Place(SOURCE, top["source"]["anyOf"][0]["properties"]),
        Place(LINT, top["lint"]["properties"]),
        Place(FAMILY, dict.fromkeys(FAMILIES, family)),
    )


def _inside(key: str) -> dict[str, Any]:
    """The keys of what a key holds, where it holds a map of known ones."""
    if key in {"expect", "budget"}:
        return _metrics()
    held = {"input": INPUT, "blocks": BLOCK, "variants": VARIANT, "lint": LINT, "source": SOURCE, "rounding": FAMILY}
    return next((place.keys for place in _places() if place.role == held.get(key)), {})


@cache
def _metrics() -> dict[str, Any]:
    return {name: {"description": metric_words(name)} for name in CLAIMED}


def metric_words(name: str) -> str:
    """What a metric is, from the page on the gate; of what is no number, from the schema."""
    told: str = schema()["definitions"]["budget"]["properties"][name]["description"]
    return told if name in VOLUMES else manual().row(name, "metric")


def keys() -> set[str]:
    """Every word that is a key somewhere."""
    return {key for place in _places() for key in place.keys}


def meanings_of_key(word: str) -> Iterator[Meaning]:
    """What a key means at each of its places, of which the first names what is in it."""
    parts = _inside(word)
    for place in _places():
        if word not in place.keys or (place.role == FAMILY and word in KINDS):
            continue
        section = BESIDE_A_LAYER.get(word, "") if place.role == MODIFIER else ""
        section = section or SECTION_OF.get(word, "")
        example = manual().example(place.shown_by.format(word), section)
        told = manual().section(section) if word in TOLD_WHOLE else manual().told(word, section)
        yield Meaning(
            word,
            place.role,
            place.keys[word].get("description", ""),
            parts=tuple(Part(key, held.get("description", "")) for key, held in parts.items()),
            passages=told,
            example=example,
            near=_near(word, place.role, section),
        )
        parts = {}


def _near(word: str, role: str, section: str) -> tuple[str, ...]:
    around = MODIFIERS if role == MODIFIER else TOLD_IN.get(section, ())
    return tuple(other for other in around if other != word)
