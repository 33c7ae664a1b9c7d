"""What many tests begin with: a sessions folder, a state folder, a session, a clock that is an argument."""

import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, settings

from session_tui.context import AppContext
from session_tui.model.agenda import Agenda, session_parts
from session_tui.model.configuration import Configuration
from session_tui.model.session import Attendee, Session
from session_tui.store import agendas
from session_tui.store.opened import OpenedSession, create_session
from session_tui.store.places import Place, Places

# How long an example takes says how busy the machine is, and nothing about a promise.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
NOWHERE = Path(os.devnull) / "nothing"  # no folder can be made there
EXAMPLE = DATA / "valid" / "2026-11-23-acme-freight-7k3q.toml"


class Clock:
    """A clock that a test turns by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.moment = now

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


def context_of(
    places: Places,
    now: Callable[[], datetime] = lambda: START,
    environ: Mapping[str, str] = MappingProxyType({}),
) -> AppContext:
    """The context of a program that found these places; chance is the same each time."""
    return AppContext(lambda: places, now, random.Random(7), environ)


def no_places(configuration: Configuration | None = None, sessions: Path = NOWHERE) -> Places:
    """Places where nothing is, nor can be; of the sessions' folder one may say where it is."""
    nowhere = Place(NOWHERE, "own", "nowhere")
    return Places(
        sessions=Place(sessions, "own", "nowhere"),
        agendas=nowhere,
        plans=nowhere,
        assessments=nowhere,
        config=None,
        state=nowhere,
        cache=nowhere,
        me=nowhere,
        configuration=configuration or Configuration(),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def agenda() -> Agenda:
    return agendas.read(DATA / "valid" / "agenda.toml")


@pytest.fixture
def session(agenda: Agenda) -> Session:
    """A new session on an account, with two of our people, its clock not started."""
    return Session(
        id="2026-11-23-acme-freight-7k3q",
        status="live",
        agenda="strategy-30",
        account="Acme Freight",
        opportunity="Transport management replacement",
        account_owner="Ben Okafor",
        facilitator="Ana Ruiz",
        attendees=(
            Attendee(name="Ben Okafor", role="account owner"),
            Attendee(name="Mei Tan", role="presales"),
            Attendee(name="Ana Ruiz", role="facilitator"),
        ),
        parts=session_parts(agenda),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sessions").mkdir()
    return tmp_path / "sessions"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def opened(folder: Path, session: Session, state: Path) -> OpenedSession:
    return create_session(folder, session, state)
