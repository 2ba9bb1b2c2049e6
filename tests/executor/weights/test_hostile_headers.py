"""Headers of weight files that lie: each is one clear error, and reading it takes no more memory than it should."""

from __future__ import annotations

import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import cnncalc
from cnncalc.executor import WeightsError, load_weights
from cnncalc.executor.weights.files import ENTRY_BYTES, HEADER_BYTES
from cnncalc.network import Network
from tests.executor.one_layer import chain

MIB = 2**20
LEAST = 2 * MIB
"""What reading the smallest file may take: a header, and what the readers import."""

SCALE = chain((2,), ("scale", {}))
EIGHT = bytes(8)


def refused(path: Path, network: Network = SCALE, most: int = LEAST) -> list[str]:
    """What is said of a file, which may take so many bytes to read."""
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError) as error:
            load_weights(path, network)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= most
    assert all(len(line) < 500 and line.isprintable() for line in error.value.lines)
    return error.value.lines


def header(descr: object = "<f4", shape: object = (2,), *, fortran: object = False) -> bytes:
    text = f"{ {'descr': descr, 'fortran_order': fortran, 'shape': shape}!r}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def npz(path: Path, members: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members:
            archive.writestr(f"{name}.npy", data)
    return path


def claiming(path: Path, *, size: int | None = None, crc: int | None = None) -> Path:
    """An archive whose first member says of itself, in both places, another size or check."""
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    for value, local, listed in ((crc, 14, 16), (size, 22, 24)):
        if value is not None:
            struct.pack_into("<I", data, local, value)
            struct.pack_into("<I", data, central + listed, value)
    path.write_bytes(data)
    return path


def tensors(path: Path, text: object, data: bytes = EIGHT) -> Path:
    raw = text if isinstance(text, bytes) else json.dumps(text).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)
    return path


def entry(dtype: object = "F32", shape: object = (2,), offsets: object = (0, 8)) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_that_claims_gigabytes_is_refused_though_the_network_expects_them(tmp_path, compression):
    network = cnncalc.loads("input: 30000\nlayers: [fc: {units: 30000, bias: false}]\n")
    (name,) = (name for name, _, _ in network.kept())
    start = header(shape=(30000, 30000))
    path = npz(tmp_path / "w.npz", [(name, start + EIGHT)], compression)
    (line,) = refused(claiming(path, size=3_600_000_000 + len(start)), network)
    assert line.startswith(f"{name} is not an array that can be read: ")
    assert line.endswith(f"bytes cannot hold the {3_600_000_000 + len(start):,} that it claims")


@pytest.mark.parametrize("shape", [(2**62, 2**62), (-2,), (0, 2**70), (2**63,), (2.0,), ("2",), [2], 2, (None,)])
def test_a_shape_that_is_none_is_refused(tmp_path, shape):
    (line,) = refused(npz(tmp_path / "w.npz", [("a.weight", header(shape=shape) + EIGHT)]))
    assert line.startswith("a.weight is not an array that can be read: ")


@pytest.mark.parametrize("shape", [(-1, -2), (1, 2), (2,) + (1,) * 900])
def test_a_shape_whose_product_is_right_is_still_another_shape(tmp_path, shape):
    (line,) = refused(npz(tmp_path / "w.npz", [("a.weight", header(shape=shape) + EIGHT)]))
    assert line.startswith(f"a.weight has the shape {str(shape)[:200]}")
    assert line.endswith(", but (2,) is expected")


@pytest.mark.parametrize("descr", ["|O", "O8", "<c8", "<i4", "|S4", "|V4", "<M8[s]", [("a", "<f4")], [("a", "O")]])
def test_a_type_that_is_no_float_is_refused(tmp_path, descr):
    (line,) = refused(npz(tmp_path / "w.npz", [("a.weight", header(descr) + EIGHT)]))
    assert line.endswith("and weights are float16, bfloat16, float32 or float64")


@pytest.mark.parametrize("descr", ["<U1000000000", "|V10000000000", 3, None, ("<f4", (2**40,)), "<f2", "<f8"])
def test_a_type_that_is_none_or_of_another_size_is_refused(tmp_path, descr):
    (line,) = refused(npz(tmp_path / "w.npz", [("a.weight", header(descr) + EIGHT)]))
    assert line.startswith("a.weight ")


class Opened:
    """What a pickle may do when it is opened."""

    def __init__(self, trace: Path) -> None:
        self.trace = str(trace)

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.trace,)


def test_no_pickle_is_opened_wherever_it_stands(tmp_path):
    trap = pickle.dumps(Opened(tmp_path / "opened"))
    for name in ("a.weight", "surplus"):
        for data in (trap, header("|O") + trap, header("|O", (1,)) + trap):
            path = npz(tmp_path / "w.npz", [(name, data)])
            assert refused(path)
    assert not (tmp_path / "opened").exists()


