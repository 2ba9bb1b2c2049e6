"""The script that breaks the program can fail: a mutant differs from its file, and each that is excused is there."""

from __future__ import annotations

import ast

import pytest

from benchmarks.mutants.__main__ import EQUIVALENT, ROOMS, TOP, equivalents, key
from benchmarks.mutants.changes import broken, mutants_of


@pytest.mark.parametrize("room", ROOMS)
def test_the_tests_of_a_room_are_there(room):
    assert [name for name in ROOMS[room][1] if not (TOP / "tests" / name).exists()] == []


def test_a_mutant_is_its_file_with_one_change():
    file = TOP / "cnncalc/window.py"
    whole = ast.unparse(ast.parse(file.read_text("utf-8"))).splitlines()
    for mutant in mutants_of(file):
        changed = broken(mutant).splitlines()
        assert len(changed) == len(whole)
        assert [mine == its for mine, its in zip(whole, changed, strict=True)].count(False) == 1, mutant


def test_a_mutant_knows_the_function_around_it():
    lines = (TOP / "cnncalc/window.py").read_text("utf-8").splitlines()
    for mutant in mutants_of(TOP / "cnncalc/window.py"):
        assert mutant.function <= mutant.line
        begins = lines[mutant.function - 1].lstrip() if mutant.function else "def"
        assert begins.startswith(("def ", "@")) or begins == "def"


def test_what_only_types_need_has_no_mutant(tmp_path):
    file = tmp_path / "one.py"
    file.write_text("if TYPE_CHECKING:\n    LEAST = 1\nif SLOW:\n    most: int | 2 = 3\n", "utf-8")
    assert [(mutant.line, mutant.before) for mutant in mutants_of(file)] == [(3, "if SLOW:"), (4, "3")]


def test_each_mutant_that_is_excused_is_there_and_has_a_reason():
    excused = equivalents()
    every = {key(mutant) for file in {entry[0] for entry in excused} for mutant in mutants_of(TOP / file)}
    assert [one for one in excused if one not in every] == [], f"{EQUIVALENT.name} names what is no longer there"
    assert all(reason.strip() for reason in excused.values())
    assert EQUIVALENT.read_text("utf-8").count("[[mutant]]") == len(excused)
