"""What a file costs is linear in the file and in what it expands to, for each family of files that grow in one way."""

from contextlib import suppress

import pytest

from cnncalc.judging import judge
from cnncalc.judging.judge import Conditions, judge_spec
from cnncalc.language.choices import AS_WRITTEN
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import SpecError
from tests.cli.terminal import spec
from tests.steps import calls, steps

CONDITIONS = Conditions(AS_WRITTEN, 1, None, frozenset(), strict=False, verify=False)
LINEAR = 2.3
"""The most that twice as much may cost, as a multiple; what is quadratic costs four times as much."""
HEAD = "input: 8x8x3\n"
NAMED = "  - relu:\n    name: a{n}\n    from: input\n"


def each(line, count):
    return "".join(line.format(n=number, before=number - 1, after=number + 1) for number in range(count))


def listed(entry, count):
    return ", ".join(entry.format(n=number, before=number - 1) for number in range(count))


def nested(opening, innermost, closing, count):
    return opening * count + innermost + closing * count


SOUND = {
    "layers": lambda n: HEAD + "layers:\n" + "  - conv: 4 3x3 pad 1\n  - batch_norm\n  - relu\n" * n,
    "layers with remarks": lambda n: (
        HEAD + "layers:\n" + "  - conv: 4 3x3 pad 1\n  - batch_norm\n  - relu\n  - relu\n" * n
    ),
    "a repeat": lambda n: HEAD + f"layers:\n  - conv: 4 3x3 pad 1\n    repeat: {n}\n",
    "columns of a repeat": lambda n: (
        HEAD + f"layers:\n  - conv: {{filters: $c, kernel: 1}}\n    repeat: {{c: [{listed('2', n)}]}}\n"
    ),
    "variants": lambda n: (
        HEAD + f"vars: {{w: 1}}\nvariants:\n{each('  v{n}: {{vars: {{w: 1{n}}}}}' + chr(10), n)}"
        "layers: [conv: {filters: $w, kernel: 1}]\n"
    ),
    "variants with budgets": lambda n: (
        HEAD + f"budget: {{params: 9K}}\nvariants:\n{each('  v{n}: {{budget: {{params: 1{n}}}}}' + chr(10), n)}"
        "layers: [conv: {filters: 1, kernel: 1}]\n"
    ),
    "variants beside variables": lambda n: (
        HEAD + f"vars:\n  w: 1\n{each('  x{n}: $w' + chr(10), n)}"
        f"variants:\n{each('  v{n}: {{vars: {{x{n}: 3}}}}' + chr(10), n)}layers: [relu]\n"
    ),
    "variables": lambda n: (
        HEAD + f"vars:\n{each('  v{n}: 1' + chr(10), n)}layers:\n"
        f"{each('  - conv: {{filters: $v{n}, kernel: 1}}' + chr(10), n)}"
    ),
    "blocks": lambda n: (
        HEAD + f"blocks:\n{each('  B{n}: {{layers: [relu]}}' + chr(10), n)}layers:\n{each('  - B{n}' + chr(10), n)}"
    ),
    "parameters of a block": lambda n: (
        HEAD + f"blocks:\n  B: {{params: {{p: 1, {listed('p{n}: $p', n)}}}, layers: [relu]}}\nlayers: [B]\n"
    ),
    "arguments of a block": lambda n: (
        HEAD + f"blocks:\n  B: {{params: {{{listed('p{n}: 1', n)}}}, layers: [relu]}}\n"
        f"layers: [B: {{{listed('p{n}: 2', n)}}}]\n"
    ),
    "expectations": lambda n: HEAD + "layers:\n" + "  - relu:\n    expect: {output: 8x8x3}\n" * n,
    "budgets": lambda n: HEAD + "layers:\n" + "  - relu:\n    budget: {params: 0, macs: 3}\n" * n,
    "outputs": lambda n: HEAD + f"outputs: [{listed('a{n}', n)}]\nlayers:\n{each(NAMED, n)}",
    "inputs": lambda n: (
        f"inputs:\n{each('  i{n}: 8x8x3' + chr(10), n + 1)}layers: [add: , from: [{listed('i{n}', n + 1)}]]\n".replace(
            "[add: , from", "[{add: , from"
        ).replace("]]\n", "]}]\n")
    ),
    "branches of a join": lambda n: HEAD + f"layers:\n  - concat:\n{each('      b{n}: [relu]' + chr(10), n + 2)}",
    "labels of a join that does not fit": lambda n: (
        HEAD + f"layers:\n  - add:\n{each('      b{n}: [conv: {after} 1x1]' + chr(10), n + 2)}"
    ),
    "a long way to a join": lambda n: (
        HEAD + f"layers:\n{each('  - relu:' + chr(10) + '    name: u{n}' + chr(10), n)}"
        f"  - add:\n    from: [{listed('u{n}', n)}, input]\n"
    ),
    "shared weights": lambda n: (
        HEAD + f"layers:\n  - conv: 3 1x1\n    name: a0\n"
        f"{each('  - conv: 3 1x1' + chr(10) + '    share: a{n}' + chr(10) + '    name: a{after}' + chr(10), n)}"
    ),
    "ignored lints": lambda n: HEAD + f"lint: {{ignore: [{', '.join(['CNN601'] * (n + 1))}]}}\nlayers: [relu]\n",
    "a long line": lambda n: HEAD + f"layers: [{listed('conv: 3 1x1', n + 1)}]\n",
}
FAULTY = {
    "values that are wrong": lambda n: HEAD + "layers:\n" + "  - conv: {filters: -1, kernel: 1}\n" * n,
    "unknown variables": lambda n: HEAD + f"layers:\n{each('  - conv: {{filters: $q{n}, kernel: 1}}' + chr(10), n)}",
    "unknown kinds": lambda n: HEAD + f"layers:\n{each('  - convv{n}: 3' + chr(10), n)}",
    "unknown keys": lambda n: HEAD + each("lyers{n}: 3\n", n) + "layers: [relu]\n",
    "keys given twice": lambda n: HEAD + "vars:\n" + "  a: 3\n" * n + "layers: [relu]\n",
    "windows that do not fit": lambda n: HEAD + "layers:\n" + "  - conv: 3 99x99\n    from: input\n" * n,
    "what nothing uses": lambda n: (
        HEAD + f"layers:\n{each('  - relu:' + chr(10) + '    name: u{n}' + chr(10) + '    from: input' + chr(10), n)}"
    ),
    "blocks in a circle": lambda n: (
        HEAD + f"blocks:\n  B0: {{layers: [B{n}]}}\n{each('  B{after}: {{layers: [B{n}]}}' + chr(10), n)}layers: [B0]\n"
    ),
    "tabs": lambda n: HEAD + "layers:\n" + "\t- relu\n" * n,
    "steps of indentation": lambda n: HEAD + "layers:\n" + "  - relu\n   - relu\n" * n,
    "anchors": lambda n: HEAD + f"layers:\n{each('  - &a{n} relu' + chr(10), n)}",
    "braces that stay open": lambda n: HEAD + "layers:\n" + "  - conv: {filters: 3\n" * n,
    "one word after the other": lambda n: HEAD + f"layers:\n  - conv: {'3 ' * n}\n",
    "digits": lambda n: HEAD + f"layers: [conv: {{filters: {'1' * n}, kernel: 1}}]\n",
    "lists in lists": lambda n: HEAD + f"layers: {nested('[', '', ']', n)}\n",
    "sequences in sequences": lambda n: HEAD + f"layers: {nested('[sequence: ', '[relu]', ']', n)}\n",
    "brackets of a formula": lambda n: HEAD + f"layers: [conv: {{filters: '{nested('(', '1', ')', n)}', kernel: 1}}]\n",
}


