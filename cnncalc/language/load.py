"""From a spec to a network: the whole way of the language, for a text, a file, or the name of a network that ships."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from cnncalc import codes
from cnncalc.dtype import FLOAT32
from cnncalc.language.choices import AS_WRITTEN, ChoiceError, Choices
from cnncalc.language.expanding.ends import ends_of
from cnncalc.language.expanding.expand import Expander
from cnncalc.language.expanding.scope import Lookup, Named, Scope
from cnncalc.language.expanding.terms import Terms
from cnncalc.language.expanding.variables import settle, variables_alone, variables_of
from cnncalc.language.expanding.walk import Refused, TooLarge
from cnncalc.language.formulas.formula import Unknown
from cnncalc.language.reading.checks import check_references
from cnncalc.language.reading.declarations import Spec, Variant
from cnncalc.language.reading.header import read_spec
from cnncalc.language.reading.inputs import make_input
from cnncalc.language.values.axes import misread, without_channels
from cnncalc.language.values.numerals import Value
from cnncalc.language.values.suggest import closest
from cnncalc.language.yaml.tree import read_tree
from cnncalc.network import Assembly, Input, Network
from cnncalc.problem import Diagnostic, Faults, Problem, SpecError
from cnncalc.source import Source
from cnncalc.volume import Volume

T = TypeVar("T")


@contextmanager
def no_collecting() -> Iterator[None]:
    """Without garbage collection: a spec and its network grow and let go of nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@no_collecting()
def declared(source: Source, faults: Faults | None = None) -> tuple[Spec, Faults]:
    """The spec that a text declares, with the faults found on the way; raises `SpecError` where there is no tree."""
    faults = faults or Faults(source)
    tree = read_tree(source, faults)
    if tree is None:
        raise SpecError(faults.found, _helpful)
    spec = read_spec(tree, faults)
    check_references(spec, faults)
    settle(spec)
    return spec, faults


@no_collecting()
def expanded(spec: Spec, faults: Faults, choices: Choices = AS_WRITTEN) -> Network:
    """The network of a declared spec; raises `SpecError` with every fault of the file, `ChoiceError` for a choice."""
    expander, outputs, auxiliary = _walked(spec, faults, choices)
    faults.stop_if_any(partial(_helpful, choices=choices, steps=expander.steps))
    return _network_of(expander, outputs, auxiliary)


@no_collecting()
def standing(spec: Spec, source: Source, choices: Choices = AS_WRITTEN) -> tuple[Network, dict[str, Refused]]:
    """What stands of a network, some of whose layers may be faulty, and the layers whose rules refuse what arrives."""
    expander, _, _ = _walked(spec, Faults(source, helped=0), choices)
    return _network_of(expander, (), ()), expander.refused


def _walked(spec: Spec, faults: Faults, choices: Choices) -> tuple[Expander, tuple[str, ...], tuple[str, ...]]:
    """All rows that stand, with the outputs and the auxiliary ones; the faults are kept."""
    terms = terms_of(spec, choices)
    variant = terms.variant
    _refuse_unknown(choices.variables, spec)
    variables = variables_of(spec, variant, choices.variables, faults)
    inputs = _inputs(spec, variables, choices, faults)
    scope = _file_scope(spec, inputs, variables)
    expander = Expander(terms, Assembly(inputs), faults, scope)
    outputs: tuple[str, ...] = ()
    auxiliary: tuple[str, ...] = ()
    try:
        outputs, auxiliary = ends_of(expander, expander.expand())
    except TooLarge:  # the fault is kept
        pass
    except RecursionError:  # nesting is bounded long before; this is the last line of defence against hostile files
        faults.add(Problem(codes.EXPANSION_TOO_LARGE, "this spec is nested too deeply", spec.items_span))
    expander.promise(terms.whole(), "", Lookup(scope, None))
    spec.steps += expander.steps
    return expander, outputs, auxiliary


def _network_of(expander: Expander, outputs: tuple[str, ...], auxiliary: tuple[str, ...]) -> Network:
    """The rows as a network, with what the file says of it."""
    spec, faults, terms = expander.spec, expander.faults, expander.terms
    variant = terms.variant
    return expander.assembly.network(
        (variant.title if variant else "") or spec.name,
        outputs,
        auxiliary,
        variant=variant.name if variant else None,
        variant_named=bool(variant and variant.title),
        results=expander.results,
        claims=tuple(expander.claims),
        unjudged=terms.unjudged(expander.claims),
        about=spec.about,
        weights_file=spec.weights_file,
        labels_file=spec.labels_file,
        ignored_lints=spec.ignored_lints,
        warnings=[fault for fault in faults.found if fault.code not in spec.ignored_lints],
        source=faults.source,
        folder=faults.source.folder,
        dtype=(variant and variant.dtype) or spec.dtype or FLOAT32,
        variables=expander.scope.variables,
        output_names=tuple(reference.name for reference in spec.outputs),
    )


