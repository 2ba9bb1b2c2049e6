"""Command lines, one word a line: every option of every command, with sound and unsound values."""

from __future__ import annotations

import os
from random import Random
from unittest import mock

import numpy as np

from cnncalc.cli.group import COMMANDS
from cnncalc.render.checks.github import github  # noqa: F401  # imported before the process is parted
from tests.hostile.fuzzing.mutation import spoiled_text
from tests.hostile.fuzzing.promises import called, data_of, desk, outcome_of, require
from tests.hostile.fuzzing.seeds import TINY, npy, pictures
from tests.hostile.fuzzing.words import call_drawn, harmless, words_of

TWO = "inputs: {left: 8x8x3, right: 8x8x3}\nlayers:\n  - add:\n    from: [left, right]\n  - global_avg_pool\n"
DESK = {
    "net.yaml": TINY.encode(),
    "two.yaml": TWO.encode(),
    "wrong.yaml": b"input: 8x8x3\nlayers:\n  - conv: 3 9x9\n  - cnov: 3\n",
    "a.npy": npy(np.ones((2, 8, 8, 3), np.float32)),
    "p.png": pictures()[1],
    "labels.txt": "".join(f"class {number}\n" for number in range(10)).encode(),
    "w.npz": b"PK\x05\x06" + bytes(18),
    "w.safetensors": b"\x02" + bytes(7) + b"{}",
}


def target(data: bytes) -> str:
    words = words_of(data)
    if not words or not harmless(words) or words[0] not in COMMANDS:
        return "not tried"
    if any("jobs" in word or "threads" in word for word in words) and not {"1", "2"} & {
        *words,
        data[-1:].decode("latin-1"),
    }:
        return "not tried"
    with desk(DESK) as folder, mock.patch.dict(os.environ, {"GIT_CEILING_DIRECTORIES": str(folder.parent)}):
        os.environ.pop("GITHUB_STEP_SUMMARY", None)
        result = called(*words)
        left = [path.name for path in folder.glob(".*") if not any(path.name in word for word in words)]
        require(not left, "a file is left behind")
        for name in ("two.yaml", "wrong.yaml", "a.npy", "p.png", "labels.txt", "w.npz", "w.safetensors"):
            _require_unharmed(name, words)
        if (
            result.code == 0
            and result.out
            and words[-2:] == ["--format", "json"]
            and not {"help", "--columns=help", "--help", "--tex"} & {*words}
        ):
            data_of(result)
        return f"{words[0]} {outcome_of(result)}"


def _require_unharmed(name: str, words: list[str]) -> None:
    """A file that is only read keeps its bytes; one that is named for a result, or to be formatted, may change."""
    with open(name, "rb") as file:  # noqa: PTH123
        same = file.read() == DESK[name]
    require(same or words[0] == "fmt" or any(name in word for word in words), "a file that nobody named is changed")


def draw(chance: Random) -> bytes:
    words = call_drawn(chance)
    if chance.random() < 0.2:
        words += ["--format", "json"]
    return "\n".join(words).encode("utf-8", "replace")


def spoil(data: bytes, chance: Random) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    others = ["\n".join(call_drawn(chance)) for _ in range(3)]
    return spoiled_text(text, chance, others).encode("utf-8", "replace")
