"""The lessons that ship: what each code means."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "lessons"


def lesson_of(code: str) -> str:
    """The lesson of a code in Markdown; empty where there is none."""
    path = FOLDER / f"{code}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def nearest(code: str) -> str:
    """The code with a lesson whose number is nearest."""
    number = int(code[3:])
    return min((path.stem for path in FOLDER.glob("CNN*.md")), key=lambda stem: (abs(int(stem[3:]) - number), stem))
