"""What became of one layer, and which of its fields differ. Numbers and names only."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncalc.analysis import Row

SAME, ADDED, REMOVED, CHANGED, FOLLOWS = "same", "added", "removed", "changed", "follows"
"""What may become of a layer. One that `follows` is what it was, and differs because of something above it."""


class FieldChange(NamedTuple):
    """A field before and after, as JSON holds it: a word of the row or of its parameters.

    `input` is the volume that arrives, or a list of them; `inputs` are the tensors that are read.
    """

    field: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return self._asdict()


class LayerChange(NamedTuple):
    """One layer: its row before and after, None where there was none.

    Attributes:
        change: what became of it. Line, path, the names of its inputs, receptive field and live memory make no
            difference to what a layer is.
        cause: the path of the row that it follows from, or the name of an input of the network; None for any other.
        changes: of a layer that is `changed`, what somebody changed of it; of one that `follows`, what differs.
        variables: those of the spec's variables whose values explain all of that.
    """

    change: str
    before: Row | None
    after: Row | None
    cause: str | None = None
    changes: tuple[FieldChange, ...] = ()
    variables: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """The row of what it is now, or was last."""
        row = self.after or self.before
        assert row is not None  # noqa: S101  # a layer that never was has no change
        return row

    @property
    def path(self) -> str:
        """Where it stands now; where it stood if it is removed."""
        return self.row.path

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "path": self.path,
            "kind": self.row.kind,
            "change": self.change,
            "cause": self.cause,
            "changes": [change.to_dict() for change in self.changes],
            "before": self.before and self.before.to_dict(),
            "after": self.after and self.after.to_dict(),
        }
