"""`cnncalc check`: what it judges, how it ends, what it writes where."""

from __future__ import annotations

import json

import pytest

from cnncalc.analysis import analyze
from cnncalc.language.load import declared, expanded
from cnncalc.language.shelf import shelf
from tests.cli.checking import BROKEN, GOOD, LINTED, check, folder
from tests.steps import calls

__all__ = ["check", "folder"]


def last(text: str) -> str:
    return text.rstrip("\n").split("\n")[-1]


def test_a_good_spec_ends_with_one_line_and_zero(check):
    assert check("nets/good.yaml") == (0, "", "checked 1 spec: 1 network, no errors\n")


def test_its_help_says_where_its_text_goes(check):
    assert "Text goes to standard error (`2> log`)" in " ".join(check("--help")[1].split())
    assert check("nets")[1] == ""


def test_a_broken_budget_ends_with_one(check):
    code, out, err = check("nets/over.yaml")
    assert (code, out) == (1, "")
    assert "error[CNN502]: params 224 is over the budget of 200 by 24 (12.0 %)" in err
    assert last(err) == "checked 1 spec: 2 networks, 1 error"


def test_a_warning_alone_ends_with_zero(check):
    code, _, err = check("nets/linted.yaml")
    assert code == 0
    assert err.startswith("warning[CNN611]: ")
    assert last(err) == "checked 1 spec: 1 network, no errors, 1 warning"


def test_strict_makes_errors_of_warnings(check):
    code, _, err = check("--strict", "nets/linted.yaml")
    assert code == 1
    assert err.startswith("error[CNN611]: ")
    assert last(err) == "checked 1 spec: 1 network, 1 error"


@pytest.mark.parametrize("code", ["CNN611", "cnn611"])
def test_an_ignored_lint_is_not_told_even_under_strict(check, code):
    assert check("--strict", "--ignore", code, "nets/linted.yaml")[0] == 0


def test_ignoring_one_lint_leaves_the_others(check, folder):
    spec = LINTED.replace("3x3", "3x3 stride 3 pad 2") + "vars: {unused: 1}\n"
    (folder / "two.yaml").write_text(spec, encoding="utf-8")
    _, out, _ = check("--format", "concise", "--ignore", "CNN611", "two.yaml")
    assert "CNN601" in out
    assert "CNN611" not in out
    assert check("--format", "concise", "--ignore", "CNN601", "--ignore", "CNN611", "two.yaml")[1] == ""


@pytest.mark.parametrize("code", ["CNN401", "CNN699", "bias"])
def test_what_is_no_lint_cannot_be_ignored(check, code):
    ended, out, err = check("--ignore", code, "nets/good.yaml")
    assert (ended, out) == (2, "")
    assert f"{code} is not a lint; the lints are CNN601" in err


def test_a_lint_silenced_in_the_spec_stays_silent_where_the_spec_is_wrong(check, folder):
    wrong = BROKEN + "vars: {unused: 1}\nlint: {ignore: [CNN601]}\n"
    (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
    assert "CNN601" not in check("wrong.yaml")[2]


def test_a_folder_means_the_specs_below_it(check, folder):
    (folder / "nets" / "deep").mkdir()
    (folder / "nets" / "deep" / "more.yml").write_text(GOOD, encoding="utf-8")
    (folder / "nets" / "deep" / "notes.txt").write_text("no spec", encoding="utf-8")
    (folder / "nets" / "deep" / "link.yaml").symlink_to(folder / "nets" / "over.yaml")
    code, _, err = check("nets")
    assert code == 1
    assert last(err) == "checked 5 specs: 6 networks, 2 errors, 1 warning"


def test_a_file_named_twice_is_judged_once(check):
    assert last(check("nets/good.yaml", "nets", "nets/good.yaml")[2]).startswith("checked 4 specs: 5 networks")


@pytest.mark.parametrize("missing", ["gone.yaml", "empty", "no_such_network"])
def test_what_cannot_be_read_ends_with_two_and_the_rest_is_judged(check, folder, missing):
    (folder / "empty").mkdir()
    code, _, err = check(missing, "nets/over.yaml")
    assert code == 2
    assert "error[CNN502]" in err
    assert f"{missing}" in err.split("error: ")[1]
    assert last(err).endswith("1 not readable")


def test_errors_come_before_warnings_then_by_file(check):
    _, out, _ = check("--format", "concise", "nets")
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "nets/broken.yaml",
        "nets/over.yaml",
        "nets/linted.yaml",
    ]


def test_a_lint_that_several_variants_share_is_told_once(check, folder):
    text = LINTED.replace("conv: 8", "conv: $n") + "vars: {n: 8}\nvariants: {more: {vars: {n: 16}}}\n"
    (folder / "variants.yaml").write_text(text, encoding="utf-8")
    code, out, err = check("--format", "concise", "variants.yaml")
    assert (code, out.count("CNN611")) == (0, 1)
    assert last(err) == "checked 1 spec: 2 networks, no errors, 1 warning"


