"""One `cnncalc run`: the files that are named, the weights and labels they run with, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnncalc.executor.session.feeds import RunError
from cnncalc.executor.session.limited import LimitedSession
from cnncalc.executor.session.session import Options, Result, Session, Watch

if TYPE_CHECKING:
    from cnncalc.network import Network

__all__ = ["Options", "Result", "RunError", "Session", "Watch", "session_of"]


def session_of(network: Network, images: Sequence[str], options: Options) -> Session:
    """The session that keeps the limit of memory, where the options set one; see `Session` for what is raised."""
    return (LimitedSession if options.memory else Session)(network, images, options)
