"""Candidates of a network and what came of them, and how that is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.language.choices import Choices
from cnncalc.problem import Source
from cnncalc.render.solution import Line, Solution, variables_fragment
from cnncalc.volume import Volume

if TYPE_CHECKING:
    from cnncalc.analysis import Claim
    from cnncalc.language.reading.declarations import Spec


class Wish(NamedTuple):
    """What the options ask for, as written; `layer` is what the limits are about, None for the whole network."""

    inputs: tuple[str, ...]
    vary: tuple[str, ...]
    step: str | None
    exact: bool
    under: tuple[str, ...]
    layer: str | None
    batch: int
    dtype: str


class Candidate(NamedTuple):
    """Values to try: volumes of inputs and variables, by name."""

    inputs: Mapping[str, Volume]
    variables: Mapping[str, Any]


class Trial(NamedTuple):
    """What came of a candidate: `refused` says why it is no answer, empty where it is one.

    `stands` is whether there is a network at all; `measured` are the numbers of the limits.
    """

    candidate: Candidate
    stands: bool
    refused: str
    gives: Mapping[str, Any]
    measured: tuple[Any, ...] = ()


class Bench(NamedTuple):
    """What does not change from candidate to candidate."""

    source: Source
    spec: Spec
    choices: Choices
    wish: Wish
    claims: tuple[Claim, ...]


def solution_of(
    bench: Bench,
    trials: Sequence[Trial],
    nearest: Trial | None,
    name: str,
    inputs: Mapping[str, Sequence[Volume]],
    variables: Mapping[str, Sequence[Any]],
) -> Solution:
    """What came of all candidates, in words: the answers ranked, where they lie, and why the rest is none."""
    good = [trial for trial in trials if not trial.refused]
    standing = sum(trial.stands for trial in trials)
    return Solution(
        f"{name or 'the network'}: wanted: {' and '.join(_wanted(bench))}",
        f"{len(trials):,} candidates: {'; '.join(_told(inputs, variables, bench.wish))}",
        len(trials),
        standing,
        [_line(trial) for trial in _ranked(good, bench.claims)],
        _line(nearest) if nearest else None,
        list(_remarks(trials, good, standing, inputs, variables)),
    )


def _wanted(bench: Bench) -> Iterator[str]:
    if bench.wish.exact:
        yield "nothing is left over"
    for claim, text in zip(bench.claims, bench.wish.under, strict=True):
        yield text + (f" of {claim.path}" if claim.path else "")


def _told(inputs: Mapping[str, Sequence[Volume]], variables: Mapping[str, Sequence[Any]], wish: Wish) -> Iterator[str]:
    from cnncalc.language.values.numerals import show

    for name, volumes in inputs.items():
        yield f"{name} {volumes[0]} to {volumes[-1]}"
    for name, values in variables.items():
        if isinstance(values[0], str):
            yield f"{name} {', '.join(map(str, values))}"
        else:
            ranged = len(values) > 1 and ".." in _text_of(name, wish)
            step = f" in steps of {show(values[1] - values[0])}" if ranged else ""
            yield f"{name} {show(values[0])} to {show(values[-1])}{step}"


def _text_of(name: str, wish: Wish) -> str:
    return next(text for text in wish.vary if text.partition("=")[0].strip() == name)


def _ranked(good: Sequence[Trial], claims: Sequence[Claim]) -> list[Trial]:
    """The nearest to the first limit first, because that is what the limit leaves room for; else as tried."""
    if not claims or isinstance(claims[0].value, tuple):
        return list(good)
    bound = claims[0].value
    return sorted(good, key=lambda trial: abs(trial.measured[0] - bound))


def _line(trial: Trial) -> Line:
    parts = [
        f"input: {volume}" if name == "input" else f"inputs: {{{name}: {volume}}}"
        for name, volume in trial.candidate.inputs.items()
    ]
    if trial.candidate.variables:
        parts.append(variables_fragment(trial.candidate.variables))
    return Line("; ".join(parts), trial.gives)


def _remarks(
    trials: Sequence[Trial],
    good: Sequence[Trial],
    standing: int,
    inputs: Mapping[str, Sequence[Volume]],
    variables: Mapping[str, Sequence[Any]],
) -> Iterator[str]:
    """Where the answers lie, and why the rest is none."""
    if good and len(inputs) + len(variables) == 1:
        yield f"{len(good):,} of {len(trials):,}: {_stretches(trials)}"
    refused = [trial for trial in trials if trial.stands and trial.refused]
    if refused:
        fragment = _line(refused[-1]).fragment
        yield f"{len(refused):,} stand and are no answer, such as `{fragment}`: {refused[-1].refused}"
    if standing < len(trials):
        first = next(trial for trial in trials if not trial.stands)
        yield f"{len(trials) - standing:,} are no networks, the first `{_line(first).fragment}`: {first.refused}"


def _stretches(trials: Sequence[Trial]) -> str:
    """The answers as stretches of neighbours, each by its ends; long lists are cut."""
    from cnncalc.solver import runs

    names = [_line(trial).fragment for trial in trials]
    found = runs([not trial.refused for trial in trials])
    told = [f"`{names[first]}`" + (f" to `{names[last]}`" if last > first else "") for first, last in found[:4]]
    return ", ".join(told) + (f", and {len(found) - 4:,} more stretches" if len(found) > 4 else "")
