"""Every word of the language with what it means, made from what the parser, the schema and the documentation hold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cnncalc.frameworks import FRAMEWORKS
from cnncalc.glossary.keys import keys, meanings_of_key
from cnncalc.glossary.kinds import meaning_of_kind, meaning_of_parameter, meaning_of_sequence
from cnncalc.glossary.meaning import Meaning, Part
from cnncalc.glossary.words import TELLING
from cnncalc.language.reading.declarations import SEQUENCE
from cnncalc.language.values.suggest import closest, foreign
from cnncalc.layers import KINDS
from cnncalc.record import Record

__all__ = ["Call", "Foreign", "Meaning", "Part", "foreign_word", "meanings_of", "near", "words"]


class Call(Record):
    """A module of a framework, and our word for each of its arguments."""

    framework: str
    module: str
    arguments: tuple[tuple[str, str], ...]


class Foreign(Record):
    """A word of another framework, ours for it, and the modules that it names."""

    word: str
    ours: str
    calls: tuple[Call, ...]


@cache
def words() -> tuple[str, ...]:
    """Every word of the language, in the order of its sorts."""
    parameters = (name for kind in KINDS.values() for name in kind.parameters)
    others = (word for sort, _ in TELLING for word in sort)
    return tuple(dict.fromkeys([*KINDS, SEQUENCE, *sorted(keys()), *parameters, *others]))


def meanings_of(word: str) -> list[Meaning]:
    """All that a word means, as a variable or not; nothing for one that the language does not have.

    >>> [meaning.role for meaning in meanings_of("dropout")], meanings_of("dropuot")
    (['a kind of layer'], [])
    """
    return list(_each_once(_meanings(word.removeprefix("$"))))


def _each_once(meanings: Iterator[Meaning]) -> Iterator[Meaning]:
    """The meanings without passages and examples that one before them has."""
    given: set[str] = set()
    for meaning in meanings:
        passages = tuple(text for text in meaning.passages if text not in given)
        yield meaning.but(passages=passages, example="" if meaning.example in given else meaning.example)
        given.update((meaning.example, *meaning.passages))


def _meanings(word: str) -> Iterator[Meaning]:
    if word in KINDS:
        yield meaning_of_kind(KINDS[word])
    if word == SEQUENCE:
        yield meaning_of_sequence()
    yield from meanings_of_key(word)
    if any(word in kind.parameters for kind in KINDS.values()):
        yield meaning_of_parameter(word)
    for sort, telling in TELLING:
        if word in sort:
            yield from telling(word)


def foreign_word(word: str) -> Foreign | None:
    """Ours for a word of another framework, as it is called there; None where it is none.

    >>> foreign_word("nn.Conv2d").ours, foreign_word("quux")
    ('conv', None)
    """
    bare = word.rpartition(".")[2].partition("(")[0]
    ours = foreign(bare)
    if ours is None or not meanings_of(ours):
        return None
    modules = [(one.name, *module) for one in FRAMEWORKS for module in one.modules() if module[1] == ours]
    named = [module for module in modules if module[1] == bare] or [
        module for module in modules if module[1].casefold() == bare.casefold()
    ]
    calls = dict.fromkeys(Call(framework, name, tuple(theirs.items())) for framework, name, _, theirs in named)
    return Foreign(bare, ours, tuple(calls))


def near(word: str, others: tuple[str, ...] = ()) -> str | None:
    """The word of the language, or the other one, that was probably meant."""
    return closest(word, [*words(), *others])
