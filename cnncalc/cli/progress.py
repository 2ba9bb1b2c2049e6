"""A progress bar on standard error, where that is a terminal and there is enough to wait for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Step = TypeVar("Step")

WORTH_SHOWING = 20
"""Fewer steps than this are over before a bar is drawn."""


def shown(steps: Iterable[Step], total: int, what: str) -> Iterator[Step]:
    """The steps as they come, with a bar that goes when they are done."""
    if total < WORTH_SHOWING or not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(steps, total=total, description=what)
