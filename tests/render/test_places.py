"""What lies at a place is called a sample in a sequence, a frame or place in a clip; a pixel only in an image."""

from __future__ import annotations

import re

import pytest

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.derivation.explain import explain_row
from cnncalc.derivation.totals import explain_network
from cnncalc.gate import lint
from cnncalc.render.formats import SCREEN, write
from cnncalc.render.lessons import FOLDER
from cnncalc.render.subjects import Subject
from cnncalc.render.subjects.explanation import Explained
from cnncalc.render.subjects.report import Summary
from tests.agreement.examples import EXAMPLES

OTHERS = [
    text for text in EXAMPLES.values() if all(entry.volume.rank != 2 for entry in cnncalc.loads(text).inputs.values())
]


def shown(text: str) -> str:
    """Everything that is written about a network."""
    network = cnncalc.loads(text)
    assert network.source is not None
    report = analyze(network)
    rows = [explain_row(network, report, path) for path in network.by_path]
    subjects: list[Subject] = [Summary(report), Explained(explain_network(network, report)), *map(Explained, rows)]
    pages = [write(subject, SCREEN) for subject in subjects]
    faults = [
        text
        for fault in lint(network, report, network.source)
        for text in (fault.message, fault.note, *fault.helps, *(label.text for label in fault.labels))
    ]
    return "\n".join([*pages, *faults])


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_speaks_of_pixels_where_there_are_none(text):
    assert "pixel" not in shown(text)


WINDOWS = [
    "{input: 9x2, layers: [max_pool: 2 pad same]}",
    "{input: 9x2, rounding: floor, layers: [conv: {filters: 2, kernel: 2, stride: 2}]}",
    "{input: 10x2, rounding: ceil, layers: [avg_pool: {kernel: 3, stride: 4}]}",
    "{input: 9x2, layers: [conv: 2 kernel 2 pad same, conv: 2 kernel 4 pad half]}",
    "{input: 9x9x9x2, layers: [add: {a: [pad: {padding: {back: 2, right: 2, top: 2}}, conv: 2 3x3x3], b: identity}]}",
    "{input: 9x2, layers: [add: {a: [conv: {filters: 2, kernel: 3, padding: {right: 2}}], b: identity}]}",
    "{input: 9x2, layers: [upsample: {scale: 2, mode: bilinear}, conv: 1 kernel 3]}",
]


@pytest.mark.parametrize("text", WINDOWS)
def test_windows_that_are_uneven_speak_of_samples_and_places(text):
    said = shown(text)
    assert "pixel" not in said
    assert "sample" in said or "place" in said or "frame" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{input: 3x2, layers: [max_pool: {kernel: 2, stride: 1, dilation: 5, padding: 2}]}", "over all of 3 samples"),
        ("{input: 4x2, layers: [pad: {padding: 4, mode: reflect}]}", "a mirror of 4 samples"),
        ("{input: 5x2, layers: [space_to_depth: 2]}", "5 samples cannot fill"),
        ("{input: 5x5x5x2, layers: [space_to_depth: 2]}", "5 places cannot fill"),
        ("{input: 5x5x2, layers: [space_to_depth: 2]}", "5 pixels cannot fill"),
        ("{input: 5x2, layers: [avg_pool: {kernel: 2, stride: 1, padding: 1}]}", "divides by the samples"),
        ("{input: 7x2, layers: [conv: {filters: 2, kernel: 3, stride: 3}]}", "leave 1 sample uncovered"),
        ("{input: 7x7x7x2, layers: [conv: {filters: 2, kernel: 3, stride: 3}]}", "leave 1 frame, 1 row and 1 column"),
    ],
)
def test_a_fault_calls_places_by_what_they_are(text, message):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(text)
    (fault,) = caught.value.diagnostics
    assert message in "\n".join([fault.message, fault.note, *fault.helps])


def test_no_lesson_speaks_of_pixels():
    spoken = [path.stem for path in FOLDER.glob("*.md") if re.search(r"\bpixels?\b", path.read_text(encoding="utf-8"))]
    assert spoken == []
