"""Tries a reader with hostile inputs for some minutes: python -m tests.hostile TARGET --minutes 10 --seed 1.

What it finds is reduced and kept in tests/hostile/corpus/TARGET, which the tests replay; with --keep also one small
input of each outcome. It exits with 1 where it found something.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
from collections.abc import Iterator

from tests.hostile.fuzzing.campaign import CORPUS, TARGETS, Campaign, Finding, Target, corpus_of, target_named, tried
from tests.hostile.fuzzing.isolation import ENDS, in_child, tried_apart
from tests.hostile.fuzzing.reducing import reduced

AT_ONCE = 200
"""Inputs in one process."""

SLOW_TRIES = 30
"""How often an input that ends its process may be tried again."""

PATIENCE = 120.0
"""Seconds for making one input smaller."""

SMALL, ENOUGH = 3_000, 12
"""Bytes of an input that is kept for its outcome, and how many of these a corpus has at most."""


def main() -> None:
    options = _options()
    target = target_named(options.target)
    campaign = Campaign(target, options.seed, [path.read_bytes() for path in corpus_of(options.target)])
    ends = time.monotonic() + 60 * options.minutes
    while time.monotonic() < ends:
        known = set(campaign.findings)
        for data, came in tried_apart(target, _inputs(campaign, ends)):
            campaign.note(data, came)
        for what in campaign.findings.keys() - known:
            finding = campaign.findings[what]
            print(f"\n{what}: kept as {_keep(options.target, target, finding)}\n{finding.told}", flush=True)
    if options.keep:
        _keep_outcomes(options.target, campaign)
    _report(options.target, campaign, options)
    sys.exit(bool(campaign.findings))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="also keep a small input of each outcome")
    return parser.parse_args()


def _inputs(campaign: Campaign, ends: float) -> Iterator[bytes]:
    """A child draws with its own copy of the chances; the parent's moves on, so that the next child draws others."""
    campaign.chance.seed(campaign.chance.getrandbits(64))
    return _drawn(campaign, ends)


def _drawn(campaign: Campaign, ends: float) -> Iterator[bytes]:
    for _ in range(AT_ONCE):
        if time.monotonic() > ends:
            return
        yield campaign.next()


def _keep(name: str, target: Target, finding: Finding) -> str:
    """The finding reduced, in a file of the corpus."""
    return _kept(name, finding.what, _reduced(target, finding.data, finding.what))


def _reduced(target: Target, data: bytes, what: str) -> bytes:
    """A smaller input of which the same comes; one that ends its process is tried in a new one each time."""
    if what.startswith(ENDS):
        return reduced(data, lambda smaller: _what_comes_apart(target, smaller) == what, SLOW_TRIES)
    return in_child(lambda: reduced(data, lambda smaller: str(tried(target, smaller)) == what), PATIENCE) or data


def _what_comes_apart(target: Target, data: bytes) -> str:
    return "".join(str(came) for _, came in tried_apart(target, [data], seconds=10))


def _kept(name: str, what: str, data: bytes) -> str:
    word = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")[:60]
    path = CORPUS / name / f"{word}-{hashlib.sha256(data).hexdigest()[:8]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path.relative_to(CORPUS))


def _keep_outcomes(name: str, campaign: Campaign) -> None:
    """One reduced input for each outcome that none of the corpus has."""
    seen = {str(came) for _, came in tried_apart(campaign.target, [path.read_bytes() for path in corpus_of(name)])}
    frequent = [*dict(campaign.outcomes.most_common())]
    found = {
        str(came): data for data, came in tried_apart(campaign.target, sorted(campaign.pool, key=len, reverse=True))
    }
    for came in frequent:
        data = found.get(came, b"")
        if came not in seen and 0 < len(data) <= SMALL and len(corpus_of(name)) < ENOUGH:
            _kept(name, came, _reduced(campaign.target, data, came))


def _report(name: str, campaign: Campaign, options: argparse.Namespace) -> None:
    print(f"\n{name}, {options.minutes:g} minutes, seed {options.seed}:")
    for outcome, count in campaign.outcomes.most_common(12):
        print(f"  {count:8,}  {outcome}")
    print(
        f"{campaign.outcomes.total():,} runs, {len(campaign.outcomes):,} different outcomes, "
        f"{len(campaign.findings)} findings"
    )


if __name__ == "__main__":
    main()
