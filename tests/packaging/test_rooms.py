"""The rooms can be held in one's head: few files a folder, short files, and a kind that few files name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import cnncalc
from cnncalc.layers import KINDS

PACKAGE = Path(cnncalc.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_FILES, MOST_LINES, MOST_NAMING = 16, 300, 6
CLASSES = sorted({kind.layer.__name__ for kind in KINDS.values()})


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_no_folder_has_more_files_than_a_reader_can_hold():
    crowded = {
        str(folder): count for folder, count in Counter(path.parent for path in FILES).items() if count > MOST_FILES
    }
    assert crowded == {}


def test_no_file_is_two_rooms():
    assert {str(path): lines(path) for path in FILES if lines(path) > MOST_LINES} == {}


@pytest.mark.parametrize("name", CLASSES)
def test_few_files_name_a_kind(name):
    """Its class, its definition, its computation and a row for each framework; whoever else names it keeps a list."""
    word = re.compile(rf"\b{name}\b")
    naming = [path.relative_to(PACKAGE).as_posix() for path in FILES if word.search(path.read_text("utf-8"))]
    assert len(naming) <= MOST_NAMING, naming
