"""What the values of a spec's variables explain: set back to what they were, the change is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from cnncalc.analysis import Report, Row
from cnncalc.compare.changes import FieldChange
from cnncalc.compare.matching import Match, composed, match

MOST_ROWS = 100_000
"""Variables are set back one by one where that makes no more rows; else it is told that they changed something."""

SetBack = Callable[[Iterable[str]], "Report | None"]
"""The second network with some variables as they were in the first; None where that is no network."""


class Variables:
    """The variables that both specs have and whose values differ.

    `values` are those before and after, by name.
    """

    def __init__(self, before: Report, after: Report, values: Mapping[str, tuple[Any, Any]], set_back: SetBack) -> None:
        self.before, self.after, self.values, self.set_back = before, after, values, set_back

    @cached_property
    def middle(self) -> Report | None:
        """The second network with all variables as they were: what separates it from the first is not their doing."""
        return self.set_back(self.values) if self.values else None

    @cached_property
    def alone(self) -> dict[str, Report | None]:
        """The second network with one variable as it was, for each of them."""
        if len(self.values) == 1:
            return dict.fromkeys(self.values, self.middle)
        if len(self.values) * len(self.after) > MOST_ROWS:
            return dict.fromkeys(self.values)
        return {name: self.set_back([name]) for name in self.values}

    @cached_property
    def match(self) -> Match:
        """The rows that are the same; a path of the second spec is the same row whatever the variables are."""
        if self.middle is None:
            return match(self.before, self.after)
        return composed(self.before, self.middle, self.after)

    def explain(self, was: Row | None, now: Row | None, own: Iterable[FieldChange] = ()) -> tuple[str, ...]:
        """The variables that explain all that somebody changed of a row, or that it came or went."""
        if self.middle is None:
            return ()
        path = now.path if now else self._path_in_middle.get(was.path if was else "")
        there = self.middle.by_path.get(path or "")
        fields = [change.field for change in own]
        if now is None or was is None:
            if (there is None) == (now is None):
                return ()
        elif there is None or any(_value(there, field) != _value(was, field) for field in fields):
            return ()
        return tuple(name for name, report in self.alone.items() if _depends(report, path or "", now, fields))

    @cached_property
    def _path_in_middle(self) -> dict[str, str]:
        """Where the rows of the first network are in the one between."""
        if self.middle is None:
            return {}
        pairs = match(self.before, self.middle).pairs
        return {self.before.layers[x].path: self.middle.layers[y].path for x, y in pairs}


def _depends(report: Report | None, path: str, now: Row | None, fields: Iterable[str]) -> bool:
    """Whether a row is another one, or is there or not, once a variable is set back; yes where nobody knows."""
    if report is None:
        return True
    there = report.by_path.get(path)
    if there is None or now is None:
        return (there is None) != (now is None)
    return any(_value(there, field) != _value(now, field) for field in fields)


def _value(row: Row, field: str) -> Any:
    if field in row.parameters:
        return row.parameters[field]
    value = getattr(row, field, None)
    return list(value) if isinstance(value, tuple) else value
