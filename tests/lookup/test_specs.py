"""FILE:VARIANT means one thing wherever a SPEC goes."""

from __future__ import annotations

import pytest

import cnncalc
from tests.cli.terminal import told

NET = """\
input: 16x16x3
vars: {width: 8}
variants: {wide: {vars: {width: 12}}}
layers:
  - conv: $width 3x3 pad 1
  - fc: 10
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("summarize", "net.yaml:wide"),
        ("explain", "net.yaml:wide", "conv_1"),
        ("explain", "net.yaml:wide"),
        ("solve", "net.yaml:wide", "conv_1", "--output", "16x16"),
        ("diff", "net.yaml:wide", "net.yaml:wide"),
        ("run", "net.yaml:wide", "image.npy"),
        ("check", "net.yaml:wide"),
    ],
)
def test_every_command_takes_the_variant_of_a_file(words, folder):
    import numpy as np

    np.save(folder / "image.npy", np.zeros((16, 16, 3), np.float32))
    code, out, _ = told(*words)
    assert code == 0
    assert "error" not in out


def test_the_variant_is_the_one_that_is_named(folder):
    assert "16x16x12" in told("summarize", "net.yaml:wide")[1]
    assert "16x16x8" in told("summarize", "net.yaml")[1]
    assert cnncalc.load("net.yaml:wide").variant == "wide"
    assert "1 network" in told("check", "net.yaml:wide")[2] + told("check", "net.yaml:wide")[1]


def test_a_file_whose_name_has_a_colon_is_that_file(folder):
    (folder / "net.yaml:wide").write_text(NET.replace("fc: 10", "fc: 99"), encoding="utf-8")
    (folder / "a:b.yaml").write_text(NET.replace("fc: 10", "fc: 98"), encoding="utf-8")
    assert " 99 " in told("summarize", "net.yaml:wide")[1]
    assert " 98 " in told("summarize", "a:b.yaml")[1]
    assert "16x16x12" in told("summarize", "a:b.yaml:wide")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("summarize", "net.yaml:wade"), "there is no variant wade: did you mean wide?"),
        (("summarize", "missing.yaml:wide"), "missing.yaml: no such file"),
        (("summarize", "net.yaml:wide", "--variant", "wade"), "two variants are named: wide and wade"),
        (("explain", "missing.yaml:wide"), "missing.yaml: no such file"),
        (("check", "net.yaml:wade"), "there is no variant wade"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(words, message, folder):
    code, _, err = told(*words)
    assert code == 2
    assert message in err
    assert err.count("error:") == 1
