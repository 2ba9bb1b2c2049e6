"""Fences as the site's Markdown reads them: a language, then perhaps a title; other words would spoil the page."""

from __future__ import annotations

import re

_WORDS = re.compile(r"^```yaml (?:wrong (?P<code>CNN\d+)|(?P<mended>fixed))$", re.MULTILINE)


def titled(page: str) -> str:
    r"""A page whose fences say with a title what our own tests read as words.

    >>> titled("```yaml wrong CNN401\n```")
    '```yaml title="wrong: CNN401"\n```'
    >>> titled("```yaml fixed\n```")
    '```yaml title="mended"\n```'
    """
    return _WORDS.sub(lambda found: f'```yaml title="{_title(found["code"])}"', page)


def _title(code: str | None) -> str:
    return f"wrong: {code}" if code else "mended"
