"""A session knows how many pictures will come, so that weights are made ready for as many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.executor import fast
from cnncalc.executor.files.rows import sample_images
from cnncalc.executor.session import Options, RunError, Session
from cnncalc.executor.session.limited import LimitedSession
from cnncalc.network import Network

TEXT = "{input: 8x8x3, layers: [{conv: 4 3x3, name: maps}, fc: 3]}"


@pytest.fixture
def network() -> Network:
    return cnncalc.loads(TEXT)


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each plan was made with."""
    made: list[dict[str, Any]] = []
    real = fast.Plan

    def watching(*given: Any, **named: Any) -> Any:
        made.append(named | {"dtype": given[2]})
        return real(*given, **named)

    monkeypatch.setattr(fast, "Plan", watching)
    return made


def files(folder: Path) -> list[str]:
    np.save(folder / "five.npy", np.zeros((5, 8, 8, 3)))
    np.save(folder / "wrong.npy", np.zeros((5, 8, 8)))
    (folder / "broken.png").write_text("no picture")
    return [
        *map(str, sample_images().values()),
        *(f"{folder}/{name}" for name in ("five.npy", "wrong.npy", "none.png")),
    ]


def test_a_plan_is_told_how_many_pictures_there_will_be(
    network: Network, planned: list[dict[str, Any]], tmp_path: Path
) -> None:
    made = Session(network, files(tmp_path), Options(dtype="float64", threads=3, batch=2))
    (plan,) = planned
    assert (plan["images"], plan["threads"], plan["dtype"]) == (8, 3, "float64")
    results = list(made.results(1, str(tmp_path)))
    assert len([result for result in results if not result.fault]) == 8
    assert [result.fault.rpartition("/")[2].partition(":")[0] for result in results if result.fault] == [
        "wrong.npy",
        "none.png",
    ]


def test_a_single_picture_is_one(network: Network, planned: list[dict[str, Any]]) -> None:
    Session(network, ["chelsea"], Options())
    Session(network, ["nowhere.png"], Options())
    assert [made["images"] for made in planned] == [1, 1]


def test_the_parts_of_a_picture_are_told_to_whoever_watches(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((600, 400, 3), np.float32))
    text = "{input: 600x400x3, layers: [conv: 4 3x3, max_pool: 2x2]}"
    watched: list[tuple[int, int]] = []
    made = LimitedSession(cnncalc.loads(text), [str(tmp_path / "a.npy")], Options(memory=6 * 2**20))
    (result,) = made.results(1, str(tmp_path), lambda done, parts: watched.append((done, parts)))
    assert result.fault == ""
    assert made.limited is not None
    parts = made.limited.strips
    assert parts > 1
    assert watched == [(done, parts) for done in range(1, parts + 1)]


def test_a_picture_that_holds_more_than_was_expected_is_computed_in_thinner_strips(tmp_path: Path) -> None:
    from PIL import Image

    sixteen = np.random.default_rng(0).integers(0, 65536, (600, 500), dtype=np.uint16)
    Image.fromarray(sixteen).save(tmp_path / "deep.png")
    Image.fromarray((sixteen >> 8).astype(np.uint8)).save(tmp_path / "flat.png")
    network = cnncalc.loads("{input: 600x500x1, layers: [conv: 4 3x3, max_pool: 2x2]}")
    paths = [str(tmp_path / name) for name in ("flat.png", "deep.png")]
    limit = 6 * 2**20
    made = LimitedSession(network, paths, Options(memory=limit))
    assert made.limited is not None
    before = made.limited
    assert [result.fault for result in made.results(1, str(tmp_path))] == ["", ""]
    assert made.limited.used_bytes <= limit
    assert made.limited.strips >= before.strips > 1


def test_a_limit_that_holds_no_picture_is_told_with_its_bytes(network: Network) -> None:
    with pytest.raises(RunError, match=r"--memory is too small: of 200 bytes 25 are reserved to read, save and draw"):
        LimitedSession(network, ["chelsea"], Options(memory=200))
