"""From the command line to the full screen: this module alone of the command line loads the framework."""

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from session_tui.cli.output import say
from session_tui.cli.where import Where, chance, now
from session_tui.library.shelves import shelves
from session_tui.model.agenda import Agenda
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Session
from session_tui.store.beginning import Background
from session_tui.store.opened import OpenedSession
from session_tui.store.trouble import StoreError
from session_tui.tui.app import SessionTui, live
from session_tui.tui.desk import Desk
from session_tui.tui.ending import WINDOW_CLOSED

if TYPE_CHECKING:
    from session_tui.model.assessment import Practices
    from session_tui.store.about_us import Together
    from session_tui.store.assessments import Answers
    from session_tui.store.enemies import Growing
    from session_tui.store.merging import Found
    from session_tui.store.reading import Reading


def desk(where: Where) -> Desk:
    """What the screens may ask for; faulty keys are said, and stay the built-in ones."""
    made = Desk(now, where.places.configuration, where.places)
    for fault in made.key_faults:
        say(f"{where.places.config.path if where.places.config else ''}: {fault}", err=True)
    return made


def live_screen(
    where: Where, session: OpenedSession, agenda: Agenda | None, background: Background | None, *, wait: bool
) -> int:
    """Hold the session; what is left to say afterwards goes to standard output."""
    app = live(session, agenda, desk(where), wait=wait, shelves=shelves(where.places), background=background)
    return finish(app, session)


def home_screen(where: Where) -> int:
    """Open the program without an account."""
    from session_tui.tui.offices import Offices
    from session_tui.tui.screens.home import HomeScreen

    made = desk(where)
    offices = Offices(where.places, chance())
    return finish(SessionTui(made, lambda: HomeScreen(offices, made), "screens/home.tcss"), None)


def back_screen(where: Where, tab: str, account: str) -> int:
    """The library, at one of its places about an account."""
    from session_tui.tui.offices import Offices
    from session_tui.tui.screens.home import HomeScreen

    made = desk(where)
    offices = Offices(where.places, chance())
    first = partial(HomeScreen, offices, made, tab=tab, account=account)
    return finish(SessionTui(made, first, "screens/home.tcss"), None)


def compare_screen(where: Where, older: Session, newer: Session) -> int:
    """Two sessions side by side."""
    from session_tui.tui.screens.compare import CompareScreen

    made = desk(where)
    return finish(SessionTui(made, lambda: CompareScreen(older, newer, made.today), "screens/compare.tcss"), None)


def merge_screen(where: Where, found: "Found") -> int:
    """Two versions of a session side by side, and the choice of each; what was written goes to standard output."""
    from session_tui.tui.screens.merge import MergeScreen

    made = desk(where)
    return finish(SessionTui(made, lambda: MergeScreen(found, where.state, made.today), "screens/merge.tcss"), None)


def prepare_screen(where: Where, session: OpenedSession, background: Background) -> int:
    """Prepare a session; whether it was held in the end, or left prepared, goes to standard output."""
    from session_tui.tui.screens.prepare import PrepareScreen

    screen = partial(PrepareScreen, session, background, desk(where), where.places)
    return finish(SessionTui(desk(where), screen, "screens/prepare.tcss"), session)


def brief_screen(where: Where, account: str, sessions: tuple[Session, ...], deals: tuple[PipelineRow, ...]) -> int:
    """One page about an account, on the full screen."""
    from session_tui.tui.screens.brief import BriefScreen

    made = desk(where)
    return finish(
        SessionTui(made, lambda: BriefScreen(account, sessions, deals, made.today), "screens/page.tcss"), None
    )


def plan_screen(where: Where, reading: "Reading", role: str, questions: tuple[tuple[str, str], ...]) -> int:
    """Read a plan; whether it is on record goes to standard output."""
    from session_tui.tui.screens.plan import PlanScreen

    made = desk(where)
    plan, path, reader, state = reading.plan, reading.path, reading.reader, reading.state
    screen = partial(PlanScreen, plan, path, reader, role, questions, made, state)
    return finish(SessionTui(made, screen, "screens/plan.tcss"), None)


def scorecard_screen(where: Where, given: "Answers", asked: "Practices") -> int:
    """Rate the practices; where it is saved goes to standard output."""
    from session_tui.tui.screens.scorecard import ScorecardScreen

    app = SessionTui(desk(where), partial(ScorecardScreen, given, asked), "screens/scorecard.tcss")
    try:
        return finish(app, None)
    finally:
        given.close()  # what a disk refused while the screen was there: it may have room by now


def enemies_screen(where: Where, given: "Growing | Together", title: str, *, together: bool) -> int:
    """Answer on the enemies of teamwork; what is kept goes to standard output."""
    from session_tui.tui.screens.enemies import EnemiesScreen

    app = SessionTui(desk(where), partial(EnemiesScreen, given, title, together=together), "screens/enemies.tcss")
    try:
        return finish(app, None)
    finally:
        given.close()  # what a disk refused while the screen was there: it may have room by now


def people_screen(where: Where) -> int:
    """Our people; a hand-over begins there."""
    from session_tui.tui.screens.people import PeopleScreen

    made = desk(where)
    return finish(SessionTui(made, lambda: PeopleScreen(made, where.places, Path()), "screens/team.tcss"), None)


def handover_screen(where: Where, giver: str, folder: Path) -> int:
    """What one of our people holds, handed over row by row."""
    from session_tui.tui.screens.handover import HandoverScreen

    made = desk(where)
    first = partial(HandoverScreen, giver, made, where.places, folder)
    return finish(SessionTui(made, first, "screens/team.tcss"), None)


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
