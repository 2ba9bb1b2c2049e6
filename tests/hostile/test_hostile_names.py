"""No name, text or value that others chose steers what shows it: every command, in every format."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import ZipFile

import click
import numpy as np
import pytest

import cnncalc
from cnncalc.analysis import Report
from cnncalc.cli.group import COMMANDS
from cnncalc.render import formats
from cnncalc.render.notebook import shown
from cnncalc.render.subjects.report import Summary
from tests.cli.terminal import call
from tests.hostile.names import NAMES, READERS, SPOILED, STEERING, of_lines, of_markdown, of_page

MOST_SOUND = 40
"""So many of the names at least are text that a spec may hold."""
DIFFERENT = "input: 8x8x3\nlayers:\n  - conv: 4 3x3\n  - flatten\n  - fc: 5\n"
TABLES = {
    "summarize": formats.REPORT,
    "run": formats.RUN,
    "check": formats.CHECK,
    "diff": formats.DIFFERENCE,
    "explain": formats.EXPLANATION,
    "solve": formats.SOLUTION,
}
JUDGING = {"summarize", "check", "explain"}
"""What is called with all names as those of layers too."""
WORDS = {
    "summarize": ["SPEC"],
    "run": ["SPEC", "ARRAY", "--labels", "LABELS", "--save", "all", "--out", "OUT"],
    "check": ["SPEC", "wrong.yaml", "gone.yaml"],
    "diff": ["SPEC", "other.yaml"],
    "explain": ["SPEC", "first"],
    "solve": ["SPEC", "--input", "8..9", "--exact"],
    "specs": ["SPEC"],
    "fmt": ["SPEC"],
    "schema": ["-o", "OUT"],
}
"""A call of each command, whose words in capitals are files of the test."""


def command(name: str) -> click.Command:
    found: click.Command = getattr(import_module(f"cnncalc.cli.{name}"), name)
    return found


def calls() -> Iterator[tuple[str, str, str]]:
    """Each command with each of its formats, and the writer of that."""
    for name in COMMANDS:
        for parameter in command(name).params:
            if parameter.name == "format_":
                assert isinstance(parameter.type, click.Choice)
                yield from ((name, str(choice), TABLES[name][str(choice)]) for choice in parameter.type.choices)
    yield "explain", "tex", formats.TEX
    yield from ((name, "", formats.SCREEN) for name in COMMANDS if name not in TABLES)


def quoted(text: str) -> str:
    """A text as YAML reads it back."""
    return json.dumps(text, ensure_ascii=False)


def spec_of(name: str, layer: str = "first") -> bytes:
    """A network in which a name stands wherever there is room for one."""
    text = quoted(name)
    comment = " ".join(name.splitlines())
    return (
        f"name: {text} # {comment}\n"
        f"source: {{title: {text}, url: {text}}}\nnote: {text}\n"
        "input: 8x8x3\nvars: {n: 2}\n"
        f"variants:\n  wide: {{name: {text}, vars: {{n: 3}}}}\n"
        "expect: {params: 1}\nbudget: {macs: 1}\n"
        f"layers:\n  - {{name: {quoted(layer)}, conv: $n 3x3}}   # {comment}\n  - flatten\n  - fc: 5\n"
    ).encode("utf-8", "surrogatepass")


def file_name(name: str) -> str:
    """The nearest to a name that a file can have."""
    return (
        name.replace("/", "_")
        .replace("\0", "_")[:60]
        .encode("utf-8", "surrogateescape")
        .decode("utf-8", "surrogateescape")
    )


def filled(words: list[str], places: dict[str, str]) -> list[str]:
    return [places.get(word, word) for word in words]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("GITHUB_STEP_SUMMARY", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    Path("other.yaml").write_text(DIFFERENT)
    Path("labels.txt").write_text("a\nb\nc\nd\ne\n")
    np.save("a.npy", np.ones((8, 8, 3), np.float32))
    return tmp_path


def put(path: str, data: bytes) -> str:
    """A file under a name that this system may refuse."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(data)
    except (OSError, ValueError):
        pytest.skip("this system has no such file names")
    return f"./{path}" if path.startswith("-") else path


def called(name: str, format_: str, words: list[str], writer: str = "") -> int:
    """The exit code of a call whose streams steer nothing."""
    last = ["--tex"] if format_ == "tex" else ["--format", format_] if format_ else []
    result = call(name, *words, *last)
    assert result.crash is None, result.crash
    of_lines(result.err)
    if result.out:
        READERS[writer or formats.SCREEN](result.out)
    return result.code


def test_every_command_and_every_writer_is_called():
    assert set(WORDS) == set(COMMANDS)
    assert {writer for _, _, writer in calls()} | {formats.HTML} == set(READERS)


@pytest.mark.parametrize(("name", "format_", "writer"), [entry for entry in calls() if "SPEC" in WORDS[entry[0]]])
def test_what_a_spec_says_steers_nothing(desk, name, format_, writer):
    codes: list[int] = []
    for text in NAMES:
        for layer in ("first", text, "-first") if name in JUDGING else ("first",):
            Path("net.yaml").write_bytes(spec_of(text, layer))
            Path("wrong.yaml").write_bytes(spec_of(text, layer).replace(b"conv", text.encode("utf-8", "replace")))
            Path("labels.txt").write_bytes(f"{text}\n\x1b[2J\n::error::x\n\n\n".encode("utf-8", "replace"))
            places = {"SPEC": "net.yaml", "ARRAY": "a.npy", "LABELS": "labels.txt", "OUT": "out", "first": layer}
            codes.append(called(name, format_, filled(WORDS[name], places), writer))
    assert name in {"check", "specs"} or codes.count(0) > MOST_SOUND


