"""Whole processes that name one picture: cnncalc's beside those of PyTorch and onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import isclose
from pathlib import Path

from benchmarks.peers import files
from benchmarks.peers.turns import limited
from benchmarks.timing import CNNCALC, Numbers, answer, answer_of, module, side_by_side

FIND_PICTURE = """\
from cnncalc.executor.files.rows import sample_images
print(json.dumps(str(sample_images()["chelsea"])))"""

OWN = "cnncalc run"
PEERS = ("torch", "onnxruntime")
CLOSE = 1e-3
"""How far the values of the best classes may lie apart, as a part of them."""


def cold(folder: Path, python: str, threads: int, rounds: int) -> Numbers:
    """Each process from its start to its end, and its time as a multiple of cnncalc's in the same round.

    All of them read the same picture, weights from a file, and name the same five classes; else nothing is measured.
    """
    environment = limited(threads)
    picture = answer_of(FIND_PICTURE)
    run = (CNNCALC, "run", str(folder / files.SPEC), picture, "--weights", str(folder / files.WEIGHTS))
    words = (str(folder), picture, str(threads))
    peers = {name: module("peers.one_shot", name, *words, python=python) for name in PEERS}
    with _on_cores(threads):
        (image,) = answer((*run, "--format", "json"), environment)["images"]
        (output,) = image["outputs"]
        due = [(best["class"], best["value"]) for best in output["top"]]
        for name, command in peers.items():
            _refuse_unless_same(name, answer(command, environment), due)
        return side_by_side({OWN: run, **peers}, rounds, base=OWN, environment=environment)


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
