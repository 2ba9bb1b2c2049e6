"""`cnncalc diff` between files and networks that ship: what it prints, and how it ends."""

from __future__ import annotations

import json
from functools import partial

import pytest

from cnncalc.render.terminal import width as columns_of
from tests.cli.terminal import told

NET = """\
input: 32x32x3
vars: {width: 16}
variants: {wide: {vars: {width: 32}}}
layers:
  - conv: $width 3x3 pad 1
  - relu
  - conv: 32 3x3 pad 1
  - relu
  - fc: 10
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(NET.replace("conv: 32", "conv: 48"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def diff(folder):
    """The command in that folder: exit code, standard output, standard error."""
    return partial(told, "diff")


def test_the_table_tells_layers_and_totals(diff):
    code, out, err = diff("net.yaml", "new.yaml")
    assert (code, err) == (0, "")
    assert "net.yaml → new.yaml" in out
    assert "filters 32 → 48" in out
    assert "32x32x32 → 32x32x48" in out
    assert "layers: 1 changed, 2 follow, 2 the same" in out


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_stays_within_the_terminal(columns, diff, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    for sides in (("resnet50", "resnet50_paper"), ("resnet50", "resnet152"), ("net.yaml", "new.yaml")):
        out = diff(*sides)[1]
        assert max(map(columns_of, out.splitlines())) <= columns


def test_one_network_twice_is_told_in_one_line(diff):
    code, out, _ = diff("net.yaml", "net.yaml")
    assert code == 0
    assert "all 5 layers are the same" in out
    assert "~" not in out


def test_many_added_layers_are_folded_into_their_block(diff):
    out = diff("resnet50", "resnet50:resnet101")[1]
    (added,) = [line for line in out.splitlines() if line.startswith("+")]
    assert "conv4/Bottleneck_2[6..22]" in added
    assert "170 layers" in added


def test_a_long_list_of_changes_is_cut_and_counted(diff, folder):
    layers = "".join(f"  - conv: {4 + number % 2} 1x1\n  - batch_norm\n" for number in range(300))
    (folder / "long.yaml").write_text(f"input: 8x8x4\nlayers:\n{layers}", encoding="utf-8")
    out = diff("long.yaml", "long.yaml", "--input", "8x8x4")[1]
    assert "all 600 layers are the same" in out
    (folder / "other.yaml").write_text(f"input: 9x9x4\nlayers:\n{layers}", encoding="utf-8")
    out = diff("long.yaml", "other.yaml")[1]
    assert "(400 more)" in out


def test_the_json_is_what_the_interface_promises(diff):
    code, out, _ = diff("net.yaml", "new.yaml", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert list(told) == ["schema", "dtype", "causes", "layers", "totals"]
    assert [layer["change"] for layer in told["layers"]] == ["same", "same", "changed", "follows", "follows"]
    assert told["layers"][2]["before"]["params"] == 16 * 9 * 32 + 32
    assert told["layers"][2]["after"]["params"] == 16 * 9 * 48 + 48
    totals = told["totals"]["params"]
    assert totals["after"] - totals["before"] == totals["change"]
    assert totals["percent"] == pytest.approx(100 * totals["change"] / totals["before"])


def test_markdown_keeps_a_short_table_open_and_folds_a_long_one(diff):
    short, long = (
        diff(*sides, "--format", "markdown")[1] for sides in (("net.yaml", "new.yaml"), ("vgg16", "resnet18"))
    )
    assert "<details>" not in short
    assert "| \\~ | conv\\_2 | filters 32 → 48 |" in short
    assert long.count("<details>") == long.count("</details>") == 1


def test_markdown_lets_no_name_become_markup(diff, folder):
    (folder / "a`b @all.yaml").write_text(NET, encoding="utf-8")
    out = diff("a`b @all.yaml", "net.yaml", "--format", "markdown")[1]
    assert "`a'b @all.yaml`" in out


def test_a_variant_of_a_file_stands_behind_a_colon(diff):
    code, out, _ = diff("net.yaml", "net.yaml:wide")
    assert code == 0
    assert "filters 16 → 32" in out


def test_a_file_whose_name_has_a_colon_comes_first(diff, folder):
    (folder / "net.yaml:wide").write_text(NET.replace("conv: 32", "conv: 64"), encoding="utf-8")
    assert "filters 32 → 64" in diff("net.yaml", "net.yaml:wide")[1]


def test_the_options_hold_for_both_sides(diff):
    out = diff("net.yaml", "new.yaml", "--set", "width=8", "--input", "16x16x3")[1]
    assert "16x16x32 → 16x16x48" in out
    assert f"{8 * 9 * (48 - 32) + 16:+,}" in out


@pytest.mark.parametrize(
    ("limit", "code", "message"),
    [
        ("params:+200%", 0, ""),
        ("params:+5%", 1, "growth of at most 5 % is allowed"),
        ("macs:0", 1, "no growth is allowed"),
        ("macs:+1M", 1, "growth of at most 1M is allowed"),
        ("macs:+100M", 0, ""),
        ("peak_activation:+128KiB", 0, ""),
        ("peak_activation:+127KiB", 1, "peak_activation grew by 128.0 KiB"),
        ("params:-0%", 0, ""),
    ],
)
def test_growth_beyond_a_limit_ends_with_1(limit, code, message, diff):
    found, out, err = diff("net.yaml", "new.yaml", "--fail-on", limit)
    assert found == code
    assert message in err
    assert err.startswith("error: ") == bool(code)
    assert "net.yaml → new.yaml" in out


def test_shrinkage_has_a_limit_of_its_own(diff):
    code, _, err = diff("new.yaml", "net.yaml", "--fail-on", "params:-5%")
    assert code == 1
    assert "params shrank by" in err
    assert "shrinkage of at most 5 % is allowed" in err


def test_each_exceeded_limit_is_told(diff):
    code, out, err = diff(
        "net.yaml", "new.yaml", "--fail-on", "params:0", "--fail-on", "macs:0", "--format", "markdown"
    )
    assert code == 1
    assert err.count("error: ") == 2 == out.count("**over the limit**")


@pytest.mark.parametrize("limit", ["params", "speed:5%", "params:5KiB", "peak_activation:5M", "params:a lot"])
def test_a_limit_that_is_none_ends_with_2(limit, diff, folder):
    code, out, err = diff("net.yaml", "new.yaml", "--fail-on", limit, "-o", "out.txt")
    assert (code, out) == (2, "")
    assert err.startswith("error: --fail-on")
    assert err.count("\n") == 1
    assert not (folder / "out.txt").exists()


def test_a_file_is_written_even_where_a_limit_is_exceeded(diff, folder):
    code, out, _ = diff("net.yaml", "new.yaml", "--fail-on", "params:0", "-o", "out.json", "--format", "json")
    assert (code, out) == (1, "")
    assert json.loads((folder / "out.json").read_text("utf-8"))["schema"] == "cnncalc.diff/1"


def test_the_faults_of_both_sides_are_told_in_one_run(diff, folder):
    (folder / "broken.yaml").write_text(NET.replace("32 3x3 pad 1", "32 3x3 pod 1"), encoding="utf-8")
    (folder / "wrong.yaml").write_text(NET.replace("relu", "rely"), encoding="utf-8")
    code, out, err = diff("broken.yaml", "wrong.yaml", "-o", "out.txt")
    assert (code, out) == (1, "")
    assert "--> broken.yaml:7:" in err
    assert "--> wrong.yaml:6:" in err
    assert not (folder / "out.txt").exists()


def test_one_broken_file_on_both_sides_is_told_once(diff, folder):
    (folder / "broken.yaml").write_text(NET.replace("pad", "pod", 1), encoding="utf-8")
    assert diff("broken.yaml", "broken.yaml")[2].count("error[") == 1


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("missing.yaml", "missing.yaml: no such file"),
        ("missing.yaml:wide", "missing.yaml: no such file"),
        ("resnet50:resnet10", "no variant resnet10"),
        ("net.yaml:wade", "no variant wade"),
        ("no_such_net", "neither a file nor a network"),
    ],
)
def test_a_side_that_is_not_there_ends_with_2(side, message, diff):
    code, out, err = diff("net.yaml", side)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_variable_that_one_side_lacks_is_told_with_that_side(diff, folder):
    (folder / "plain.yaml").write_text("input: 8x8x3\nlayers: [relu]\n", encoding="utf-8")
    code, _, err = diff("net.yaml", "plain.yaml", "--set", "width=8")
    assert code == 2
    assert err.startswith("error: plain.yaml: ")
