"""Times whole processes that name one picture: cnncalc's beside those of PyTorch and onnxruntime."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import isclose
from pathlib import Path
from typing import Any

import files
import measuring
import racing

SCRIPT = str(Path(__file__).resolve().parent / "one_shot.py")
FIND_PICTURE = "from cnncalc.executor.files.images import sample_images; print(sample_images()['chelsea'])"
OWN = "cnncalc run"
PEERS = ("torch", "onnxruntime")
CLOSE = 1e-3
"""How far the values of the best classes may lie apart, as a part of them."""


def cold(folder: Path, python: str, threads: int, rounds: int) -> dict[str, Any]:
    """Each process from its start to its end, and its time as a multiple of cnncalc's in the same round.

    All of them read the same picture, weights from a file, and name the same five classes; else nothing is measured.
    """
    with _on_cores(threads):
        return _raced(folder, python, threads, rounds)


def _raced(folder: Path, python: str, threads: int, rounds: int) -> dict[str, Any]:
    environment = racing.limited(threads)
    picture = _said((sys.executable, "-P", "-c", FIND_PICTURE), environment).strip()
    run = (measuring.CNNCALC, "run", str(folder / files.SPEC), picture, "--weights", str(folder / files.WEIGHTS))
    peers = {name: (python, SCRIPT, name, str(folder), picture, str(threads)) for name in PEERS}
    (image,) = json.loads(_said((*run, "--format", "json"), environment))["images"]
    (output,) = image["outputs"]
    due = [(best["class"], best["value"]) for best in output["top"]]
    for name, command in peers.items():
        found = json.loads(_said(command, environment))
        _refuse_unless_same(name, found, due)
    return measuring.side_by_side({OWN: run, **peers}, rounds, base=OWN, environment=environment)


@contextmanager
def _on_cores(count: int) -> Iterator[None]:
    """Let what is started meanwhile have so many cores, for `cnncalc run` takes all that it is let have."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cores)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _refuse_unless_same(name: str, found: list[tuple[int, float]], due: list[tuple[int, float]]) -> None:
    for (number, value), (own_number, own_value) in zip(found, due, strict=True):
        if number != own_number or not isclose(value, own_value, rel_tol=CLOSE):
            raise SystemExit(f"{name} sees something else in the picture than {OWN}: {found}, not {due}")


def _said(command: measuring.Command, environment: dict[str, str]) -> str:
    """What a command prints."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    return done.stdout
