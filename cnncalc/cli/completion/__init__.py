"""Completion in a shell: what may stand where the cursor is, asked when a key is pressed and never before."""

from __future__ import annotations

from collections.abc import Callable

import click

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def completed_by(name: str) -> Complete:
    """What click asks for the words of a parameter: the function of that name in `words`, imported when it is asked."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        from cnncalc.cli.completion.words import WORDS

        return [word for word in WORDS[name](context, incomplete) if word.startswith(incomplete) and word.isprintable()]

    return complete
