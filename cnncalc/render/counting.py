"""The totals as another tool counts them: its figures beside ours, and what makes the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnncalc import quantity
from cnncalc.analysis import Report
from cnncalc.conventions import OWN, PARAMS, Counting, Reason
from cnncalc.render import data, grid
from cnncalc.render.columns import LEFT, RIGHT
from cnncalc.render.markdown import escaped
from cnncalc.render.summary import title
from cnncalc.render.terminal import painted, wrapped

LABEL_WIDTH = 6
NARROWEST_TEXT = 30
WRITTEN_AS = "of the network as `cnncalc explain` writes its layers"
FORM = ", each a module and in eval mode"


class Figure(NamedTuple):
    """One number: what it is called, what the tool says and what we say."""

    name: str
    theirs: int
    ours: int

    @property
    def difference(self) -> str:
        """How much more the tool counts, with its sign."""
        return signed(self.theirs - self.ours)


def signed(amount: int) -> str:
    """An amount that is added or left out.

    >>> signed(6518), signed(-24), signed(0)
    ('+6,518', '-24', '0')
    """
    return f"+{quantity.exact(amount)}" if amount > 0 else quantity.exact(amount)


def figures(report: Report, counting: Counting) -> list[Figure]:
    """What the tool counts; of our own convention the FLOPs too."""
    found = [Figure("params", counting.params, counting.own_params)]
    convention = counting.convention
    if convention.unit:
        found.append(Figure(convention.word, counting.amount, counting.own_amount))
    if convention.name == OWN:
        found.append(Figure("FLOPs", report.totals.flops, report.totals.flops))
    return found


def json_text(report: Report, counting: Counting) -> str:
    """The JSON of the report, with one object more at its end."""
    import json

    more = json.dumps(counting.to_dict(), allow_nan=False)
    return f'{data.json_text(report)[:-1]},\n "counting": {more}}}'


def table(
    report: Report,
    counting: Counting,
    *,
    width: int = 100,
    layout: str = "hwc",
    color: bool = False,
    glyphs: str = "unicode",
) -> str:
    """The figures side by side, and below them why they differ; as a text without a final newline."""
    ascii_only = glyphs == "ascii"
    heading = title(report, layout, " - " if ascii_only else " · ")
    rule = "-" if ascii_only else "─"
    return "\n".join(
        [
            *(painted(part, "bold", color) for part in wrapped(heading, width)),
            "",
            *_side_by_side(report, counting, rule, color=color),
            *_differences(counting, width, color=color),
            "",
            *(line for remark in _remarks(counting) for line in _hanging("note", remark, LABEL_WIDTH, width)),
        ]
    )


def _side_by_side(report: Report, counting: Counting, rule: str, *, color: bool) -> list[str]:
    found = figures(report, counting)
    blocks = [
        grid.Block("name", "", LEFT, "", [figure.name for figure in found]),
        grid.Block("theirs", _tool(counting), RIGHT, "", [quantity.exact(figure.theirs) for figure in found]),
    ]
    if counting.convention.name != OWN:
        blocks += [
            grid.Block("ours", OWN, RIGHT, "", [quantity.exact(figure.ours) for figure in found]),
            grid.Block("difference", "difference", RIGHT, "", [figure.difference for figure in found]),
        ]
    return grid.lines(blocks, [""] * len(found), rule, color=color)


def _tool(counting: Counting) -> str:
    return f"{counting.convention.name} {counting.convention.version}".rstrip()


def _word(counting: Counting, reason: Reason) -> str:
    return PARAMS if reason.of == PARAMS else counting.convention.word


def _differences(counting: Counting, width: int, *, color: bool) -> Iterator[str]:
    """The reasons under what they are about, each with its amount; mistakes are called so."""
    shown = [signed(reason.amount) for reason in counting.reasons]
    column = max(map(len, shown), default=0) + 2
    about = ""
    for reason, amount in zip(counting.reasons, shown, strict=True):
        if reason.of != about:
            about = reason.of
            yield ""
            yield painted(f"What makes the difference in {_word(counting, reason)}:", "bold", color)
        yield from _hanging(amount.rjust(column - 2), _what(reason), column, width)
        if reason.wrong:
            for line in _hanging("", f"wrong: {reason.wrong}", column, width):
                yield painted(line, "yellow", color)


def _what(reason: Reason) -> str:
    return f"{reason.what} ({quantity.plural(reason.layers, 'layer')})"


def _remarks(counting: Counting) -> Iterator[str]:
    convention = counting.convention
    if convention.name != OWN:
        yield f"{convention.counter}, {WRITTEN_AS}{FORM if convention.unit else ''}"
    yield from counting.remarks


def _hanging(label: str, text: str, column: int, width: int) -> list[str]:
    """A text beside its label, in as many lines as it takes."""
    parts: Sequence[str] = wrapped(text, max(width - column, NARROWEST_TEXT))
    return [(label if number == 0 else "").ljust(column) + part for number, part in enumerate(parts)]


def markdown(report: Report, counting: Counting, layout: str = "hwc") -> str:
    """The same as Markdown."""
    alone = counting.convention.name == OWN
    header = ["", _tool(counting), *([] if alone else [OWN, "difference"])]
    lines = [f"## {escaped(title(report, layout))}", "", _row(header), _row(["---", *["---:"] * (len(header) - 1)])]
    for figure in figures(report, counting):
        theirs, ours = quantity.exact(figure.theirs), quantity.exact(figure.ours)
        lines.append(_row([figure.name, theirs, *([] if alone else [ours, figure.difference])]))
    lines.append("")
    for reason in counting.reasons:
        wrong = f" (wrong: {escaped(reason.wrong)})" if reason.wrong else ""
        lines.append(f"- **{_word(counting, reason)} {signed(reason.amount)}**: {escaped(_what(reason))}{wrong}")
    lines += [f"- {escaped(remark)}" for remark in _remarks(counting)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
