"""Many specs: shared out over processes, in order, with the same verdicts; and alone where that is not possible."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc.judging import judge
from cnncalc.judging.judge import Conditions, judge_all
from cnncalc.language.choices import Choices
from tests.cli.checking import GOOD, OVER, check, folder

__all__ = ["check", "folder"]

ROOT = Path(__file__).parent.parent.parent
CONDITIONS = Conditions(Choices(), 1, None, frozenset(), strict=False, verify=False)


@pytest.fixture
def hundred(folder):
    """A hundred specs, each seventh over its budget."""
    paths = []
    for number in range(100):
        path = folder / f"{number:03}.yaml"
        path.write_text(OVER if number % 7 == 0 else GOOD, encoding="utf-8")
        paths.append(path.name)
    return paths


@pytest.fixture(autouse=True)
def _garbage_as_before():
    collecting = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if collecting else gc.disable)()


def told(outcomes):
    """What there is to compare of outcomes: all but the seconds."""
    return [
        ([fault.place for fault in outcome.diagnostics], [network.title for network in outcome.networks])
        for outcome in outcomes
    ]


def test_processes_judge_as_one_does_and_in_order(hundred):
    alone = told(judge_all(hundred, CONDITIONS, jobs=1))
    assert told(judge_all(hundred, CONDITIONS, jobs=2)) == alone
    assert [places[0][0] for places, _ in alone if places] == [f"{number:03}.yaml" for number in range(0, 100, 7)]


def test_what_is_written_does_not_depend_on_the_processes(check, hundred):
    assert check("--format", "concise", "--jobs", "2", ".") == check("--format", "concise", "--jobs", "1", ".")


def test_a_network_is_verified_in_a_process_too(check, hundred):
    assert check("--jobs", "2", "--verify", *hundred[1:5]) == (0, "", "checked 4 specs: 4 networks, no errors\n")


def test_where_there_can_be_no_processes_one_does_the_work(hundred, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no semaphores here")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refuse)
    assert told(judge_all(hundred, CONDITIONS, jobs=2)) == told(judge_all(hundred, CONDITIONS, jobs=1))


def test_what_a_dead_process_leaves_is_done_by_one(hundred, monkeypatch):
    from concurrent.futures.process import BrokenProcessPool

    class Dying:
        def __init__(self, *_, **__):
            self.ended = False

        def map(self, judged, specs, chunksize):
            yield from map(judged, specs[:30])
            raise BrokenProcessPool("a process was killed")

        def shutdown(self, wait, cancel_futures):
            self.ended = True

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", Dying)
    assert told(judge_all(hundred, CONDITIONS, jobs=2)) == told(judge_all(hundred, CONDITIONS, jobs=1))


@pytest.mark.parametrize(("specs", "processors", "workers"), [(20, 8, 1), (60, 8, 2), (1000, 2, 2), (1000, 64, 8)])
def test_processes_are_started_only_for_many_files(monkeypatch, specs, processors, workers):
    monkeypatch.setattr(judge, "_processors", lambda: processors)
    assert judge._workers(specs) == workers


def test_memory_stays_flat(hundred):
    measure = (
        "import sys, resource\n"
        "from cnncalc.cli.group import cnncalc\n"
        "try: cnncalc.main(['check', '--jobs', '1', *sys.argv[1:]])\n"
        "except SystemExit: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def peak(paths):
        command = [sys.executable, "-c", measure, *paths]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return int(ended.stdout)

    assert peak(hundred) < 1.15 * peak(hundred[:10])
