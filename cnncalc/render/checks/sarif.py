"""Faults as SARIF 2.1.0, the format in which code-scanning services and editors exchange them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cnncalc import __version__
from cnncalc.codes import Code
from cnncalc.problem import Diagnostic
from cnncalc.render.checks.checked import Checked, counts, limited, said
from cnncalc.render.checks.unjudged import NOT_JUDGED, Remark, remarks, shown
from cnncalc.safe import formats, one_line, visible
from cnncalc.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""What relative paths are relative to: the folder in which the command ran."""


def sarif(checked: Checked) -> str:
    """One run with a result for each fault; the rules are the lessons of the codes that occur.

    Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
    """
    faults, left_out = limited(checked.outcome.diagnostics)
    codes = sorted({fault.code for fault in faults})
    rules = [_rule(code, checked.lesson_of(code)) for code in codes]
    notices = [_notification("warning", line) for line in counts(left_out)]
    notices += [_notification("error", entry.message) for entry in checked.outcome.unreadable]
    first, more = shown(remarks(checked.outcome.not_judged))
    # A result of kind notApplicable would be shown as an alert by services that do not read the kind.
    notices += [_not_judged(remark, checked.place(remark.file)) for remark in first]
    notices += [_notification("note", line) for line in more]
    run = {
        "tool": {"driver": {"name": "cnncalc", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder in which cnncalc was started"}}},
        "invocations": [{"executionSuccessful": not checked.outcome.unreadable, "toolExecutionNotifications": notices}],
        "results": [_result(fault, codes.index(fault.code), checked.place(fault.source.name)) for fault in faults],
    }
    return formats.json(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1))


def _rule(code: Code, lesson: str) -> dict[str, Any]:
    """A lesson's title, its text without examples, and all of it in Markdown; a code without one stands for itself."""
    head, _, body = lesson.partition("\n")
    title = head.partition(":")[2].strip() or code
    prose = body.partition("```")[0].strip()
    text = "\n\n".join(paragraph.replace("\n", " ") for paragraph in prose.split("\n\n"))
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": text or title},
        "help": {"text": text or title, "markdown": lesson or title},
        "defaultConfiguration": {"level": code.severity},
    }


def _result(fault: Diagnostic, rule: int, path: str) -> dict[str, Any]:
    related = [
        {**_location(fault, label.span, path), "id": number, "message": {"text": formats.sarif(one_line(label.text))}}
        for number, label in enumerate(fault.labels, 1)
        if label.text
    ]
    return {
        "ruleId": fault.code,
        "ruleIndex": rule,
        "level": fault.severity,
        "message": {"text": formats.sarif(said(fault))},
        "locations": [_location(fault, fault.span, path)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"cnncalc/1": _fingerprint(fault)},
    }


def _location(fault: Diagnostic, span: Span, path: str) -> dict[str, Any]:
    return _place(span, path, fault.source.line(span.line))


def _place(span: Span, path: str, line: str = "") -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.line,
        "endColumn": span.column + max(span.length, 1),
        **({"snippet": {"text": visible(line)}} if line else {}),
    }
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    """A path as a URI: relative to the root, or with a scheme where it lies elsewhere."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, safe="/-._~", errors="replace"), "uriBaseId": ROOT}


def _fingerprint(fault: Diagnostic) -> str:
    """What stays the same when lines are added above: the code and the line's own text."""
    identity = f"{fault.code}\n{fault.source.line(fault.span.line).strip()}\n{fault.span.column}"
    return sha256(identity.encode("utf-8", errors="replace")).hexdigest()[:32]


def _not_judged(remark: Remark, path: str) -> dict[str, Any]:
    """A line without a verdict, as a note of the run with its place."""
    return {**_notification("note", f"{NOT_JUDGED}: {remark.text}"), "locations": [_place(remark.span, path)]}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": formats.sarif(one_line(text))}}
