"""The schema in the real yaml-language-server. Run by `.ci/run`; by hand as docs/editor.md says, with `-m editor`."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from cnncalc.editor.schema import schema
from tests.editor.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.editor

SPEC = """\
input: 32x32x3
layers:
  - conv:
      filters: 10
      kernel: 3

  - fc: 10
    name: scores
"""


def started(folder, files=None):
    program = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
    if program is None:
        pytest.fail("no yaml-language-server: install it as docs/editor.md says, and set YAML_LANGUAGE_SERVER to it")
    path = folder / "cnncalc.schema.json"
    path.write_text(json.dumps(schema()), encoding="utf-8")
    return LanguageServer([program, "--stdio"], folder, path, files)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = started(tmp_path_factory.mktemp("workspace"))
    yield server
    server.close()


def test_a_right_spec_has_no_faults(server):
    assert server.faults(server.open("right.yaml", SPEC)) == []


def test_inside_a_layer_its_other_parameters_are_offered(server):
    offered = server.completions(server.open("inside.yaml", SPEC.replace("\n\n", "\n      \n")), 5, 6)
    assert {"stride", "padding", "groups", "act"} <= set(offered)
    assert not {"filters", "units", "layers"} & set(offered)
    assert offered["stride"] == "the step of the window (S)"


def test_where_a_layer_may_stand_every_kind_is_offered(server):
    offered = server.completions(server.open("item.yaml", SPEC + "  - \n"), 8, 4)
    assert {"conv", "fc", "relu", "concat", "sequence", "repeat"} <= set(offered)


def test_the_words_of_a_parameter_are_offered(server):
    offered = server.completions(server.open("word.yaml", SPEC + "  - max_pool:\n      rounding: \n"), 9, 16)
    assert list(offered) == ["exact", "floor", "ceil"]


@pytest.mark.parametrize(
    ("layer", "message", "column"),
    [
        ("conv: {filtrs: 6, kernel: 3}", "Property filtrs is not allowed.", 11),
        ("conv: {filters: 6}", 'Missing property "kernel".', 4),
        ("cnov: 6 3x3", "Property cnov is not allowed.", 4),
        ("conv: 6 3x3 strid 2", "the short form is `conv: FILTERS AxB`", 10),
        ("max_pool: {kernel: 3, rounding: flor}", "Value is not accepted.", 36),
    ],
)
def test_a_typo_is_told_where_it_stands(server, layer, message, column):
    faults = server.faults(server.open(f"typo_{column}_{len(layer)}.yaml", f"input: 32x32x3\nlayers:\n  - {layer}\n"))
    told = {(fault["range"]["start"]["line"], fault["range"]["start"]["character"]) for fault in faults
            if fault["message"].startswith(message)}  # fmt: skip
    assert told == {(2, column)}, faults


def test_a_kind_under_the_pointer_is_described(server):
    text = server.hover(server.open("hover.yaml", SPEC), 2, 6)
    assert "Filters that slide over the volume; each sees all channels, or those of its group." in text


def test_a_parameter_under_the_pointer_is_described(server):
    assert "the filter's size (F)" in server.hover(server.open("hover.yaml", SPEC), 4, 8)


def test_the_setting_that_the_page_shows_takes_networks_by_name_and_nothing_else(tmp_path):
    page = (ROOT / "docs" / "editor.md").read_text(encoding="utf-8")
    (setting,) = [
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "yaml.schemas" in text
    ]
    server = started(tmp_path, setting["yaml.schemas"]["./cnncalc.schema.json"])
    wrong = SPEC.replace("filters", "filtres")
    try:
        for name in ("net.cnn.yaml", "nets/deep/net.cnn.yml"):
            assert server.faults(server.open(name, wrong)) != [], name
        for name in ("docker-compose.yaml", "nets/net.yaml"):
            assert server.faults(server.open(name, wrong)) == [], name
    finally:
        server.close()