def test_expressions_in_a_header_are_not_evaluated(tmp_path):
    for text in (b"__import__('os').mkdir('opened')", b"{'descr':'<f4','fortran_order':False,'shape':(9**9**9,)}"):
        member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + EIGHT
        (line,) = refused(npz(tmp_path / "w.npz", [("a.weight", member)]))
        assert line.startswith("a.weight is not an array that can be read: ")


@pytest.mark.parametrize("fortran", ["yes", 1, None])
def test_an_order_is_true_or_false(tmp_path, fortran):
    (line,) = refused(npz(tmp_path / "w.npz", [("a.weight", header(fortran=fortran) + EIGHT)]))
    assert "fortran_order" in line


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_values_that_a_check_does_not_fit_are_refused(tmp_path, compression):
    path = npz(tmp_path / "w.npz", [("a.weight", header() + EIGHT)], compression)
    assert load_weights(path, SCALE)["a.weight"].tolist() == [0, 0]
    for length in (2, 100_000):
        network = chain((length,), ("scale", {}))
        path = npz(tmp_path / "w.npz", [("a.weight", header(shape=(length,)) + bytes(4 * length))], compression)
        (line,) = refused(claiming(path, crc=1), network)
        assert "CRC" in line


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_in_an_archive_twice_is_refused_even_where_nobody_asks_for_it(tmp_path):
    sound = header() + EIGHT
    path = npz(tmp_path / "w.npz", [("a.weight", sound), ("b", sound), ("b", sound)])
    assert refused(path) == ["b is in the file twice"]


def test_of_what_does_not_belong_to_the_network_only_the_name_is_read(tmp_path):
    names = [f"x{number}" for number in range(5000)]
    path = npz(tmp_path / "w.npz", [("a.weight", header() + EIGHT), *((name, b"none") for name in names)])
    lines = refused(path, most=20 * MIB)
    assert lines == [f"{name} does not belong to this network" for name in names]


def test_a_name_of_many_characters_is_cut(tmp_path):
    long = "x" * 60_000
    path = npz(tmp_path / "w.npz", [("a.weight", header() + EIGHT), (long, b"")])
    assert refused(path) == [f"{'x' * 200}... does not belong to this network"]
    tensors(tmp_path / "w.safetensors", {"a.weight": entry(), long: entry(offsets=(8, 16))}, bytes(16))
    assert refused(tmp_path / "w.safetensors") == [f"{'x' * 200}... does not belong to this network"]


@pytest.mark.parametrize("length", [2**64 - 1, 2**63, 2**63 - 1, 2**40, HEADER_BYTES + ENTRY_BYTES + 1])
def test_a_header_that_claims_to_be_long_is_not_read(tmp_path, length):
    path = tmp_path / "w.safetensors"
    path.write_bytes(struct.pack("<Q", length) + b"{}")
    (line,) = refused(path)
    assert line.endswith(
        f"its header claims {length:,} bytes; {HEADER_BYTES + ENTRY_BYTES:,} are enough for this network"
    )


def test_a_header_that_is_long_is_not_read_either(tmp_path):
    text = b'{"a.weight": {"dtype": "F32", "shape": [' + b"1," * 10_000_000 + b'2], "data_offsets": [0, 8]}}'
    (line,) = refused(tensors(tmp_path / "w.safetensors", text))
    assert "its header claims 20,000,0" in line


def test_a_header_may_be_as_long_as_its_network_asks(tmp_path):
    text = json.dumps({"a.weight": entry()})
    for length in (HEADER_BYTES, HEADER_BYTES + ENTRY_BYTES):
        path = tensors(tmp_path / "w.safetensors", text.ljust(length).encode())
        assert load_weights(path, SCALE)["a.weight"].tolist() == [0, 0]


OFFSETS = {
    "beyond the file": {"a.weight": entry(offsets=(8, 16))},
    "beyond all files": {"a.weight": entry(offsets=(2**63, 2**63 + 8))},
    "below 0": {"a.weight": entry(offsets=(-8, 0))},
    "backwards": {"a.weight": entry(offsets=(8, 0))},
    "fractions": {"a.weight": entry(offsets=(0.0, 8.0))},
    "of another size": {"a.weight": entry(offsets=(0, 4))},
    "the same twice": {"a.weight": entry(), "b": entry()},
    "overlapping": {"a.weight": entry(shape=(1,), offsets=(0, 4)), "b": entry(shape=(2,), offsets=(0, 8))},
    "with a gap": {"a.weight": entry(shape=(1,), offsets=(4, 8))},
    "not to the end": {"a.weight": entry(shape=(1,), offsets=(0, 4))},
}


