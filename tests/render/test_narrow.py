"""Narrow terminals: texts break at blanks, a table says which columns it leaves out, and colours change no letter."""

from __future__ import annotations

import re
from functools import partial

import pytest

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.derivation.explain import explain_row
from cnncalc.derivation.totals import explain_network
from cnncalc.render.formats import SCREEN, UNBOUNDED, Screen, write
from cnncalc.render.lessons import FOLDER
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.explanation import Explained
from cnncalc.render.subjects.lesson import Lesson
from cnncalc.render.subjects.report_table import COLUMNS, names_of
from cnncalc.render.subjects.shelf import Shelf
from cnncalc.render.terminal import width
from tests.cli.terminal import call
from tests.render.written import table

LESSONS = [Lesson(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.md"))]
SHELF = Shelf(
    [
        ("siamese", "Siamese network for one-shot recognition", "1", 38_951_745, 1_820_000_000),
        ("  resnet152_paper", "ResNet-152, as published", "1000", 60_192_808, 11_500_000_000),
    ]
)


def explanations() -> list[Subject]:
    found: list[Subject] = []
    for name in ("lenet5", "resnet50", "unet_small", "m5", "c3d"):
        network = cnncalc.load(name)
        report = analyze(network)
        paths = [node.path for node in network.nodes][:: max(1, len(network.nodes) // 6)]
        found.append(Explained(explain_network(network, report)))
        found += [Explained(explain_row(network, report, path)) for path in paths]
    return found


SUBJECTS = [*LESSONS, *explanations()]


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_line_is_as_wide_as_the_terminal_unless_one_word_is_wider(columns):
    for subject in SUBJECTS:
        text = write(subject, SCREEN, Screen(columns))
        code = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
        for line in code.sub("", text).split("\n"):
            assert width(line) <= columns or len(words(line)) == 1, line


def test_a_narrow_terminal_changes_no_word_and_no_order():
    for subject in SUBJECTS:
        wide, narrow = (write(subject, SCREEN, Screen(columns)) for columns in (UNBOUNDED, 60))
        assert words(narrow) == words(wide)


def test_colours_change_no_letter():
    for subject in [*SUBJECTS, SHELF]:
        plain, colored = (write(subject, SCREEN, Screen(80, color)) for color in (False, True))
        assert "\x1b[1m" in colored
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_an_equation_breaks_before_its_equals_signs_and_a_note_below_its_text():
    network = cnncalc.load("resnet50")
    path = "conv2/Bottleneck_1/add_1/main/ConvBN_2/conv_1"
    text = write(Explained(explain_row(network, analyze(network), path)), SCREEN, Screen(60))
    assert "\n  H2 = floor((H1 - F + 2 x P)/S) + 1\n     = floor((56 - 3 + 2 x 1)/1) + 1 = 56\n" in text
    assert "\n  note: like every framework's, this convolution is a\n        cross-correlation: the kernel" in text


@pytest.mark.parametrize("columns", [72, 80])
def test_titles_of_the_shelf_take_several_lines_and_numbers_none(columns):
    lines = write(SHELF, SCREEN, Screen(columns)).split("\n")
    assert max(map(width, lines)) <= columns
    assert "38,951,745" in lines[2]
    assert words(" ".join([lines[2][19:45], lines[3]]))[:3] == ["Siamese", "network", "for"]


def test_the_shelf_has_a_line_a_network_where_there_is_room():
    assert len(write(SHELF, SCREEN, Screen(100)).split("\n")) == 4


def test_the_command_lists_the_networks_within_eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(width, call("specs").out.split("\n"))) <= 80


@pytest.mark.parametrize("columns", [50, 64, 80, 90])
def test_a_table_says_which_columns_it_leaves_out_and_how_to_see_them(columns):
    report = analyze(cnncalc.load("resnet50"))
    text = table(report, width=columns, depth=1)
    (missing, option) = re.findall(
        r"columns are too few for (.*?):\s+`--columns\s(.*?)`\s+shows\s+them", text, re.DOTALL
    )[0]
    headers = text.split("\n")[2].split()
    asked = option.split(",")
    assert asked == ["layer", *missing.replace("\n", " ").split(", ")]
    assert "%" not in asked
    assert not set(asked[1:]) & (set(headers) - {"%"})
    names, unknown = names_of(asked)
    assert unknown == []
    assert set(names) | {name for name in COLUMNS if COLUMNS[name].header in headers} >= {"layer", "kind", "live_bytes"}
    shown = table(report, width=columns, depth=1, columns=names)
    assert "too few" not in shown
    assert shown.split("\n")[2].split() == [COLUMNS[name].header for name in names]


def test_a_table_that_has_room_for_all_leaves_nothing_out():
    assert "too few" not in table(analyze(cnncalc.load("lenet5")), width=200)
    assert "too few" not in table(analyze(cnncalc.load("lenet5")), width=30, columns=("layer", "macs", "params"))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_answers_to_its_name_and_to_its_header(name):
    header = COLUMNS[name].header
    assert names_of([name]) == ([name], [])
    if header and header != "%":
        assert names_of([header]) == names_of([header.upper()]) == ([name], [])


def test_a_share_is_that_of_the_column_before_it():
    assert names_of(["params", "%", "macs", "%"])[0] == ["params", "params_share", "macs", "macs_share"]
    assert names_of(["layer", "%"])[0] == ["layer", "params_share", "macs_share"]
    assert names_of(["path"])[0] == ["layer"]


def test_the_command_takes_headers():
    result = call("summarize", "lenet5", "--columns", "layer,sees,own memory")
    assert result.code == 0
    assert words(result.out.split("\n")[2]) == ["layer", "sees", "own", "memory"]
    refused = call("summarize", "lenet5", "--columns", "layer,seas")
    assert refused.code == 2
    assert "there is no column seas" in refused.err


explain = partial(call, "explain")


def test_a_lesson_has_the_formats_of_an_explanation():
    text = LESSONS[0].text
    code = LESSONS[0].code
    assert explain(code, "--format", "markdown").out == text
    assert f'"code": "{code}"' in explain(code, "--format", "json").out
    assert words(explain(code).out) == words(text)
    assert "a fault has none" in explain(code, "--tex").err
