"""What is no text is named as what it is, by its bytes before its suffix, in every command and format."""

import gzip
import io
import json
import pickle
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from cnncalc.language.yaml.source import MAX_BYTES, read_source, source_of_bytes
from cnncalc.problem import SpecError
from tests.cli.terminal import call


def archive(*names):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, b"\0\1\2")
    return data.getvalue()


def saved(save, *values, **options):
    data = io.BytesIO()
    save(data, *values, **options)
    return data.getvalue()


def picture(form):
    return saved(Image.new("RGB", (9, 9), "red").save, form)


def tar():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as file:
        file.addfile(tarfile.TarInfo("net.yaml"))
    return data.getvalue()


# As the frameworks write the beginning of their files.
ONNX = b"\x08\x07\x12\x07pytorch\x1a\x051.9.0:\x8c\x01\n\x20\n\x05input\n\x06weight\x12\x03out"
ONNX_WITHOUT_PRODUCER = b"\x08\x0a:\x9f\x02\n\x1d\n\x01x\x12\x01y\x1a\x04conv\xff\xfe"
TORCH_BEFORE_ZIP = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."
HDF5 = b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0"
TFLITE = b"\x1c\0\0\0TFL3\x14\0\x20\0"
SAVED_MODEL = b"\x08\x01\x12\xb4\x9a\x01\n\xc9\x1d\n\xbf\x17\n9\n\x03Add"
FROZEN_GRAPH = b"\n=\n\x05input\x12\x0bPlaceholder*\x0b\n\x05dtype\x12\x020\x01*\x1a\n\x05shape\x12\x11:\x0f\0\0\0"
SAFETENSORS = (60).to_bytes(8, "little") + b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}      \0\0\0\0'

FILES = {
    "model.onnx": (ONNX, "an ONNX model"),
    "other.onnx": (ONNX_WITHOUT_PRODUCER, "an ONNX model"),
    "model.pt": (archive("model/data.pkl", "model/version"), "a PyTorch file"),
    "model.pth": (TORCH_BEFORE_ZIP, "a PyTorch file"),
    "model.h5": (HDF5, "an HDF5 file"),
    "model.keras": (archive("metadata.json", "config.json", "model.weights.h5"), "a Keras model"),
    "model.tflite": (TFLITE, "a TensorFlow Lite model"),
    "saved_model.pb": (SAVED_MODEL, "a TensorFlow graph"),
    "model.safetensors": (SAFETENSORS, "a safetensors file"),
    "weights.npz": (saved(np.savez, w=np.ones(3)), "an archive of NumPy arrays"),
    "array.npy": (saved(np.save, np.ones(3)), "a NumPy array"),
    "weights.pkl": (pickle.dumps({"w": [1.0]}), "a Python pickle"),
    "photo.png": (picture("PNG"), "a PNG picture"),
    "photo.jpg": (picture("JPEG"), "a JPEG picture"),
    "photo.gif": (picture("GIF"), "a GIF picture"),
    "photo.webp": (picture("WEBP"), "a WebP picture"),
    "photo.tif": (picture("TIFF"), "a TIFF picture"),
    "photo.bmp": (picture("BMP"), "a BMP picture"),
    "paper.pdf": (b"%PDF-1.5\n%\xd0\xd4\xc5\xd8\n1 0 obj\n<< /Length 843 >>\nstream\n", "a PDF document"),
    "plain.pdf": (b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n", "a PDF document"),
    "nets.zip": (archive("net.yaml"), "a zip archive"),
    "net.yaml.gz": (gzip.compress(b"input: 7x7x3\n"), "a gzip archive"),
    "nets.tar": (tar(), "a tar archive"),
    "program": (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0\xb0\x61", "a binary file"),
}


def fault(data, name):
    with pytest.raises(SpecError) as error:
        source_of_bytes(data, name)
    (only,) = error.value.diagnostics
    return only


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("suffix", ["", ".yaml"])
def test_a_file_is_named_by_its_first_bytes_whatever_it_is_called(name, suffix):
    data, what = FILES[name]
    found = fault(data, name + suffix)
    assert found.code == "CNN130"
    assert found.message.startswith(f"this is {what}")
    assert found.message.endswith(", not a spec")
    assert len(found.helps) == 1


def test_what_the_bytes_leave_open_is_named_by_the_suffix():
    assert fault(FROZEN_GRAPH, "graph.pb").message == "this is a TensorFlow graph, not a spec"
    assert fault(FROZEN_GRAPH, "net.yaml").message == "this is a binary file, not a spec"


def test_what_is_no_text_in_a_file_of_a_model_is_that_model_whatever_comes_first():
    for name, what in (
        ("a.onnx", "an ONNX model"),
        ("a.pt", "a PyTorch file"),
        ("A.TFLITE", "a TensorFlow Lite model"),
    ):
        assert fault(b":\x0b\n\x01x\x12\x01y\xff", name).message == f"this is {what}, not a spec"
    assert fault(archive("tensors"), "model.pt").message == "this is a PyTorch file, not a spec"
    assert fault(archive("tensors"), "model.yaml").message == "this is a zip archive, not a spec"


def test_a_text_is_a_spec_whatever_its_suffix():
    assert source_of_bytes(b"input: 7x7x3\n", "net.onnx").text == "input: 7x7x3\n"


def test_of_onnx_it_is_said_that_it_cannot_be_read_yet():
    assert "cannot read ONNX yet" in fault(ONNX, "model.onnx").helps[0]


def test_a_large_model_is_named_too_and_not_read(tmp_path):
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.write(ONNX)
        file.truncate(50_000_000_000)  # a hole: reading it would take all memory
    with pytest.raises(SpecError, match="CNN130 this is an ONNX model"):
        read_source(path)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("name: réseau\n".encode("latin-1"), "CNN101"),
        ("input: 7x7x3\n".encode("utf-16-le"), "CNN101"),
        ("input: 7x7x3\n".encode("utf-16"), "CNN101"),
        ("input: 7x7x3\n".encode("utf-32-be"), "CNN101"),
        (b"input: 7x7x3\x08\n", "CNN102"),
        (b"BM: 3\n" + b"#" * MAX_BYTES, "CNN100"),
        (b"#" * 511 + "é".encode() + b"#" * MAX_BYTES, "CNN100"),
    ],
)
def test_a_text_that_is_only_badly_written_stays_one(data, code):
    assert fault(data, "net.yaml").code == code


COMMANDS = ("summarize {}", "check {}", "diff {} lenet5", "diff lenet5 {}", "explain {}", "explain {} conv_1",
            "solve {} --input 20..30 --exact", "fmt {}", "run {} chelsea", "run --plan {}", "specs {}")  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("name", ["model.onnx", "weights.npz", "program"])
def test_every_command_names_it_and_ends_with_1(words, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data, what = FILES[name]
    (tmp_path / name).write_bytes(data)
    called = call(*words.format(name).split())
    assert called.crash is None
    assert (called.code, called.output.count("error[CNN130]")) == (1, 1)
    assert f"this is {what}, not a spec" in called.output


@pytest.mark.parametrize("form", ["text", "concise", "json", "github", "sarif", "junit"])
def test_every_format_of_check_names_it(form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "model.onnx").write_bytes(ONNX)
    called = call("check", "model.onnx", "--format", form)
    assert called.code == 1
    assert "this is an ONNX model, not a spec" in called.output
    if form in {"json", "sarif"}:
        json.loads(called.out)
