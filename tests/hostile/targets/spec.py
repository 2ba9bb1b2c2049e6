"""Any text as a spec: every command that reads it ends in an answer or in faults with a place, and they agree."""

from __future__ import annotations

from random import Random

from cnncalc import analyze
from cnncalc.derivation.explain import explain_row
from cnncalc.derivation.step import Explanation, Overview
from cnncalc.derivation.totals import explain_group, explain_network
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.source import source_of_bytes
from cnncalc.network import Network
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.render.formats import CHECK, EXPLANATION, REPORT, TEX, write
from cnncalc.render.subjects.explanation import Explained
from tests.hostile.fuzzing.mutation import spoiled_text
from tests.hostile.fuzzing.promises import called, data_of, desk, outcome_of, require
from tests.hostile.fuzzing.seeds import spec_texts

EXPLAINED = 24
"""Layers that are explained; of more than these, some evenly apart."""

FEW = 400
"""Rows of a network that the other commands are asked about as well."""


def target(data: bytes) -> str:
    with desk({"net.yaml": data}):
        network = _network(data)
        format_ = [*CHECK][len(data) % len(CHECK)]  # each input has one of the formats, always the same
        checked = called("check", "net.yaml", "--format", format_)
        if network is None:
            require(checked.code == 1, "a spec with faults passes the check")
            require(called("summarize", "net.yaml").code == 1, "a spec with faults is summarized")
            return outcome_of(called("check", "net.yaml", "--format", "concise"))
        if len(network.nodes) > FEW:
            return "large"
        for name in REPORT:
            require(called("summarize", "net.yaml", "--format", name).code == 0, "a sound spec is not summarized")
        data_of(called("summarize", "net.yaml", "--format", "json"))
        _explain(network)
        sizes = [f"--input={name}={entry.volume}" for name, entry in network.inputs.items()]
        called("solve", "net.yaml", *sizes)
        called("solve", "net.yaml", network.nodes[-1].path, "--output", str(network.nodes[-1].volume), "--format=json")
        return outcome_of(called("check", "net.yaml", "--format", "concise"))


def _network(data: bytes) -> Network | None:
    try:
        return expanded(*declared(source_of_bytes(data, "net.yaml")))
    except SpecError as error:
        require(error.diagnostics, "a fault without a diagnostic")
        for fault in error.diagnostics:
            _require_a_place(fault)
        return None


def _require_a_place(fault: Diagnostic) -> None:
    lines = max(1, len(fault.source.starts))
    require(fault.message, "a fault without a message")
    require(1 <= fault.span.line <= lines, f"{fault.code} has a line that the text has not")
    require(1 <= fault.span.column <= len(fault.source.line(fault.span.line)) + 1, f"{fault.code} has no such column")


def _explain(network: Network) -> None:
    report = analyze(network)
    paths = [*network.by_path]
    subjects: list[Explanation | Overview] = [
        explain_row(network, report, path) for path in paths[:: 1 + len(paths) // EXPLAINED]
    ]
    groups = [explain_group(network, report, path) for path in [*network.results][:EXPLAINED]]
    for number, subject in enumerate([*subjects, *groups, explain_network(network, report)]):
        writers = [*EXPLANATION.values(), TEX]
        require(write(Explained(subject), writers[number % len(writers)]), "an explanation without a word")


def draw(chance: Random) -> bytes:
    texts = spec_texts()
    return spoiled_text(chance.choice(texts), chance, texts).encode("utf-8", "surrogatepass")


def spoil(data: bytes, chance: Random) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return spoiled_text(text, chance, spec_texts()).encode("utf-8", "replace")
