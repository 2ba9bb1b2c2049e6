"""A layer of PyTorch or Keras means the same in every form: called, with blanks, commas or brackets, and by names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from cnncalc.frameworks import FRAMEWORKS
from cnncalc.frameworks.spelling import UNSAID, Code, Ours
from cnncalc.language.remedies import meanings
from cnncalc.language.remedies.meanings import translations

VALUES = {
    "in_channels": 4, "out_channels": 8, "filters": 8, "kernel_size": 3, "stride": 2, "strides": 2, "padding": 1,
    "output_padding": 1, "dilation": 2, "dilation_rate": 2, "groups": 2, "bias": False, "use_bias": False,
    "return_indices": False, "ceil_mode": True, "count_include_pad": False, "pool_size": 3, "output_size": 3,
    "in_features": 40, "out_features": 10, "units": 10, "p": 0.25, "rate": 0.25, "scale_factor": 2, "size": 5,
    "mode": "nearest", "align_corners": False, "upscale_factor": 2, "downscale_factor": 2, "num_features": 32,
    "momentum": 0.2, "eps": 0.01, "epsilon": 0.01, "affine": True, "center": False, "scale": False,
    "normalized_shape": 32, "num_groups": 4, "num_channels": 32, "alpha": 0.5, "beta": 0.5, "k": 2.0, "value": 1.0,
    "negative_slope": 0.25, "num_parameters": 1, "inplace": True, "depth_multiplier": 2, "activation": "relu",
    "data_format": "channels_last", "interpolation": "bilinear", "keepdims": True, "axis": -1, "dim": 1,
    "unflattened_size": 16, "max_value": 6, "threshold": 0.0, "target_shape": 16, "cropping": 1,
}  # fmt: skip
"""A value for each argument of the frameworks that has an order, none of them its default where that is seen."""
NAMED = {"shared_axes"}
"""Arguments that stand behind others which the tables leave out: only their names say them."""
PADDING = {"Keras": "same", "PyTorch": 1}


def layers() -> Iterator[tuple[str, dict[str, object]]]:
    """Every layer that the tables know, with the first of its arguments, then one more each time."""
    for framework in FRAMEWORKS:
        for meant in (*(((kind, module),) for kind, module in framework.held() if module.means), *framework.also):
            module = meant[0][1]
            word = module.name.format(rank=2)
            given = {}
            for name, wanted in module.arguments.items():
                if name == UNSAID:
                    continue
                if isinstance(wanted, Code) or name in NAMED:
                    break
                fixed = not isinstance(wanted, Ours) and not callable(wanted)
                value = PADDING[framework.name] if name == "padding" and "Pad" not in word else VALUES.get(name)
                given[name] = wanted if fixed else value
                yield word, dict(given)


LAYERS = list(layers())


def shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def forms(word: str, given: dict[str, object]) -> Iterator[str]:
    """The layer in each form that people write."""
    values = list(given.values())
    *front, last = given
    yield f"{word}({', '.join(map(repr, values))})"
    if len(values) > 1 or not isinstance(values[0], str):
        yield f"{word}: {', '.join(map(repr, values))}"
    yield f"{word}: [{', '.join(map(repr, values))}]"
    yield f"{word}: ({', '.join(map(repr, values))}{',' * (len(values) == 1)})"
    yield f"{word}: {{{', '.join(f'{name}: {value!r}' for name, value in given.items())}}}"
    yield f"{word}: {', '.join(map(repr, values[:-1]))}, {last}={given[last]!r}"
    yield f"{{type: {word}, {', '.join(f'{name}: {value!r}' for name, value in given.items())}}}"
    numbers = not any(isinstance(value, (str, tuple)) for value in values[:-1])
    if numbers and not isinstance(given[last], tuple):
        yield f"{word}: {' '.join(shown(given[name]) for name in front)} {last} {shown(given[last])}"
        if not isinstance(given[last], str):
            yield f"{word}: {' '.join(map(shown, values))}"
            if type(values[0]) is int and values[0] > 0:
                yield f"{word} {' '.join(map(shown, values))}"


def meaning(text: str) -> object:
    found = translations(text, 2)
    return found and (found[0].parts, found[0].left_out)


def differing() -> Iterator[tuple[str, object, object]]:
    """The forms that mean another layer than the named form, with what both mean."""
    for word, given in LAYERS:
        named = meaning(f"{word}({', '.join(f'{name}={value!r}' for name, value in given.items())})")
        if named:
            yield from ((text, meaning(text), named) for text in forms(word, given) if meaning(text) != named)


def test_every_form_of_a_layer_means_what_its_named_form_means() -> None:
    assert list(differing()) == []


def test_the_law_sees_arguments_in_the_order_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """As blanks once had it: `nn.Conv2d: 1 8 3` was one filter of 8x8."""
    means = meanings._means
    in_ours = partial(meanings._loosely)
    monkeypatch.setattr(
        meanings,
        "_means",
        lambda word, given, rank, *, listed: (
            means(word, given, rank, listed=True) if listed else list(in_ours(word, given, rank))
        ),
    )
    mistaken = {text.partition(":")[0] for text, _, _ in differing()}
    assert {"nn.Conv2d", "nn.ConvTranspose2d", "nn.GroupNorm", "nn.AvgPool2d"} <= mistaken


def test_most_layers_of_the_tables_are_seen() -> None:
    words = {word for word, given in LAYERS if meaning(f"{word}({', '.join(f'{n}={v!r}' for n, v in given.items())})")}
    assert len(words) > 60
