"""`cnncalc explain`: what a fault means."""

from __future__ import annotations

import re
from pathlib import Path

import click

from cnncalc.cli.failing import fail
from cnncalc.cli.terminal import say

LESSONS = Path(__file__).resolve().parent.parent / "lessons"


@click.command()
@click.argument("subject", metavar="CODE")
def explain(subject: str) -> None:
    """Say what the fault CODE means, such as CNN401, with an example that provokes it."""
    code = subject.upper()
    if not re.fullmatch(r"CNN\d{3}", code):
        fail(f"{subject} is no code: codes look like CNN401")
    lesson = LESSONS / f"{code}.md"
    if not lesson.is_file():
        fail(f"there is no fault {code}; the nearest is {_nearest(code)}")
    say(lesson.read_text(encoding="utf-8").removesuffix("\n"))


def _nearest(code: str) -> str:
    number = int(code[3:])
    return min((path.stem for path in LESSONS.glob("CNN*.md")), key=lambda stem: abs(int(stem[3:]) - number))
