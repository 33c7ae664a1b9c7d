"""`demo`, `tutor`, and the home screen, which offers both."""

from collections.abc import Mapping
from pathlib import Path

import click
from msgspec.structs import replace

from session_tui.cli import session_options
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.resume import check_streams, hold
from session_tui.cli.sessions import rows
from session_tui.model.fault import Fault
from session_tui.store import agendas, new_session, open_session
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.new_session import PriorSessions, SessionRequest
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import keymap_of
from session_tui.tui.live.trial import Demo, Tutor

SAMPLE_ACCOUNT = "Acme Freight"
OPENING = "Type  Nia Obi, CIO !4 +  and press enter. {help} explains, {leave} leaves."
AT_SHELL = "Next: session-tui tutor teaches it in 5 minutes; session-tui begins your own."
AT_SHELL_TAUGHT = "Next: session-tui run ACCOUNT holds your own; session-tui opens the library."
AT_HOME = "Next: l teaches it step by step; n begins a session of your own."
TO_HOME = "Back to the home screen"
AT_HOME_TAUGHT = "Next: n begins a session of your own: type the account and press enter."


@click.command()
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.pass_obj
def demo(context: CommandContext, plain: bool) -> int:
    """Open a session on a sample account, in a temporary folder: trying it touches nothing of
    yours. The folder is removed a week later, when the demo is opened again.
    """
    check_streams(context, plain)
    return _printed(_hold_demo(context, plain=plain))


@click.command()
@click.option("--new", is_flag=True, help="Begin again, though a tutor was left in the middle.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.pass_obj
def tutor(context: CommandContext, new: bool, plain: bool) -> int:
    """Learn it in five minutes: a real session in which the clock stands, with nine tasks.

    It can be left and gone on with; its file is none of your sessions.
    """
    check_streams(context, plain)
    return _printed(_hold_tutor(context, new=new, plain=plain))


def home(context: CommandContext) -> int:
    """The home screen: the latest sessions, new, resume, open; after the demo or the tutor it is
    there again.
    """
    check_streams(context, plain=False)
    from session_tui.cli.launch import home_screen

    news = ""
    while True:
        chosen: list[str] = []
        status = home_screen(context, chosen.append, news)
        if status or not chosen:
            return status
        try:
            if chosen[0] == "demo":
                status, news = _hold_demo(context, at_home=True)
            else:
                status, news = _hold_tutor(context, at_home=True)
        except StoreError as error:
            news = str(error.faults[0])
        if status:
            return status


def _hold_demo(context: CommandContext, *, plain: bool = False, at_home: bool = False) -> tuple[int, str]:
    """Hold the demo; return its status, and what to do next."""
    from session_tui.store.samples import trial_folder

    try:
        folder, remark = trial_folder(context.now())
    except OSError as error:
        where, do = Path(error.filename or "the temporary folder"), "Name another folder in TMPDIR."
        raise StoreError(from_os_error(error, where, do)) from error
    if remark:
        echo(remark, err=True)
    there = context.trial(folder)
    programme = agendas.find(agendas.STANDARD, folder)
    known = rows(there, SAMPLE_ACCOUNT)
    request = session_options.sample_wish(SAMPLE_ACCOUNT, known)
    begun = new_session.begin(request, programme, known, there.places, there.now(), there.rng)
    session = open_session.create_session(folder / "sessions", begun.session, there.state)
    background = begun.background if plain else replace(begun.background, remarks=())
    closing, leaves = (AT_HOME, TO_HOME) if at_home else (AT_SHELL, "")
    words = Demo(OPENING, f"Enter opens the library on these samples.  {closing}", _keys(context, plain), leaves)
    return hold(there, session, programme, background, plain=plain, trial=words), closing


def _hold_tutor(
    context: CommandContext, *, new: bool = False, plain: bool = False, at_home: bool = False
) -> tuple[int, str]:
    """Hold the tutor; return its status, and what to do next."""
    from session_tui.store import tutor as store

    folder = store.folder_in(context.found.state.path)
    there = context.trial(folder)
    programme = agendas.find(agendas.STANDARD, folder)
    found = store.UnfinishedTutor() if new else store.unfinished(folder / "sessions", programme)
    if found.path is None:
        request = SessionRequest(account=store.ACCOUNT, opportunity=store.OPPORTUNITY, attendees=store.PEOPLE)
        begun = new_session.begin(request, programme, (), there.places, there.now(), there.rng)
        session = open_session.create_session(folder / "sessions", begun.session, there.state)
    else:
        session = _go_on(found.path, there.state)
    opening = found.remark or ("" if plain else "Do what the line above says; here stands what your line will do.")
    closing, leaves = (AT_HOME_TAUGHT, TO_HOME) if at_home else (AT_SHELL_TAUGHT, "")
    words = Tutor(opening, closing, _keys(context, plain), leaves)
    status = hold(there, session, programme, PriorSessions(), plain=plain, trial=words)
    return status, closing if session.session.status == "held" else ""


def _go_on(path: Path, state: Path) -> OpenedSession:
    session = open_session.open_session(path, state)
    if session.read_only:
        session.close()
        raise StoreError(Fault("", "the tutor is open in another window", "Go on there, or close it first."))
    return session


def _keys(context: CommandContext, plain: bool) -> Mapping[str, tuple[str, ...]]:
    """The keys of each action; none line by line."""
    return {} if plain else keymap_of(context).keys


def _printed(ended: tuple[int, str]) -> int:
    """Print what to do after a trial that ended well."""
    status, words = ended
    if status == 0 and words:
        echo(words)
    return status


COMMANDS = {"demo": demo, "tutor": tutor}
