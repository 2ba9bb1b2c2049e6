"""The reference of the language is true: its examples load, its tables name every kind and every key."""

import re
from pathlib import Path

import pytest

from cnncalc.language.reading.declarations import MODIFIERS
from cnncalc.language.reading.keys import KEYS
from cnncalc.layers import KINDS
from cnncalc.metrics import CLAIMED
from tests.language.specs import fault, network

PAGE = (Path(__file__).parents[3] / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WRONG = re.findall(r"^```yaml wrong (CNN\d+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_loads_without_a_warning(text):
    assert not network(text).warnings


@pytest.mark.parametrize(("code", "text"), WRONG)
def test_a_wrong_example_has_the_fault_that_it_shows(code, text):
    assert fault(text).code == code


@pytest.mark.parametrize("word", [*KEYS, *MODIFIERS, *CLAIMED, "sequence"])
def test_every_key_modifier_and_metric_is_on_the_page(word):
    assert f"`{word}`" in PAGE or re.search(rf"`[^`]*\b{word}\b[^`]*`", PAGE)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_and_each_of_its_parameters_is_in_the_table(kind):
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    own = [line for line in rows if f"`{kind.name}`" in line.split("|")[1]]
    (row,) = own or [line for line in rows if line.startswith("| `act`")]
    assert re.search(rf"\b{kind.name}\b", row)
    if kind.name != "act":
        assert all(re.search(rf"\b{name}\b", row) for name in kind.parameters)
