"""The action for GitHub: its steps are executed by bash, with the environment that a runner would give them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.checking import BROKEN, GOOD, OVER

ROOT = Path(__file__).parent.parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]

PIP = """\
#!/bin/sh
# Stands for pip, which needs the network: writes down what it is asked for.
printf '%s\\n' "$@" >"{log}"
"""
PYTHON = """\
#!/bin/sh
# Stands for a Python that makes environments.
mkdir -p "$3/bin" && cp "{pip}" "$3/bin/python"
"""
COMMAND = """\
#!/bin/sh
exec "{python}" -m cnncalc "$@"
"""


@pytest.fixture
def runner(tmp_path, monkeypatch):
    """A checkout, a temporary folder with an environment in it, and a page for summaries."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    checkout = tmp_path / "checkout"
    (checkout / "nets").mkdir(parents=True)
    for name, text in (("good", GOOD), ("over", OVER), ("broken", BROKEN), ("with blank", GOOD)):
        (checkout / "nets" / f"{name}.yaml").write_text(text, encoding="utf-8")
    script(tmp_path / "temp" / "cnncalc" / "bin" / "cnncalc", COMMAND.format(python=sys.executable))
    return tmp_path


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def step(step_: dict, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """A step as the runner executes `shell: bash`: expressions filled in, bash -e -o pipefail on a file."""
    given = {name: declared.get("default", "") for name, declared in ACTION["inputs"].items()} | inputs
    values = {f"inputs.{name}": value for name, value in given.items()}
    values |= {"github.action_path": str(ROOT), "runner.temp": str(folder / "temp")}

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda found: values[found[1]], text)

    assert "${{" not in step_["run"]  # what a stranger may write must never become part of a script
    environment = {**os.environ, **{name: filled(value) for name, value in step_["env"].items()}}
    file = folder / "step.sh"
    file.write_text(step_["run"], encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(file)],
        cwd=folder / "checkout",
        env={**environment, "GITHUB_STEP_SUMMARY": str(folder / "page.md")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_is_a_composite_of_bash_steps_whose_inputs_have_defaults():
    assert ACTION["runs"]["using"] == "composite"
    assert [step_["shell"] for step_ in ACTION["runs"]["steps"]] == ["bash", "bash"]
    assert all({"description", "default"} == set(declared) for declared in ACTION["inputs"].values())


@pytest.mark.parametrize(("version", "asked"), [("", str(ROOT)), ("0.1.0", "cnncalc==0.1.0")])
def test_the_install_step_asks_for_the_checkout_or_for_a_version(runner, version, asked):
    log = runner / "asked"
    pip = script(runner / "pip", PIP.format(log=log))
    python = script(runner / "python", PYTHON.format(pip=pip))
    shutil.rmtree(runner / "temp")
    ended = step(INSTALL, runner, version=version, python=str(python))
    assert ended.returncode == 0, ended.stderr
    assert log.read_text(encoding="utf-8").split("\n")[:3] == ["-m", "pip", "install"]
    assert log.read_text(encoding="utf-8").split("\n")[-2] == asked


def test_the_check_step_annotates_and_fails_and_writes_the_page(runner):
    ended = step(CHECK, runner)
    assert ended.returncode == 1
    assert "::error file=nets/over.yaml,line=7,endLine=7,col=18,endColumn=21,title=cnncalc CNN502::" in ended.stdout
    assert "checked 4 specs" in ended.stderr
    assert "### cnncalc check" in (runner / "page.md").read_text(encoding="utf-8")


def test_the_check_step_passes_where_all_is_well(runner):
    ended = step(CHECK, runner, paths="nets/good.yaml")
    assert (ended.returncode, ended.stdout) == (0, "")


def test_paths_on_lines_of_their_own_may_hold_blanks(runner):
    ended = step(CHECK, runner, paths="nets/good.yaml\nnets/with blank.yaml\n")
    assert (ended.returncode, ended.stderr) == (0, "checked 2 specs: 2 networks, no errors\n")


def test_the_options_reach_the_command(runner):
    linted = GOOD.replace("- relu", "- batch_norm").replace("params: 1K", "weight_memory: 600")
    (runner / "checkout" / "nets" / "linted.yaml").write_text(linted, encoding="utf-8")
    path = {"paths": "nets/linted.yaml"}
    assert "CNN502" in step(CHECK, runner, **path).stdout
    half = {**path, "dtype": "float16", "verify": "true"}
    assert step(CHECK, runner, **half).returncode == 0
    assert "::error" in step(CHECK, runner, **half, strict="true").stdout
    assert step(CHECK, runner, **half, strict="true", ignore="CNN610 CNN611").returncode == 0


ON, OFF = ("true", "True", "TRUE", "yes", "Yes", "on", "1"), ("false", "False", "no", "No", "off", "0", "")


@pytest.fixture
def linted(runner):
    (runner / "checkout" / "nets" / "linted.yaml").write_text(GOOD.replace("- relu", "- batch_norm"), encoding="utf-8")
    return runner


@pytest.mark.parametrize("written", [*ON, *OFF])
def test_each_way_to_write_yes_or_no_means_it(linted, written):
    ended = step(CHECK, linted, paths="nets/linted.yaml", strict=written)
    assert ("::error" in ended.stdout, ended.returncode) == ((True, 1) if written in ON else (False, 0))
    assert "::warning" in ended.stdout or written in ON


@pytest.mark.parametrize("name", ["strict", "verify"])
@pytest.mark.parametrize("written", ["maybe", "tru", "2", "*", "true false", "::warning::"])
def test_what_is_neither_yes_nor_no_is_refused(linted, name, written):
    ended = step(CHECK, linted, **{"paths": "nets/good.yaml", name: written})
    assert ended.returncode == 2
    assert ended.stdout == f"::error title=cnncalc::the input {name} takes true or false\n"


@pytest.mark.parametrize("pattern", ["CNN61*", "*", "CNN61?", "CNN61[01]"])
def test_a_pattern_is_no_code_whatever_files_there_are(linted, pattern):
    for name in ("CNN610", "CNN611"):
        (linted / "checkout" / name).write_text("", encoding="utf-8")
    ended = step(CHECK, linted, paths="nets/linted.yaml", ignore=pattern)
    assert ended.returncode == 2
    assert f"{pattern} is not a lint" in ended.stderr


def test_codes_may_stand_on_lines_of_their_own(linted):
    words = {"paths": "nets/linted.yaml", "strict": "yes"}
    assert step(CHECK, linted, **words).returncode == 1
    assert step(CHECK, linted, **words, ignore="CNN610\n  CNN611\n").returncode == 0


def test_sarif_is_written_besides_and_changes_no_verdict(runner):
    ended = step(CHECK, runner, sarif="out.sarif", paths="nets/over.yaml")
    assert ended.returncode == 1
    assert '"version": "2.1.0"' in (runner / "checkout" / "out.sarif").read_text(encoding="utf-8")


@pytest.mark.parametrize("evil", ["$(touch gone)", "; touch gone", "--output=gone", "`touch gone`"])
def test_what_a_stranger_writes_as_a_path_is_a_path(runner, evil):
    ended = step(CHECK, runner, paths=f"{evil}\n")
    assert ended.returncode == 2
    assert not (runner / "checkout" / "gone").exists()