@pytest.mark.parametrize("format_", ["text", "concise", "json", "github", "sarif", "junit"])
def test_every_format_can_go_to_a_file_and_says_the_same(check, folder, format_):
    code, out, err = check("--format", format_, "nets")
    assert code == 1
    again, nothing, _ = check("--format", format_, "-o", "out.txt", "nets")
    assert (again, nothing) == (1, "")
    written = (folder / "out.txt").read_text(encoding="utf-8")
    expected = out or err.removesuffix(last(err) + "\n")
    times = "" if format_ != "junit" else "time"
    strip = lambda text: [line for line in text.split("\n") if not times or times not in line]  # noqa: E731
    assert strip(written) == strip(expected)


@pytest.mark.parametrize("format_", ["text", "concise", "json", "github", "sarif", "junit"])
def test_every_format_ends_with_the_line_for_a_person(check, format_):
    assert last(check("--format", format_, "nets")[2]).startswith("checked 4 specs: 5 networks, 2 errors, 1 warning")


def test_a_file_that_cannot_be_written_ends_with_two_and_leaves_nothing(check, folder):
    code, _, err = check("-o", "no/such/folder.txt", "nets/good.yaml")
    assert code == 2
    assert "no such file or directory" in err
    assert not (folder / "no").exists()


def test_the_json_holds_what_the_text_says(check):
    _, out, _ = check("--format", "json", "nets")
    told = [(fault["code"], fault["severity"], fault["file"]) for fault in json.loads(out)["diagnostics"]]
    assert told == [
        ("CNN401", "error", "nets/broken.yaml"),
        ("CNN502", "error", "nets/over.yaml"),
        ("CNN611", "warning", "nets/linted.yaml"),
    ]


def test_paths_in_sarif_are_relative_to_the_current_folder(check, folder, monkeypatch):
    monkeypatch.chdir(folder / "nets")
    _, out, _ = check("--format", "sarif", str(folder / "nets" / "over.yaml"), "./linted.yaml", "../nets/broken.yaml")
    results = json.loads(out)["runs"][0]["results"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert uris == {"over.yaml", "linted.yaml", "broken.yaml"}


def test_a_file_outside_the_current_folder_has_a_whole_uri(check, folder, monkeypatch):
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    _, out, _ = check("--format", "sarif", "../nets/over.yaml")
    (result,) = json.loads(out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": (folder / "nets" / "over.yaml").as_uri()}


def test_the_rules_of_sarif_are_the_lessons(check):
    driver = json.loads(check("--format", "sarif", "nets/linted.yaml")[1])["runs"][0]["tool"]["driver"]
    (rule,) = driver["rules"]
    assert rule["shortDescription"]["text"] == "a bias before batch norm"
    assert rule["fullDescription"]["text"].startswith("Batch norm subtracts the mean of each map.")
    assert "```" not in rule["fullDescription"]["text"]
    assert "```yaml fixed" in rule["help"]["markdown"]


def test_the_summary_of_a_run_is_appended_for_github_alone(check, folder, monkeypatch):
    page = folder / "summary.md"
    page.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    check("--format", "json", "nets")
    assert page.read_text(encoding="utf-8") == "before\n"
    check("--format", "github", "nets")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n### cnncalc check\n")
    assert text.count("\n| ") == 2 + 5  # head, rule, networks
    assert "**224 of 200 (112.0 %)**" in text


def test_a_summary_that_cannot_be_written_changes_no_verdict(check, folder, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "no" / "summary.md"))
    code, _, err = check("--format", "github", "nets/good.yaml")
    assert code == 0
    assert "note: the summary could not be written" in err


def test_memory_budgets_follow_the_dtype(check, folder):
    (folder / "memory.yaml").write_text(GOOD.replace("params: 1K", "weight_memory: 500"), encoding="utf-8")
    assert check("memory.yaml")[0] == 1
    assert check("--dtype", "float16", "memory.yaml")[0] == 0


def test_verify_runs_each_network(check):
    assert check("--verify", "nets/good.yaml") == (0, "", "checked 1 spec: 1 network, no errors\n")


def test_verify_tells_a_report_that_no_run_shows(check, monkeypatch):
    from cnncalc.analysis import counting
    from cnncalc.network import parameter_counts

    def one_too_many(arrays):
        weights, biases, fixed = parameter_counts(arrays)
        return weights + 1, biases, fixed

    monkeypatch.setattr(counting, "parameter_counts", one_too_many)
    code, _, err = check("--verify", "nets/good.yaml")
    assert code == 1
    assert "error[CNN590]: conv_1 is reported with 225 values and holds 224" in err


@pytest.mark.parametrize(
    ("function", "counted"), [(declared, "{} specs: "), (expanded, " {} networks, "), (analyze, " {} networks, ")]
)
def test_the_networks_that_ship_are_quiet_and_nothing_is_done_twice_for_one(check, function, counted):
    said = []
    times = calls(function, during=lambda: said.append(check("--strict", "--jobs", "1", str(shelf()))))
    ((code, out, err),) = said
    assert (code, out) == (0, "")
    assert counted.format(times) in last(err)
    assert last(err).endswith(" networks, no errors")
