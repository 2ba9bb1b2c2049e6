"""The formats that each command offers, and the writer of each, which is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from sys import maxsize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cnncalc.render.subject import Subject

UNBOUNDED = maxsize

SCREEN = "writers.screen"
MARKDOWN = "writers.markdown"
JSON = "writers.facts"
CSV = "writers.records"
HTML = "writers.html"
TEX = "writers.tex"

REPORT: Mapping[str, str] = {"table": SCREEN, "json": JSON, "markdown": MARKDOWN, "csv": CSV}
DIFFERENCE: Mapping[str, str] = {"table": SCREEN, "markdown": MARKDOWN, "json": JSON}
EXPLANATION: Mapping[str, str] = {"text": SCREEN, "json": JSON, "markdown": MARKDOWN}
RUN: Mapping[str, str] = {"table": SCREEN, "json": JSON}
SOLUTION: Mapping[str, str] = {"text": SCREEN, "json": JSON}
CHECK: Mapping[str, str] = {
    "text": "checks.text",
    "concise": "checks.concise",
    "json": JSON,
    "github": "checks.github",
    "sarif": "checks.sarif",
    "junit": "checks.junit",
}
"""Each a module of this package whose `write` takes a subject and a screen."""


class Screen(NamedTuple):
    """Where a text is read: so many columns, styles or none, `unicode` or `ascii`."""

    width: int = 100
    color: bool = False
    glyphs: str = "unicode"


PLAIN = Screen()


def write(subject: Subject, writer: str, screen: Screen = PLAIN) -> str:
    """A subject in a format, as a text without a final newline."""
    writes: Callable[[Subject, Screen], str] = import_module(f"cnncalc.render.{writer}").write
    return writes(subject, screen)
