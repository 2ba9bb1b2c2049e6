"""Weights and labels of a run: those that are given, else those beside the spec, else none or random ones."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnncalc.executor.session.feeds import RunError
from cnncalc.executor.weights.check import WeightsError
from cnncalc.executor.weights.files import load_weights
from cnncalc.executor.weights.initial import init_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.network import Network

MOST_LABEL_BYTES = 4 * 1024 * 1024


def _chosen(network: Network, given: str | None, own: str | None, what: str) -> Path | None:
    """The file that is given, else the spec's own from its folder; links that lead out of that are refused."""
    if given is not None or not own:
        return None if given is None else Path(given)
    folder = Path(network.folder or ".").resolve()
    path = (folder / own).resolve()
    if not path.is_relative_to(folder):
        raise RunError(f"the {what} {own} lie outside the folder of the spec")
    return path


def weights_of(network: Network, file: str | None, seed: int) -> tuple[dict[str, NDArray[Any]], str]:
    """The weights, and where they are from, in words.

    Raises:
        RunError: a file that cannot be read or does not fit the network.
    """
    path = _chosen(network, file, network.weights_file, "weights")
    try:
        if path is not None:
            return load_weights(path, network), f"from {file or network.weights_file}"
        weights = init_weights(network, seed=seed)
    except OSError as error:
        raise RunError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except WeightsError as error:
        raise RunError(str(error)) from None
    drawn = [name for name, node, array in network.kept() if node.weights is None and array.role != "fixed"]
    if not weights:
        return weights, "there are none"
    if not drawn:
        return weights, "written in the spec"
    return weights, f"random, seed {seed}: the numbers show what the network computes, not what it has learned"


def labels_of(network: Network, file: str | None) -> tuple[str, ...]:
    """The lines of a text file; none where there is no file.

    Raises:
        RunError: the file cannot be read, is too large, or is not UTF-8.
    """
    path = _chosen(network, file, network.labels_file, "labels")
    if path is None:
        return ()
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise RunError(f"{path}: is not a regular file")
        if state.st_size > MOST_LABEL_BYTES:
            raise RunError(f"{path}: more than {MOST_LABEL_BYTES // 1024**2} MiB of labels")
        return tuple(path.read_text(encoding="utf-8-sig").splitlines())
    except FileNotFoundError:
        raise RunError(f"{path}: there is no such file") from None
    except OSError as error:
        raise RunError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError as error:
        raise RunError(f"{path}: byte 0x{error.object[error.start]:02X} is not UTF-8") from None
