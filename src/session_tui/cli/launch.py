"""Opens the full screen. Of the command line, only this module imports Textual."""

import gc
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from session_tui.cli.output import echo
from session_tui.context import AppContext
from session_tui.model.agenda import Agenda
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Session
from session_tui.store.errors import StoreError
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import keymap_of
from session_tui.tui.app import SessionTui, live
from session_tui.tui.shutdown import WINDOW_CLOSED

if TYPE_CHECKING:
    from session_tui.model.team.practices import Practices
    from session_tui.store.merge import MergeInput
    from session_tui.store.new_session import PriorSessions
    from session_tui.store.plans.reader import Reading
    from session_tui.store.team.anonymous import AnonymousBatch
    from session_tui.store.team.enemies import EnemiesFile
    from session_tui.store.team.scorecards import ScorecardFile
    from session_tui.tui.live.trial import Trial


def _print_key_faults(context: AppContext) -> None:
    """Print faults of configured keys before the screen opens; the built-in keys replace them."""
    for fault in keymap_of(context).faults:
        echo(f"{context.places.config.path if context.places.config else ''}: {fault.words}", err=True)


def _open(
    context: AppContext, first: Callable[[], Screen[Any]], styles: str, session: OpenedSession | None = None
) -> int:
    """Open the application on this screen, and print its messages at its end."""
    _print_key_faults(context)
    return finish(SessionTui(context, first, styles), session)


def live_screen(
    context: AppContext,
    session: OpenedSession,
    agenda: Agenda | None,
    background: "PriorSessions | None",
    *,
    wait: bool,
    trial: "Trial | None" = None,
) -> int:
    """Hold the session; the remaining messages go to standard output."""
    _print_key_faults(context)
    # An earlier tutor is not a session before this one.
    sessions = None if trial is not None and trial.again else context.session_library
    app = live(session, agenda, context, wait=wait, session_library=sessions, background=background, trial=trial)
    return finish(app, session)


def presenter_screen(context: AppContext, session: OpenedSession) -> int:
    """Show the session on a shared screen; prints where it is."""
    from session_tui.tui.screens.live.presenter import PresenterScreen

    return _open(context, lambda: PresenterScreen(session, context), "screens/live/presenter.tcss", session)


def home_screen(context: AppContext, choose_trial: Callable[[str], None], news: str = "") -> int:
    """Open the program without an account. `choose_trial` is called with demo or tutor where the
    user wants that next; `news` is the first message.
    """
    from session_tui.tui.screens.library.home import HomeScreen

    first = partial(HomeScreen, context, choose_trial=choose_trial, news=news)
    return _open(context, first, "screens/library/library.tcss")


def back_screen(context: AppContext, tab: str, account: str) -> int:
    """Open the library at one of its places about an account."""
    from session_tui.tui.screens.library.home import HomeScreen

    first = partial(HomeScreen, context, tab=tab, account=account)
    return _open(context, first, "screens/library/library.tcss")


def compare_screen(context: AppContext, older: Session, newer: Session) -> int:
    """Show two sessions side by side."""
    from session_tui.tui.screens.library.compare import CompareScreen

    return _open(context, lambda: CompareScreen(older, newer, context.today), "screens/library/compare.tcss")


def merge_screen(context: AppContext, found: "MergeInput") -> int:
    """Show two versions of a session side by side, and let the user choose; prints the written
    files.
    """
    from session_tui.tui.screens.merge.screen import MergeScreen

    return _open(context, lambda: MergeScreen(found, context.state, context.today), "screens/merge/merge.tcss")


def prepare_screen(context: AppContext, session: OpenedSession, background: "PriorSessions") -> int:
    """Prepare a session; prints whether it was held or is prepared."""
    from session_tui.tui.screens.plan.prepare import PrepareScreen

    screen = partial(PrepareScreen, session, background, context, context.places)
    return _open(context, screen, "screens/plan/prepare.tcss", session)


def brief_screen(
    context: AppContext, account: str, sessions: tuple[Session, ...], deals: tuple[PipelineRow, ...]
) -> int:
    """One page about an account, on the full screen."""
    from session_tui.tui.screens.library.history import BriefScreen

    return _open(context, lambda: BriefScreen(account, sessions, deals, context.today), "screens/text_page.tcss")


def plan_screen(context: AppContext, reading: "Reading", role: str, questions: tuple[tuple[str, str], ...]) -> int:
    """Read a plan; prints whether the reading is on record."""
    from session_tui.tui.screens.plan.screen import PlanScreen

    plan, path, reader, state = reading.plan, reading.path, reading.reader, reading.state
    screen = partial(PlanScreen, plan, path, reader, role, questions, context, state)
    return _open(context, screen, "screens/plan/plan.tcss")


def scorecard_screen(context: AppContext, given: "ScorecardFile", asked: "Practices") -> int:
    """Rate the practices; prints the path of the saved file."""
    from session_tui.tui.screens.team.scorecard import ScorecardScreen

    first = partial(ScorecardScreen, given, asked)
    try:
        return _open(context, first, "screens/team/scorecard.tcss")
    finally:
        given.close()  # writes again: the disk may have room by now


def enemies_screen(context: AppContext, given: "EnemiesFile | AnonymousBatch", title: str, *, together: bool) -> int:
    """Answer on the enemies of teamwork; prints where the answers are saved."""
    from session_tui.tui.screens.team.enemies import EnemiesScreen

    first = partial(EnemiesScreen, given, title, together=together)
    try:
        return _open(context, first, "screens/team/enemies.tcss")
    finally:
        given.close()  # writes again: the disk may have room by now


def people_screen(context: AppContext) -> int:
    """Show our people; a hand-over starts there."""
    from session_tui.tui.screens.team.people import PeopleScreen

    return _open(context, lambda: PeopleScreen(context, context.places, Path()), "screens/team/team.tcss")


def handover_screen(context: AppContext, giver: str, folder: Path) -> int:
    """Show the items one of our people holds, to hand them over row by row."""
    from session_tui.tui.screens.team.handover import HandoverScreen

    first = partial(HandoverScreen, giver, context, context.places, folder)
    return _open(context, first, "screens/team/team.tcss")


def finish(app: SessionTui, session: OpenedSession | None) -> int:
    """Run the application to its end and print its messages.

    A crash of the screen loses no entry.
    """
    app.ending.listen()
    # Imported modules stay in memory: scanning them for garbage once delayed a key of the first
    # seconds by 28 ms.
    gc.freeze()
    try:
        result = app.run(mouse=True)
        if session is not None and not app.lost and not session.close():
            from session_tui.tui.live.screen_text import not_on_disk

            session.give_up()
            raise StoreError(Fault("", not_on_disk(session)))
    finally:
        # Last, because the entries must be on disk before the push starts.
        left_alone = app.close_services()
        app.ending.over()
        if left_alone is not None:
            with suppress(OSError):  # the terminal may be gone
                echo(f"session-tui: {left_alone}", err=True)
    if app.failure is not None:
        raise app.failure
    if app.ending.asked_by != WINDOW_CLOSED:  # a closed window shows no more output
        for each in app.lost:
            echo(f"session-tui: {each}", err=True)
        for line in (result or "").splitlines():
            echo(line)
    if app.ending.asked_by:
        return 1 if app.lost else app.ending.status
    return 0 if app.return_code in (0, None) else 1
