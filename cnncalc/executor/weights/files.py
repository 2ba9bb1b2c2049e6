"""Reads and writes weight files, .npz and .safetensors, without trusting what a file says of itself."""

from __future__ import annotations

import json
import os
import stat
import struct
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from cnncalc.arguments import path_of
from cnncalc.executor.weights.arrays import Weights
from cnncalc.executor.weights.check import (
    Found,
    Kept,
    WeightsError,
    arrays_of,
    brief,
    faults,
    kept_by,
    refuse,
    too_connected,
)
from cnncalc.files import whole_path
from cnncalc.wording import said_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnncalc.network import Network

LONGEST_HEADER = 10_000
"""Bytes that a .npy header may have; NumPy's own limit for headers it does not trust."""

MOST_UNPACKED = 1032
"""Bytes that DEFLATE can make of one; what claims more is forged, and nothing is allocated for it."""

HEADER_BYTES, ENTRY_BYTES = 2**20, 2**10
"""Bytes that a .safetensors header may have, and for each array that the network expects as many more.

What is read of a header takes some fifteen times its length, and the format itself allows 100 MB.
"""

SAFETENSORS_FLOATS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}

NOT_READ = Found((), "", is_float=False)
"""What is said of an array that does not belong to the network."""

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile and NumPy raise over a damaged, encrypted or forged file."""


def load_weights(path: str | os.PathLike[str], network: Network) -> dict[str, NDArray[Any]]:
    """The weights of a network from a file, as float32.

    Every header is read and held against the network before the first value is; nothing is unpickled, and no array
    is allocated that the network does not expect. float16, bfloat16 and float64 are converted.

    Raises:
        WeightsError: a damaged file, or names, shapes and types that are not the network's; it lists all of them.
        OSError: the file cannot be read.
    """
    path = Path(path)
    read = _of_suffix(path, {".npz": _read_npz, ".safetensors": _read_safetensors})
    if not stat.S_ISREG(path.stat().st_mode):
        raise WeightsError([f"{path} is not a regular file"])
    kept = kept_by(network)
    weights = Weights(read(path, kept))
    refuse(too_connected(kept, weights))
    return weights


def save_weights(path: str | os.PathLike[str], weights: Mapping[str, NDArray[Any]]) -> None:
    """Write weights as .npz or .safetensors; the file appears whole or not at all.

    Args:
        path: of the file; its suffix says which of the two.
        weights: arrays by name, of floats.

    Raises:
        WeightsError: another suffix, or an array that is not of floats.
        OSError: the file cannot be written.
        TypeError: the weights are not arrays by name, or the path is none.

    >>> save_weights("lenet5.h5", {})
    Traceback (most recent call last):
        ...
    cnncalc.executor.weights.check.WeightsError: lenet5.h5: weights are kept in .npz or .safetensors files
    """
    path = Path(path_of("path", "the path of a weight file", path))
    write = _of_suffix(path, {".npz": _write_npz, ".safetensors": _write_safetensors})
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays_of(weights).items()}
    refuse([f"{name} holds {array.dtype}" for name, array in arrays.items() if array.dtype.kind != "f"])
    with whole_path(path) as beside:
        write(beside, arrays)


def _of_suffix(path: Path, table: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    if path.suffix not in table:
        raise WeightsError([f"{path.name}: weights are kept in {' or '.join(table)} files"])
    return table[path.suffix]


def _write_npz(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    # As np.savez writes it, which has options that an array might be named like.
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _write_safetensors(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    from safetensors.numpy import save_file

    save_file(arrays, path)


def _read_npz(path: Path, kept: Kept) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, kept)
            refuse(faults(kept, {name: found for name, (_, found) in members.items()}))
            return {name: _array(archive, name, members[name][0]) for name in kept if name in members}
    except BROKEN_ZIP as fault:
        raise WeightsError([f"{path.name} is not a valid .npz file: {brief(said_by(fault))}"]) from None


def _members(archive: zipfile.ZipFile, kept: Kept) -> dict[str, tuple[zipfile.ZipInfo, Found]]:
    """Every array of the archive by name: where it lies, and what its header says, which is read of kept ones alone."""
    members: dict[str, tuple[zipfile.ZipInfo, Found]] = {}
    lines = []
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name in members:
            lines.append(f"{brief(name)} is in the file twice")
            continue
        try:
            members[name] = info, _header(archive, info) if name in kept else NOT_READ
        except (*BROKEN_ZIP, OSError) as fault:  # a forged offset is refused by the system
            lines.append(f"{name} is not an array that can be read: {brief(said_by(fault))}")
    refuse(lines)
    return members


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Found:
    """Shape and type of a member; only its first bytes are unpacked, whatever size it claims."""
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError("it is compressed in a way that NumPy does not write")
    if info.file_size > MOST_UNPACKED * info.compress_size:
        raise ValueError(f"{info.compress_size:,} bytes cannot hold the {info.file_size:,} that it claims")
    with archive.open(info) as member:
        beginning = BytesIO(member.read(LONGEST_HEADER))
    shape, dtype = _npy_header(beginning)
    if dtype.kind == "f" and info.file_size != beginning.tell() + prod(shape) * dtype.itemsize:
        raise ValueError(f"{info.file_size:,} bytes are not what {shape} of {dtype} takes")
    return Found(shape, dtype.name, dtype.kind == "f")


def _npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"its format version is {version[0]}.{version[1]}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about headers that Python 2 wrote, which read well
        try:
            shape, _, dtype = readers[version](file, max_header_size=LONGEST_HEADER)
        except (RecursionError, MemoryError, TypeError, SyntaxError, TokenError):
            raise ValueError("its header is not a description of an array") from None
    return shape, dtype


def _array(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(info) as member:
        array = np.lib.format.read_array(member, allow_pickle=False, max_header_size=LONGEST_HEADER)
    return _as_float32(name, array)


def _read_safetensors(path: Path, kept: Kept) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        text = _safetensors_header(path, HEADER_BYTES + ENTRY_BYTES * len(kept))
        with safe_open(path, framework="numpy") as file:
            header = json.loads(text, object_pairs_hook=_once)  # after opening, which refuses brackets in brackets
            names = file.keys()
            found = {name: _found(file.get_slice(name)) if name in kept else NOT_READ for name in names}
            refuse(faults(kept, found))
            return {name: _tensor(file, path, name, header[name], 8 + len(text)) for name in kept if name in found}
    except (SafetensorError, ValueError) as fault:
        raise WeightsError([f"{path.name} is not a valid .safetensors file: {brief(said_by(fault))}"]) from None


def _safetensors_header(path: Path, most: int) -> bytes:
    """The text of the header, if it is not too long."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > most:
            raise ValueError(f"its header claims {length:,} bytes; {most:,} are enough for this network")
        return file.read(length)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"{brief(twice)} is in the header twice")
    return found


def _found(tensor: Any) -> Found:
    code = tensor.get_dtype()
    return Found(tuple(tensor.get_shape()), SAFETENSORS_FLOATS.get(code, code), code in SAFETENSORS_FLOATS)


def _tensor(file: Any, path: Path, name: str, entry: dict[str, Any], start: int) -> NDArray[Any]:
    """One tensor; NumPy lacks bfloat16, which is the upper half of float32."""
    if entry["dtype"] != "BF16":
        return _as_float32(name, file.get_tensor(name))
    begin, end = entry["data_offsets"]
    halves = np.fromfile(path, "<u2", (end - begin) // 2, offset=start + begin)
    values = halves.astype(np.uint32)
    values <<= 16
    return values.view(np.float32).reshape(entry["shape"])


def _as_float32(name: str, array: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(over="raise"):
        try:
            return np.ascontiguousarray(array, np.float32).reshape(array.shape)
        except FloatingPointError:
            raise WeightsError([f"{name} has values that float32 cannot hold"]) from None
