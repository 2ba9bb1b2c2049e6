"""A plugin of pytest: it notes which functions of the program each test calls, or runs chosen tests in a given order.

Where `MUTANTS_NOTE` names a file, that file receives for each test its seconds and its functions; where `MUTANTS_RUN`
names one, its tests run in the order of its lines, and no others.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest
from hypothesis import Phase, settings

PROFILE = "mutants"
settings.register_profile(
    PROFILE,
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # nobody reads the smallest example
)


class Seen(NamedTuple):
    """What one test did: how long it took, and the functions that it called, each a file and its first line."""

    seconds: float
    functions: list[tuple[str, int]]


def read(file: Path) -> dict[str, Seen]:
    """What a run of all tests has noted, by the name of the test."""
    noted = json.loads(file.read_text("utf-8"))
    return {
        name: Seen(seconds, [(place, line) for place, line in functions])
        for name, (seconds, functions) in noted.items()
    }


_noted: dict[str, Seen] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """One test, from its fixtures to their end."""
    if "MUTANTS_NOTE" not in os.environ:
        return (yield)
    top, called, began = f"{item.config.rootpath / 'cnncalc'}{os.sep}", set(), time.perf_counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    sys.setprofile(note)
    try:
        return (yield)
    finally:
        sys.setprofile(None)
        inside = {(code.co_filename, code.co_firstlineno) for code in called if code.co_filename.startswith(top)}
        functions = [(os.path.relpath(file, item.config.rootpath), line) for file, line in sorted(inside)]
        _noted[item.nodeid] = Seen(time.perf_counter() - began, functions)


def pytest_sessionfinish() -> None:
    """Everything is noted at once, at the end."""
    if "MUTANTS_NOTE" in os.environ:
        Path(os.environ["MUTANTS_NOTE"]).write_text(json.dumps(_noted), "utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The chosen tests, in their order."""
    if "MUTANTS_RUN" in os.environ:
        chosen = Path(os.environ["MUTANTS_RUN"]).read_text("utf-8").split("\n")
        found = {item.nodeid: item for item in items}
        items[:] = [found[name] for name in chosen if name in found]
