"""Tells how far the contenders' answers are from float64; executors.py calls it.

`compared.py FOLDER ANSWERS`: a folder that prepared.py left, and as JSON a .npy file for each contender's name.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import files
import numpy as np


def main() -> None:
    folder, answers = sys.argv[1:]
    expected = np.load(Path(folder) / files.EXPECTED)
    errors = {}
    for name, file in json.loads(answers).items():
        answer = np.load(file)
        due = expected[: len(answer)]
        if answer.shape != due.shape:
            raise SystemExit(f"{name} gives {answer.shape}, not {due.shape}")
        errors[name] = float(np.abs(answer - due).max() / np.abs(due).max())
    print(json.dumps(errors))


if __name__ == "__main__":
    main()
