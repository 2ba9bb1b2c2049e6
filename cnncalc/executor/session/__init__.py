"""One `cnncalc run`: the files that are named, the weights and labels they run with, and the answers."""

from cnncalc.executor.session.feeds import RunError
from cnncalc.executor.session.limited import LimitedSession
from cnncalc.executor.session.overwriting import look_before_saving
from cnncalc.executor.session.session import Options, Result, Session, Watch

__all__ = ["LimitedSession", "Options", "Result", "RunError", "Session", "Watch", "look_before_saving"]
