"""The lowest version of each dependency that pyproject.toml allows, as constraints for pip: python -m tests.lowest."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def lowest() -> list[str]:
    """A line for each dependency of the package; those of the tests may be as new as they are.

    >>> "numpy==1.26" in lowest()
    True
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [line.partition(",")[0].replace(">=", "==") for line in project["dependencies"]]


if __name__ == "__main__":
    print("\n".join(lowest()))  # noqa: T201
