"""Applies the helps of a broken spec as their reader would, again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from cnncalc.language.choices import Choices
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.source import source_of_text
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.source import edits_of

MOST_HELPS = 60


def faults_of(text: str, **choices: Any) -> list[Diagnostic]:
    """The errors of a text by place, with the helps that a reader sees."""
    try:
        expanded(*declared(source_of_text(text)), Choices(**choices))
    except SpecError as error:
        return [fault for fault in error.diagnostics if fault.severity == "error"]
    return []


class Followed(NamedTuple):
    """A help that was applied: the text before, the fault, the help, the text after."""

    before: str
    fault: Diagnostic
    help: str
    after: str


NAMING = re.compile(
    r"set it under `vars:`|outputs are names of layers in `layers`|use `blocks:` to say something twice"
    r"|give the inner part a name under `blocks:`|use `repeat:` to say something several times"
    r"|give that layer a `name:` and use it here"
    r"|name (it|at least two tensors) in a `from:`.*|move `\w+` above the line that uses it"
)
"""Helps that name a key or a part of the spec and show nothing to write: what goes there is the author's to say."""


def shown_without_edit(fault: Diagnostic) -> list[str]:
    """The helps of a fault that show text to write and do not say how to apply it."""
    return [help_ for help_ in fault.helps if "`" in help_ and not edits_of(help_) and not NAMING.fullmatch(help_)]


def each_help(text: str) -> Iterator[Followed]:
    """Every help of every fault of a text, applied alone."""
    for fault in faults_of(text):
        for proposal in fault.helps:
            if edits_of(proposal):
                yield Followed(text, fault, proposal, fault.source.edited(edits_of(proposal)).text)


def followed(text: str) -> list[Followed]:
    """The first help of the first fault that has one, applied again and again until there is none."""
    path: list[Followed] = []
    while len(path) < MOST_HELPS:
        step = next(each_help(path[-1].after if path else text), None)
        if step is None:
            break
        path.append(step)
    return path


def same_fault_after(step: Followed) -> bool:
    """Whether the fault that a help was for is still there."""
    before = [(fault.code, fault.message) for fault in faults_of(step.before)]
    after = [(fault.code, fault.message) for fault in faults_of(step.after)]
    fault = (step.fault.code, step.fault.message)
    return after.count(fault) >= before.count(fault)
