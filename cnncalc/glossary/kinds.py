"""What the kinds of layers and their parameters mean, from their own declarations."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getdoc

from cnncalc.editor.schema import schema
from cnncalc.glossary.examples import EXAMPLES, PARAMETERS, spec
from cnncalc.glossary.manual import manual
from cnncalc.glossary.meaning import ACTIVATION, KIND, Meaning, Part
from cnncalc.language.reading.declarations import SEQUENCE
from cnncalc.language.reading.shortform import ALIASES
from cnncalc.layers import KINDS, Kind, Parameter
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.schema import REQUIRED, Act, Count, Inherited, Like, ParameterType, Real

AS_A_FUNCTION = (
    "Each is a kind of its own (`- relu`), a word for `act` (`conv: 6 5x5 act relu`), or a map where it has a"
    " parameter (`act: {leaky_relu: 0.1}`). As `act:` it is applied in place: no row, no memory."
)
"""How any activation is written."""

SECTIONS = {SEQUENCE: "Absence and repetition", "padding": "Padding and rounding", "rounding": "Padding and rounding"}
"""Where the page on the language tells of a word; by default it has nothing beyond what is declared."""
JOINS = "The graph"

READ_ALONE = "28x28x6"
"""What an activation reads in its example."""


def meaning_of_kind(kind: Kind) -> Meaning:
    """What a kind does, its parameters, and an item of it."""
    said = (getdoc(kind.layer) or "").partition(">>>")[0].strip()
    is_function = kind.name in FUNCTIONS
    return Meaning(
        kind.name,
        ACTIVATION if is_function else KIND,
        " ".join(said.split()),
        usage_of(kind),
        tuple(part_of(entry) for entry in kind.parameters.values()),
        (AS_A_FUNCTION,) if is_function or kind.name == "act" else _told_of(kind),
        spec(*EXAMPLES.get(kind.name) or _example_of_function(kind)),
        tuple(name for name, other in KINDS.items() if _are_near(kind, other)),
    )


def _example_of_function(kind: Kind) -> tuple[str, str]:
    """An activation by its word alone, or with its parameter where it has one."""
    shown = PARAMETERS.get(kind.first, ("", ""))
    return shown if shown[1].startswith(f"{kind.name}:") else (READ_ALONE, kind.name)


def _told_of(kind: Kind) -> tuple[str, ...]:
    return manual().told(kind.name, JOINS) if kind.layer.joins else ()


def _are_near(kind: Kind, other: Kind) -> bool:
    return kind.name != other.name and kind.layer.__module__ == other.layer.__module__


def usage_of(kind: Kind) -> str:
    """How its short form is written; nothing where the word alone is all that there is."""
    told: str = schema()["definitions"][f"kind.{kind.name}"].get("then", {}).get("patternErrorMessage", "")
    return told


def part_of(entry: Parameter) -> Part:
    """A parameter by its name."""
    return Part(entry.name, entry.doc, type_words(entry.type), default_words(entry), _letter(entry))


def _letter(entry: Parameter) -> str:
    return "" if entry.letter == entry.name else entry.letter


def meaning_of_sequence() -> Meaning:
    """The one word for an item that is no kind."""
    told = schema()["definitions"][f"kind.{SEQUENCE}"]["description"]
    section = SECTIONS[SEQUENCE]
    return Meaning(
        SEQUENCE, "an item that holds layers", told, passages=manual().told(SEQUENCE, section),
        example=manual().example(rf"- {SEQUENCE}:", section), near=("repeat", "blocks", "layers"),
    )  # fmt: skip


def meaning_of_parameter(name: str) -> Meaning:
    """What a parameter means, of each kind that has it; kinds that mean the same by it together."""
    owners = {word: kind.parameters[name] for word, kind in KINDS.items() if name in kind.parameters}
    alike: dict[Part, list[str]] = {}
    for word, entry in owners.items():
        alike.setdefault(part_of(entry), []).append(word)
    short = "".join(f"; `{alias}` in the short form" for alias, meant in ALIASES.items() if meant == name)
    first = KINDS[next(iter(owners))]
    return Meaning(
        name,
        f"a parameter of {', '.join(f'`{word}`' for word in owners)}{short}",
        "" if len(alike) > 1 else next(iter(alike)).text,
        parts=tuple(part.but(name=", ".join(words)) for part, words in alike.items()),
        passages=manual().told(name, SECTIONS[name]) if name in SECTIONS else (),
        example=_example_of(name, owners),
        near=tuple(other for other in first.parameters if other != name),
    )


def _example_of(name: str, owners: dict[str, Parameter]) -> str:
    return spec(*PARAMETERS.get(name, EXAMPLES.get(next(iter(owners)), ("", ""))))


def values() -> Iterator[tuple[str, str, Parameter, Kind]]:
    """The words that parameters take for values, but for activations: word, parameter, its declaration, the kind."""
    for kind in KINDS.values():
        for name, entry in kind.parameters.items():
            if entry.type.due not in {"flag", "act"}:
                yield from ((word, name, entry, kind) for word in entry.type.words)


def type_words(type_: ParameterType) -> str:
    """What may be written for a type, in a few words.

    >>> type_words(Count(0)), type_words(Real(0.0, 1.0))
    ('whole number from 0', 'number from 0 to 1')
    """
    if isinstance(type_, Count):
        return f"whole number from {type_.minimum}"
    if isinstance(type_, Real):
        bounds = ((" above", type_.above), (" from", type_.minimum), (" to", type_.maximum))
        return "number" + "".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
    words = ", ".join(f"`{word}`" for word in type_.words)
    match type_.due:
        case "flag" | "word":
            return words
        case "size":
            return "size"
        case "padding":
            return ", ".join(("number", "size", "map of sides", *filter(None, [words])))
        case "act":
            return "activation, `none`"
        case "volume":
            return "volume"
        case "table":
            return "list of lists"
        case due:
            raise NotImplementedError(f"the glossary does not know what a {due} is")


def default_words(entry: Parameter) -> str:
    """The default of a parameter, as its reader would write it."""
    match entry.default:
        case default if default is REQUIRED:
            return "required"
        case None:
            return ""
        case Like(field):
            return f"the {field}'s"
        case Inherited(family):
            return f"the file's, for `{family}`"
        case Act(function):
            return f"`{function}`"
        case bool(flag):
            return f"`{str(flag).lower()}`"
        case default:
            return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
