"""What every command promises, whatever it is given: one clear message and exit code 0, 1 or 2."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from cnncalc.judging.unforeseen import TRACEBACK
from tests.cli.terminal import Called, call

NEVER = ("Traceback (most recent", "this is a bug in cnncalc", "not enough memory", "internal error")


class BrokenPromise(AssertionError):
    """The program did something that it never does; the message says what, alike for inputs of one cause."""


def require(holds: object, promise: str) -> None:
    """Raise `BrokenPromise` unless it holds."""
    if not holds:
        raise BrokenPromise(promise)


@contextmanager
def desk(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of these files and nothing else, in which whatever is called stands."""
    with TemporaryDirectory() as outer:
        folder = Path(outer, "desk")
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        with chdir(folder):
            yield folder


def called(*words: object) -> Called:
    """A call of the command, held to what every call promises."""
    with mock.patch.dict(os.environ, {TRACEBACK: "1"}):  # a fault of ours is raised, so that it is seen where it is
        result = call(*words)
    if result.crash is not None:
        raise result.crash
    require(result.code in {0, 1, 2}, f"exit code {result.code}")
    for said in NEVER:
        require(said not in result.err, f"it says: {said}")
    require(result.code == 0 or result.err or result.out, f"exit code {result.code} without a word")
    return result


def data_of(result: Called) -> Any:
    """The JSON of a call: one document, without NaN and infinities, which JSON lacks."""
    return json.loads(result.out, parse_constant=_refused)


def _refused(constant: str) -> None:
    raise BrokenPromise(f"JSON with {constant}")


def outcome_of(result: Called) -> str:
    """A call in few words: its exit code with the codes of its faults, or with the beginning of its message."""
    codes = sorted(set(re.findall(r"CNN\d{3}", result.output)))[:2]
    if codes or result.code == 0:
        return " ".join([str(result.code), *codes])
    message = result.err.strip().rpartition("\n")[2] or result.out
    return f"{result.code} {in_short(message)}"


def in_short(message: str, words: int = 6) -> str:
    """The plain words of a message without what they are about, so that messages of one kind are alike."""
    return " ".join(re.findall(r"(?<![\w'\"`./-])[A-Za-z]{2,32}(?![\w'\"`./-])", message)[:words])
