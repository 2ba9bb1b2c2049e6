"""From a spec to a network: the whole way of the language, for a text, a file, or the name of a network that ships."""

from __future__ import annotations

from cnncalc.language.choices import AS_WRITTEN, ChoiceError, Choices
from cnncalc.language.declarations import Promise, Reference, Spec, Variant
from cnncalc.language.expand import Expander, TooLarge, claim_of
from cnncalc.language.formula import Unknown
from cnncalc.language.header import SpecReader
from cnncalc.language.inputs import make_input
from cnncalc.language.numerals import Value
from cnncalc.language.scope import Lookup, Named, Scope
from cnncalc.language.static import check_references, lint_unused
from cnncalc.language.suggest import closest
from cnncalc.language.tree import read_tree
from cnncalc.language.written import Placed
from cnncalc.network import Assembly, Input, Network
from cnncalc.problem import Faults, Source, SpecError


def declared(source: Source) -> tuple[Spec, Faults]:
    """The spec that a text declares, with the faults found on the way; raises `SpecError` where there is no tree."""
    faults = Faults(source)
    tree = read_tree(source, faults)
    if tree is None:
        raise SpecError(faults.found)
    spec = SpecReader(tree, faults).read()
    check_references(spec, faults)
    lint_unused(spec, faults)
    return spec, faults


def expanded(spec: Spec, faults: Faults, choices: Choices = AS_WRITTEN) -> Network:
    """The network of a declared spec; raises `SpecError` with every fault of the file, `ChoiceError` for a choice."""
    variant = _variant(spec, choices.variant)
    variables = _variables(spec, variant, choices, faults)
    inputs = _inputs(spec, variables, choices, faults)
    if inputs is None:
        raise SpecError(faults.found)
    assembly = Assembly(inputs)
    expander = Expander(spec, assembly, faults)
    scope = _file_scope(spec, inputs, variables)
    result = None
    try:
        result = expander.expand(scope)
        outputs, aux_outputs = _outputs(spec, scope, result, expander)
        if result is not None or spec.outputs:
            _tell_unused(spec, expander, (*outputs, *aux_outputs))
    except TooLarge:
        faults.stop_if_any()
    except RecursionError:  # nesting is bounded long before; this is the last line of defence against hostile files
        faults.add("CNN234", spec.items_span, "this spec is nested too deeply")
    lookup = Lookup(scope, None)
    promises = _promises(spec, variant, choices)
    claims = [*expander.claims, *filter(None, (claim_of(promise, "", lookup, faults) for promise in promises))]
    faults.stop_if_any()
    return assembly.network(
        spec.name,
        tuple(outputs),
        tuple(aux_outputs),
        variant=variant.name if variant else None,
        results=expander.results,
        claims=tuple(claims),
        about=spec.about,
        weights_file=spec.weights_file,
        labels_file=spec.labels_file,
        ignored_lints=spec.ignored_lints,
        warnings=[fault for fault in faults.found if fault.code not in spec.ignored_lints],
        source=faults.source,
        output_names=tuple(reference.name for reference in spec.outputs),
    )


def _variant(spec: Spec, name: str | None) -> Variant | None:
    if name is None:
        return None
    if name not in spec.variants:
        meant = closest(name, spec.variants)
        known = f"did you mean {meant}?" if meant else f"there are {', '.join(spec.variants) or 'none'}"
        raise ChoiceError(f"there is no variant {name}: {known}")
    return spec.variants[name]


def _variables(spec: Spec, variant: Variant | None, choices: Choices, faults: Faults) -> dict[str, Value | None]:
    """The file's variables in order; those of the variant, then those of the caller, take the place of its values."""
    overrides = variant.variables if variant else {}
    for name, (span, _) in overrides.items():
        if name not in spec.variables:
            meant = closest(name, spec.variables)
            helps = (f"did you mean `{meant}`?",) if meant else ()
            faults.add("CNN237", span, f"the variant sets `{name}`, which is no variable of this file", helps=helps)
    for name in choices.variables:
        if name not in spec.variables:
            meant = closest(name, spec.variables)
            known = f"did you mean {meant}?" if meant else f"there are {', '.join(spec.variables) or 'none'}"
            raise ChoiceError(f"there is no variable {name} to set: {known}")
    values: dict[str, Value | None] = {}
    lookup = Lookup(Scope(values, None, None), None)
    for name, (_, written) in spec.variables.items():
        if name in choices.variables:
            values[name] = choices.variables[name]
            continue
        try:
            values[name] = overrides[name][1].at(lookup) if name in overrides else written.at(lookup)
        except Placed as placed:
            faults.add(placed.problem.code, placed.span, placed.problem.message, helps=placed.problem.helps)
            values[name] = None
        except Unknown:
            values[name] = None
    return values


