"""The difference between two folders: what became of each network in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from cnncalc.compare.changes import ADDED, CHANGED, REMOVED, SAME
from cnncalc.compare.difference import SCHEMA, Difference

RENAMED = "renamed"


class FileDifference(NamedTuple):
    """A network of two folders: the paths of its files, None where there was none, and its difference."""

    before: str | None
    after: str | None
    difference: Difference

    @property
    def path(self) -> str:
        """Where it is; where it was, if it is gone."""
        return self.after or self.before or ""

    @property
    def change(self) -> str:
        """What became of the file; one that is renamed may have changed as well."""
        if self.before is None or self.after is None:
            return ADDED if self.before is None else REMOVED
        if self.before != self.after:
            return RENAMED
        return CHANGED if self.difference.causes else SAME

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it: without the difference of what is the same."""
        told = None if self.change == SAME else self.difference.to_dict()
        return {"path": self.path, "before": self.before, "change": self.change, "diff": told}


def files_facts(files: Iterable[FileDifference]) -> dict[str, Any]:
    """Exactly the JSON of `cnncalc diff --format json` of two folders."""
    return {"schema": SCHEMA, "files": [file.to_dict() for file in files]}
