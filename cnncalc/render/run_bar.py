"""The bar on standard error while pictures are computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """Counts pictures, and the parts of one; draws itself when there are several of either, and somebody watches."""

    def __init__(self, pictures: int, *, wanted: bool) -> None:
        self._pictures = pictures
        self._wanted = wanted
        self._done = 0
        self._drawn: Progress | None = None
        self._move(0, drawing=pictures > 1)

    def within(self, done: int, parts: int) -> None:
        """So many of so many parts of a picture are done."""
        self._move(self._done + done / parts, drawing=parts > 1)

    def advance(self) -> None:
        """A picture is done."""
        self._done += 1
        self._move(self._done, drawing=self._pictures > 1)

    def _move(self, completed: float, *, drawing: bool) -> None:
        if self._drawn is None and drawing and self._wanted:
            self._drawn = _begun(self._pictures)
        if self._drawn is not None:
            self._drawn.update(self._drawn.task_ids[0], completed=completed)

    def stop(self) -> None:
        """Take the bar away."""
        if self._drawn is not None:
            self._drawn.stop()


def _begun(pictures: int) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    bar.start()
    bar.add_task("running", total=pictures)
    return bar


@contextmanager
def run_bar(pictures: int, *, wanted: bool) -> Iterator[Bar]:
    """A bar for so many pictures, which goes when the block ends."""
    bar = Bar(pictures, wanted=wanted)
    try:
        yield bar
    finally:
        bar.stop()
