"""One contender: a process that makes a network ready and then does what its standard input asks for.

`contender NAME FOLDER BATCH THREADS`; each line that comes in is one request, and one line of JSON answers it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks import targets
from benchmarks.inside.blas import blas
from benchmarks.peers import files, steps
from benchmarks.peers.turns import MULTIPLYING, OWN, READING
from benchmarks.timing import Sampler

Values = npt.NDArray[np.float32]

PROFILES = 5
"""Runs that a profile is made of."""
SIDE = 2048
"""The side of the square matrices whose product shows how fast the machine multiplies."""
LENGTH = 2**25
"""The length of the vectors whose product shows how fast it reads: no cache holds them."""


class Ready(NamedTuple):
    """A network made ready: a call of it, how its answer becomes an array, and the plan behind it where there is one.

    `work` is what one call amounts to, for the measures of the machine: multiply-adds, or bytes read.
    """

    call: Callable[[], Any]
    array: Callable[[Any], Values] = np.asarray
    plan: Any = None
    work: int = 0


class Setting(NamedTuple):
    """What a contender is to run: the files of a folder, so many images at once, so many threads."""

    folder: Path
    batch: int
    threads: int

    def images(self) -> Values:
        """The images, channels last."""
        chosen: Values = np.load(self.folder / files.IMAGES)[: self.batch]
        return np.ascontiguousarray(chosen)

    def channels_first(self) -> Values:
        """The same for those who want the channels first."""
        return np.ascontiguousarray(self.images().transpose(0, 3, 1, 2))

    def steps(self) -> steps.Steps:
        """The network for those who do not read its spec."""
        return steps.read(self.folder / files.STEPS)


def own(setting: Setting) -> Ready:
    import cnncalc

    network = cnncalc.load(setting.folder / files.SPEC)
    weights = cnncalc.load_weights(setting.folder / files.WEIGHTS, network)
    x = setting.images()
    plan = cnncalc.compile(network, weights, threads=setting.threads)
    return Ready(lambda: plan(x), plan=plan)


def torch(setting: Setting, layout: str) -> Ready:
    import torch
    from safetensors.torch import load_file

    from benchmarks.peers.torch_model import Model

    torch.set_num_threads(setting.threads)
    memory_format = getattr(torch, layout)
    # Copied, because what load_file gives lies in a map of the file, at any address.
    arrays = {name: array.clone() for name, array in load_file(setting.folder / files.WEIGHTS).items()}
    model = Model(setting.steps(), arrays).to(memory_format=memory_format)
    x = torch.from_numpy(setting.channels_first()).to(memory_format=memory_format)

    def call() -> torch.Tensor:
        with torch.inference_mode():
            return model(x)

    return Ready(call, lambda tensor: tensor.numpy())


def onnxruntime(setting: Setting) -> Ready:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = setting.threads
    options.inter_op_num_threads = 1
    options.add_free_dimension_override_by_name(files.BATCH, setting.batch)
    # Its threads spin between the operations of a run, as they do by default, but not on after it, when others work.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = InferenceSession(setting.folder / files.MODEL, options, providers=["CPUExecutionProvider"])
    feed = {setting.steps().input: setting.channels_first()}
    return Ready(lambda: session.run(None, feed)[0])


def onnx_reference(setting: Setting) -> Ready:
    from onnx.reference import ReferenceEvaluator

    session = ReferenceEvaluator(str(setting.folder / files.MODEL))
    feed = {setting.steps().input: setting.channels_first()}
    return Ready(lambda: session.run(None, feed)[0])


def multiplying(_: Setting) -> Ready:
    left, right = np.random.default_rng(0).random((2, SIDE, SIDE), np.float32)
    out = np.empty_like(left)
    return Ready(lambda: np.matmul(left, right, out=out), work=SIDE**3)


def reading(_: Setting) -> Ready:
    left, right = np.ones((2, LENGTH), np.float32)
    return Ready(lambda: np.dot(left, right), work=left.nbytes + right.nbytes)


CONTENDERS: dict[str, Callable[[Setting], Ready]] = {
    OWN: own,
    targets.TORCHES[0]: partial(torch, layout="contiguous_format"),
    targets.TORCHES[1]: partial(torch, layout="channels_last"),
    targets.ONNXRUNTIME: onnxruntime,
    targets.SLOW: onnx_reference,
    MULTIPLYING: multiplying,
    READING: reading,
}


def memory(plan: Any) -> dict[str, float]:
    """MiB that the process holds now, that it held at most, and where there is a plan, that this holds."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    own = {name: int(fields[key].split()[0]) / 1024 for name, key in (("now", "VmRSS"), ("peak", "VmHWM"))}
    return own if plan is None else {**own, "plan": plan.held_bytes / 2**20}


def profile(plan: Any, x: Values) -> list[tuple[str, str, float]]:
    """The steps of a plan, each with its layer, its algorithm, and its seconds, the median of some runs."""
    runs = [plan.profile(x) for _ in range(PROFILES)]
    return [(path, how, median(run[row].seconds for run in runs)) for row, (path, how, _) in enumerate(runs[0])]


def main() -> None:
    name, folder, batch, threads = sys.argv[1:]
    setting = Setting(Path(folder), int(batch), int(threads))
    ready = CONTENDERS[name](setting)
    sampler = Sampler(ready.call)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        answer: Any
        match line.split():
            case ["save", file]:
                np.save(file, ready.array(sampler.once()))
                answer = file
            case ["sample"]:
                answer = sampler.sample()
            case ["work"]:
                answer = ready.work
            case ["memory"]:
                answer = memory(ready.plan)
            case ["blas"]:
                answer = blas()
            case ["profile"]:
                answer = profile(ready.plan, setting.images())
            case _:
                raise ValueError(f"unknown request: {line!r}")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
