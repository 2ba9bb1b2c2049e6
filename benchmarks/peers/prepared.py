"""A folder that every contender starts from, so that all of them run the same network and are judged alike.

`prepared network SPEC FOLDER IMAGES` runs where cnncalc is installed: steps, weights, images, what they should give.
`prepared onnx FOLDER` runs in the peers' environment: the ONNX model of those steps and weights.
`prepared errors FOLDER ANSWERS`: how far answers are from float64; ANSWERS is JSON, a .npy file for each name.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import files, steps


def network(spec: Path, folder: Path, count: int) -> None:
    """Everything but the ONNX model; what the network amounts to is printed."""
    import cnncalc
    from benchmarks.peers.translation import translated
    from cnncalc.executor import fast

    loaded = cnncalc.load(spec)
    weights = cnncalc.init_weights(loaded)
    _stir(weights)
    images = np.random.default_rng(1).standard_normal((count, *loaded.inputs["input"].volume), np.float32)
    (folder / files.SPEC).write_bytes(spec.read_bytes())
    steps.write(folder / files.STEPS, translated(loaded))
    cnncalc.save_weights(folder / files.WEIGHTS, weights)
    np.save(folder / files.IMAGES, images)
    np.save(folder / files.EXPECTED, np.asarray(fast.run(loaded, images, weights, dtype=np.float64).output))
    totals = cnncalc.analyze(loaded).totals
    weight_mib = sum(array.nbytes for array in weights.values()) / 2**20
    print(json.dumps({"params": totals.params, "macs": totals.macs, "weight_mib": weight_mib}))


def _stir(weights: dict[str, npt.NDArray[Any]]) -> None:
    """Random values where initial weights are constant, so that a bias or a norm left out would be noticed."""
    generator = np.random.default_rng(2)
    for name, array in weights.items():
        role = name.rpartition(".")[2]
        if role in {"bias", "running_mean"}:
            array[...] += generator.uniform(-0.1, 0.1, array.shape).astype(array.dtype)
        elif array.ndim == 1:
            array[...] *= generator.uniform(0.5, 1.5, array.shape).astype(array.dtype)


def onnx(folder: Path) -> None:
    """The ONNX model of what the folder holds."""
    from onnx import checker, save
    from safetensors.numpy import load_file

    from benchmarks.peers.onnx_model import model_of

    model = model_of(steps.read(folder / files.STEPS), load_file(folder / files.WEIGHTS), files.BATCH)
    checker.check_model(model)
    save(model, folder / files.MODEL)


def errors(folder: Path, answers: dict[str, str]) -> None:
    """The largest difference of each answer, as a part of the largest value."""
    expected = np.load(folder / files.EXPECTED)
    found = {}
    for name, file in answers.items():
        answer = np.load(file)
        due = expected[: len(answer)]
        if answer.shape != due.shape:
            raise SystemExit(f"{name} gives {answer.shape}, not {due.shape}")
        found[name] = float(np.abs(answer - due).max() / np.abs(due).max())
    print(json.dumps(found))


def main() -> None:
    match sys.argv[1:]:
        case ["network", spec, folder, count]:
            network(Path(spec), Path(folder), int(count))
        case ["onnx", folder]:
            onnx(Path(folder))
        case ["errors", folder, answers]:
            errors(Path(folder), json.loads(answers))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
