"""One `cnncalc run`: the files that are named, the weights and labels they run with, and the answers."""

from cnncalc.executor.session.feeds import RunError
from cnncalc.executor.session.limited import LimitedSession
from cnncalc.executor.session.overwriting import refuse_to_write_over_what_is_read
from cnncalc.executor.session.session import Options, Result, Session, Watch

__all__ = ["LimitedSession", "Options", "Result", "RunError", "Session", "Watch", "refuse_to_write_over_what_is_read"]
