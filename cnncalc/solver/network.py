"""Solves for a network: the input sizes and variables with which it fits exactly, or keeps to what is asked."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, product
from math import prod
from typing import Any, NamedTuple

from cnncalc.analysis import Claim, analyze
from cnncalc.analysis.sliding import slides
from cnncalc.dtype import Dtype
from cnncalc.gate import judge
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.load import declared, expanded, standing
from cnncalc.language.reading.declarations import Spec
from cnncalc.language.shelf import find
from cnncalc.language.values.limits import limit
from cnncalc.language.values.suggest import closest
from cnncalc.layers.schema import SAME
from cnncalc.lookup.networks import choices_of, merged, unknown_layer
from cnncalc.metrics import LIMITED, METRICS
from cnncalc.network import Network
from cnncalc.problem import Faults, Problem, SpecError
from cnncalc.solver import Proposal, Solution, variables_fragment
from cnncalc.solver.ranges import MOST_CANDIDATES, Axis, input_axis, step_of, variable_axis
from cnncalc.source import Source, Span
from cnncalc.volume import Volume

NEAREST_TRIES = 500
"""So many sizes beyond either end of a range are looked at for the nearest answer, where there is none inside."""

Watch = Callable[[Iterable[Choices], int, str], Iterable[Choices]]
"""Hands candidates on as they come, and shows how many of them are done."""


class Wish(NamedTuple):
    """What the options ask for, as written; `layer` is what the limits are about, None for the whole network."""

    inputs: tuple[str, ...]
    layer: str | None
    vary: tuple[str, ...]
    step: str | None
    exact: bool
    under: tuple[str, ...]
    batch: int
    dtype: Dtype | None


class Question(NamedTuple):
    """What is asked of every candidate, and what the candidates are: each combination of the axes' values."""

    source: Source
    spec: Spec
    choices: Choices
    wish: Wish
    claims: tuple[Claim, ...]
    axes: tuple[Axis, ...]

    @property
    def bound(self) -> Any:
        """The number of the first limit, which answers are ranked by; None where there is none."""
        return self.claims[0].value if self.claims and not isinstance(self.claims[0].value, tuple) else None

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return prod(len(axis.values) for axis in self.axes)

    def candidates(self) -> Iterator[Choices]:
        """Each combination, as what it changes of the spec."""
        for values in product(*(axis.values for axis in self.axes)):
            chosen: dict[bool, dict[str, Any]] = {True: {}, False: {}}
            for axis, value in zip(self.axes, values, strict=True):
                chosen[axis.is_input][axis.name] = value
            yield Choices(None, variables=chosen[False], inputs=chosen[True])


class Trial(NamedTuple):
    """What came of a candidate: `refused` says why it is no answer, empty where it is one.

    `stands` is whether there is a network at all; `measured` are the numbers of the limits.
    """

    candidate: Choices
    refused: str
    gives: dict[str, Any] = {}
    measured: tuple[Any, ...] = ()
    stands: bool = True

    @property
    def proposal(self) -> Proposal:
        """What to write for it, and what that gives."""
        parts = [
            f"input: {volume}" if name == "input" else f"inputs: {{{name}: {volume}}}"
            for name, volume in self.candidate.inputs.items()
        ]
        if self.candidate.variables:
            parts.append(variables_fragment(self.candidate.variables))
        return Proposal("; ".join(parts), self.gives, self.candidate.variables, self.candidate.inputs)


