"""Fixtures for many tests: folders, a session, and a clock under test control."""

import gc
import inspect
import itertools
import os
import random
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

import parsed_styles
import profiles
import settling
import temporary_files
from session_tui.context import AppContext
from session_tui.model.agenda import Agenda, session_parts
from session_tui.model.configuration import Configuration
from session_tui.model.session import Attendee, Session
from session_tui.store import agendas
from session_tui.store.clock import SteadyClock
from session_tui.store.open_session import OpenedSession, create_session
from session_tui.store.paths import FoundPath, Paths

# What this machine tells its Python is not what a user's does; without bytecode kept, each start
# compiles everything again, which takes twice as long.
for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
    os.environ.pop(name, None)
sys.dont_write_bytecode = False

# Started behind nohup or by a shell without job control, signals would be ignored here and in all
# that is started.
for number in ("SIGINT", "SIGQUIT", "SIGHUP"):
    if hasattr(signal, number) and signal.getsignal(getattr(signal, number)) is signal.SIG_IGN:
        signal.signal(getattr(signal, number), signal.default_int_handler if number == "SIGINT" else signal.SIG_DFL)

temporary_files.install()
profiles.load()
settling.install()
parsed_styles.install()

GARBAGE = (20_000, 20, 20)  # objects until the garbage collector looks, and rounds until it looks at older ones
STARTERS = frozenset({"Terminal", "subprocess", "multiprocessing"})  # what a module that starts programs has imported


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks tests as slow that open a screen or start a program; `make check` leaves them out."""
    said = item.get_closest_marker("slow") is not None
    if isinstance(item, pytest.Function) and not said and _opens(item):
        item.add_marker(pytest.mark.slow("by what it opens"))


def _opens(item: pytest.Function) -> bool:
    starts = not STARTERS.isdisjoint(vars(item.module)) or "browser" in item.function.__code__.co_names
    return starts or inspect.iscoroutinefunction(item.function)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several test processes the longest tests come first, so that none waits at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=_shortness)


def _shortness(item: pytest.Item) -> int:
    marker = item.get_closest_marker("slow")
    if marker is None:
        return 2
    return 1 if marker.args else 0


def pytest_collection_finish() -> None:
    """Freezes imported modules and collected tests, so that the garbage collector skips them, and
    lets it look less often: screens make objects by the thousand, and few of them are garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def pytest_unconfigure() -> None:
    """Ends what was started once for all tests of this process."""
    if (module := sys.modules.get("postgresql")) is not None:
        module.end()


START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
NOWHERE = Path(os.devnull) / "nothing"  # no folder can be made there
NUMBERS = itertools.count()  # of the folders of tests
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
    places: Paths,
    now: Callable[[], datetime] = lambda: START,
    environ: Mapping[str, str] = MappingProxyType({}),
    steady: SteadyClock | None = None,
) -> AppContext:
    """The context of a program that found these places; chance is the same each time."""
    return AppContext(lambda: places, now, random.Random(7), environ, (lambda: steady) if steady else None)


def no_places(configuration: Configuration | None = None, sessions: Path = NOWHERE) -> Paths:
    """Places where nothing is, nor can be; of the sessions' folder one may say where it is."""
    nowhere = FoundPath(NOWHERE, "own", "nowhere")
    return Paths(
        sessions=FoundPath(sessions, "own", "nowhere"),
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
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """As pytest's own, which looks through all earlier folders for a free number. The folder of a
    test that failed is kept.
    """
    words, failures = re.sub(r"\W", "_", request.node.name)[:30], request.session.testsfailed
    path = tmp_path_factory.getbasetemp() / f"{words}{next(NUMBERS)}"
    path.mkdir(mode=0o700)
    yield path
    if request.session.testsfailed == failures:
        shutil.rmtree(path, ignore_errors=True)


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
