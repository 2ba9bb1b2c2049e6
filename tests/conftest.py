"""How hard hypothesis tries: `default` is quick and draws the same each time, `ci` is long and draws anew; no width."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: a slow machine is not a fault of the rule under test. A test that sets `max_examples` itself is not
# lengthened by `ci`, so tests leave the number to the profile.
settings.register_profile("default", max_examples=60, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "ci",
    max_examples=600,
    derandomize=False,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# readline, which pytest imports, hands the width of its terminal on to the processes that share out the tests.
os.environ.pop("COLUMNS", None)
