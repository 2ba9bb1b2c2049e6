"""What `run` reads and writes: files that lie, names that steer, folders that must not collide."""

import io
import json
import struct
import zipfile

import numpy as np
import pytest

from tests.cli.terminal import call, spec
from tests.steps import steps

SMALL = "input: 4x4x1\nlayers:\n  - conv: {filters: 1, kernel: 1, bias: false}\n    name: c\n"


@pytest.fixture
def net(tmp_path):
    return spec(tmp_path, SMALL)


def image(folder, name, value, *images):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    np.save(path, np.full((*images, 4, 4, 1), value, np.float32))
    return path.rename(path.with_name(name.rpartition("/")[2]))


def npz(folder, members):
    path = folder / "w.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def array(values):
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def saved(called):
    return [entry["saved"] for entry in json.loads(called.out)["images"]]


def test_pictures_of_one_name_in_different_folders_keep_their_maps_apart(tmp_path, net):
    files = [image(tmp_path, f"{side}/cat.npy", value) for side, value in (("a", 1), ("b", 2))]
    called = call("run", net, *files, "--save", "c", "--out", tmp_path / "out", "--format", "json")
    arrays = [np.load(paths[1]) for paths in saved(called)]
    assert np.allclose(arrays[1], 2 * arrays[0])


def test_the_images_of_one_array_keep_their_maps_apart(tmp_path, net):
    path = tmp_path / "all.npy"
    np.save(path, np.stack([np.full((4, 4, 1), value, np.float32) for value in (1, 2, 3)]))
    called = call("run", net, path, "--save", "c", "--out", tmp_path / "out", "--format", "json")
    arrays = [np.load(paths[1]) for paths in saved(called)]
    assert np.allclose(arrays[2], 3 * arrays[0])


def test_no_name_of_a_picture_leads_out_of_the_folder_for_maps(tmp_path, net):
    files = [image(tmp_path, "...npy", 1), image(tmp_path, "other.npy", 1)]
    called = call("run", net, *files, "--save", "c", "--out", tmp_path / "deep" / "out")
    assert called.code == 0
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_unknown_path_beside_all_is_refused(tmp_path, net):
    called = call("run", net, image(tmp_path, "a.npy", 1), "--save", "all", "--save", "nope", "--out", tmp_path / "o")
    assert called.code == 2
    assert "nope" in called.err
    assert not (tmp_path / "o").exists()


def test_empty_weights_are_no_wish_for_random_ones(tmp_path, net):
    called = call("run", net, image(tmp_path, "a.npy", 1), "--weights", "")
    assert called.code == 2
    assert "an empty name is not the name of a file" in called.err


def test_a_name_in_a_weight_file_cannot_steer_the_terminal(tmp_path, net):
    weights = npz(tmp_path, {"c.weight.npy": array(np.ones((1, 1, 1, 1), "f4")), "\x1b[2J\x07.npy": array(np.ones(1))})
    called = call("run", net, image(tmp_path, "a.npy", 1), "--weights", weights)
    assert called.code == 2
    assert "\ufffd[2J\ufffd does not belong to this network" in called.err


def test_a_header_that_cannot_be_read_is_not_told_whole(tmp_path, net):
    header = b"9" * 9_000
    weights = npz(tmp_path, {"c.weight.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header})
    called = call("run", net, image(tmp_path, "a.npy", 1), "--weights", weights)
    assert called.code == 2
    assert "c.weight is not an array that can be read" in called.err
    assert len(called.err) < 1_000


def test_labels_that_are_a_folder_are_told_to_be_no_file(tmp_path, net):
    called = call("run", net, image(tmp_path, "a.npy", 1), "--labels", tmp_path)
    assert called.code == 2
    assert "is not a regular file" in called.err


def test_a_pool_whose_kernel_is_mostly_on_padding_takes_no_more_steps_than_its_pixels(tmp_path):
    huge = 2**31 - 1
    path = spec(tmp_path, f"input: 4x4x1\nlayers:\n  - max_pool: {huge}x{huge} pad {huge // 2} stride 1\n")
    picture = image(tmp_path, "a.npy", 7)
    called = call("run", path, picture, "--format", "json")
    assert steps(lambda: call("run", path, picture, "--format", "json")) < 100_000
    assert json.loads(called.out)["images"][0]["outputs"][0]["maps"] == [{"smallest": 7, "mean": 7, "largest": 7}]
