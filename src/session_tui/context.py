"""What everything below the entry points is given from outside: where things are, the clock, chance, the environment.

Cheap to import: the standard library alone, for `session-tui --version` and the first paint wait for it.
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
    """One for a run of the program. `now` gives aware moments in UTC, with fractions of a second; `rng` new ids."""

    def __init__(
        self,
        find_places: "Callable[[], Paths]",
        now: Callable[[], datetime],
        rng: random.Random,
        environ: Mapping[str, str],
        find_steady: "Callable[[], SteadyClock] | None" = None,
    ) -> None:
        """`find_places` is called once, when the places are first asked for; it may raise `StoreError`. `find_steady`
        gives a clock that nobody sets; where there is none, that of `now` is believed.
        """
        self._find_places = find_places
        self.now = now
        self.rng = rng
        self.environ = environ
        self.find_steady = find_steady

    @cached_property
    def steady(self) -> "SteadyClock | None":
        """The clock that nobody sets and that counts sleep, by which a session's time goes on."""
        return self.find_steady() if self.find_steady else None

    @cached_property
    def places(self) -> "Paths":
        """Where things are, how they were found, and what is wrong with it."""
        return self._find_places()

    @property
    def configuration(self) -> "Configuration":
        """The configuration in force."""
        return self.places.configuration

    @property
    def today(self) -> date:
        """The date on the wall."""
        return self.now().astimezone().date()

    @property
    def people(self) -> tuple[str, ...]:
        """The names of our own people that the configuration has."""
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
    """This moment, aware, UTC."""
    return datetime.now(UTC)


def steady_clock() -> "SteadyClock":
    """This machine's clock that nobody sets; loaded when a session is held."""
    from session_tui.store.clock import system_clock

    return system_clock()
