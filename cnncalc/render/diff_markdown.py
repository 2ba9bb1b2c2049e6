"""A difference as Markdown for the comment of a pull request: a sentence, the totals, and the layers that changed."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.compare import CHANGED, SAME, Difference, Excess
from cnncalc.render.columns import RIGHT
from cnncalc.render.diff_lines import changed_lines
from cnncalc.render.diff_words import COLUMNS, HEADERS, counts, failures, percent, side_effects, total_lines
from cnncalc.render.markdown import escaped
from cnncalc.render.terminal import printable

ARROW = "→"
MOST_OPEN = 10
"""A longer table of layers is folded away until somebody opens it."""


def diff_markdown(difference: Difference, names: tuple[str, str], excesses: Sequence[Excess] = ()) -> str:
    """The comment as a text without a final newline; limits that are exceeded stand first."""
    blocks = [
        f"### {_headline(difference)}",
        f"{_code(names[0])} {ARROW} {_code(names[1])}. {'; '.join([counts(difference), *side_effects(difference)])}.",
    ]
    if excesses:
        blocks.insert(1, "\n".join(f"- **over the limit**: {escaped(text)}" for text in failures(excesses)))
    blocks.append(_totals(difference))
    if any(layer.change != SAME for layer in difference.layers):
        blocks.append(_layers(difference))
    return "\n\n".join(blocks)


def _headline(difference: Difference) -> str:
    """The two totals that matter most, in percent."""
    counted = difference.totals.counted
    told = [
        f"{label} {percent(counted[metric]) or 'unchanged'}"
        for metric, label in (("params", "params"), ("macs", "MACs"))
    ]
    return ", ".join(told)


def _totals(difference: Difference) -> str:
    rows = [_row([escaped(cell) for cell in line]) for line in total_lines(difference)]
    return "\n".join([_row(list(HEADERS)), _row(["---", *["---:"] * (len(HEADERS) - 1)]), *rows])


def _layers(difference: Difference) -> str:
    lines = changed_lines(difference)
    columns = list(COLUMNS.values())
    table = "\n".join(
        [
            _row([column.header for column in columns]),
            _row(["---:" if column.align == RIGHT else "---" for column in columns]),
            *(_row([escaped(column.how(line, ARROW)) for column in columns]) for line in lines),
        ]
    )
    if len(lines) <= MOST_OPEN:
        return table
    number = len(difference.layers) - difference.count(SAME)
    # GitHub reads Markdown inside HTML only behind an empty line.
    return f"<details><summary>{number:,} layers came, went or {CHANGED}</summary>\n\n{table}\n\n</details>"


def _code(text: str) -> str:
    """A name as code, in which nothing is a mention or a link."""
    return f"`{printable(text).replace('`', chr(39))}`"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