def _inputs(
    spec: Spec, variables: dict[str, Value | None], choices: Choices, faults: Faults
) -> dict[str, Input] | None:
    """The inputs by name; None where one of them cannot be known."""
    lookup = Lookup(Scope(variables, None, None), None)
    names = {declaration.name for declaration in spec.inputs}
    for name in choices.inputs:
        if name not in names:
            raise ChoiceError(f"there is no input {name}: there are {', '.join(sorted(names)) or 'none'}")
    inputs: dict[str, Input] = {}
    for declaration in spec.inputs:
        try:
            entry = make_input(declaration, lookup)
        except Placed as placed:
            faults.add(placed.problem.code, placed.span, placed.problem.message, helps=placed.problem.helps)
            return None
        except Unknown:
            return None
        chosen = choices.inputs.get(declaration.name)
        if chosen is not None:
            entry = _resized(entry, chosen, declaration.name)
        inputs[declaration.name] = entry
    return inputs or None


def _resized(entry: Input, volume: Volume, name: str) -> Input:
    for what, numbers in (("mean", entry.mean), ("std", entry.std)):
        if len(numbers) not in {1, volume.channels}:
            raise ChoiceError(
                f"the input {name} has {len(numbers)} numbers for its {what}, and {volume} has {volume.channels} channels"
            )
    return Input(volume, entry.fit, entry.scale, entry.mean, entry.std)


def _file_scope(spec: Spec, inputs: dict[str, Input], variables: dict[str, Value | None]) -> Scope:
    if spec.several_inputs:
        names = {declaration.name: Named(declaration.name, declaration.span) for declaration in spec.inputs}
        return Scope(variables, None, None, names, several_inputs=tuple(inputs))
    (name, entry), *_ = inputs.items()
    return Scope(variables, name, entry.volume)


def _outputs(spec: Spec, scope: Scope, result: str | None, expander: Expander) -> tuple[list[str], list[str]]:
    """The tensors that come out: those that are named, or what the last item gives."""
    if result is not None and result in expander.assembly.inputs and not spec.outputs and not expander.assembly.nodes:
        message = "no layer is left: every one is absent or repeated 0 times"
        expander.faults.add("CNN311", spec.items_span, message)
        return [], []
    named = [_named_output(reference, scope, expander) for reference in spec.outputs]
    aux = [_named_output(reference, scope, expander) for reference in spec.aux_outputs]
    outputs = [tensor for tensor in named if tensor] if spec.outputs else [result] if result else []
    return outputs, [tensor for tensor in aux if tensor]


def _named_output(reference: Reference, scope: Scope, expander: Expander) -> str | None:
    known = scope.names.get(reference.name)
    if known is not None and not known.absent:
        return known.tensor
    helps: tuple[str, ...] = ()
    if known is None:
        meant = closest(reference.name, scope.names)
        helps = (f"did you mean `{meant}`?",) if meant else ("outputs are names of layers in `layers`",)
        message = f"there is no layer named `{reference.name}` to give out"
        if reference.name in scope.automatic:
            helps = ("give that layer a `name:`; automatic names change when layers are added",)
    else:
        message = f"`{reference.name}` is absent here and cannot be an output"
    expander.faults.add("CNN312", reference.span, message, helps=helps)
    return None


def _tell_unused(spec: Spec, expander: Expander, outputs: tuple[str, ...]) -> None:
    """Whatever is computed and never used is an error; so is an input that nobody takes."""
    used = expander.used.union(outputs)
    spans = {declaration.name: declaration.span for declaration in spec.inputs}
    for tensor in expander.assembly.volumes:
        if tensor in used:
            continue
        if tensor in spans:
            expander.faults.add(
                "CNN304",
                spans[tensor],
                f"the input `{tensor}` is never used",
                helps=(f"take it with `from: {tensor}`, or delete it",),
            )
            continue
        span, labels = expander.origins[tensor]
        expander.faults.add(
            "CNN303",
            span,
            f"what `{tensor}` computes is never used",
            labels=labels,
            helps=("name it in a `from:` or in `outputs:`, or delete it",),
        )


def _promises(spec: Spec, variant: Variant | None, choices: Choices) -> list[Promise]:
    """What the file promises as written; a variant has promises of its own, and chosen values have none."""
    if choices.variables or choices.inputs:
        return []
    return variant.promises if variant else spec.promises