@pytest.mark.parametrize("what", OFFSETS)
def test_offsets_cover_the_file_without_gap_or_overlap(tmp_path, what):
    (line,) = refused(tensors(tmp_path / "w.safetensors", OFFSETS[what]))
    assert line.startswith("w.safetensors is not a valid .safetensors file: ")


@pytest.mark.parametrize("dtype", ["F32", "BF16"])
def test_a_key_that_stands_twice_is_refused(tmp_path, dtype):
    size = 8 if dtype == "F32" else 4
    one = json.dumps(entry(dtype, offsets=(0, size)))
    path = tmp_path / "w.safetensors"
    for text in (f'{{"a.weight": {one}, "a.weight": {one}}}', f'{{"a.weight": {one}, "a\\u002eweight": {one}}}'):
        (line,) = refused(tensors(path, text.encode(), bytes(size)))
        assert line.endswith("a.weight is in the header twice")
    (line,) = refused(
        tensors(path, f'{{"__metadata__": {{"x": "1", "x": "2"}}, "a.weight": {one}}}'.encode(), bytes(size))
    )
    assert line.endswith("x is in the header twice")


@pytest.mark.parametrize("dtype", ["I32", "BOOL", "U16", "F8_E4M3"])
def test_a_dtype_that_is_not_read_is_named(tmp_path, dtype):
    size = {"I32": 8, "U16": 4}.get(dtype, 2)
    path = tensors(tmp_path / "w.safetensors", {"a.weight": entry(dtype, offsets=(0, size))}, bytes(size))
    (line,) = refused(path)
    assert line == f"a.weight holds {dtype}, and weights are float16, bfloat16, float32 or float64"


@pytest.mark.parametrize("dtype", ["F128", "f32", "", 3, None, ["F32"]])
def test_a_dtype_that_the_format_does_not_know_is_refused(tmp_path, dtype):
    (line,) = refused(tensors(tmp_path / "w.safetensors", {"a.weight": entry(dtype)}))
    assert line.startswith("w.safetensors is not a valid .safetensors file: ")


@pytest.mark.parametrize("shape", [(2**33, 2**33), (2**64, 2), (-2,), (2.0,), 2, None])
def test_a_shape_in_the_header_that_is_none_is_refused(tmp_path, shape):
    (line,) = refused(tensors(tmp_path / "w.safetensors", {"a.weight": entry(shape=shape)}))
    assert line.startswith("w.safetensors is not a valid .safetensors file: ")


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 200_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
        b'{"__metadata__":' + b'{"a":' * 100_000,
        b'{"a.weight": {"dtype": "F32", "shape": ' + b"[" * 100_000 + b"]" * 100_000 + b', "data_offsets": [0, 8]}}',
        b"[1, 2]",
        b"null",
        b"",
        b"\xff\xfe{\0}\0",
        b" " * 500_000,
    ],
)
def test_a_header_that_is_no_flat_object_is_refused(tmp_path, text):
    (line,) = refused(tensors(tmp_path / "w.safetensors", text))
    assert line.startswith("w.safetensors is not a valid .safetensors file: ")


LARGE = cnncalc.loads("input: 500\nlayers: [fc: 3000, fc: 1000, fc: 10]\n")
"""14.4 MB of float32, of which the largest array is 12 MB."""


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16"])
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_beside_what_is_loaded_reading_takes_one_array_as_the_file_has_it(tmp_path, suffix, dtype, order):
    path, item = tmp_path / f"w{suffix}", {"float64": 8, "float32": 4}.get(dtype, 2)
    shapes = {name: tuple(array.shape) for name, _, array in LARGE.kept()}
    sizes = {name: int(np.prod(shape)) for name, shape in shapes.items()}
    if dtype == "bfloat16":
        if suffix == ".npz":
            return  # NumPy has no such type
        ends = np.cumsum(list(sizes.values()))
        whole = {
            name: entry("BF16", shape, (2 * int(end) - 2 * sizes[name], 2 * int(end)))
            for (name, shape), end in zip(shapes.items(), ends, strict=True)
        }
        tensors(path, whole, bytes(2 * int(ends[-1])))
    else:
        arrays = {name: np.ones(shape, dtype, order) for name, shape in shapes.items()}
        np.savez(path, allow_pickle=True, **arrays) if suffix == ".npz" else save_file(arrays, path)
    load_weights(path, LARGE)  # what it imports is counted nowhere
    tracemalloc.start()
    try:
        loaded = load_weights(path, LARGE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= sum(array.nbytes for array in loaded.values()) + max(sizes.values()) * item + MIB
