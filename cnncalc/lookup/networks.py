"""From what a caller names and chooses to the network that it means, and to a layer of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.language.choices import ChoiceError, Choices, value_of
from cnncalc.language.load import declared, expanded
from cnncalc.language.shelf import Found
from cnncalc.language.values.sizes import size
from cnncalc.problem import Problem, SpecError
from cnncalc.volume import Volume, checked

if TYPE_CHECKING:
    from cnncalc.language.values.numerals import Value
    from cnncalc.network import Network


class Opened(NamedTuple):
    """A network, and the spec and the choices that it comes from."""

    found: Found
    choices: Choices
    network: Network

    def with_variables(self, values: Mapping[str, Value]) -> Network | None:
        """The network with other values of some variables; None where they make none."""
        variables = {**self.choices.variables, **values}
        try:
            return expanded(*declared(self.found.source), self.choices._replace(variables=variables))
        except (SpecError, ChoiceError):
            return None


def opened(found: Found, choices: Choices) -> Opened:
    """A spec that was found, with what is chosen."""
    chosen = merged(choices, found)
    return Opened(found, chosen, expanded(*declared(found.source), chosen))


def network_of(found: Found, choices: Choices) -> Network:
    """The network of a spec that was found, with what is chosen."""
    return opened(found, choices).network


def merged(choices: Choices, found: Found) -> Choices:
    """The choices with the variant that SPEC itself names."""
    if found.variant and choices.variant and found.variant != choices.variant:
        raise ChoiceError(f"two variants are named: {found.variant} and {choices.variant}")
    return choices._replace(variant=choices.variant or found.variant)


def choices_of(variant: str | None, settings: Sequence[str], sizes: Sequence[str]) -> Choices:
    """What `--variant`, `--set` and `--input` say; raises `ChoiceError`."""
    return Choices(variant, dict(map(_setting, settings)), dict(map(_size, sizes)))


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise ChoiceError(f"--set takes var=value, such as --set width=0.5, not {text!r}")
    return name.strip(), value_of(value.strip())


def _size(text: str) -> tuple[str, Volume]:
    name, equals, written = text.rpartition("=")
    try:
        return (name if equals else "input"), checked(size(written.strip()))
    except Problem as problem:
        raise ChoiceError(f"--input takes a size such as 224x224x3: {problem}") from None


def unknown_layer(layer: str, network: Network) -> ChoiceError:
    """There is no such path: the nearest one, else the nearest last segment of one, else a few that there are."""
    from cnncalc.language.values.suggest import closest

    known = {**network.by_path, **network.results}
    if layer in network.inputs:
        return ChoiceError(f"{layer} is an input of the network: nothing computes it")
    ends = [path for path in known if path.endswith(f"/{layer}")]
    meant = ends[0] if ends else closest(layer, known)
    few = ", ".join([*known][:5])
    hint = f"did you mean {meant}?" if meant else f"the layers are {few}{', ...' if len(known) > 5 else ''}"
    return ChoiceError(f"there is no layer {layer}: {hint}")
