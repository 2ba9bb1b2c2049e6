"""Faults as SARIF 2.1.0, the format in which code-scanning services and editors exchange them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

from cnncalc.codes import Code
from cnncalc.judging.outcome import Unreadable
from cnncalc.problem import Diagnostic, Span
from cnncalc.render.diagnostics import counts, limited
from cnncalc.render.terminal import printable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""What relative paths are relative to: the folder in which the command ran."""


class Rule(NamedTuple):
    """What a code means: its lesson's title, its text without examples, and all of it in Markdown."""

    code: Code
    title: str
    text: str
    markdown: str


def rule_of(code: Code, lesson: str | None) -> Rule:
    """The rule that a lesson gives; a code without one stands for itself."""
    if lesson is None:
        return Rule(code, code, "", "")
    head, _, body = lesson.partition("\n")
    prose = body.partition("```")[0].strip()
    text = "\n\n".join(paragraph.replace("\n", " ") for paragraph in prose.split("\n\n"))
    return Rule(code, head.partition(":")[2].strip() or code, text, lesson)


def sarif(
    diagnostics: Iterable[Diagnostic],
    unreadable: Sequence[Unreadable],
    rules: Mapping[Code, Rule],
    place: Callable[[str], str],
    version: str,
) -> str:
    """One run with a result for each fault; `rules` are the lessons of the codes that occur.

    Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
    """
    shown, left_out = limited(diagnostics)
    codes = sorted({fault.code for fault in shown})
    index = {code: number for number, code in enumerate(codes)}
    notices = [_notification("warning", line) for line in counts(left_out)]
    notices += [_notification("error", entry.message) for entry in unreadable]
    run = {
        "tool": {"driver": {"name": "cnncalc", "version": version, "rules": [_rule(rules[code]) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder in which cnncalc was started"}}},
        "invocations": [{"executionSuccessful": not unreadable, "toolExecutionNotifications": notices}],
        "results": [_result(fault, index[fault.code], place) for fault in shown],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.text or rule.title},
        "help": {"text": rule.text or rule.title, "markdown": rule.markdown or rule.title},
        "defaultConfiguration": {"level": rule.code.severity},
    }


def _result(fault: Diagnostic, rule: int, place: Callable[[str], str]) -> dict[str, Any]:
    lines = [fault.message, *filter(None, [fault.note]), *(f"help: {proposal}" for proposal in fault.helps)]
    related = [
        {**_location(fault, label.span, place), "id": number, "message": {"text": _text(label.text)}}
        for number, label in enumerate(fault.labels, 1)
        if label.text
    ]
    return {
        "ruleId": fault.code,
        "ruleIndex": rule,
        "level": fault.severity,
        "message": {"text": "\n".join(map(_text, lines))},
        "locations": [_location(fault, fault.span, place)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"cnncalc/1": _fingerprint(fault)},
    }


def _location(fault: Diagnostic, span: Span, place: Callable[[str], str]) -> dict[str, Any]:
    path = place(fault.source.name)
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.line,
        "endColumn": span.column + max(span.length, 1),
    }
    line = fault.source.line(span.line)
    if line:
        region["snippet"] = {"text": line}
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    """A path as a URI: relative to the root, or with a scheme where it lies elsewhere."""
    if path.startswith("file:"):
        return {"uri": path}
    return {"uri": quote(path, safe="/-._~", errors="replace"), "uriBaseId": ROOT}


def _fingerprint(fault: Diagnostic) -> str:
    """What stays the same when lines are added above: the code and the line's own text."""
    told = f"{fault.code}\n{fault.source.line(fault.span.line).strip()}\n{fault.span.column}"
    return sha256(told.encode("utf-8", errors="replace")).hexdigest()[:32]


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _text(text)}}


def _text(text: str) -> str:
    return printable(text.replace("\n", " "))
