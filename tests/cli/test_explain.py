"""`cnncalc explain` as a user meets it: which of its three meanings, formats, and what is wrong in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

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
        "rooms = ('cnncalc.derivation', 'cnncalc.fitting', 'cnncalc.frameworks', 'cnncalc.solver')\n"
        "print([name for name in sys.modules if name.startswith(rooms)])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
