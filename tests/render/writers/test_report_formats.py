"""JSON, CSV and Markdown of a report, and its display in a notebook."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from rich.console import Console

from cnncalc.analysis import Report, analyze
from cnncalc.render.notebook import shown
from tests.analysis.by_hand import Builder, lenet5, residual_stages
from tests.render.written import csv_text, json_text, markdown


@pytest.mark.parametrize("network", [lenet5, residual_stages])
def test_the_json_is_exactly_to_dict(network):
    report = analyze(network())
    assert json.loads(json_text(report)) == report.to_dict()
    assert list(json.loads(json_text(report))) == list(report.to_dict())


def test_the_json_has_a_layer_on_each_line():
    lines = json_text(analyze(lenet5())).split("\n")
    assert sum(line.startswith('  {"path": ') for line in lines) == 7
    assert len(lines) == 7 + 4


def test_the_json_is_ascii_whatever_the_name():
    network = lenet5()
    network.name = "畳み込み"
    assert json_text(analyze(network)).isascii()
    assert json.loads(json_text(analyze(network)))["name"] == "畳み込み"


def test_the_csv_has_every_row_and_adds_up():
    report = analyze(residual_stages())
    rows = list(csv.DictReader(csv_text(report).split("\n")))
    assert [row["path"] for row in rows] == [row.path for row in report.layers]
    assert sum(int(row["macs"]) for row in rows) == report.totals.macs
    assert (rows[0]["output"], rows[0]["receptive_field_start"]) == ("112x112x64", "0.0x0.0")


def test_the_csv_folds_where_a_depth_is_asked_for():
    rows = list(csv.DictReader(csv_text(analyze(residual_stages()), depth=1).split("\n")))
    assert [row["path"] for row in rows][2:5] == ["max_pool_1", "conv2", "conv3"]


def test_the_csv_of_several_inputs_has_a_field_for_each():
    builder = Builder(left=(9, 9, 1), right=(7, 7, 1))
    a = builder.add("a", "conv", "left", filters=1, kernel=3)
    builder.add("b", "add", a, "right")
    rows = list(csv.DictReader(csv_text(analyze(builder.network())).split("\n")))
    assert rows[1]["receptive_field_size[right]"] == "1x1"
    assert rows[0]["receptive_field_size[right]"] == ""


def test_the_markdown_is_a_table_of_equal_rows():
    lines = markdown(analyze(lenet5())).split("\n")
    assert lines[0] == "## LeNet-5, as it is drawn today · input 32x32x1"
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 7
    assert table[2] == "| conv\\_1 | conv | 28x28x6 | 5x5 | 156 | 0.3% | 117,600 | 28.2% | 22.4 KiB |"
    assert {line.replace("\\|", "").count("|") for line in table} == {10}
    assert "- **params**: 61,706 trainable: 241.0 KiB of weights in float32" in lines


def test_the_html_escapes_what_the_author_wrote():
    network = lenet5()
    network.name = "<script>alert(1)</script>"
    text = shown(analyze(network))._repr_html_()
    assert "<script>" not in text
    assert text.count("<tr") == 1 + 7


def test_a_shown_report_is_the_report_and_displays_itself():
    report = analyze(lenet5())
    display = shown(report)
    assert isinstance(display, Report)
    assert display.to_dict() == report.to_dict()
    assert display["fc_1"].params == 48120
    assert str(display).startswith("LeNet-5")
    assert "<table>" in display._repr_html_()
    printed = StringIO()
    Console(width=80, file=printed).print(display)
    assert "240,000" in printed.getvalue()
