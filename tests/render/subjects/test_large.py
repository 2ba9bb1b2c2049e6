"""A network whose activations are large is told of the limit under which it can be run, where strips would help."""

from __future__ import annotations

from typing import Any

import pytest

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.language.shelf import shipped
from cnncalc.render.subjects.report_words import sentences
from tests.render.written import markdown, table

LARGE = "{input: 4320x7680x3, layers: [conv: 64 3x3 pad 1]}"


def told(text: str, **how: Any) -> list[str]:
    report = analyze(cnncalc.loads(text), **how)
    return [sentence.replace("\u00a0", " ") for label, sentence in sentences(report) if label == "run"]


def test_a_large_network_says_what_a_run_takes_and_how_it_takes_less():
    (sentence,) = told(LARGE)
    assert sentence == (
        "one image takes at least 8.3 GiB of activations, with 7.0 KiB of weights, in float32; "
        "`cnncalc run --memory 1GiB` computes it in strips of rows"
    )


def test_it_is_the_last_line_of_the_table_and_stands_in_markdown():
    report = analyze(cnncalc.loads(LARGE))
    assert table(report, width=200).split("\n")[-1].startswith("run      one image takes at least 8.3 GiB")
    assert "- **run**: one image takes" in markdown(report)


@pytest.mark.parametrize(
    "how", [{"batch": 7}, {"dtype": "int8"}, {"dtype": "weights=int8,activations=float16", "batch": 3}]
)
def test_it_is_about_one_image_in_what_a_run_computes_in(how):
    assert told(LARGE, **how) == told(LARGE)


@pytest.mark.parametrize(("height", "limit"), [(8193, "512MiB"), (16384, "512MiB"), (16385, "1GiB"), (90_000, "1GiB")])
def test_the_limit_is_one_that_the_activations_are_beyond(height, limit):
    (sentence,) = told(f"{{input: {height}x8192x1, layers: [conv: 1 3x3 pad 1]}}")
    assert f"`cnncalc run --memory {limit}`" in sentence


def test_half_a_gibibyte_is_not_large():
    assert told("{input: 8192x8192x1, layers: [relu]}") == []
    assert told("{input: 8193x8192x1, layers: [relu]}") != []


@pytest.mark.parametrize("last", ["fc: 3", "group_norm: 4", "flatten", "global_avg_pool"])
def test_where_a_layer_reads_all_of_it_at_once_that_is_told_instead(last):
    (sentence,) = told(f"{{input: 8000x8000x3, layers: [conv: 8 3x3 pad 1, {last}]}}")
    assert sentence.endswith("_1 reads all of it at once")
    assert "--memory" not in sentence


def test_a_layer_that_reads_a_small_map_at_once_hinders_nothing():
    (sentence,) = told("{input: 8000x8000x3, layers: [conv: 8 3x3 pad 1, max_pool: 100x100, fc: 3]}")
    assert "`cnncalc run --memory 1GiB`" in sentence


@pytest.mark.parametrize("name", sorted(shipped()))
def test_no_network_that_ships_is_large(name):
    assert not any(label == "run" for label, _ in sentences(analyze(cnncalc.load(name))))