@pytest.mark.parametrize(
    ("format_", "writer"), [(format_, writer) for name, format_, writer in calls() if name == "explain"]
)
def test_nor_does_its_title_above_all_of_it(desk, format_, writer):
    """Where no layer is named, the totals are those of the network."""
    for text in NAMES:
        Path("net.yaml").write_bytes(spec_of(text))
        called("explain", format_, ["net.yaml"], writer)


@pytest.mark.parametrize(("name", "format_", "writer"), list(calls()))
def test_the_name_of_a_file_steers_nothing(desk, name, format_, writer):
    codes: list[int] = []
    for text in map(file_name, NAMES):
        for folder, file in (("", f"{text}.yaml"), (text, "net.yaml")) if name in JUDGING else (("", f"{text}.yaml"),):
            path = str(Path(folder, file))
            array, out = str(Path(folder, f"{text}.npy")), f"out {text}"
            path, array = put(path, spec_of("net")), put(array, Path("a.npy").read_bytes())
            places = {"SPEC": path, "ARRAY": array, "LABELS": "labels.txt", "OUT": out}
            codes.append(called(name, format_, filled(WORDS[name], places), writer))
    assert name in {"check", "specs"} or codes.count(0) > MOST_SOUND


@pytest.mark.parametrize("words", [["fmt"], ["fmt", "--check"], ["fmt", "--diff"], ["check"]])
def test_nor_does_a_folder_of_such_files(desk, words):
    for text in map(file_name, NAMES):
        put(str(Path("all", text, f"{text}.yaml")), spec_of(text))
        put(str(Path("all", f"{text}.yml")), b"input: [\n")
        (Path("all") / f"link {text}.yaml").symlink_to("other.yaml")
    result = call(*words, "all")
    assert result.crash is None
    of_lines(result.out)
    of_lines(result.err)


def test_nor_does_the_page_of_a_run_on_github(desk, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    for text in NAMES:
        file = put(f"{file_name(text)}.yaml", spec_of(text))
        Path("wrong.yaml").write_bytes(spec_of(text, text))
        Path("summary.md").unlink(missing_ok=True)
        assert call("check", "--format", "github", file, "wrong.yaml", f"gone {text}", "--set", "n=3").crash is None
        of_markdown(Path("summary.md").read_text("utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_value_of_an_option_steers_nothing(desk, name):
    Path("net.yaml").write_bytes(spec_of("net"))
    Path("wrong.yaml").write_bytes(spec_of("net"))
    places = {"SPEC": "net.yaml", "ARRAY": "a.npy", "LABELS": "labels.txt", "OUT": "out"}
    words = filled(WORDS[name], places)
    values = [STEERING, f"n={STEERING}", "::error::x", "##[error]x"]
    found = [
        [*words, max(option.opts, key=len), value]
        for option in command(name).params
        for value in values
        if option.param_type_name == "option"
    ]
    found += [[*words, f"--{value}"] for value in values]
    found += [[*words[:place], value, *words[place + 1 :]] for place in range(len(words)) for value in values]
    for line in found:
        called(name, "", line)
    for value in values:
        for line in ([value], [f"--{value}"]):
            result = call(*line)
            of_lines(result.out + result.err)


def test_a_report_in_a_notebook_steers_nothing():
    report = cnncalc.analyze(cnncalc.loads(DIFFERENT))
    for text in NAMES:
        named = Report(**{**{field: getattr(report, field) for field in report.fields}, "name": text})
        READERS[formats.HTML](formats.write(Summary(named), formats.HTML))
        of_lines(str(shown(named)))


@pytest.mark.parametrize(("format_", "writer"), TABLES["diff"].items())
def test_what_a_revision_holds_steers_nothing(desk, format_, writer):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    files = [f"{name}.yaml" for name in map(file_name, NAMES) if name.isprintable()]
    for file in files:
        put(f"./{file}", spec_of(file))
    for words in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "all"]):
        if subprocess.run([*git, *words], check=False, capture_output=True).returncode:
            pytest.skip("there is no git, or it takes no such names")
    for side in (*(f"HEAD:{file}" for file in files), *(f"{file}:other.yaml" for file in files), STEERING):
        called("diff", format_, ["--", side, "other.yaml"], writer)


def test_the_page_of_saved_maps_is_of_text_and_own_pictures(desk):
    for text in NAMES[::2]:
        Path("net.yaml").write_bytes(spec_of(text))
        if not called("run", "table", ["net.yaml", "a.npy", "--save", "all", "--out", "out"]):
            of_page(Path("out/index.html").read_text("utf-8"))
    with pytest.raises(AssertionError):
        of_page("<img src=x onerror=alert(1)>")


def test_names_inside_a_file_of_weights_steer_nothing(desk):
    Path("net.yaml").write_text(DIFFERENT)
    for text in (*NAMES, STEERING):
        with ZipFile("w.npz", "w") as archive:
            archive.writestr(
                f"{text}.npy".replace("\0", "").encode("utf-8", "replace").decode(), Path("a.npy").read_bytes()
            )
        head = json.dumps({text: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        Path("w.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + bytes(4))
        for file in ("w.npz", "w.safetensors"):
            assert called("run", "table", ["net.yaml", "a.npy", "--weights", file]) != 0


@pytest.mark.parametrize(("reads", "spoiled"), SPOILED)
def test_every_reader_notices_what_steers_it(reads, spoiled):
    with pytest.raises((AssertionError, ValueError, ParseError, KeyError)):
        reads(spoiled)


def test_every_reader_is_spoiled_once():
    assert {reads for reads, _ in SPOILED} == set(READERS.values())
