"""What stands at a wrong depth, or beside where it belongs: one fault says what it is and where it goes."""

import pytest

from tests.language.specs import fault, underlined

TAIL = "input: 12x12x8\nlayers:\n  - conv: 8 3x3\n"


@pytest.mark.parametrize(
    ("text", "code", "mark", "message", "helps"),
    [
        (
            " input: 8x8x3\nlayers: [relu]\n",
            "CNN120",
            "input",
            "`input` is indented by 1 space, and `layers` below it is not",
            ("begin it at the start of the line",),
        ),
        (
            "# a net\n\n  name: x\ninput: 8x8x3\nlayers: [relu]\n",
            "CNN120",
            "name",
            "`name` is indented by 2 spaces, and `input` below it is not",
            ("begin it at the start of the line",),
        ),
        (
            TAIL + "  budget:\n    params: 5M\n",
            "CNN120",
            "budget",
            "`budget` is indented by 2 spaces, where an item of the list is due",
            ("indent it by 4 spaces, as on line 3", "begin it at the start of the line, as line 2 does"),
        ),
        (
            TAIL + "budget:\n   params: 5M\n macs: 3M\n",
            "CNN120",
            "macs",
            "`macs` is indented by 1 space, and what is open above it by 0 (line 4) or 3 (line 5)",
            ("begin it at the start of the line, as line 4 does", "indent it by 3 spaces, as on line 5"),
        ),
        (
            TAIL + "    - relu\n",
            "CNN120",
            "-",
            "this item is indented by 4 spaces, where a key is due",
            ("indent it by 2 spaces, as on line 3",),
        ),
        (
            TAIL + "budget:\nparams: 5M\n",
            "CNN213",
            "params",
            "`params` belongs under `budget`, and is not indented",
            ("indent it by 2 spaces",),
        ),
        (
            TAIL + "      pad: 1\n",
            "CNN120",
            "pad",
            "`conv:` has its value on line 3, so nothing can be under it",
            ("write `conv: 8 3x3 pad 1` on line 3", "indent it by 4 spaces, as on line 3"),
        ),
        (
            TAIL + "      name: a\n",
            "CNN120",
            "name",
            "`conv:` has its value on line 3, so nothing can be under it",
            ("indent it by 4 spaces, as on line 3",),
        ),
        (
            TAIL + "    pad: 1\n",
            "CNN213",
            "pad",
            "`pad` is a parameter of conv but is beside it, where `pad` would be a layer of its own",
            ("write `conv: 8 3x3 pad 1`", "or begin a new item for that layer: `- pad: 1`"),
        ),
        (
            "input: 8x8x3\nlayers:\n  - conv:\n    8 3x3\n",
            "CNN120",
            "8 3x3",
            "`8 3x3` is below `conv:`, and not indented",
            ("write `conv: 8 3x3` on line 3",),
        ),
        (
            "input: 8x8x3\nlayers:\n  - conv:\n      8 3x3\n      pad 1\n",
            "CNN212",
            "8 3x3",
            "lines 4 to 5 are read as one text, `8 3x3 pad 1`",
            ("write it on one line",),
        ),
    ],
)
def test_what_stands_at_a_wrong_depth_is_told_once(text, code, mark, message, helps):
    found = fault(text)
    assert (found.code, underlined(found), found.message, found.helps) == (code, mark, message, helps)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("inptu: 8x8x3\nlayers: [relu]\n", "inptu"),
        ("input: 8x8x3\nlayer: [relu]\n", "layer"),
        ("input_shape: 8x8x3\nlayers: [relu]\n", "input_shape"),
        ("input: 8x8x3\nmodel: [relu]\n", "model"),
    ],
)
def test_a_part_that_is_there_under_another_word_is_not_missing(text, mark):
    found = fault(text)
    assert (found.code, underlined(found)) == ("CNN201", mark)


def test_an_empty_claim_alone_is_asked_for_its_metrics():
    assert fault(TAIL + "budget:\n").message == "budget is a map of metrics here"
