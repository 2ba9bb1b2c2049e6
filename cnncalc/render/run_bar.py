"""The bar on standard error while pictures are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class RunBar:
    """Counts pictures, and the parts of one; draws itself when there are several of either, and somebody watches.

    It goes when its block ends.
    """

    def __init__(self, pictures: int, *, wanted: bool) -> None:
        self._pictures = pictures
        self._wanted = wanted
        self._done = 0
        self._drawn: Progress | None = None
        self._move(0, pictures)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn is not None:
            self._drawn.stop()

    def within(self, done: int, parts: int) -> None:
        """So many of so many parts of a picture are done."""
        self._move(self._done + done / parts, parts)

    def advance(self) -> None:
        """A picture is done."""
        self._done += 1
        self._move(self._done, self._pictures)

    def _move(self, completed: float, of: int) -> None:
        if self._drawn is None and of > 1 and self._wanted:
            from rich.console import Console
            from rich.progress import Progress

            self._drawn = Progress(console=Console(stderr=True), transient=True)
            self._drawn.start()
            self._drawn.add_task("running", total=self._pictures)
        if self._drawn is not None:
            self._drawn.update(self._drawn.task_ids[0], completed=completed)
