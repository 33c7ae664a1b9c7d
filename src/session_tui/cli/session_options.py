"""The options that `run` and `prepare` share, and the session they describe."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click
from msgspec.structs import replace

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.prompt import ask
from session_tui.cli.sessions import library, rows
from session_tui.index.sessions import accounts_known
from session_tui.model import fixed_end
from session_tui.model.agenda import session_parts
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Put, Several
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.similar_names import nearly
from session_tui.store import agendas, new_session, open_session, session_folder
from session_tui.store.errors import StoreError, WrongName
from session_tui.store.new_session import NewSession, PriorSessions, SessionRequest
from session_tui.store.open_session import OpenedSession
from session_tui.store.session_folder import SessionFile

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--zone", help='The division, region or site; left out: that of the last session. "": all of it.'),
    click.option("--opportunity", help="The deal; left out: that of the last session."),
    click.option("--agenda", help="The agenda, by name; the default is strategy-30."),
    click.option("--plan", type=PATH, help="The account plan everybody is to read."),
    click.option("--attendee", "attendees", multiple=True, metavar="NAME[:ROLE]", help="Who is there; repeat it."),
    click.option("--facilitator", default="", help="Who holds it; else the attendee of that role, else you."),
    click.option("--account-owner", default="", help="Who answers for the account."),
    click.option("--credit", "credit_split", default="", metavar="SHARES", help="As in: Ben Okafor 70, Mei Tan 30."),
    click.option("--phase", default="", help="The forecast phase."),
    click.option("--amount", type=float, help="What the deal is worth."),
    click.option("--currency", default="", help="ISO 4217, such as EUR."),
    click.option("--close-on", type=click.DateTime(["%Y-%m-%d"]), help="When it is to close, as 2026-12-18."),
    click.option("--previous", metavar="ID", help='Carry forward from this session; "" begins with nothing.'),
    click.option("--new", is_flag=True, help="Begin another one where there is one live or prepared."),
    click.option("--new-account", is_flag=True, help="It is a new account, though its name is nearly a known one."),
)


def with_session_options(command: Command) -> Command:
    """Add the options that describe a session."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request_of(account: str, options: dict[str, Any]) -> SessionRequest:
    """The options as a `SessionRequest`."""
    close_on = options.pop("close_on")
    return SessionRequest(account=account, close_on=close_on.date() if close_on else None, **options)


def account_and_rows(context: CommandContext, account: str, *, new: bool) -> tuple[str, tuple[SessionFile, ...]]:
    """A new session's account and its past sessions, newest first; see `confirmed_account`."""
    account = new_session.named("account", account)
    found = rows(context, account)
    if new or not account or found:
        return account, found
    meant = confirmed_account(context, account)
    return meant, found if meant == account else rows(context, meant)


def confirmed_account(context: CommandContext, account: str) -> str:
    """The account for a name that no session has; for a name similar to a known one, the user is
    asked.

    `WrongName` where there is no terminal to ask at: a second account of one customer would be
    noticed late.
    """
    with library(context) as index:
        near = nearly(account, accounts_known(index, context.places))
    if not near:
        return account
    what = f"{account} is new here, and nearly {' or '.join(near)}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WrongName(Fault("", what, "Write that name, or say --new-account."))
    echo(f"{what}.", err=True)
    for number, name in enumerate(near, 1):
        echo(f"  {number}  {name}", err=True)
    choices = [*map(str, range(1, len(near) + 1)), "new", "q"]
    asked = "The number of the one you mean, new begins a new account, q leaves"
    choice = ask(asked, type=click.Choice(choices), show_choices=False)
    if choice == "q":
        raise click.Abort
    return account if choice == "new" else near[int(choice) - 1]


def create(context: CommandContext, begun: NewSession) -> OpenedSession:
    """Write the new session's file and open it."""
    return open_session.create_session(
        context.sessions, begun.session, context.state, context.places.configuration.name
    )


def bring_up_to_date(context: CommandContext, session: OpenedSession) -> PriorSessions:
    """Update a prepared session to the current data; returns its background, with the
    differences.
    """
    edit, background = new_session.up_to_date(session.session, context.places)
    if edit is not None and (fault := session.change(edit, context.now(), undoable=False)):
        raise StoreError(fault)
    return background


def add_options(context: CommandContext, session: OpenedSession, request: SessionRequest, agenda: str | None) -> None:
    """Add the options to a prepared session; its agenda may change too, because its clock has not
    started.
    """
    value = session.session
    edits = [each for each in (new_session.changed(value, request, context.places),) if each is not None]
    if agenda is not None and agenda != value.agenda:
        programme = agendas.find(agenda, context.places.agendas.path)
        edits.append(Put("agenda", "", value.agenda, programme.name))
        edits.append(Put("parts", "", value.parts, session_parts(programme)))
    if edits and (fault := session.change(Several(tuple(edits)), context.now())):
        raise StoreError(fault)


def fix_end(context: CommandContext, session: OpenedSession, until: str) -> None:
    """Fix the end of a prepared session at the time of day `until`."""
    value = session.session
    put = Put("ends_at", "", value.ends_at, fixed(value, until, context.now()).ends_at)
    if fault := session.change(put, context.now()):
        raise StoreError(fault)


def fixed(session: Session, until: str, now: datetime) -> Session:
    """A session before its start, to end at `until`; `WrongName` where that is refused."""
    edit = fixed_end.edit_of(until, session, now)
    if isinstance(edit, Refusal):
        raise WrongName(Fault("--until", edit.what, edit.do))
    return replace(session, ends_at=edit.new)


def sample_wish(account: str, found: tuple[SessionFile, ...]) -> SessionRequest:
    """The demo's session: the next one on the sample account, with the people of the last one
    present.
    """
    held = session_folder.of_account(found, account, "held")
    if not held:
        return SessionRequest(account=account)
    people = tuple(f"{each.name}:{each.role}" for each in held[0].attendees)
    return SessionRequest(account=account, attendees=people, facilitator=held[0].facilitator)
