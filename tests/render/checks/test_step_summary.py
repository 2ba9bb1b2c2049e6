"""The table for the page of a run: a row a network, failures first, nothing that Markdown could misread."""

from __future__ import annotations

import re

from cnncalc.judging import Judged, Outcome
from cnncalc.render.checks.checked import Checked
from cnncalc.render.checks.step_summary import MOST_ROWS
from cnncalc.render.checks.step_summary import step_summary as written
from tests.render.checks.faults import GONE, NETWORKS, ODD, OVER, TOTALS, WHOLE


def step_summary(networks, unreadable, place) -> str:
    return written(Checked(Outcome([], networks, unreadable), place))


def rows(text: str) -> list[list[str]]:
    """The cells of the table, below its head."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_a_row_holds_verdict_figures_and_the_share_of_each_budget():
    assert rows(step_summary([WHOLE], [], str)) == [
        [
            "✅",
            "LeNet-5",
            "nets/lenet5.yaml",
            "61.7K of 62.0K (99.5 %)",
            "417K",
            "23.0 KiB",
            "weight_memory 241.0 KiB of 244.1 KiB (98.7 %)",
        ]
    ]


def test_a_broken_budget_is_bold():
    (row,) = rows(step_summary([OVER], [], str))
    assert row[4] == "**417K of 400K (104.1 %)**"


def test_networks_that_fail_come_first_and_say_why_below():
    text = step_summary(NETWORKS, [], str)
    assert [row[0] for row in rows(text)] == ["❌", "❌", "✅", "⚠️"]
    assert "- **LeNet-5 (wide)**: CNN401 stride 3 does not fit: 100 % of it" in text


def test_a_network_that_could_not_be_made_has_no_figures():
    assert rows(step_summary([NETWORKS[2]], [], str))[0][3:6] == ["-", "-", "-"]


def test_odd_names_stay_in_their_cells():
    (row,) = rows(step_summary([ODD], [], str))
    assert len(row) == 7
    assert row[1] == r"a\|b \`&lt;img&gt;\` \[x\](y) \*z\*"
    assert "\n" not in row[2]


def test_what_cannot_be_read_is_listed():
    assert "- gone.yaml: no such file or directory" in step_summary([], [GONE], str)


def test_rows_beyond_the_most_are_counted():
    many = [Judged(f"{number}.yaml", "", None, (), TOTALS, (), 0.0) for number in range(MOST_ROWS + 3)]
    text = step_summary(many, [], str)
    assert len(rows(text)) == MOST_ROWS
    assert "and 3 networks more" in text
