"""Judged networks as JUnit XML: each file a suite, each network a test case, as CI services show test results."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from cnncalc.codes import ERROR
from cnncalc.judging import Judged, Unreadable
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.checked import Checked
from cnncalc.render.checks.faults import text
from cnncalc.render.checks.unjudged import NOT_JUDGED, named
from cnncalc.safe import formats

NAME = "cnncalc check"


def junit(checked: Checked) -> str:
    """A document of suites, in the order of the files; warnings stand in a case's output.

    A line that is not judged is a case by itself, and skipped.
    """
    root = ET.Element("testsuites", name=NAME)
    by_file: dict[str, list[Judged]] = {}
    for network in checked.outcome.networks:
        by_file.setdefault(network.file, []).append(network)
    for file, judged in by_file.items():
        _suite(root, checked.place(file), judged)
    for entry in checked.outcome.unreadable:
        _broken_suite(root, entry)
    suites = list(root)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _suite(root: ET.Element, file: str, networks: list[Judged]) -> None:
    failed = sum(bool(network.errors) for network in networks)
    time = f"{sum(network.seconds for network in networks):.3f}"
    skipped = sum(len(network.not_judged) for network in networks)
    tests = len(networks) + skipped
    suite = _element(root, "testsuite", name=file, tests=tests, failures=failed, errors=0, skipped=skipped, time=time)
    for network in networks:
        time, errors = f"{network.seconds:.3f}", network.errors
        case = _element(suite, "testcase", name=network.title, classname=file, file=file, time=time)
        if errors:
            case.set("line", str(errors[0].span.line))
            failure = _element(case, "failure", message=_head(errors), type=errors[0].code)
            failure.text = formats.xml(text(errors))
        warnings = [fault for fault in network.faults if fault.severity != ERROR]
        if warnings:
            _element(case, "system-out").text = formats.xml(text(warnings))
        for line in network.not_judged:
            name = f"{network.title}: {named(line)} (line {line.line})"
            case = _element(suite, "testcase", name=name, classname=file, file=file, line=line.line, time="0.000")
            _element(case, "skipped", message=f"{NOT_JUDGED}: {line.why}", type=NOT_JUDGED)


def _broken_suite(root: ET.Element, entry: Unreadable) -> None:
    suite = _element(root, "testsuite", name=entry.spec, tests=1, failures=0, errors=1, skipped=0, time="0.000")
    case = _element(suite, "testcase", name=entry.spec, classname=entry.spec, time="0.000")
    _element(case, "error", message=entry.reason, type="unreadable")


def _head(errors: Sequence[Diagnostic]) -> str:
    """The first fault, and how many there are besides."""
    first = f"{errors[0].code} {errors[0].message}"
    return f"{first} (and {len(errors) - 1} more)" if len(errors) > 1 else first


def _element(parent: ET.Element, tag: str, **attributes: object) -> ET.Element:
    return ET.SubElement(parent, tag, {name: formats.xml(str(value)) for name, value in attributes.items()})
