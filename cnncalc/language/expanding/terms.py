"""What one design of a file is held to: which of its expectations and limits, and why it is not held to the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from cnncalc.language.reading.declarations import BUDGET, EXPECT, Promise, Spec, Variant
from cnncalc.network import Claim, Unjudged
from cnncalc.source import Span

OF_THE_FILE = "it is about the file as written, and not about a variant"
ABSENT = "the layer that it stands on is not there in this design"
NOT_MADE = "the design has faults, so that nothing was measured"


class Terms(NamedTuple):
    """The terms of one design: the file as written or a variant of it.

    `changed` names the options that make another design of it: `--set`, `--input`, or both.
    """

    spec: Spec
    variant: Variant | None
    changed: str = ""

    def whole(self) -> list[Promise]:
        """What is judged of the whole network."""
        return [promise for promise, why_not in self._of_whole() if not why_not]

    def why_not(self, promise: Promise) -> str:
        """Why a promise of an item is not judged of this design; empty where it is."""
        if promise.verb == BUDGET:
            return self._lifted(promise.metric)
        return f"an expectation is about one design, and {self.changed} makes another" if self.changed else ""

    def unjudged(self, claims: Iterable[Claim]) -> tuple[Unjudged, ...]:
        """What is written for this design and is not among its claims, each with the reason."""
        return tuple(self._open({claim.span for claim in claims}, ABSENT))

    def unmeasured(self) -> tuple[Unjudged, ...]:
        """All that is written for this design, because it could not be made."""
        return tuple(self._open((), NOT_MADE))

    def _open(self, judged: Collection[Span], otherwise: str) -> Iterator[Unjudged]:
        of_items = ((promise, self.why_not(promise)) for promise in self.spec.inner_promises)
        for promise, why_not in (*self._of_whole(), *of_items):
            if promise.span not in judged:
                yield Unjudged(promise.verb, promise.metric, promise.subject, promise.span, why_not or otherwise)

    def _of_whole(self) -> Iterator[tuple[Promise, str]]:
        """What is written of the whole network, and why it is not judged; a variant's own replaces the file's."""
        variant = self.variant
        own = {_key(promise) for promise in variant.promises} if variant else ()
        for promise in self.spec.promises:
            if _key(promise) not in own:
                of_the_file = OF_THE_FILE if variant and promise.verb == EXPECT else ""
                yield promise, of_the_file or self.why_not(promise)
        for promise in variant.promises if variant else ():
            yield promise, self.why_not(promise)

    def _lifted(self, metric: str) -> str:
        """Which line of the variant lifts the limits of a metric; empty where none does."""
        for lift in self.variant.lifts if self.variant else ():
            if lift.metric in {"", metric}:
                return f"`{lift.text}` on line {lift.span.line} lifts it"
        return ""


def _key(promise: Promise) -> tuple[str, str, str]:
    """What a promise speaks of: a variant's own takes the place of the file's."""
    return promise.verb, promise.metric, promise.subject
