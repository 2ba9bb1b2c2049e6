"""The first law: every number of a report is what the reference executor shows, on networks from the whole language."""

from __future__ import annotations

import pytest
from hypothesis import given

import cnncalc
from cnncalc.layers import KINDS
from tests.agreement.effort import effort
from tests.agreement.law import report_is_what_runs
from tests.agreement.strategies import specs


@effort(2)
@given(specs())
def test_the_report_is_what_the_run_shows(text):
    report_is_what_runs(cnncalc.loads(text))


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_is_what_the_run_shows_for_every_kind(kind):
    @effort(1 / 10)
    @given(specs(kind))
    def agrees(text):
        network = cnncalc.loads(text)
        assert kind in {node.kind for node in network}
        report_is_what_runs(network)

    agrees()


def test_enough_units_meet_no_padding_and_read_exactly_their_window():
    held: list[int] = []

    # A few networks have most of the windows: in fewer draws their sum says little, and falls with any new kind.
    @effort(2)
    @given(specs())
    def collect(text):
        held.append(report_is_what_runs(cnncalc.loads(text)))

    collect()
    some = sum(count > 0 for count in held)
    assert sum(held) >= 20 * len(held), f"{sum(held)} exact windows in {len(held)} networks"
    assert some >= len(held) / 3, f"{some} of {len(held)} networks have a unit with an exact window"
