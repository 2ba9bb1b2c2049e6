"""The formats that each command offers, and the writer of each, which is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from sys import maxsize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cnncalc.render.subjects import Subject

UNBOUNDED = maxsize

SCREEN = "writers.screen:screen_text"
MARKDOWN = "writers.markdown:markdown"
JSON = "writers.data:json_text"
CSV = "writers.data:csv_text"
HTML = "writers.html:html"
TEX = "writers.tex:tex"

REPORT: Mapping[str, str] = {"table": SCREEN, "json": JSON, "markdown": MARKDOWN, "csv": CSV}
COUNTING: Mapping[str, str] = {name: REPORT[name] for name in ("table", "json", "markdown")}
DIFFERENCE: Mapping[str, str] = {"table": SCREEN, "markdown": MARKDOWN, "json": JSON}
EXPLANATION: Mapping[str, str] = {"text": SCREEN, "json": JSON, "markdown": MARKDOWN}
RUN: Mapping[str, str] = {"table": SCREEN, "json": JSON}
SOLUTION: Mapping[str, str] = {"text": SCREEN, "json": JSON}
CHECK: Mapping[str, str] = {
    "text": "checks.faults:full",
    "concise": "checks.faults:concise",
    "json": JSON,
    "github": "checks.github:github",
    "sarif": "checks.sarif:sarif",
    "junit": "checks.junit:junit",
}
"""Each names a module of this package and its function that writes a subject."""


class Screen(NamedTuple):
    """Where a text is read: so many columns, styles or none, `unicode` or `ascii`."""

    width: int = 100
    color: bool = False
    glyphs: str = "unicode"


PLAIN = Screen()


def write(subject: Subject, writer: str, screen: Screen = PLAIN) -> str:
    """A subject in a format, as a text without a final newline; only a terminal's text depends on the screen."""
    module, _, name = writer.partition(":")
    writes: Callable[..., str] = getattr(import_module(f"cnncalc.render.{module}"), name)
    return writes(subject, screen) if writer == SCREEN else writes(subject)
