"""Names what a file is that holds no text: by its first bytes, and where these leave it open by its suffix too."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc import codes
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.source import NOWHERE, Source

_WRITE = "write the network as a spec (`cnncalc specs lenet5` prints one)"
_PICTURE = "name a spec first and the pictures after it: `cnncalc run SPEC IMAGE`"
_UNPACK = "unpack it, and name the spec in it"


class Format(NamedTuple):
    """What a file is, with its article, and what to do with it instead."""

    name: str
    remedy: str


ONNX = Format("an ONNX model", f"cnncalc cannot read ONNX yet: {_WRITE}")
PYTORCH = Format(
    "a PyTorch file",
    f"it holds weights, and at most pickled code: {_WRITE}, and keep the weights as .safetensors for --weights",
)
HDF5 = Format("an HDF5 file, as Keras writes models and weights", f"cnncalc cannot read it: {_WRITE}")
KERAS = Format("a Keras model", f"cnncalc cannot read it: {_WRITE}")
TFLITE = Format("a TensorFlow Lite model", f"cnncalc cannot read it: {_WRITE}")
TENSORFLOW = Format("a TensorFlow graph", f"cnncalc cannot read it: {_WRITE}")
SAFETENSORS = Format(
    "a safetensors file", "weights have no layers: name the spec first, `cnncalc run SPEC IMAGE --weights FILE`"
)
NPZ = Format("an archive of NumPy arrays", SAFETENSORS.remedy)
NPY = Format("a NumPy array", _PICTURE)
PICKLE = Format("a Python pickle", f"cnncalc unpickles nothing: {_WRITE}")
ZIP = Format("a zip archive", _UNPACK)
UNKNOWN = Format("a binary file", f"a spec is text: {_WRITE}")

PDF = b"%PDF-"
_PDF = Format("a PDF document", _WRITE)

_SIGNATURES: tuple[tuple[int, bytes, Format], ...] = (
    (0, b"\x89HDF\r\n\x1a\n", HDF5),
    (4, b"TFL3", TFLITE),
    (0, b"\x93NUMPY", NPY),
    (0, b"\x80\x02\x8a\nl\xfc\x9c", PYTORCH),  # the number that torch.save wrote first before it wrote zip archives
    (0, b"\x08\x01\x12", TENSORFLOW),  # a SavedModel: schema version 1, then its graphs
    (0, b"\x89PNG\r\n\x1a\n", Format("a PNG picture", _PICTURE)),
    (0, b"\xff\xd8\xff", Format("a JPEG picture", _PICTURE)),
    (0, b"GIF8", Format("a GIF picture", _PICTURE)),
    (8, b"WEBP", Format("a WebP picture", _PICTURE)),
    (0, b"II*\0", Format("a TIFF picture", _PICTURE)),
    (0, b"MM\0*", Format("a TIFF picture", _PICTURE)),
    (0, b"BM", Format("a BMP picture", _PICTURE)),
    (0, b"\x1f\x8b", Format("a gzip archive", _UNPACK)),
    (0, b"BZh", Format("a bzip2 archive", _UNPACK)),
    (0, b"\xfd7zXZ\0", Format("an xz archive", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", Format("a Zstandard archive", _UNPACK)),
    (0, b"7z\xbc\xaf\x27\x1c", Format("a 7-Zip archive", _UNPACK)),
    (257, b"ustar", Format("a tar archive", _UNPACK)),
)

_SUFFIXES = {
    ".onnx": ONNX, ".pt": PYTORCH, ".pth": PYTORCH, ".h5": HDF5, ".hdf5": HDF5, ".keras": KERAS, ".tflite": TFLITE,
    ".pb": TENSORFLOW, ".safetensors": SAFETENSORS, ".npz": NPZ, ".npy": NPY,
}  # fmt: skip

_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r")
"""Bytes that no text holds."""

_ONNX_FIELDS = frozenset(b"\x12\x1a\x22\x28\x32\x3a\x42")
"""How the field after the version of an ONNX model may begin: its producer, domain, model version, graph, operators."""


def not_text(head: bytes, name: str) -> SpecError | None:
    r"""The fault of a file that is no text, from its first bytes; None where these may be those of a text.

    A text that is merely not UTF-8 stays one: it holds no control characters.

    >>> not_text(b"\x08\x07\x12\x07pytorch", "net.yaml").diagnostics[0].message
    'this is an ONNX model, not a spec'
    >>> not_text(b"name: r\xe9seau", "net.yaml")
    """
    form = _format_of(head, name)
    if form is None:
        return None
    message = f"this is {form.name}, not a spec"
    return SpecError([Diagnostic(codes.BINARY_FILE, message, Source(name, ""), NOWHERE, helps=(form.remedy,))])


def _format_of(head: bytes, name: str) -> Format | None:
    if head.startswith(PDF):  # which may be all text
        return _PDF
    if _is_text(head):
        return None
    for offset, signature, form in _SIGNATURES:
        if head.startswith(signature, offset):
            return form
    suffix = next((form for suffix, form in _SUFFIXES.items() if name.lower().endswith(suffix)), None)
    if head.startswith(b"PK\x03\x04"):
        return _archive(head, suffix)
    if _is_safetensors(head):
        return SAFETENSORS
    if head[:1] == b"\x08" and head[1:2] < b"\x20" and head[2:3] and head[2] in _ONNX_FIELDS:
        return ONNX
    if head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        return PICKLE
    if suffix or (b"\0" in head and not _is_utf_16_or_32(head)):
        return suffix or UNKNOWN
    return None


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8 without control characters; its last character may be cut off."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
    return not _CONTROL.intersection(head)


def _archive(head: bytes, suffix: Format | None) -> Format:
    """What a zip archive is, by the name of its first entry, else by its suffix."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first.endswith(b".npy"):
        return NPZ
    if first.endswith((b"/data.pkl", b"/version", b"/byteorder", b"/.format_version")):
        return PYTORCH
    if first in {b"metadata.json", b"config.json", b"model.weights.h5"}:
        return KERAS
    return suffix if suffix in {NPZ, PYTORCH, KERAS} else ZIP


def _is_safetensors(head: bytes) -> bool:
    """Eight bytes of length, then so much JSON."""
    return head[8:10] in {b'{"', b"{}"} and b"\0" in head[4:8]


def _is_utf_16_or_32(head: bytes) -> bool:
    """Whether it begins with a byte order mark, or every second byte at least is NUL, as in Latin text without one."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head[::2] or b"\0" not in head[1::2] or head.count(b"\0") >= len(head) * 3 // 4