def solve_network(name: str, wish: Wish, variant: str | None, settings: Sequence[str], watch: Watch) -> Solution:
    """The answers among all candidates; raises `ChoiceError` where the question makes no sense."""
    fixed = [text for text in wish.inputs if ".." not in text]
    swept = [text for text in wish.inputs if ".." in text]
    if not (wish.exact or wish.under):
        raise ChoiceError(
            'what is wanted? --output SIZE for a layer; --exact or --under "params <= 5M" for the network'
        )
    if not (swept or wish.vary):
        raise ChoiceError("what may change? --input 200..300, or --vary width=0.25..2")
    found = find(name)
    spec, faults = declared(found.source)
    choices = merged(choices_of(variant, settings, fixed), found)
    if faults.errors:  # what is no spec at all is reported as `check` reports it
        expanded(spec, faults, choices)
    # A network that does not fit as it is written may fit with other sizes: what stands of it says what it has.
    written, refused = standing(spec, found.source, choices)
    claims = tuple(_claim(text, wish.layer, written, refused) for text in wish.under)
    step = step_of(wish.step)
    inputs = {axis.name: axis for axis in (input_axis(text, written) for text in swept)}
    variables = {axis.name: axis for axis in (variable_axis(text, step, spec.variables) for text in wish.vary)}
    question = Question(found.source, spec, choices, wish, claims, (*inputs.values(), *variables.values()))
    if question.size > MOST_CANDIDATES:
        most = f"{MOST_CANDIDATES:,} is the most"
        raise ChoiceError(f"these ranges hold {question.size:,} candidates; {most}: narrow one of them")
    gc.enable()  # the command line switches it off, and many networks come and go here
    trials = [_tried(question, entry) for entry in watch(question.candidates(), question.size, "candidates")]
    stored = wish.dtype or written.dtype
    title = (written.name or "the network") + ("" if stored.is_default else f" in {stored}")
    solution = _solution(question, trials, title)
    if not (solution.standing or solution.nearest):
        expanded(spec, faults, choices)  # what no candidate mends is told as `check` tells it
    return solution


def _claim(text: str, layer: str | None, network: Network, refused: Collection[str]) -> Claim:
    """What one `--under` limits, of the whole network or of a layer."""
    metric, rest = re.fullmatch(r"(\w*)\s*(.*)", text.strip(), re.DOTALL).groups()  # type: ignore[union-attr]
    if metric not in LIMITED or not rest.strip():
        meant = closest(metric, LIMITED)
        hint = f"did you mean {meant}?" if meant and metric not in LIMITED else f"the metrics are {', '.join(LIMITED)}"
        form = 'a metric and a limit, such as "peak_activation <= 1 MiB"'
        raise ChoiceError(f"--under takes {form}, not {text!r}: {hint}")
    if layer is not None and layer not in network.by_path and layer not in network.results and layer not in refused:
        raise unknown_layer(layer, network)
    try:
        found = limit(rest.strip(), "<=")
    except Problem as problem:
        raise ChoiceError(f"--under {text}: {problem.line}") from None
    misfit = METRICS[metric].misfit(found.unit)
    if misfit:
        raise ChoiceError(f"--under {text}: {misfit[0]}; write {misfit[1]}")
    return Claim(
        "budget", layer or "", metric, "", found.relation, found.value, found.unit, found.tolerance, rest, Span(1, 1)
    )


def _tried(question: Question, candidate: Choices) -> Trial:
    """The network of a candidate, held to what is wanted."""
    base, wish = question.choices, question.wish
    chosen = Choices(base.variant, {**base.variables, **candidate.variables}, {**base.inputs, **candidate.inputs})
    try:
        network = expanded(question.spec, Faults(question.source, helped=0), chosen)
    except SpecError as error:
        first = error.diagnostics[0]
        return Trial(candidate, f"line {first.span.line}: {first.message}", stands=False)
    output = network.results.get(network.outputs[0], network.outputs[0])
    gives: dict[str, Any] = {"output": tuple(network.volume(output))}
    refused = _left_over(network) if wish.exact else ""
    if not question.claims:
        return Trial(candidate, refused, gives)
    network.claims = question.claims
    verdicts = judge(analyze(network, batch=wish.batch, dtype=wish.dtype), network)
    gives.update({verdict.claim.metric: verdict.measured for verdict in verdicts})
    missed = next((verdict for verdict in verdicts if not verdict.passed), None)
    if missed and not refused:
        refused = f"{missed.claim.metric} is {missed.measured:,}, not {missed.claim.text}"
    return Trial(candidate, refused, gives, tuple(verdict.measured for verdict in verdicts))


