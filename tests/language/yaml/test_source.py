"""Reading a spec's text: only regular files, only so large, only UTF-8."""

import os

import pytest

from cnncalc.language.yaml.source import MAX_BYTES, read_source, source_of_bytes, source_of_text
from cnncalc.problem import SpecError


def fault(error):
    (only,) = error.value.diagnostics
    return only


def test_a_file_is_read_with_its_name(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_bytes("name: réseau\r\ninput: 7".encode())
    source = read_source(path)
    assert (source.name, source.text) == (str(path), "name: réseau\r\ninput: 7")


def test_byte_order_marks_are_dropped_and_move_no_column(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbfinput: 7")
    assert read_source(path).line(1) == "input: 7"


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_source(tmp_path / "none.yaml")


def test_a_directory_is_an_os_error(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a directory"):
        read_source(tmp_path)


def test_a_path_that_no_file_can_have_is_an_os_error():
    with pytest.raises(OSError, match="is not a path"):
        read_source("net\0.yaml")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    with pytest.raises(OSError, match="not a regular file"):
        read_source(path)


def test_a_device_is_refused():
    with pytest.raises(OSError, match="not a regular file"):
        read_source(os.devnull)


def test_a_file_of_exactly_one_mebibyte_is_read(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_source(path).text) == MAX_BYTES


def test_a_larger_file_is_refused_by_its_size_before_it_is_read(tmp_path):
    path = tmp_path / "net.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000_000)  # a hole: reading it would take all memory
    with pytest.raises(SpecError) as error:
        read_source(path)
    assert fault(error).code == "CNN100"
    assert "50,000,000,000 bytes" in fault(error).message


@pytest.mark.parametrize("text", ["#" * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2 + 1)])
def test_a_text_is_measured_in_bytes_of_utf_8(text):
    with pytest.raises(SpecError, match=r"CNN100 a spec of 1,048,57[78] bytes is too large"):
        source_of_text(text)


def test_a_byte_that_is_not_utf_8_is_told_with_its_line_and_column_in_characters():
    with pytest.raises(SpecError) as error:
        source_of_bytes("\ufeffname: é\nnote: né".encode() + b"\xe9 x", "net.yaml")
    assert (fault(error).code, fault(error).span) == ("CNN101", (2, 9, 1))
    assert "0xE9" in fault(error).message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_named(encoding):
    with pytest.raises(SpecError, match="CNN101 this file is not UTF-8 but UTF-16"):
        source_of_bytes("input: 7".encode(encoding), "net.yaml")


def test_every_control_character_is_told_where_it_stands():
    with pytest.raises(SpecError) as error:
        source_of_text("a: \x07\nb: \u2028\nc: \x00")
    places = [(found.code, found.span.line, found.span.column) for found in error.value.diagnostics]
    assert [place[0] for place in places] == ["CNN102"] * 3
    assert places[0][1:] == (1, 4)
    assert "line separator (U+2028)" in error.value.diagnostics[1].message


def test_a_lone_surrogate_in_a_text_is_a_fault_and_no_unicode_error():
    with pytest.raises(SpecError, match=r"CNN102 .*U\+D800"):
        source_of_text("name: \ud800")


def test_tabs_and_line_ends_are_no_control_characters():
    assert source_of_text("a: b\t# c\r\nd: e\n").text == "a: b\t# c\r\nd: e\n"
