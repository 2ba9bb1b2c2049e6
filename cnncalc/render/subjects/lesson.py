"""A lesson as a subject: what a fault means, with a spec that has it and the same put right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cnncalc.render.document import Block, Code, Document, Heading, Paragraph
from cnncalc.render.subjects import Subject

SCHEMA = "cnncalc.lesson/1"
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


class Lesson(Subject):
    """The lesson of a code in Markdown, as its author wrote it."""

    code: str
    text: str

    def document(self, _: str) -> Document:
        """It stays Markdown on a terminal: its lines are only as long as the terminal is wide."""
        return [[block] for part in FENCED.split(self.text) for block in _blocks(part.strip("\n"))]

    def facts(self) -> dict[str, Any]:
        """The code with its title and its lesson in Markdown."""
        title = self.text.partition("\n")[0].partition(": ")[2]
        return {"schema": SCHEMA, "code": self.code, "title": title, "lesson": self.text}


def _blocks(part: str) -> Iterator[Block]:
    if part.startswith("```"):
        yield Code(part.split("\n"), style="cyan")
        return
    for paragraph in filter(None, part.split("\n\n")):
        text = " ".join(paragraph.split("\n"))
        yield Heading([text]) if text.startswith("# ") else Paragraph([text])
