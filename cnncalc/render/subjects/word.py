"""A word of the language as a subject: each of its meanings, with an example and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc.render.document import SCREEN, Block, Code, Document, Heading, Name, Note, Notes, Paragraph
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.explanation import INDENT, Explained, derived_lines

if TYPE_CHECKING:
    from cnncalc.derivation.step import Explanation
    from cnncalc.glossary import Foreign, Meaning, Part

SCHEMA = "cnncalc.word/1"
WIDEST_LABEL = 20
MOST_NEAR = 12


class Taught(Subject):
    """The meanings of a word, each with the derivation of its example where that is a layer; what led to the word."""

    meanings: Sequence[Meaning]
    derivations: Sequence[Explanation | None]
    foreign: Foreign | None = None

    def document(self, medium: str) -> Document:
        """Meaning after meaning: what it is, its parts, what the documentation says, an example, its numbers."""
        told = [list(_of_foreign(self.foreign, medium))] if self.foreign else []
        for meaning, derivation in zip(self.meanings, self.derivations, strict=True):
            told += _of_meaning(meaning, derivation, medium)
        return told

    def facts(self) -> dict[str, Any]:
        """The same as data; a derivation is that of `cnncalc explain SPEC LAYER`."""
        meanings = [
            {
                "word": meaning.word,
                "role": meaning.role,
                "text": meaning.text,
                "usage": meaning.usage or None,
                "parts": [{name: getattr(part, name) or None for name in part.fields} for part in meaning.parts],
                "passages": list(meaning.passages),
                "example": meaning.example or None,
                "derivation": Explained(derivation).facts() if derivation else None,
                "near": list(meaning.near),
            }
            for meaning, derivation in zip(self.meanings, self.derivations, strict=True)
        ]
        foreign = self.foreign
        calls = [{**_plain(call), "arguments": dict(call.arguments)} for call in foreign.calls] if foreign else []
        theirs = {"word": foreign.word, "ours": foreign.ours, "calls": calls} if foreign else None
        return {"schema": SCHEMA, "foreign": theirs, "meanings": meanings}


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.fields}


def _of_foreign(foreign: Foreign, medium: str) -> Iterator[Block]:
    yield _paragraph(f"`{foreign.word}` is a word of other frameworks; here it is `{foreign.ours}`.", medium)
    for call in foreign.calls:
        renamed = ", ".join(f"`{theirs}` is `{ours}`" for theirs, ours in call.arguments if theirs != ours)
        kept = ", ".join(f"`{ours}`" for theirs, ours in call.arguments if theirs == ours)
        told = "; ".join(filter(None, (renamed, f"the same in both: {kept}" if kept else "")))
        if told:
            yield _paragraph(f"Of the arguments of {call.framework}'s `{call.module}`, {told}.", medium)


def _of_meaning(meaning: Meaning, derivation: Explanation | None, medium: str) -> Iterator[list[Block]]:
    head: list[Block] = [Heading([meaning.word, meaning.role])]
    yield [*head, *(_paragraph(text, medium) for text in (_sentence(meaning.text), _sentence(meaning.usage)) if text)]
    if meaning.parts:
        yield [_parts(meaning)]
    for passage in meaning.passages:
        yield [_paragraph(passage, medium)]
    if meaning.example:
        yield [Heading(["an example"], 3), Code([INDENT + line for line in meaning.example.split("\n")], style="cyan")]
    if derivation:
        yield [Heading([f"{derivation.path} in numbers"], 3), Code(derived_lines(derivation), flow=True)]
    if meaning.near:
        more = ", ..." if len(meaning.near) > MOST_NEAR else ""
        yield [_paragraph(f"see also: {', '.join(meaning.near[:MOST_NEAR])}{more}", medium)]


def _parts(meaning: Meaning) -> Notes:
    """A line for each part, with its name before it where all of the names are short."""
    widest = max(len(part.name) for part in meaning.parts)
    if len(meaning.parts) == 1 and meaning.parts[0].text == meaning.text:
        return Notes([Note("", _written(meaning.parts[0]), "")])
    if widest > WIDEST_LABEL:
        return Notes([Note("", f"{part.name}: {_part(part)}", "") for part in meaning.parts])
    return Notes([Note(part.name, _part(part)) for part in meaning.parts], widest + 2)


def _part(part: Part) -> str:
    """What it means, then how it is written: `the step of the window (S); size, by default 1`."""
    letter = f" ({part.letter})" if part.letter and f"({part.letter})" not in part.text else ""
    return "; ".join(filter(None, (part.text + letter, _written(part))))


def _written(part: Part) -> str:
    default = part.default if part.default in {"", "required"} else f"by default {part.default}"
    return ", ".join(filter(None, (part.values, default)))


def _sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _paragraph(text: str, medium: str) -> Paragraph:
    """Running text, in which a page sets as code what stands between backticks."""
    if medium == SCREEN:
        return Paragraph([text])
    parts = re.split(r"`([^`]+)`", text)
    return Paragraph([Name(part) if place % 2 else part for place, part in enumerate(parts)])
