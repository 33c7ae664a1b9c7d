"""From the command line to the full screen: this module alone of the command line loads the framework."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from session_tui.cli.output import say
from session_tui.context import AppContext
from session_tui.model.agenda import Agenda
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Session
from session_tui.store.beginning import Background
from session_tui.store.opened import OpenedSession
from session_tui.store.trouble import StoreError
from session_tui.tui.app import SessionTui, live
from session_tui.tui.ending import WINDOW_CLOSED
from session_tui.tui.keymap import keymap_of

if TYPE_CHECKING:
    from session_tui.model.assessment import Practices
    from session_tui.store.about_us import Together
    from session_tui.store.assessments import Answers
    from session_tui.store.enemies import Growing
    from session_tui.store.merging import Found
    from session_tui.store.reading import Reading


def _say_key_faults(context: AppContext) -> None:
    """Before the screen opens; the built-in keys stay in the place of faulty ones."""
    for fault in keymap_of(context).faults:
        say(f"{context.places.config.path if context.places.config else ''}: {fault}", err=True)


def _open(
    context: AppContext, first: Callable[[], Screen[Any]], styles: str, session: OpenedSession | None = None
) -> int:
    """Open the application on this screen, and say what it says at its end."""
    _say_key_faults(context)
    return finish(SessionTui(context, first, styles), session)


def live_screen(
    context: AppContext, session: OpenedSession, agenda: Agenda | None, background: Background | None, *, wait: bool
) -> int:
    """Hold the session; what is left to say afterwards goes to standard output."""
    _say_key_faults(context)
    app = live(session, agenda, context, wait=wait, shelves=context.shelves, background=background)
    return finish(app, session)


def home_screen(context: AppContext) -> int:
    """Open the program without an account."""
    from session_tui.tui.screens.home import HomeScreen

    return _open(context, lambda: HomeScreen(context), "screens/home.tcss")


def back_screen(context: AppContext, tab: str, account: str) -> int:
    """The library, at one of its places about an account."""
    from session_tui.tui.screens.home import HomeScreen

    first = partial(HomeScreen, context, tab=tab, account=account)
    return _open(context, first, "screens/home.tcss")


def compare_screen(context: AppContext, older: Session, newer: Session) -> int:
    """Two sessions side by side."""
    from session_tui.tui.screens.compare import CompareScreen

    return _open(context, lambda: CompareScreen(older, newer, context.today), "screens/compare.tcss")


def merge_screen(context: AppContext, found: "Found") -> int:
    """Two versions of a session side by side, and the choice of each; what was written goes to standard output."""
    from session_tui.tui.screens.merge import MergeScreen

    return _open(context, lambda: MergeScreen(found, context.state, context.today), "screens/merge.tcss")


def prepare_screen(context: AppContext, session: OpenedSession, background: Background) -> int:
    """Prepare a session; whether it was held in the end, or left prepared, goes to standard output."""
    from session_tui.tui.screens.prepare import PrepareScreen

    screen = partial(PrepareScreen, session, background, context, context.places)
    return _open(context, screen, "screens/prepare.tcss", session)


def brief_screen(
    context: AppContext, account: str, sessions: tuple[Session, ...], deals: tuple[PipelineRow, ...]
) -> int:
    """One page about an account, on the full screen."""
    from session_tui.tui.screens.brief import BriefScreen

    return _open(context, lambda: BriefScreen(account, sessions, deals, context.today), "screens/page.tcss")


def plan_screen(context: AppContext, reading: "Reading", role: str, questions: tuple[tuple[str, str], ...]) -> int:
    """Read a plan; whether it is on record goes to standard output."""
    from session_tui.tui.screens.plan import PlanScreen

    plan, path, reader, state = reading.plan, reading.path, reading.reader, reading.state
    screen = partial(PlanScreen, plan, path, reader, role, questions, context, state)
    return _open(context, screen, "screens/plan.tcss")


def scorecard_screen(context: AppContext, given: "Answers", asked: "Practices") -> int:
    """Rate the practices; where it is saved goes to standard output."""
    from session_tui.tui.screens.scorecard import ScorecardScreen

    first = partial(ScorecardScreen, given, asked)
    try:
        return _open(context, first, "screens/scorecard.tcss")
    finally:
        given.close()  # what a disk refused while the screen was there: it may have room by now


def enemies_screen(context: AppContext, given: "Growing | Together", title: str, *, together: bool) -> int:
    """Answer on the enemies of teamwork; what is kept goes to standard output."""
    from session_tui.tui.screens.enemies import EnemiesScreen

    first = partial(EnemiesScreen, given, title, together=together)
    try:
        return _open(context, first, "screens/enemies.tcss")
    finally:
        given.close()  # what a disk refused while the screen was there: it may have room by now


def people_screen(context: AppContext) -> int:
    """Our people; a hand-over begins there."""
    from session_tui.tui.screens.people import PeopleScreen

    return _open(context, lambda: PeopleScreen(context, context.places, Path()), "screens/team.tcss")


def handover_screen(context: AppContext, giver: str, folder: Path) -> int:
    """What one of our people holds, handed over row by row."""
    from session_tui.tui.screens.handover import HandoverScreen

    first = partial(HandoverScreen, giver, context, context.places, folder)
    return _open(context, first, "screens/team.tcss")


def finish(app: SessionTui, session: OpenedSession | None) -> int:
    """Run the application to its end and say what it says; a crash of the screen loses nothing that was typed."""
    app.ending.listen()
    try:
        result = app.run(mouse=True)
        if session is not None and not app.lost and not session.close():
            from session_tui.tui.showing import not_on_disk

            session.give_up()
            raise StoreError(Fault("", not_on_disk(session)))
    finally:
        # Last, since nothing about pushing may stand before what was typed is on disk.
        left_alone = app.postman.close()
        app.ending.over()
        if left_alone is not None:
            with suppress(OSError):  # the terminal may be gone
                say(f"session-tui: {left_alone}", err=True)
    if app.failure is not None:
        raise app.failure
    if app.ending.asked_by != WINDOW_CLOSED:  # a closed window has nobody who reads
        for each in app.lost:
            say(f"session-tui: {each}", err=True)
        for line in (result or "").splitlines():
            say(line)
    if app.ending.asked_by:
        return 1 if app.lost else app.ending.status
    return 0 if app.return_code in (0, None) else 1
