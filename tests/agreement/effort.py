"""How many networks a test draws: a share of what the profile says, so that `ci` lengthens all of them alike."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def effort(share: float) -> settings:
    """The profile's settings with a share of its examples.

    Drawing a network takes hundreds of choices, and a busy machine makes that slow; no fault of the rule under test.
    """
    examples = max(1, round(settings().max_examples * share))
    return settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
