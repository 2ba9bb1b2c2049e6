"""Folds a report: rows that lie deeper than so many segments of their path become one line of their group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from cnncalc.analysis import Report, Row

APART, TOGETHER = "apart", "together"
"""Whether the turns of a repeat at the deepest segment have a line each or one for all."""

MOST_LINES = 24
"""The default depth is the deepest whose table has no more lines, so that it can be seen at a glance."""

SUMMED = ("weights", "biases", "params", "fixed_params", "macs", "activations", "activation_bytes")

DEEPER_THAN_ANY = 100_000
"""No path has as many segments; a depth that a machine's word cannot hold means this one."""


def folded(report: Report, depth: int | None = None) -> list[Row]:
    """The lines of a table; without a depth, as deep as it can be seen at a glance."""
    if depth is not None:
        return _lines(report.layers, min(max(depth, 1), DEEPER_THAN_ANY), APART)
    return _lines(report.layers, *_at_a_glance(report.layers))


def _at_a_glance(rows: Sequence[Row]) -> tuple[int, str]:
    """The deepest folding of at most `MOST_LINES` lines, and the coarsest where there is none."""
    deepest = max(row.path.count("/") for row in rows) + 1
    best = (1, TOGETHER)
    for depth, turns in product(range(1, deepest + 1), (TOGETHER, APART)):
        if len({group(row.path, depth, turns) for row in rows}) > MOST_LINES:
            break
        best = (depth, turns)
    return best


def _lines(rows: Iterable[Row], depth: int, turns: str) -> list[Row]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(group(row.path, depth, turns), []).append(row)
    return [line_of(path + turns_of(path, members), members) for path, members in groups.items()]


def group(path: str, depth: int, turns: str) -> str:
    """The group of a path at a depth.

    >>> group("conv2/Bottleneck_2[3]/relu_1", 2, APART), group("conv2/Bottleneck_2[3]/relu_1", 2, TOGETHER)
    ('conv2/Bottleneck_2[3]', 'conv2/Bottleneck_2')
    """
    segments = path.split("/", depth)
    if len(segments) < depth:
        return path
    if turns == TOGETHER and segments[depth - 1].endswith("]"):
        segments[depth - 1] = segments[depth - 1].partition("[")[0]
    return "/".join(segments[:depth])


def turns_of(path: str, members: Sequence[Row]) -> str:
    """The turns of a repeat that share a line, such as [1..3]; nothing where each has its own.

    Turns come in order, so that the first and the last row have the first and the last of them.
    """
    first, last = (_turn(path, row.path) for row in (members[0], members[-1]))
    if not first:
        return ""
    return f"[{first}]" if first == last else f"[{first}..{last}]"


def _turn(group_path: str, path: str) -> str:
    rest = path[len(group_path) :]
    return rest[1:].partition("]")[0] if rest.startswith("[") else ""


def line_of(path: str, members: Sequence[Row]) -> Row:
    """The line that rows of one group make together, a row as theirs are.

    What adds up is summed, but not over what only training has beside rows that inference has; `live_bytes` is the
    largest; output and receptive field are those of the last row.
    """
    first, last = members[0], members[-1]
    if len(members) == 1:
        return first._replace(path=path)
    used = [row for row in members if not row.training_only] or members
    return last._replace(
        path=path,
        kind=f"{len(members):,} layers",
        inputs=first.inputs,
        **{name: sum(getattr(row, name) for row in used) for name in SUMMED},
        live_bytes=max(row.live_bytes for row in used),
        shared_with=None,
        training_only=all(row.training_only for row in members),
        line=first.line,
        parameters={},
    )