def _helpful(found: list[Diagnostic], choices: Choices = AS_WRITTEN, steps: int = 0) -> list[Diagnostic]:
    """Faults with those of their helps that lead on, each tried on the whole text; `steps` were taken to read it."""
    from cnncalc.language.remedies.translating import translated
    from cnncalc.language.remedies.trying import helpful

    return helpful(translated(found), partial(_faults, choices=choices), steps)


def _faults(source: Source, choices: Choices) -> list[Diagnostic] | None:
    """Every fault of a text; None where it lacks what was chosen."""
    try:
        return expanded(*declared(source, Faults(source, helped=0)), choices).warnings
    except SpecError as error:
        return error.found
    except ChoiceError:
        return None


def terms_of(spec: Spec, choices: Choices) -> Terms:
    """What a design of a declared spec is held to; raises `ChoiceError` for a variant that there is not."""
    options = {"`--set`": choices.variables, "`--input`": choices.inputs}
    changed = " and ".join(option for option, chosen in options.items() if chosen)
    return Terms(spec, _variant(spec, choices.variant), changed)


def _variant(spec: Spec, name: str | None) -> Variant | None:
    if name is None:
        return None
    if name not in spec.variants:
        raise ChoiceError(f"there is no variant {name}: {_near(name, spec.variants)}")
    return spec.variants[name]


def _refuse_unknown(chosen: Collection[str], spec: Spec) -> None:
    for name in chosen:
        if name not in spec.variables:
            raise ChoiceError(f"there is no variable {name} to set: {_near(name, spec.variables)}")


def _near(name: str, names: Collection[str]) -> str:
    meant = closest(name, names)
    return f"did you mean {meant}?" if meant else f"this spec has {', '.join(names) or 'none'}"


def _known(value: Callable[[Lookup], T], lookup: Lookup, faults: Faults) -> T | None:
    """A value; None where a fault hides it, which is kept unless it lies further up and is kept already."""
    try:
        return value(lookup)
    except Problem as problem:
        faults.add(problem)
    except Unknown:
        pass
    return None


def _inputs(spec: Spec, variables: dict[str, Value | None], choices: Choices, faults: Faults) -> dict[str, Input]:
    """The inputs by name, without those that a fault hides."""
    lookup = variables_alone(variables)
    names = [declaration.name for declaration in spec.inputs]
    for name in choices.inputs:
        if name not in names:
            raise ChoiceError(f"there is no input {name}: the inputs are {', '.join(names) or 'unknown'}")
    inputs: dict[str, Input] = {}
    for declaration in spec.inputs:
        entry = _known(partial(make_input, declaration), lookup, faults)
        if entry is not None:
            chosen = choices.inputs.get(declaration.name)
            inputs[declaration.name] = entry if chosen is None else _resized(entry, chosen, declaration.name)
    return inputs


def _resized(entry: Input, volume: Volume, name: str) -> Input:
    wrong = without_channels(volume) if (entry.volume.rank, volume.rank) == (2, 1) else misread(volume)
    meant = [size for size in wrong.meant if size.channels == entry.volume.channels] if wrong else []
    if wrong and meant and volume.channels != entry.volume.channels:
        raise ChoiceError(f"{volume} would be {wrong.says}: {wrong.because}; did you mean {meant[0]}?")
    for what, numbers in (("mean", entry.mean), ("std", entry.std)):
        if len(numbers) not in {1, volume.channels}:
            raise ChoiceError(
                f"the input {name} has {len(numbers)} numbers for its {what}, but {volume} has {volume.channels} "
                "channels"
            )
    return Input(volume, entry.fit, entry.scale, entry.mean, entry.std)


def _file_scope(spec: Spec, inputs: dict[str, Input], variables: dict[str, Value | None]) -> Scope:
    if spec.several_inputs:
        names = {
            declaration.name: Named(declaration.name if declaration.name in inputs else None, declaration.span)
            for declaration in spec.inputs
        }
        return Scope(variables, None, None, names, set(), tuple(names) or ("?",))
    entry = inputs.get("input")
    return Scope(variables, "input" if entry else None, entry.volume if entry else None, {}, set())