def _left_over(network: Network) -> str:
    """The first window that leaves pixels over or hangs over the end; empty where all come out even."""
    for node in network.nodes:
        if getattr(node.layer, "padding", None) == SAME:
            continue  # `same` takes what is missing from the padding: nothing is left over
        for slide in slides(node):
            rest = slide.window.uncovered(slide.size)
            if rest:
                return f"{node.path} leaves {rest} over along the {slide.axis}"
    return ""


def _solution(question: Question, trials: Sequence[Trial], title: str) -> Solution:
    """What came of all candidates, in words: the answers ranked, where they lie, and why the rest is none."""
    good, bound = [trial for trial in trials if not trial.refused], question.bound
    # The nearest to the first limit first, because that is what the limit leaves room for; else as tried.
    ranked = good if bound is None else sorted(good, key=lambda trial: abs(trial.measured[0] - bound))
    nearest = None if good else _nearest(question, trials)
    wanted = ["nothing is left over"] if question.wish.exact else []
    for claim, text in zip(question.claims, question.wish.under, strict=True):
        wanted.append(text + (f" of {claim.path}" if claim.path else ""))
    return Solution(
        f"{title}: wanted: {' and '.join(wanted)}",
        f"{len(trials):,} candidates: {'; '.join(axis.text for axis in question.axes)}",
        len(trials),
        sum(trial.stands for trial in trials),
        [trial.proposal for trial in ranked],
        nearest and nearest.proposal,
        list(_remarks(question, trials)),
    )


def _nearest(question: Question, trials: Sequence[Trial]) -> Trial | None:
    """The nearest size beyond the range that fits; else what misses the first limit by least."""
    axis, bound = question.axes[0], question.bound
    beyond = _beyond(question, axis) if axis.is_input and len(question.axes) == 1 else None
    measured = [trial for trial in trials if trial.measured]
    if beyond or not measured or bound is None:
        return beyond
    return min(measured, key=lambda trial: abs(trial.measured[0] - bound))


def _beyond(question: Question, axis: Axis) -> Trial | None:
    """Sizes below and above, nearest first, as far as `NEAREST_TRIES`; all axes of the input move together."""
    for distance in range(1, NEAREST_TRIES + 1):
        for end, sign in ((axis.values[0], -1), (axis.values[-1], 1)):
            moved = tuple(size + sign * distance for size in end.sizes)
            if min(moved, default=0) < 1:
                continue
            trial = _tried(question, Choices(None, {}, {axis.name: Volume((*moved, end.channels))}))
            if not trial.refused:
                return trial
    return None


def _remarks(question: Question, trials: Sequence[Trial]) -> Iterator[str]:
    """Where the answers lie, and why the rest is none."""
    good = sum(not trial.refused for trial in trials)
    if good and len(question.axes) == 1:
        yield f"{good:,} of {len(trials):,}: {_stretches(trials)}"
    for stands, what, shown in ((True, "networks but not answers", -1), (False, "not networks", 0)):
        rest = [trial for trial in trials if trial.refused and trial.stands is stands]
        if rest:
            fragment, refused = rest[shown].proposal.fragment, rest[shown].refused
            yield f"{len(rest):,} are {what}, such as `{fragment}`: {refused}"


def _stretches(trials: Sequence[Trial]) -> str:
    """The answers as stretches of neighbours, each by its ends; long lists are cut."""
    found = [[*stretch] for refused, stretch in groupby(trials, lambda trial: bool(trial.refused)) if not refused]
    ends = [(stretch[0].proposal.fragment, stretch[-1].proposal.fragment) for stretch in found[:4]]
    shown = [f"`{first}`" + (f" to `{last}`" if last != first else "") for first, last in ends]
    return ", ".join(shown) + (f", and {len(found) - 4:,} more ranges" if len(found) > 4 else "")
