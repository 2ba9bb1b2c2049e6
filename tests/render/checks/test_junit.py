"""JUnit XML, read by junitparser, which is not ours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml

from cnncalc import codes
from cnncalc.judging import Judged
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.faults import text as as_text
from cnncalc.source import Source, Span
from tests.render.checks.faults import BROKEN, GONE, MISFIT, NETWORKS, OVER, WARNING, WHOLE
from tests.render.written import checked


def read(networks, unreadable=(), place=str) -> JUnitXml:
    return JUnitXml.fromstring(checked("junit", [], networks, list(unreadable), place=place).encode())


def test_each_file_is_a_suite_and_each_network_a_case():
    xml = read(NETWORKS)
    assert [(suite.name, suite.tests, suite.failures) for suite in xml] == [
        ("nets/lenet5.yaml", 2, 1),
        ("nets/lecture.yaml", 1, 1),
        ("a,b:c%/ü 畳\n.yaml", 1, 0),
    ]
    assert (xml.tests, xml.failures, xml.errors) == (4, 2, 0)
    assert [case.name for case in next(iter(xml))] == ["LeNet-5", "LeNet-5 (wide)"]


def test_a_failure_tells_its_errors_as_the_terminal_does():
    (suite,) = read([OVER])
    (case,) = suite
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("CNN401", "CNN401 stride 3 does not fit: 100 % of it")
    assert failure.text == as_text([MISFIT])
    assert case.system_out == as_text([WARNING])


def test_a_network_without_faults_passes():
    (suite,) = read([WHOLE])
    (case,) = suite
    assert case.is_passed
    assert case.time in (0.012, 0.013)


def test_a_network_that_cannot_be_made_is_called_by_its_file():
    (suite,) = read([BROKEN])
    (case,) = suite
    assert case.name == "nets/lecture.yaml"
    assert not case.is_passed


def test_what_cannot_be_read_is_an_error():
    xml = read([WHOLE], [GONE])
    assert (xml.tests, xml.failures, xml.errors) == (2, 0, 1)
    (case,) = list(xml)[1]
    (error,) = case.result
    assert isinstance(error, Error)
    assert error.message == "gone.yaml: no such file or directory"


def test_paths_are_those_of_the_repository():
    (suite,) = read([WHOLE], place=lambda name: f"sub/{name}")
    assert suite.name == "sub/nets/lenet5.yaml"


@given(st.text(), st.text(), st.text(min_size=1))
def test_any_text_makes_xml_that_can_be_read(message, source, name):
    fault = Diagnostic(codes.UNKNOWN_KEY, message, Source(name, source), Span(1, 1), message)
    (suite,) = read([Judged(name, message, message, (fault,), None, (), 0.0)])
    (case,) = suite
    assert len(case.result) == 1