def read(text):
    """All faults, without trying their helps: so many trials are made at most, whatever the file."""
    with suppress(SpecError):
        expanded(*declared(source_of_text(text)))


@pytest.mark.parametrize("family", SOUND)
def test_judging_twice_as_much_costs_twice_as_much(family, tmp_path):
    def cost(count):
        path = spec(tmp_path, SOUND[family](count))
        return steps(lambda: judge_spec(str(path), CONDITIONS))

    cost(2)
    assert cost(400) <= LINEAR * cost(200)


@pytest.mark.parametrize("family", FAULTY)
def test_finding_twice_as_many_faults_costs_twice_as_much(family):
    def cost(count):
        return steps(lambda: read(FAULTY[family](count)))

    cost(2)
    assert cost(800) <= LINEAR * cost(400)


WRONG = ["cnov: 8 3x3 pad 1", "conv: 8 3x3 stirde 1", "{conv: 8 3x3 stride 4, from: input}", "nn.Conv2d(3, 8, 3)"]


@pytest.mark.parametrize("item", WRONG)
def test_trying_the_helps_of_a_text_is_bounded_however_many_faults_share_it(item):
    def cost(count):
        with pytest.raises(SpecError) as error:
            expanded(*declared(source_of_text(f"{HEAD}layers:\n" + f"  - {item}\n" * count)))
        return steps(lambda: error.value.diagnostics)

    cost(1)
    assert cost(80) < 2_500_000


@pytest.mark.parametrize("count", [1, 40])
def test_a_file_is_read_once_however_many_variants_it_has(count, tmp_path):
    path = spec(tmp_path, SOUND["variants"](count))
    assert calls(declared, during=lambda: judge_spec(str(path), CONDITIONS)) == 1  # type: ignore[arg-type]  # decorated


def test_what_the_file_gets_wrong_is_told_of_each_variant_and_once_in_all(tmp_path):
    path = spec(tmp_path, HEAD + "variants: {a: {note: x}, b: {note: y}}\nlayers: [conv: {filters: -1, kernel: 1}]\n")
    outcome = judge_spec(str(path), CONDITIONS)
    assert [len(network.errors) for network in outcome.networks] == [1, 1, 1]
    assert len(outcome.diagnostics) == 1


def test_designs_that_are_too_much_together_are_refused_with_their_number(tmp_path, monkeypatch):
    monkeypatch.setattr(judge, "MOST_TOGETHER", 1_000)
    text = HEAD + f"variants:\n{each('  v{n}: {{note: x}}' + chr(10), 50)}layers:\n  - relu:\n    repeat: 600\n"
    outcome = judge_spec(str(spec(tmp_path, text)), CONDITIONS)
    assert [bool(network.errors) for network in outcome.networks] == [False, False, True]
    (fault,) = outcome.diagnostics
    assert fault.message == (
        "this file and its variants expand to more than 1,000 items together: the variant v1 and 48 more are not judged"
    )
    assert fault.line == 4
    assert fault.helps[0].endswith("net.yaml:v1`")


def test_designs_up_to_the_limit_are_judged(tmp_path, monkeypatch):
    monkeypatch.setattr(judge, "MOST_TOGETHER", 1_803)
    text = HEAD + "variants: {a: {note: x}, b: {note: y}}\nlayers:\n  - relu:\n    repeat: 600\n"
    assert not judge_spec(str(spec(tmp_path, text)), CONDITIONS).diagnostics
