"""The sample pictures: small, sound, and each with its source and licence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "cnncalc" / "images"
PICTURES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".png", ".jpg"})
ROW = re.compile(r"^\| `([^`]+)` \| .* (\d+)x(\d+), [^|]*\| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
ROWS = ROW.findall((FOLDER / "SOURCES.md").read_text("utf-8"))
SOURCES = {name: (int(width), int(height), author, licence) for name, width, height, author, licence in ROWS}


def test_there_are_two_or_three_pictures_of_600_kilobytes_together() -> None:
    assert len(PICTURES) in {2, 3}
    assert sum((FOLDER / name).stat().st_size for name in PICTURES) < 600_000


def test_every_picture_has_a_row_in_sources_and_every_row_a_picture() -> None:
    assert sorted(SOURCES) == PICTURES
    assert len(ROWS) == len(SOURCES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_opens_and_has_the_size_that_sources_states(name: str) -> None:
    with Image.open(FOLDER / name) as picture:
        picture.load()
        assert picture.size == SOURCES[name][:2]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_large_enough_for_a_network_that_reads_227_pixels(name: str) -> None:
    with Image.open(FOLDER / name) as picture:
        assert min(picture.size) >= 227


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_an_author_and_a_free_licence(name: str) -> None:
    *_, author, licence = SOURCES[name]
    assert author.strip()
    assert licence.strip() == "CC0 1.0"


def test_the_pictures_differ_in_mode_so_that_reading_them_is_a_test_in_itself() -> None:
    seen = set()
    for name in PICTURES:
        with Image.open(FOLDER / name) as picture:
            seen.add((picture.format, picture.mode))
    assert {("PNG", "L"), ("PNG", "RGB"), ("JPEG", "RGB")} <= seen
