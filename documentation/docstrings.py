"""Docstrings as the site's Markdown reads them: `>>>` begins an example, not a quotation in a quotation."""

from __future__ import annotations

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"^>>> .*(?:\n(?!\n).*)*", re.MULTILINE)


def fenced(text: str) -> str:
    r"""A docstring whose examples are fenced.

    >>> fenced("Twice.\n\n>>> twice(3)\n6\n\nNo more.")
    'Twice.\n\n```pycon\n>>> twice(3)\n6\n```\n\nNo more.'
    """
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0]}\n```", text)


class Examples(griffe.Extension):
    """Fences the examples of every docstring; mkdocs.yml names it to mkdocstrings."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called by griffe for each thing that it reads."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)
