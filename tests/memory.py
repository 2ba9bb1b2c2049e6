"""How much memory this process has ever taken, from the system's own account."""

from __future__ import annotations

import resource
import sys

UNIT = 1 if sys.platform == "darwin" else 1024


def peak_bytes() -> int:
    """The most that was resident at any moment until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
