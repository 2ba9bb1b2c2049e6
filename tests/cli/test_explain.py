"""`cnncalc explain` as a user meets it: which of its four meanings, formats, and what is wrong in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.cli.terminal import call

run = partial(call, "explain")


def test_a_layer_is_derived() -> None:
    result = run("lenet5", "conv_1")
    assert result.code == 0
    assert "H2 = (H1 - F)/S + 1 = (32 - 5)/1 + 1 = 28" in result.output
    assert "nn.Conv2d(1, 6, kernel_size=5)" in result.output


def test_a_network_is_its_totals() -> None:
    result = run("lenet5")
    assert result.code == 0
    assert "params = weights + biases = 61,470 + 236 = 61,706" in result.output


def test_a_code_is_its_lesson() -> None:
    result = run("cnn401")
    assert result.code == 0
    assert result.output.startswith("# CNN401")


def test_a_block_is_its_rows_and_the_row_that_gives_its_result() -> None:
    result = run("resnet50", "conv2/Bottleneck_1")
    assert result.code == 0
    assert "explained below" in result.output
    assert "what comes out" in result.output


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_every_format_tells_the_result(format_: str) -> None:
    result = run("lenet5", "conv_1", "--format", format_)
    assert result.code == 0
    assert "117,600" in result.output or json.loads(result.output)["sections"]["macs"]["steps"][0]["value"] == 117600


def test_tex_has_fractions() -> None:
    assert r"\frac{H_{1} - F}{S} + 1" in run("lenet5", "conv_1", "--tex").output


def test_batch_and_dtype_change_the_bytes() -> None:
    output = run("lenet5", "conv_1", "--batch", "2", "--dtype", "float16").output
    assert "values = H2 x W2 x D2 x N = 28 x 28 x 6 x 2 = 9,408" in output
    assert "bytes = values x b = 9,408 x 2 = 18,816" in output


def test_another_input_changes_the_sizes() -> None:
    assert "= (36 - 5)/1 + 1 = 32" in run("lenet5", "conv_1", "--input", "36x36x1").output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("lenet5", "conv_11"), "there is no layer conv_11: did you mean conv_1?"),
        (("lenet5", "input"), "input is an input of the network"),
        (("lenet5", "zzzzzzz"), "there is no layer zzzzzzz: the layers are conv_1, "),
        (("CNN999",), "there is no fault CNN999; the nearest is CNN"),
        (("lenet",), "there is neither a file nor a network that ships named lenet: did you mean"),
    ],
)
def test_what_does_not_exist_is_one_line_and_exit_2(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.code == 2
    assert result.output.startswith(f"error: {message}")
    assert result.output.count("\n") == 1


def test_the_last_part_of_a_path_finds_the_whole_one() -> None:
    assert "did you mean conv1/conv_1?" in run("resnet50", "conv_1").output


def test_neither_numpy_nor_rich_is_imported() -> None:
    program = (
        "import sys; from cnncalc.cli import main; sys.argv = ['cnncalc', 'explain', 'resnet152', 'fc_1']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'rich', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_summarize_starts_without_the_rooms_of_explain_and_solve() -> None:
    program = (
        "import sys; from cnncalc.cli import main; sys.argv = ['cnncalc', 'summarize', 'lenet5']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "rooms = ('derivation', 'fitting', 'frameworks', 'glossary', 'solver')\n"
        "print([name for name in sys.modules if name.startswith(tuple(f'cnncalc.{room}' for room in rooms))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    "word", ["conv", "repeat", "add", "input", "budget", "blocks", "stride", "divisible", "$input"]
)
def test_a_word_of_the_language_is_taught_with_an_example(word: str) -> None:
    result = run(word)
    assert result.code == 0
    assert result.out.startswith(f"{word.removeprefix('$')} · ")
    assert "an example\n" in result.out
    assert "layers:" in result.out


def test_a_kind_is_taught_with_its_parameters_and_its_formula() -> None:
    output = " ".join(run("conv").out.split())
    assert "how many filters, and so how many output maps (K); whole number from 1, required" in output
    assert "the distance of the filter's taps; 1 is ordinary (d); size, by default `1`" in output
    assert "H2 = (H1 - F + 2 x P)/S + 1 = (32 - 5 + 2 x 2)/1 + 1 = 32" in output
    assert "nn.Conv2d(3, 10, kernel_size=5, padding=2)" in output


@pytest.mark.parametrize("word", ["Conv2d", "nn.Conv2d", "conv2d", "Convolution2D", "nn.Conv2d(3, 6, 5)"])
def test_a_word_of_another_framework_leads_to_ours(word: str) -> None:
    result = run(word)
    assert result.code == 0
    assert "here it is `conv`" in result.out
    assert "conv · a kind of layer" in result.out


def test_a_call_is_told_with_its_arguments_in_our_words() -> None:
    assert "`kernel_size` is `kernel`" in run("Conv2d").out


def test_a_word_keeps_to_the_width_and_to_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for word in ("conv", "repeat", "budget", "Linear"):
        prose = run(word).out.partition("an example")[0]
        assert max(map(len, prose.split("\n"))) <= 80
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run("conv").out.startswith("\x1b[1mconv")


def test_a_word_is_data_and_markdown() -> None:
    (meaning,) = json.loads(run("conv", "--format", "json").out)["meanings"]
    assert (meaning["word"], meaning["role"]) == ("conv", "a kind of layer")
    assert meaning["parts"][0] == {
        "name": "filters",
        "text": "how many filters, and so how many output maps (K)",
        "values": "whole number from 1",
        "default": "required",
        "letter": "K",
    }
    assert meaning["derivation"]["sections"]["output"]["steps"][0]["value"] == 32
    foreign = json.loads(run("Linear", "--format", "json").out)["foreign"]
    assert (foreign["ours"], foreign["calls"][0]["arguments"]["out_features"]) == ("fc", "units")
    assert run("conv", "--format", "markdown").out.startswith("## conv · a kind of layer")
    assert "`repeat: n` uses" in run("repeat", "--format", "markdown").out


def test_a_word_goes_before_a_file_of_its_name_which_is_meant_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conv").write_text("input: 4x4x1\nlayers: [relu]\n")
    (tmp_path / "input").mkdir()
    word, folder, file = run("conv"), run("input"), run("./conv")
    assert word.out.startswith("conv · a kind of layer")
    assert word.err == "note: there is a file named conv too: `cnncalc explain ./conv`\n"
    assert folder.err == ""
    assert "1 row of" in file.out
    assert "relu" in run("conv", "relu_1").out


def test_a_word_that_there_is_not_names_the_nearest() -> None:
    result = run("repaet")
    assert result.code == 2
    assert result.err == (
        "error: there is neither a word, a file nor a network that ships named repaet: did you mean repeat?\n"
    )


def test_a_word_has_no_equations_for_slides() -> None:
    result = run("conv", "--tex")
    assert result.code == 2
    assert "a word has none" in result.err


def test_a_word_with_a_layer_is_a_spec() -> None:
    result = run("conv", "conv_1")
    assert result.code == 2
    assert "neither a file nor a network that ships named conv" in result.err


def test_what_one_pixel_reaches_is_told_of_a_layer_and_of_the_output() -> None:
    result = run("unet_small", "max_pool_2", "--reaches")
    assert result.code == 0
    assert "pixels 4k to 4k + 1: places k - 2 to k + 1, 4 places" in result.output
    assert "8,464 to 10,000 of 16,384 places" in result.output
    told = json.loads(run("unet_small", "max_pool_2", "--reaches", "--format", "json").output)
    assert [entry["path"] for entry in told["reached"]] == ["max_pool_2", "conv_1"]
    assert (told["reached"][1]["smallest"], told["reached"][1]["largest"], told["reached"][1]["exact"]) == (
        92**2,
        100**2,
        True,
    )
    height = told["reached"][0]["axes"]["height"]
    assert height["turns"][0]["parts"][0] == {"from": 0, "to": 1, "first": -2, "last": 1, "places": 4}


def test_without_a_layer_the_output_is_meant_and_an_unknown_layer_is_named() -> None:
    assert run("unet_small", "--reaches").output.startswith("conv_1: what one pixel of input reaches")
    assert run("unet_small", "conv_9", "--reaches").code == 2
    assert run("unet_small", "--reaches", "--tex").code == 2


def test_a_field_is_shown_in_both_ways_where_they_differ(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("input: 16x16x1\nlayers: [conv: 1 3x3 pad 1, instance_norm: {}, conv: 1 3x3 pad 1]\n")
    text = run(str(spec), "conv_2").output
    assert "\nwhat it sees\n" in text
    assert "\nwithout statistics and gates of whole maps, what it sees\n" in text
    told = json.loads(run(str(spec), "conv_2", "--format", "json").output)
    sizes = [
        {step["quantity"]: step["value"] for step in told[key]["input"]["arrives"]}["size height"]
        for key in ("receptive_field", "receptive_field_windows")
    ]
    assert sizes == [18, 5]
    plain = json.loads(run("lenet5", "conv_2", "--format", "json").output)
    assert plain["receptive_field_windows"] == {}
