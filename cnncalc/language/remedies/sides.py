"""Says how numbers for the sides of a border are written, whose order nobody can see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnncalc.language.reading.written import named_sides


def borders(text: str) -> Iterator[tuple[str, str]]:
    """What an item of `pad` with two or four numbers may mean, each with the reason why it may.

    >>> [item for item, _ in borders("pad: 0,1,0,1")][0]
    'pad: {padding: {left: 0, right: 1, top: 0, bottom: 1}}'
    >>> list(borders("pad: 1 2"))
    [('pad: {padding: 1x2}', ' for height x width')]
    """
    found = re.fullmatch(r"pad\s*:?\s*[\[(]?((?:\s*\d{1,9}\s*,?){2,4})[\])]?", text)
    numbers = re.findall(r"\d+", found[1]) if found else []
    if len(numbers) == 2:
        yield f"pad: {{padding: {'x'.join(numbers)}}}", " for height x width"
    if len(numbers) == 4:
        for tool, sides in named_sides(numbers).items():
            yield f"pad: {{padding: {sides}}}", f" if they are in the order of {tool}"
