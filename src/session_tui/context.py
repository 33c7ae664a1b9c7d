"""The application context: paths, configuration, clocks, random numbers and environment, given as
arguments.

Imports the standard library alone, because `session-tui --version` and the first paint wait for
it.
"""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from session_tui.index.sessions import SessionLibrary
    from session_tui.model.configuration import Configuration
    from session_tui.store.clock import SteadyClock
    from session_tui.store.paths import Paths


class AppContext:
    """The context of one run.

    `now` returns the current moment in UTC, with microseconds; `rng` makes new ids.
    """

    def __init__(
        self,
        find_places: "Callable[[], Paths]",
        now: Callable[[], datetime],
        rng: random.Random,
        environ: Mapping[str, str],
        find_steady: "Callable[[], SteadyClock] | None" = None,
    ) -> None:
        """`find_places` is called once, at the first use of `places`; it may raise `StoreError`.

        `find_steady` gives a monotonic clock; without it, sessions use `now`.
        """
        self._find_places = find_places
        self.now = now
        self.rng = rng
        self.environ = environ
        self.find_steady = find_steady

    @cached_property
    def steady(self) -> "SteadyClock | None":
        """The monotonic clock that also counts sleep; a session's time is measured by it."""
        return self.find_steady() if self.find_steady else None

    @cached_property
    def places(self) -> "Paths":
        """The paths in force, how each was found, and their faults."""
        return self._find_places()

    @property
    def configuration(self) -> "Configuration":
        """The configuration in force."""
        return self.places.configuration

    @property
    def today(self) -> date:
        """Today's date, in local time."""
        return self.now().astimezone().date()

    @property
    def people(self) -> tuple[str, ...]:
        """The names of our own people in the configuration, the user's first."""
        names = [self.configuration.name, *(person.name for person in self.configuration.people)]
        return tuple(name for name in names if name)

    @property
    def sessions(self) -> "Path":
        """The folder of the sessions."""
        return self.places.sessions.path

    @property
    def agendas(self) -> "Path":
        """The folder of the user's own agendas."""
        return self.places.agendas.path

    @property
    def state(self) -> "Path":
        """The folder of locks, drafts and the outbox."""
        return self.places.state.path

    @property
    def session_library(self) -> "SessionLibrary":
        """The sessions, and their index."""
        from session_tui.index.sessions import session_library

        return session_library(self.places)


def utc_now() -> datetime:
    """The current moment, in UTC."""
    return datetime.now(UTC)


def steady_clock() -> "SteadyClock":
    """The monotonic clock of this machine; its module is imported at the first call."""
    from session_tui.store.clock import system_clock

    return system_clock()
