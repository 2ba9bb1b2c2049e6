"""A record with other values in some fields is one of its own: nothing that was computed of the first goes with it."""

from __future__ import annotations

import cnncalc
from cnncalc.analysis import analyze


def test_a_report_of_nothing_is_made_of_one_that_was_asked_for_its_rows() -> None:
    report = analyze(cnncalc.loads("{input: 8x8x3, layers: [relu, flatten]}"))
    assert report["relu_1"].output == (8, 8, 3)
    assert (report.without_layers().by_path, len(report.by_path)) == ({}, 2)
