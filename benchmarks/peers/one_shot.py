"""What a user writes to have a picture named by PyTorch or onnxruntime as by `cnncalc run`; cold.py times it whole.

`one_shot torch|onnxruntime FOLDER PICTURE THREADS` prints the five best classes with their values.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.peers import files, steps

Values = npt.NDArray[np.float32]


def picture(file: str, given: steps.Steps) -> Values:
    """The picture as a batch of one, channels first: its centre, scaled bilinearly, then (pixel x scale - mean)/std."""
    height, width, channels = given.shape
    image = Image.open(file).convert("L" if channels == 1 else "RGB")
    share = max(height / image.height, width / image.width)
    (left, right), (top, bottom) = (_centre(*axis, share) for axis in zip(image.size, (width, height), strict=True))
    image = image.resize((width, height), Image.Resampling.BILINEAR, box=(left, top, right, bottom))
    pixels = np.asarray(image, np.float32).reshape(height, width, channels)
    mean, std = (np.asarray(side, np.float32) for side in (given.mean, given.std))
    values = (pixels * np.float32(given.scale) - mean) / std
    return np.ascontiguousarray(values.transpose(2, 0, 1)[np.newaxis])


def _centre(side: int, due: int, share: float) -> tuple[float, float]:
    """Where the centre of the scaled picture begins and ends along one side of the picture as it is."""
    scaled = max(due, round(side * share))
    start = (scaled - due) // 2
    return start * side / scaled, (start + due) * side / scaled


def by_torch(folder: Path, x: Values, given: steps.Steps, threads: int) -> Values:
    import torch
    from safetensors.torch import load_file

    from benchmarks.peers.torch_model import Model

    torch.set_num_threads(threads)
    model = Model(given, load_file(folder / files.WEIGHTS))
    with torch.inference_mode():
        answer: Values = model(torch.from_numpy(x)).numpy()
    return answer


def by_onnxruntime(folder: Path, x: Values, given: steps.Steps, threads: int) -> Values:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    session = InferenceSession(folder / files.MODEL, options, providers=["CPUExecutionProvider"])
    answer: Values = session.run(None, {given.input: x})[0]
    return answer


BY = {"torch": by_torch, "onnxruntime": by_onnxruntime}


def main() -> None:
    name, folder, file, threads = sys.argv[1:]
    given = steps.read(Path(folder) / files.STEPS)
    (values,) = BY[name](Path(folder), picture(file, given), given, int(threads))
    best = np.argsort(-values, kind="stable")[:5]
    print(json.dumps([[int(number), float(values[number])] for number in best]))


if __name__ == "__main__":
    main()
