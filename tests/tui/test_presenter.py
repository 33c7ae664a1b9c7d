"""Covers: session_tui.tui.screens.live.presenter.

The curtain of the shared window is drawn wherever it cannot know, and what it cannot follow it
says in a sentence.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import START, Clock, context_of, no_places
from driver import Driver
from promises.test_nothing_is_lost import enter, eventually
from session_tui.model import edits, fixed_end, session_end
from session_tui.model.capture import Refusal
from session_tui.model.edits import FixEnd
from session_tui.model.session import Stakeholder
from session_tui.store import drafts
from session_tui.store.clock import SteadyClock
from session_tui.store.heartbeat import Presence
from session_tui.store.open_session import OpenedSession, follow_session
from session_tui.tui.app import SessionTui
from session_tui.tui.screens.live.presenter import PresenterScreen
from session_tui.tui.widgets.large_time import LargeTime


class Watcher(Driver[PresenterScreen]):
    """Looks at the shared window."""

    def looks(self) -> None:
        self.screen.live.look_at_the_clock()


@asynccontextmanager
async def presenting(
    opened: OpenedSession,
    state: Path,
    clock: Clock,
    size: tuple[int, int] = (100, 28),
    steady: SteadyClock | None = None,
) -> AsyncIterator[Watcher]:
    second = follow_session(opened.path, state, "this window only shows the session")
    context = context_of(no_places(None, opened.path.parent), clock, steady=steady)
    app = SessionTui(context, lambda: PresenterScreen(second, context), "screens/live/presenter.tcss")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Watcher(pilot, PresenterScreen)
    second.close()
    opened.close()


@pytest.fixture
def held(opened: OpenedSession, clock: Clock) -> Presence:
    """The window that holds the session: its clock runs, Ruth is on the map, the curtain is
    open.
    """
    presence = Presence(opened, clock)
    presence.begin(None, wait=False)
    person = Stakeholder(id="s1", name="Ruth", title="CFO", power=5, support=-2, pain="freight")
    assert opened.change(edits.add(person), START) is None
    assert opened.settled()
    return presence


def opens(opened: OpenedSession, state: Path) -> None:
    opened.keep_curtain(False)
    eventually(lambda: drafts.read(state / "drafts", opened.path).curtain is False, "the open curtain")


async def test_it_opens_drawn_and_shows_what_is_covered_once_it_knows_that_the_curtain_is_open(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    async with presenting(opened, state, clock) as watcher:
        assert (
            "▒ curtain" in watcher.picture() and "enemy" not in watcher.picture() and "Ruth, CFO" in watcher.picture()
        )
        opened.keep_curtain(False)
        await watcher.sees("enemy")
        opened.keep_curtain(True)
        await watcher.sees("▒ curtain")
        assert "enemy" not in watcher.picture()


def _removed(file: Path) -> None:
    file.unlink()


def _broken(file: Path) -> None:
    file.write_bytes(b"{")


def _older(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b',"curtain":false', b""))


@pytest.mark.parametrize("happens", [_removed, _broken, _older])
async def test_a_draft_that_does_not_tell_draws_the_curtain(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock, happens: Callable[[Path], None]
) -> None:
    opens(opened, state)
    async with presenting(opened, state, clock) as watcher:
        await watcher.sees("enemy")
        happens(drafts.file_of(state / "drafts", opened.path))
        await watcher.sees("▒ curtain")
        assert "enemy" not in watcher.picture()


async def test_without_signs_of_life_the_curtain_is_drawn_and_it_says_since_when(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    opens(opened, state)
    async with presenting(opened, state, clock) as watcher:
        await watcher.sees("enemy")
        clock.moment += timedelta(seconds=25)
        watcher.looks()
        assert "▒ curtain" not in (await watcher.rests()).picture()
        clock.moment += timedelta(seconds=10)
        watcher.looks()
        await watcher.sees("gives no sign of life since")
        assert "enemy" not in watcher.picture() and "▒ curtain" in watcher.picture()
        held.sign(clock.moment)
        await watcher.sees("enemy")


async def test_where_the_curtain_cannot_be_known_it_says_why_and_a_key_opens_it_here(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    draft = drafts.file_of(state / "drafts", opened.path)
    async with presenting(opened, state, clock, (80, 24)) as watcher:
        opens(opened, state)
        await watcher.sees("enemy")
        await watcher.presses("f6")
        await watcher.sees("is open in the window that holds the session, and is turned there.")
        # As on another computer: the file is followed, and no draft is here.
        content = draft.read_bytes()
        draft.unlink()
        await watcher.sees("Curtain drawn: no window on this computer holds the session. f6 opens it here.")
        assert "▒ curtain" in watcher.picture() and "enemy" not in watcher.picture()
        await watcher.presses("f6")
        await watcher.sees("The curtain is open in this window alone. f6 draws it.")
        assert "▒ curtain" not in watcher.picture() and "enemy" in watcher.picture()
        await watcher.presses("f6")
        await watcher.sees("▒ curtain")
        await watcher.presses("f6")
        await watcher.sees("enemy")
        # The window that holds it says something again, and counts from then on.
        draft.write_bytes(content.replace(b'"curtain":false', b'"curtain":true'))
        await watcher.sees("▒ curtain")
        assert "enemy" not in watcher.picture() and "f6" not in watcher.says("said")
        draft.unlink()
        await watcher.sees("f6 opens it here.")
        assert "enemy" not in watcher.picture(), "what was opened here is drawn again"


@pytest.mark.parametrize("days", [365, -365])
async def test_a_computers_clock_that_is_set_by_a_year_is_said_and_changes_no_second(
    opened: OpenedSession, state: Path, clock: Clock, days: int
) -> None:
    true = Clock()
    steady = SteadyClock(lambda: (true.moment - START).total_seconds(), "this boot")
    presence = Presence(opened, clock, steady)
    presence.begin(None, wait=False)
    assert opened.settled()
    eventually(lambda: drafts.read(state / "drafts", opened.path).anchor is not None, "the anchor")
    async with presenting(opened, state, clock, steady=steady) as watcher:
        true.pass_(seconds=20)
        clock.pass_(days=days, seconds=20)
        watcher.looks()
        await watcher.sees("The computer's clock was set")
        assert watcher.screen.live.box.parts[0].spent == 20
        presence.look()  # records the step
        assert opened.settled()
        await watcher.waits_for(lambda: watcher.screen.live.session == opened.session)
        assert watcher.screen.live.box.parts[0].spent == 20


async def test_a_file_that_is_gone_is_said_with_the_time_and_it_goes_on_when_it_is_back(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    async with presenting(opened, state, clock) as watcher:
        assert opened.close()
        sound = opened.path.read_bytes()
        opened.path.unlink()
        await watcher.sees(f"▲ behind · since {clock.moment.astimezone():%H:%M}")
        await watcher.sees("▲ The session's file is gone. The last sound version is shown.")
        assert "Ruth, CFO" in watcher.picture()
        opened.path.write_bytes(sound.replace(b"Ruth", b"Rita"))
        await watcher.sees("Rita, CFO")
        assert "◉ following" in watcher.picture()


async def test_the_end_shows_the_closing_list_and_says_that_the_session_has_ended(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    async with presenting(opened, state, clock) as watcher:
        clock.pass_(seconds=20)
        end = session_end.close("hold later", opened.session, clock())
        assert isinstance(end, edits.Close)
        assert opened.change(end, clock()) is None
        await watcher.sees("■ ended")
        await watcher.sees("No open action item.")
        assert "✓ Stakeholder map" in watcher.picture() and "▶" not in watcher.picture()
        reopened = session_end.reopen(opened.session, clock())
        assert not isinstance(reopened, Refusal)
        assert opened.change(reopened, clock()) is None
        await watcher.sees("▶ Stakeholder map")
        assert "Ruth, CFO" in watcher.picture()


async def test_no_key_changes_the_session_and_every_size_shows_the_time(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    async with presenting(opened, state, clock, size=(80, 24)) as watcher:
        before = opened.session
        await watcher.presses("ctrl+n", "ctrl+t", "x", "delete", "f6", "ctrl+z", "m", "c", "t")
        assert opened.session is before
        for columns, rows in ((20, 5), (12, 3), (40, 14), (59, 20), (240, 67), (80, 24)):
            await watcher.resizes(columns, rows)
            time = watcher.screen.query_one(LargeTime)
            assert time.region.right <= columns and time.region.bottom <= rows
            assert "10:00" in watcher.picture() or "█" in watcher.picture(), (columns, rows)


async def test_a_hundred_entries_follow_in_order(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    async with presenting(opened, state, clock) as watcher:
        for number in range(100):
            enter(opened, f"Person {number}")
        await watcher.waits_for(lambda: len(watcher.rows()) == 101)
        assert watcher.highlighted == "s101"


@pytest.mark.parametrize(
    ("seconds", "tone", "says"),
    [
        (60, "digits", ""),
        (9 * 60 + 30, "warn", "Last minute of this part."),
        (11 * 60, "bad", "This part's time is up."),
        (31 * 60, "bad", "The session's time is up."),
    ],
)
async def test_the_digits_say_by_their_tone_what_the_sentence_says(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock, seconds: int, tone: str, says: str
) -> None:
    async with presenting(opened, state, clock) as watcher:
        clock.pass_(seconds=seconds)
        held.sign(clock.moment)
        opens(opened, state)
        watcher.looks()
        await watcher.waits_for(lambda: says in watcher.picture() and "sign of life" not in watcher.picture())
        assert watcher.screen.query_one(LargeTime).look == tone


async def test_it_shows_the_fixed_end_and_the_look_of_the_time(
    held: Presence, opened: OpenedSession, state: Path, clock: Clock
) -> None:
    opens(opened, state)
    edit = fixed_end.edit_of(f"{START + timedelta(minutes=20):%H:%M}", opened.session, START)
    assert isinstance(edit, FixEnd)
    assert opened.change(edit, START) is None
    assert opened.settled()
    async with presenting(opened, state, clock) as watcher:
        await watcher.sees(f"until {START + timedelta(minutes=20):%H:%M}")
        assert watcher.screen.query_one(LargeTime).look == "digits"
        clock.pass_(minutes=30)
        watcher.looks()
        assert watcher.screen.query_one(LargeTime).look == "bad"
        await watcher.sees("over the end")
