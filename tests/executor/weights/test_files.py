"""Weight files, sound and hostile: what is read is the network's, and everything that is not is named."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from cnncalc.executor import WeightsError, init_weights, load_weights, save_weights
from cnncalc.executor.weights.check import check_weights
from cnncalc.layers import KINDS
from cnncalc.network import Assembly, Input, Network
from cnncalc.volume import Volume
from tests.executor.one_layer import chain

SUFFIXES = (".npz", ".safetensors")


@pytest.fixture
def network() -> Network:
    return chain((5, 5, 2), ("conv", {"filters": 3, "kernel": 3}), ("batch_norm", {}))


@pytest.fixture
def weights(network: Network) -> dict[str, np.ndarray]:
    return init_weights(network, seed=3)


def lines_of(call: Callable[..., object], *arguments: object) -> list[str]:
    with pytest.raises(WeightsError) as error:
        call(*arguments)
    return error.value.lines


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npys(arrays: Mapping[str, np.ndarray]) -> dict[str, bytes]:
    return {f"{name}.npy": npy(array) for name, array in arrays.items()}


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tensors(path: Path, header: Mapping[str, object], data: bytes) -> Path:
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_saved_is_loaded_again(tmp_path, network, weights, suffix):
    save_weights(tmp_path / f"w{suffix}", weights)
    loaded = load_weights(tmp_path / f"w{suffix}", network)
    assert {name: array.tolist() for name, array in loaded.items()} == {
        name: array.tolist() for name, array in weights.items()
    }
    assert [entry.name for entry in tmp_path.iterdir()] == [f"w{suffix}"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_array_may_have_any_name(tmp_path, suffix):
    arrays = {name: np.ones(2, np.float32) for name in ("file", "allow_pickle", "self", "path")}
    save_weights(tmp_path / f"w{suffix}", arrays)
    if suffix == ".npz":
        assert sorted(np.load(tmp_path / "w.npz")) == sorted(arrays)


def test_an_archive_whose_offsets_are_forged_is_refused_by_name(tmp_path, network, weights):
    path = tmp_path / "w.npz"
    save_weights(path, weights)
    data = bytearray(path.read_bytes())
    end = data.index(b"PK\x05\x06") + 16
    data[end : end + 4] = b"\xff\xff\xff\x7f"  # where the list of members lies: so every member lies before the file
    path.write_bytes(data)
    lines = lines_of(load_weights, path, network)
    assert [line.partition(" is not an array that can be read: ")[0] for line in lines] == list(weights)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_paths_with_slashes_and_turns_are_kept(tmp_path, suffix):
    assembly = Assembly({"input": Input(Volume((4,)))})
    path = "conv2/Bottleneck_2[3]/add_1/main/fc_1"
    assembly.add(path, "fc", KINDS["fc"].build(0, {"units": 2}), ("input",))
    network = assembly.network("n", (path,))
    save_weights(str(tmp_path / f"w{suffix}"), init_weights(network))
    assert list(load_weights(str(tmp_path / f"w{suffix}"), network)) == [f"{path}.weight", f"{path}.bias"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", [np.float16, np.float64, ">f4"])
def test_other_floats_become_float32(tmp_path, network, weights, suffix, dtype):
    if suffix == ".safetensors" and dtype == ">f4":
        dtype = np.float16  # the format itself has no big-endian numbers
    halves = {name: np.round(array * 16).astype(dtype) for name, array in weights.items()}
    save_weights(tmp_path / f"w{suffix}", halves)
    loaded = load_weights(tmp_path / f"w{suffix}", network)
    assert {array.dtype for array in loaded.values()} == {np.dtype(np.float32)}
    assert loaded["a.weight"].tolist() == np.round(weights["a.weight"] * 16).tolist()


def test_bfloat16_is_the_upper_half_of_float32(tmp_path):
    network = chain((3,), ("scale", {}))
    data = np.array([1.0, -2.5, 3.0], np.float32).view(np.uint32) >> 16
    header = {"a.weight": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}
    path = tensors(tmp_path / "w.safetensors", header, data.astype("<u2").tobytes())
    loaded = load_weights(path, network)["a.weight"]
    assert loaded.tolist() == [1.0, -2.5, 3.0]
    assert loaded.dtype == np.float32


def test_arrays_in_fortran_s_order_read_the_same(tmp_path, network, weights):
    zipped(tmp_path / "w.npz", npys({name: np.asfortranarray(a) for name, a in weights.items()}))
    loaded = load_weights(tmp_path / "w.npz", network)["a.weight"]
    assert loaded.tolist() == weights["a.weight"].tolist()
    assert loaded.flags.c_contiguous


def test_arrays_that_are_views_are_saved_as_they_look(tmp_path, weights):
    network = chain((2,), ("fc", {"units": 3, "bias": False}))
    turned = np.arange(6.0).reshape(2, 3).T
    for suffix in SUFFIXES:
        save_weights(tmp_path / f"w{suffix}", {"a.weight": turned})
        assert load_weights(tmp_path / f"w{suffix}", network)["a.weight"].tolist() == turned.tolist()


def everything_wrong(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    broken = dict(weights)
    broken["a.weight"] = broken["a.weight"][:, :1]
    broken["a.biases"] = broken.pop("a.bias")
    broken["b.weight"] = broken["b.weight"].astype(np.int8)
    del broken["b.running_mean"]
    broken["head.weight"] = np.zeros(2, np.float32)
    return broken


ALL_THAT_IS_WRONG = [
    "a.weight has the shape (3, 1, 3, 3), but (3, 2, 3, 3) is expected",
    "b.weight holds int8, and weights are float16, bfloat16, float32 or float64",
    "a.bias is missing; was it meant by a.biases?",
    "b.running_mean is missing",
    "a.biases does not belong to this network",
    "head.weight does not belong to this network",
]


def test_everything_wrong_with_weights_is_listed_in_one_error(network, weights):
    assert lines_of(check_weights, everything_wrong(weights), network) == ALL_THAT_IS_WRONG


def test_everything_wrong_with_an_npz_is_listed_in_one_error(tmp_path, network, weights):
    zipped(tmp_path / "w.npz", npys(everything_wrong(weights)))
    assert lines_of(load_weights, tmp_path / "w.npz", network) == ALL_THAT_IS_WRONG


def test_everything_wrong_with_safetensors_is_listed_in_one_error(tmp_path, network, weights):
    save_file({name: array.copy() for name, array in everything_wrong(weights).items()}, tmp_path / "w.safetensors")
    found = lines_of(load_weights, tmp_path / "w.safetensors", network)
    assert sorted(found) == sorted(line.replace("int8", "I8") for line in ALL_THAT_IS_WRONG)


def test_sound_weights_pass(network, weights):
    check_weights(weights, network)


@pytest.mark.parametrize("dtype", [object, complex, bool, np.int64, "U3"])
def test_what_is_no_float_is_refused(network, weights, dtype):
    weights["a.bias"] = np.zeros(3).astype(dtype)
    (line,) = lines_of(check_weights, weights, network)
    assert line == f"a.bias holds {np.dtype(dtype).name}, and weights are float16, bfloat16, float32 or float64"


def test_a_batch_counter_of_pytorch_is_passed_over_where_there_is_a_batch_norm(network, weights):
    weights["b.num_batches_tracked"] = np.array(7)
    check_weights(weights, network)
    weights["a.num_batches_tracked"] = np.array(7)
    assert lines_of(check_weights, weights, network) == ["a.num_batches_tracked does not belong to this network"]


def test_weights_of_an_auxiliary_head_may_be_missing_but_not_wrong():
    assembly = Assembly({"input": Input(Volume((4,)))})
    for path in ("a", "aux"):
        assembly.add(path, "fc", KINDS["fc"].build(0, {"units": 2}), ("input",))
    network = assembly.network("n", ("a",), ("aux",))
    weights = init_weights(network)
    check_weights({name: array for name, array in weights.items() if not name.startswith("aux")}, network)
    weights["aux.bias"] = np.zeros(3)
    assert lines_of(check_weights, weights, network) == ["aux.bias has the shape (3,), but (2,) is expected"]


@pytest.mark.parametrize("value", [1e-30, np.nan])
def test_an_unconnected_entry_other_than_zero_is_refused(tmp_path, value):
    network = chain((3, 3, 2), ("conv", {"filters": 2, "kernel": 1, "connections": [[0], [0, 1]]}))
    weights = init_weights(network)
    check_weights(weights, network)
    weights["a.weight"][0, 1] = value
    expected = ["a.weight has entries other than 0 where `connections` does not connect a filter and a channel"]
    assert lines_of(check_weights, weights, network) == expected
    for suffix in SUFFIXES:
        save_weights(tmp_path / f"w{suffix}", weights)
        assert lines_of(load_weights, tmp_path / f"w{suffix}", network) == expected


def test_a_long_list_of_faults_is_cut_when_told_but_not_in_the_error():
    error = WeightsError([f"line {number}" for number in range(150)])
    assert len(error.lines) == 150
    assert str(error).splitlines()[-1] == "and 50 more"


def test_a_value_beyond_float32_is_refused(tmp_path):
    network = chain((2,), ("scale", {}))
    zipped(tmp_path / "w.npz", npys({"a.weight": np.array([1.0, 1e300])}))
    assert lines_of(load_weights, tmp_path / "w.npz", network) == ["a.weight has values that float32 cannot hold"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_is_the_system_s_error(tmp_path, network, suffix):
    with pytest.raises(FileNotFoundError):
        load_weights(tmp_path / f"none{suffix}", network)


def test_another_suffix_is_refused_and_nothing_is_written(tmp_path, network, weights):
    assert lines_of(save_weights, tmp_path / "w.pt", weights) == [
        "w.pt: weights are kept in .npz or .safetensors files"
    ]
    assert lines_of(load_weights, tmp_path / "w.pt", network) == [
        "w.pt: weights are kept in .npz or .safetensors files"
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_weight_file(tmp_path, network):
    (tmp_path / "w.npz").mkdir()
    assert lines_of(load_weights, tmp_path / "w.npz", network) == [f"{tmp_path / 'w.npz'} is not a regular file"]


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, weights, monkeypatch):
    for suffix in SUFFIXES:
        path = tmp_path / f"w{suffix}"
        path.write_bytes(b"old")

        def fail(*_: object, **__: object) -> None:
            raise OSError("the disk is full")

        monkeypatch.setattr("numpy.lib.format.write_array", fail)
        monkeypatch.setattr("safetensors.numpy.save_file", fail)
        with pytest.raises(OSError, match="the disk is full"):
            save_weights(path, weights)
        assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


def test_objects_are_not_saved(tmp_path):
    for suffix in SUFFIXES:
        assert lines_of(save_weights, tmp_path / f"w{suffix}", {"a.b": np.array([None])}) == ["a.b holds object"]


def test_a_pickle_inside_an_npz_is_never_opened(tmp_path):
    network = chain((2,), ("scale", {}))
    file = io.BytesIO()
    np.save(file, np.array([print, print], object), allow_pickle=True)
    path = zipped(tmp_path / "w.npz", {"a.weight.npy": file.getvalue()})
    assert lines_of(load_weights, path, network) == [
        "a.weight holds object, and weights are float16, bfloat16, float32 or float64"
    ]


def test_a_zip_bomb_is_refused_by_its_header(tmp_path):
    network = chain((2,), ("scale", {}))
    bomb = npy(np.zeros(2, np.float32))[:-8] + bytes(50_000_000)
    path = zipped(tmp_path / "w.npz", {"a.weight.npy": bomb})
    assert path.stat().st_size < 100_000
    (line,) = lines_of(load_weights, path, network)
    assert line == "a.weight is not an array that can be read: 50,000,128 bytes are not what (2,) of float32 takes"


def test_a_header_that_claims_too_much_is_refused_before_anything_is_allocated(tmp_path):
    network = chain((2,), ("scale", {}))
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (2**60,)})
    (line,) = lines_of(load_weights, zipped(tmp_path / "w.npz", {"a.weight.npy": header.getvalue()}), network)
    assert line.startswith("a.weight is not an array that can be read: 128 bytes are not what")


def test_a_header_of_gigabytes_is_not_read(tmp_path):
    network = chain((2,), ("scale", {}))
    member = b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b" " * 20_000_000
    (line,) = lines_of(load_weights, zipped(tmp_path / "w.npz", {"a.weight.npy": member}), network)
    assert line.startswith("a.weight is not an array that can be read: EOF")


@pytest.mark.parametrize(
    "member", [b"", b"\x93NUMPY", b"PK", b"\x93NUMPY\x01\x00\x10\x00" + b"(" * 16, b"\x93NUMPY\x09\x00" + bytes(100)]
)
def test_what_is_no_array_is_named(tmp_path, member):
    network = chain((2,), ("scale", {}))
    (line,) = lines_of(load_weights, zipped(tmp_path / "w.npz", {"a.weight.npy": member}), network)
    assert line.startswith("a.weight is not an array that can be read")


def test_deep_brackets_in_a_header_are_named(tmp_path):
    text = ("{'descr': '<f4', 'fortran_order': False, 'shape': " + "(" * 4000 + ")" * 4000 + "}").encode()
    member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    (line,) = lines_of(load_weights, zipped(tmp_path / "w.npz", {"a.weight.npy": member}), chain((2,), ("scale", {})))
    assert line.startswith("a.weight is not an array that can be read")


def test_another_compression_is_refused(tmp_path):
    path = zipped(tmp_path / "w.npz", {"a.weight.npy": npy(np.ones(2, np.float32))}, zipfile.ZIP_LZMA)
    (line,) = lines_of(load_weights, path, chain((2,), ("scale", {})))
    assert line.endswith("it is compressed in a way that NumPy does not write")


def test_a_name_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "w.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.weight.npy", npy(np.ones(2, np.float32)))
        archive.writestr("a.weight", npy(np.ones(2, np.float32)))
    assert lines_of(load_weights, path, chain((2,), ("scale", {}))) == ["a.weight is in the file twice"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_no_such_file_at_all_is_told(tmp_path, suffix):
    for data in (b"", b"PK\x03\x04", struct.pack("<Q", 2**60), struct.pack("<Q", 10) + b"[" * 10):
        path = tmp_path / f"w{suffix}"
        path.write_bytes(data)
        (line,) = lines_of(load_weights, path, chain((2,), ("scale", {})))
        assert line.startswith(f"w{suffix} is not a valid {suffix} file")


def test_offsets_beyond_a_safetensors_file_are_refused(tmp_path):
    for dtype in ("F32", "BF16"):
        header = {"a.weight": {"dtype": dtype, "shape": [2], "data_offsets": [0, 8 if dtype == "F32" else 4]}}
        path = tensors(tmp_path / "w.safetensors", header, b"\0\0")
        (line,) = lines_of(load_weights, path, chain((2,), ("scale", {})))
        assert line.startswith("w.safetensors is not a valid .safetensors file")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_damaged_file_is_either_read_or_refused_but_never_a_traceback(tmp_path_factory, suffix):
    network = chain((2,), ("fc", {"units": 2}))
    path = tmp_path_factory.mktemp("damaged") / f"w{suffix}"
    save_weights(path, init_weights(network))
    sound = path.read_bytes()

    @given(st.lists(st.tuples(st.integers(0, len(sound) - 1), st.integers(0, 255)), max_size=6), st.integers(0, 40))
    def damage(changes: list[tuple[int, int]], cut: int) -> None:
        data = bytearray(sound)
        for place, value in changes:
            data[place] = value
        path.write_bytes(bytes(data[: len(data) - cut]))
        try:
            assert load_weights(path, network)["a.weight"].shape == (2, 2)
        except WeightsError as error:
            assert error.lines  # noqa: PT017 # either ending is right

    damage()
