"""`cnncalc fmt`: files in place, whole or not at all, and exit codes that a script can rely on."""

from __future__ import annotations

import stat

import pytest

from cnncalc.cli.fmt import fmt
from tests.cli.terminal import runner

LOOSE = "layers: [ relu ]\ninput:   3\n"
TIDY = "input: 3\nlayers: [relu]\n"
WRONG = "input:   3\nlayers: [rellu]\n"


@pytest.fixture
def files(tmp_path):
    for name, text in (("loose.yaml", LOOSE), ("tidy.yml", TIDY), ("other.txt", LOOSE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments, **more):
    return runner().invoke(fmt, [str(argument) for argument in arguments], **more)


def test_a_folder_s_specs_are_rewritten_in_place(files):
    result = run(files)
    assert (result.exit_code, result.stdout) == (0, f"{files / 'loose.yaml'}\n")
    assert result.stderr == "1 spec formatted, 1 unchanged\n"
    assert [(files / name).read_text("utf-8") for name in ("loose.yaml", "tidy.yml", "other.txt")] == [
        TIDY,
        TIDY,
        LOOSE,
    ]


def test_check_tells_and_writes_nothing(files):
    result = run("--check", files)
    assert (result.exit_code, result.stdout) == (1, f"{files / 'loose.yaml'}\n")
    assert (files / "loose.yaml").read_text("utf-8") == LOOSE
    assert run("--check", files / "tidy.yml").exit_code == 0


def test_diff_shows_and_writes_nothing(files):
    result = run("--diff", files)
    assert result.exit_code == 1
    assert "-input:   3\n" in result.stdout
    assert "+input: 3\n" in result.stdout
    assert (files / "loose.yaml").read_text("utf-8") == LOOSE


def test_a_wrong_spec_is_told_and_left_and_the_others_are_written(files):
    (files / "a.yaml").write_text(WRONG, encoding="utf-8")
    result = run(files)
    assert result.exit_code == 1
    assert "unknown kind of layer `rellu`" in result.stderr
    assert (files / "a.yaml").read_text("utf-8") == WRONG
    assert (files / "loose.yaml").read_text("utf-8") == TIDY


def test_a_missing_file_and_an_empty_folder_are_exit_code_2(files):
    (files / "empty").mkdir()
    result = run(files / "none.yaml", files / "empty")
    assert result.exit_code == 2
    assert "no such file" in result.stderr
    assert "there is no spec" in result.stderr


def test_permissions_stay(files):
    (files / "loose.yaml").chmod(0o640)
    run(files)
    assert stat.S_IMODE((files / "loose.yaml").stat().st_mode) == 0o640


def test_a_link_stays_a_link(files):
    (files / "link.yaml").symlink_to(files / "loose.yaml")
    run(files / "link.yaml")
    assert (files / "link.yaml").is_symlink()
    assert (files / "loose.yaml").read_text("utf-8") == TIDY


CANONICAL = TIDY.replace("\n", "\r\n")


def test_windows_line_ends_stay_and_are_no_change(files):
    (files / "tidy.yml").write_bytes(CANONICAL.encode())
    for words in ((), ("--check",), ("--diff",)):
        result = run(*words, files / "tidy.yml")
        assert (result.exit_code, result.stdout) == (0, "")
    assert (files / "tidy.yml").read_bytes() == CANONICAL.encode()
    assert run("-", input=CANONICAL.encode()).stdout_bytes == CANONICAL.encode()


@pytest.mark.parametrize(
    ("loose", "ends"),
    [
        ("layers: [ relu ]\r\ninput:   3\r\n", "\r\n"),
        ("layers: [ relu ]\r\n# a\ninput:   3\r\n", "\r\n"),
        ("layers: [ relu ]\r\ninput:   3\n", "\n"),
        ("layers: [ relu ]\n# a\ninput:   3\r\n", "\n"),
        ("layers: [ relu ]\rinput:   3\r", "\n"),
        ("layers: [ relu ]\r\ninput:   3", "\r\n"),
    ],
)
def test_the_line_ends_are_those_of_most_lines_and_newlines_in_a_tie(files, loose, ends):
    (files / "loose.yaml").write_bytes(loose.encode())
    assert run(files / "loose.yaml").exit_code == 0
    lines = (files / "loose.yaml").read_bytes().decode().replace("\r\n", "\n").splitlines()
    assert (files / "loose.yaml").read_bytes() == "".join(line + ends for line in lines).encode()
    assert run("--check", files / "loose.yaml").exit_code == 0


def test_a_read_only_file_is_told_and_left_and_the_others_are_written(files):
    (files / "a.yaml").write_text(LOOSE, encoding="utf-8")
    (files / "a.yaml").chmod(0o444)
    result = run(files)
    assert result.exit_code == 2
    assert f"error: {files / 'a.yaml'}: it is read-only" in result.stderr
    assert (files / "a.yaml").read_text("utf-8") == LOOSE
    assert (files / "loose.yaml").read_text("utf-8") == TIDY
    (files / "a.yaml").chmod(0o644)


def test_other_names_of_a_file_stay_its_names(files):
    (files / "same.txt").hardlink_to(files / "loose.yaml")
    assert run(files / "loose.yaml").exit_code == 0
    assert (files / "same.txt").read_text("utf-8") == TIDY


@pytest.mark.parametrize("words", [(), ("--check",), ("--diff",)])
def test_a_spec_that_would_grow_beyond_the_limit_is_told_and_left(files, words):
    packed = "input: 3\nlayers: [" + ",".join(["relu"] * 200) + "]\n# "
    packed += "x" * (1024 * 1024 - len(packed) - 1) + "\n"
    (files / "packed.yaml").write_text(packed, encoding="utf-8")
    result = run(*words, files / "packed.yaml")
    assert result.exit_code == 1
    assert "is left as it is: its canonical form has 1,04" in result.stderr
    assert (files / "packed.yaml").read_text("utf-8") == packed


def test_a_file_that_changes_meanwhile_is_not_written_over(files, monkeypatch):
    from cnncalc.editor import formatting

    def slowly(source):
        (files / "loose.yaml").write_text(TIDY + "# saved meanwhile\n", encoding="utf-8")
        return before(source)

    before = formatting.formatted
    monkeypatch.setattr(formatting, "formatted", slowly)
    result = run(files / "loose.yaml")
    assert result.exit_code == 2
    assert "has changed while it was formatted" in result.stderr
    assert (files / "loose.yaml").read_text("utf-8") == TIDY + "# saved meanwhile\n"


def test_standard_input_goes_to_standard_output():
    result = run("-", input=LOOSE)
    assert (result.exit_code, result.stdout) == (0, TIDY)
    assert run("-", input=WRONG).exit_code == 1


def test_a_fault_of_the_formatter_leaves_the_file(files, monkeypatch):
    monkeypatch.setattr(
        "cnncalc.editor.formatting.written", lambda token, *_, **__: [token.word.text.replace("3", "4")]
    )
    result = run(files / "loose.yaml")
    assert result.exit_code == 1
    assert "would mean something else, so it is left as it is" in result.stderr
    assert (files / "loose.yaml").read_text("utf-8") == LOOSE
