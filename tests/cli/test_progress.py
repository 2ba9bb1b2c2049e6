"""A progress bar is for who watches a terminal and has enough to wait for."""

from __future__ import annotations

import io
import sys

from cnncalc.cli.terminal import WORTH_WATCHING, watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_and_only_for_many_steps(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(watched(range(WORTH_WATCHING), WORTH_WATCHING, "checking")) == list(range(WORTH_WATCHING))
    assert "checking" in stream.getvalue()
    stream.seek(0)
    stream.truncate()
    assert list(watched(range(3), 3, "checking")) == [0, 1, 2]
    assert stream.getvalue() == ""


def test_progress_is_not_shown_in_a_log(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    assert len(list(watched(range(100), 100, "checking"))) == 100
    assert stream.getvalue() == ""
