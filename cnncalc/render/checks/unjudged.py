"""What was not judged, in sentences: the lines of `expect` and `budget` on which there is no verdict, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cnncalc.judging import NotJudged
from cnncalc.safe import one_line
from cnncalc.source import Span

MOST_IN_A_FILE = 100
"""More of one file than this are counted rather than shown."""
MOST_NAMES = 4
"""More designs than this are counted in one sentence."""
NOT_JUDGED = "not judged"


class Remark(NamedTuple):
    """Lines of one file that are not judged for one reason: where the first of them is, and a sentence."""

    file: str
    span: Span
    text: str


def entry(line: NotJudged) -> dict[str, Any]:
    """As JSON holds it."""
    subject = {"subject": line.subject} if line.subject else {}
    return {
        "file": line.file,
        "line": line.line,
        "variant": line.variant,
        "metric": line.metric,
        **subject,
        "why": line.why,
    }


def named(line: NotJudged) -> str:
    """The line by what it says: `expect output`, `budget params`."""
    return f"{line.verb} {line.metric}{f' of {line.subject}' if line.subject else ''}"


def remarks(lines: Iterable[NotJudged]) -> list[Remark]:
    """Each metric with all designs that it is not judged of; of one line of text, all metrics that fare alike."""
    designs: dict[tuple[str, Span, str, str], list[NotJudged]] = {}
    for line in lines:
        designs.setdefault((line.file, line.span, named(line), line.why), []).append(line)
    alike: dict[tuple[str, int, str, tuple[str | None, ...]], list[NotJudged]] = {}
    for (file, span, _, why), found in designs.items():
        key = (file, span.line, f"{found[0].verb}{why}", tuple(line.variant for line in found))
        alike.setdefault(key, []).append(found[0])
    said = [_remark(group, variants) for (*_, variants), group in alike.items()]
    return sorted(said, key=lambda remark: (remark.file, remark.span))


def _remark(group: Sequence[NotJudged], variants: Sequence[str | None]) -> Remark:
    first = group[0]
    metrics = dict.fromkeys(line.metric for line in group)
    what = named(first) if len(group) == 1 else f"{first.verb} {', '.join(metrics)}"
    return Remark(first.file, first.span, f"{what}{_of(variants)}: {first.why}")


def _of(variants: Sequence[str | None]) -> str:
    """Which designs are meant; nothing is said where it is the file as written alone."""
    names = ["the file as written" if name is None else name for name in variants]
    if variants == (None,):
        return ""
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1:,} more"]
    return " of " + " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def shown(found: Sequence[Remark]) -> tuple[list[Remark], list[str]]:
    """The first of each file, and how many there are besides."""
    seen: Counter[str] = Counter()
    first = []
    for remark in found:
        seen[remark.file] += 1
        if seen[remark.file] <= MOST_IN_A_FILE:
            first.append(remark)
    left = {file: number - MOST_IN_A_FILE for file, number in seen.items() if number > MOST_IN_A_FILE}
    more = [f"{file}: and {number:,} more {NOT_JUDGED}" for file, number in left.items()]
    return first, more


def lines_of(lines: Iterable[NotJudged]) -> list[str]:
    """One line of text each: `net.yaml:9: not judged: expect params: ...`."""
    first, more = shown(remarks(lines))
    said = [f"{file}:{span.line}:{span.column}: {NOT_JUDGED}: {text}" for file, span, text in first]
    return list(map(one_line, [*said, *more]))
