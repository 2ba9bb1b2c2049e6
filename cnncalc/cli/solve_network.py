"""Solves for a network: the input sizes and variables with which it fits exactly, or keeps to what is asked."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.cli.choosing import choices_of, merged
from cnncalc.cli.progress import shown
from cnncalc.cli.ranges import MOST_CANDIDATES, sizes, step_of, varied
from cnncalc.cli.solve_telling import Bench, Candidate, Trial, Wish, solution_of
from cnncalc.language.choices import ChoiceError, Choices
from cnncalc.language.load import declared, expanded
from cnncalc.language.shelf import find
from cnncalc.metrics import LIMITED, METRICS
from cnncalc.problem import Faults, Problem, Span, SpecError
from cnncalc.quantity import BYTES
from cnncalc.render.solution import Solution
from cnncalc.volume import Volume, checked

if TYPE_CHECKING:
    from cnncalc.analysis import Claim
    from cnncalc.gate import Verdict
    from cnncalc.language.reading.declarations import Spec
    from cnncalc.network import Network

NEAREST_TRIES = 500
"""So many sizes beyond either end of a range are looked at for the nearest answer, where there is none inside."""


def solve_network(name: str, wish: Wish, variant: str | None, settings: tuple[str, ...]) -> Solution:
    """The answers among all candidates; raises `ChoiceError` where the question makes no sense."""
    fixed = tuple(text for text in wish.inputs if ".." not in text)
    swept = tuple(text for text in wish.inputs if ".." in text)
    if not (wish.exact or wish.under):
        raise ChoiceError(
            'what is wanted? --output SIZE for a layer; --exact or --under "params <= 5M" for the network'
        )
    if not (swept or wish.vary):
        raise ChoiceError("what may change? --input 200..300, or --vary width=0.25..2")
    found = find(name)
    spec, _ = declared(found.source)
    choices = merged(choices_of(variant, settings, fixed), found)
    # As it is written, the spec must stand: what is wrong with it is told as `check` tells it.
    written = expanded(spec, Faults(found.source), choices)
    limits = tuple(_claim(text, wish.layer, written) for text in wish.under)
    bench = Bench(found.source, spec, choices, wish, limits)
    step = step_of(wish.step)
    inputs, variables = _input_axes(swept, written), _variable_axes(wish.vary, step, spec)
    count = prod(map(len, inputs.values())) * prod(map(len, variables.values()))
    if count > MOST_CANDIDATES:
        most = f"{MOST_CANDIDATES:,} is the most"
        raise ChoiceError(f"these ranges hold {count:,} candidates; {most}: narrow one of them")
    gc.enable()  # the command line switches it off, and many networks come and go here
    trials = [_tried(bench, candidate) for candidate in shown(_candidates(inputs, variables), count, "candidates")]
    answered = any(not trial.refused for trial in trials)
    nearest = None if answered else _nearest(bench, trials, inputs, variables)
    return solution_of(bench, trials, nearest, written.name, inputs, variables)


def _claim(text: str, layer: str | None, network: Network) -> Claim:
    """What one `--under` limits, of the whole network or of a layer."""
    from cnncalc.analysis import Claim
    from cnncalc.language.values.limits import limit
    from cnncalc.language.values.suggest import closest

    metric, _, rest = text.strip().partition(" ")
    if metric not in LIMITED or not rest.strip():
        meant = closest(metric, LIMITED)
        hint = f"did you mean {meant}?" if meant and metric not in LIMITED else f"the metrics are {', '.join(LIMITED)}"
        form = 'a metric and a limit, such as "peak_activation <= 1 MiB"'
        raise ChoiceError(f"--under takes {form}, not {text!r}: {hint}")
    if layer is not None and layer not in network.by_path and layer not in network.results:
        from cnncalc.cli.explain import unknown_layer

        raise ChoiceError(unknown_layer(layer, network))
    try:
        found = limit(rest.strip(), "<=")
    except Problem as problem:
        helps = "".join(f"; {help_}" for help_ in problem.helps)
        raise ChoiceError(f"--under {text}: {problem}{helps}") from None
    if not METRICS[metric].takes(found.unit):
        what = "bytes, which have KiB, MiB, GiB" if METRICS[metric].unit is BYTES else "a count, which has K, M, G"
        raise ChoiceError(f"--under {text}: {metric} is {what}")
    return Claim(
        "budget", layer or "", metric, "", found.relation, found.value, found.unit, found.tolerance, rest, Span(1, 1)
    )


def _input_axes(texts: Sequence[str], network: Network) -> dict[str, list[Volume]]:
    """The volumes to try, by input."""
    axes: dict[str, list[Volume]] = {}
    for text in texts:
        name, equals, written = text.rpartition("=")
        name = name.strip() if equals else "input"
        if name not in network.inputs:
            raise ChoiceError(f"there is no input {name}: there are {', '.join(network.inputs)}")
        volume = network.inputs[name].volume
        ranges = sizes(written.strip(), volume.rank, volume.channels)
        if prod(map(len, ranges)) > MOST_CANDIDATES:
            raise ChoiceError(f"--input {text} holds more than {MOST_CANDIDATES:,} sizes: narrow it")
        if len(ranges) == 1 and volume.rank:
            volumes = [(*(size for _ in volume.sizes), volume.channels) for size in ranges[0]]
        else:
            volumes = list(product(*ranges))
        try:
            axes[name] = [checked(entry) for entry in volumes]
        except Problem as problem:
            raise ChoiceError(f"--input {text}: {problem}") from None
    return axes


def _variable_axes(texts: Sequence[str], step: Any, spec: Spec) -> dict[str, Sequence[Any]]:
    from cnncalc.language.values.suggest import closest

    axes = {}
    for text in texts:
        name, values = varied(text, step)
        if name not in spec.variables:
            meant = closest(name, spec.variables)
            known = f"did you mean {meant}?" if meant else f"there are {', '.join(spec.variables) or 'none'}"
            raise ChoiceError(f"there is no variable {name} to vary: {known}")
        axes[name] = values
    return axes


def _candidates(inputs: Mapping[str, Sequence[Volume]], variables: Mapping[str, Sequence[Any]]) -> Iterator[Candidate]:
    for volumes in product(*inputs.values()):
        for values in product(*variables.values()):
            yield Candidate(dict(zip(inputs, volumes, strict=True)), dict(zip(variables, values, strict=True)))


def _tried(bench: Bench, candidate: Candidate) -> Trial:
    """The network of a candidate, held to what is wanted."""
    choices = bench.choices
    chosen = Choices(
        choices.variant, {**choices.variables, **candidate.variables}, {**choices.inputs, **candidate.inputs}
    )
    try:
        network = expanded(bench.spec, Faults(bench.source), chosen)
    except SpecError as error:
        first = error.diagnostics[0]
        return Trial(candidate, stands=False, refused=f"line {first.span.line}: {first.message}", gives={})
    output = network.results.get(network.outputs[0], network.outputs[0])
    gives: dict[str, Any] = {"output": tuple(network.volume(output))}
    refused = _left_over(network) if bench.wish.exact else ""
    if not bench.claims:
        return Trial(candidate, stands=True, refused=refused, gives=gives)
    verdicts = _judged(network, bench)
    gives.update({verdict.claim.metric: verdict.measured for verdict in verdicts})
    missed = next((verdict for verdict in verdicts if not verdict.passed), None)
    if missed and not refused:
        refused = f"{missed.claim.metric} is {missed.measured:,}, not {missed.claim.text}"
    return Trial(candidate, stands=True, refused=refused, gives=gives, measured=tuple(v.measured for v in verdicts))


def _judged(network: Network, bench: Bench) -> list[Verdict]:
    from cnncalc.analysis import analyze
    from cnncalc.gate import judge

    network.claims = bench.claims
    return judge(analyze(network, batch=bench.wish.batch, dtype=bench.wish.dtype), network)


def _left_over(network: Network) -> str:
    """The first window that leaves pixels over or hangs over the end; empty where all come out even."""
    from cnncalc.analysis.sliding import slides
    from cnncalc.layers.schema import SAME

    for node in network.nodes:
        if getattr(node.layer, "padding", None) == SAME:
            continue  # `same` takes what is missing from the padding: nothing is left over
        for slide in slides(node):
            rest = slide.window.uncovered(slide.size)
            if rest:
                return f"{node.path} leaves {rest} over along the {slide.axis}"
    return ""


def _nearest(
    bench: Bench,
    trials: Sequence[Trial],
    inputs: Mapping[str, Sequence[Volume]],
    variables: Mapping[str, Sequence[Any]],
) -> Trial | None:
    """The nearest size beyond the range that fits; else what misses the first limit by least."""
    if len(inputs) == 1 and not variables:
        ((name, volumes),) = inputs.items()
        beyond = _beyond(bench, name, volumes)
        if beyond:
            return beyond
    measured = [trial for trial in trials if trial.stands and trial.measured]
    if not measured or isinstance(bench.claims[0].value, tuple):
        return None
    bound = bench.claims[0].value
    return min(measured, key=lambda trial: abs(trial.measured[0] - bound))


def _beyond(bench: Bench, name: str, volumes: Sequence[Volume]) -> Trial | None:
    """Sizes below and above, nearest first, as far as `NEAREST_TRIES`; all axes move together."""
    for distance in range(1, NEAREST_TRIES + 1):
        for end, sign in ((volumes[0], -1), (volumes[-1], 1)):
            moved = tuple(size + sign * distance for size in end.sizes)
            if min(moved, default=0) < 1:
                continue
            trial = _tried(bench, Candidate({name: Volume((*moved, end.channels))}, {}))
            if not trial.refused:
                return trial
    return None
