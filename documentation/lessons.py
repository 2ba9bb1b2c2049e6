"""The catalog of diagnostics, from the lessons that `cnncalc explain CODE` prints."""

from __future__ import annotations

import re
from pathlib import Path

from documentation.markdown import cell, table

LESSONS = Path(__file__).resolve().parent.parent / "cnncalc" / "lessons"

GROUPS = {
    "1": ("yaml", "YAML", "what the file is made of, before any of it means anything"),
    "2": ("language", "The language", "words, values, formulas, names"),
    "3": ("graph", "The graph", "what feeds what"),
    "4": ("shapes", "Shapes", "sizes that do not fit"),
    "5": ("promises", "Expectations and budgets", "what was promised and does not hold"),
    "6": ("warnings", "Warnings", "what is allowed, and is seldom meant"),
}
"""By the first digit of a code: the page, its title, what is in it."""

_TITLE = re.compile(r"# (CNN\d+): (.+)\n")


def titles() -> dict[str, str]:
    """Each code with the title of its lesson."""
    return dict(_title(lesson) for lesson in sorted(LESSONS.glob("CNN*.md")))


def _title(lesson: Path) -> tuple[str, str]:
    found = _TITLE.match(lesson.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{lesson.name} does not begin with its code and a title")
    return found[1], found[2]


def pages() -> dict[str, str]:
    """The index and a page for each hundred codes, by their place in the site."""
    known = titles()
    made = {"reference/diagnostics/index.md": _index(known)}
    for digit, (name, title, what) in GROUPS.items():
        codes = [code for code in known if code[3] == digit]
        lessons = "\n\n".join(map(_lesson, codes))
        made[f"reference/diagnostics/{name}.md"] = f"# {digit}xx: {title}\n{what.capitalize()}.\n\n{lessons}\n"
    return made


def _index(known: dict[str, str]) -> str:
    rows = [
        [f"[{code}]({GROUPS[code[3]][0]}.md#{code.lower()})", cell(title).replace("<", "&lt;")]
        for code, title in known.items()
    ]
    return (
        "# Diagnostics\n"
        "Every fault has a code that stays, and a lesson. In a terminal it is `cnncalc explain CODE`; each spec of"
        f" these pages provokes its code, and a test runs them all.\n\n{table(['code', 'means'], rows)}\n"
    )


def _lesson(code: str) -> str:
    text = (LESSONS / f"{code}.md").read_text(encoding="utf-8")
    head = _TITLE.sub(rf"## \1: \2 {{ #{code.lower()} }}" "\n", text, count=1)
    return head.strip()
