"""Holding a session: run, resume, demo, and the home screen."""

import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import click

from session_tui.cli import beginning
from session_tui.cli.where import Where
from session_tui.model.agenda import Agenda
from session_tui.model.clean import harmless
from session_tui.model.fault import Fault
from session_tui.store import agendas, opened, shelf
from session_tui.store.opened import OpenedSession
from session_tui.store.shelf import Row
from session_tui.store.trouble import StoreError

SAMPLE_ACCOUNT = "Acme Freight"


@click.command()
@click.argument("account")
@click.option("--opportunity", default="", help="The deal.")
@click.option("--zone", default="", help="The division, region or site; left out: all of the account.")
@click.option("--agenda", default=agendas.STANDARD, show_default=True, help="The programme, by name.")
@click.option("--plan", type=click.Path(path_type=Path), help="The account plan everybody was to read.")
@click.option("--attendee", "attendees", multiple=True, metavar="NAME[:ROLE]", help="Who is there; may be repeated.")
@click.option(
    "--facilitator", default="", help="Who holds it; else the attendee of that role, else the configured name."
)
@click.option("--account-owner", default="", help="Who answers for the account.")
@click.option("--phase", default="", help="The forecast phase.")
@click.option("--amount", type=float, help="What the deal is worth.")
@click.option("--currency", default="", help="ISO 4217, such as EUR.")
@click.option("--close-on", type=click.DateTime(["%Y-%m-%d"]), help="When it is to close, as 2026-12-18.")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.option("--wait", is_flag=True, help="Open with the clock standing; ctrl+t or /go_on starts it.")
@click.option("--new", is_flag=True, help="Begin another one where the account has a live session.")
@click.pass_obj
def run(
    where: Where,
    *,
    account: str,
    opportunity: str,
    zone: str,
    agenda: str,
    plan: Path | None,
    attendees: tuple[str, ...],
    facilitator: str,
    account_owner: str,
    phase: str,
    amount: float | None,
    currency: str,
    close_on: datetime | None,
    plain: bool,
    wait: bool,
    new: bool,
) -> int:
    """Hold a session on ACCOUNT. The clock starts with the screen."""
    _needs_a_terminal(plain)
    if not new and (living := shelf.live(where.sessions, account)):
        going_on = _instead(living, plain)
        if going_on is not None:
            return _resume(where, going_on.path, plain, wait)
    programme = agendas.find(agenda, where.places.agendas.path)
    session = beginning.new_session(
        beginning.Wish(
            account=account,
            opportunity=opportunity,
            zone=zone,
            plan=plan,
            attendees=attendees,
            facilitator=facilitator,
            account_owner=account_owner,
            phase=phase,
            amount=amount,
            currency=currency,
            close_on=close_on.date() if close_on else None,
        ),
        programme,
        where,
    )
    session_ = opened.create_session(where.sessions, session, where.state, where.places.configuration.name)
    return hold(where, session_, programme, plain=plain, wait=wait)


@click.command()
@click.argument("id", required=False)
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.option("--wait", is_flag=True, help="Leave the clock standing where it has not started.")
@click.pass_obj
def resume(where: Where, id: str | None, plain: bool, wait: bool) -> int:
    """Go on with session ID (or the beginning of it, or `latest`); without one, with the newest live session."""
    _needs_a_terminal(plain)
    if id is None:
        living = [row for row in shelf.rows(where.sessions) if row.session and row.session.status == "live"]
        if not living:
            raise StoreError(
                Fault("", f"no session is live in {where.sessions}", "session-tui run ACCOUNT begins one.")
            )
        path = living[0].path
    else:
        path = shelf.find(where.sessions, id)
    return _resume(where, path, plain, wait)


@click.command()
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@click.pass_obj
def demo(where: Where, plain: bool) -> int:
    """Open a session on a sample account, in a temporary folder: trying it touches nothing of yours."""
    _needs_a_terminal(plain)
    folder = Path(tempfile.mkdtemp(prefix="session-tui-demo-"))
    sessions = folder / "sessions"
    sessions.mkdir()
    for sample in agendas.shipped("samples").glob("*.toml"):
        shutil.copyfile(sample, sessions / sample.name)
    there = Where(sessions, None)
    programme = agendas.find(agendas.STANDARD, folder)
    wish = beginning.sample_wish(SAMPLE_ACCOUNT, sessions)
    session = beginning.new_session(wish, programme, there)
    session_ = opened.create_session(sessions, session, folder / "state")
    return hold(there, session_, programme, plain=plain)


def home(where: Where) -> int:
    """The home screen: the latest sessions, new, resume, open."""
    _needs_a_terminal(plain=False)
    from session_tui.cli.screens import home_screen

    return home_screen(where)


def hold(where: Where, session: OpenedSession, agenda: Agenda | None, *, plain: bool, wait: bool = False) -> int:
    """Hold an open session, on the full screen or line by line; whatever happens, what was entered goes to disk."""
    try:
        if plain:
            from session_tui.cli.plain import hold_plain

            return hold_plain(session, agenda, where.places.configuration, wait=wait)
        from session_tui.cli.screens import live_screen

        return live_screen(where, session, agenda, wait=wait)
    finally:
        session.close()


def _resume(where: Where, path: Path, plain: bool, wait: bool) -> int:
    session = opened.open_session(path, where.state, where.places.configuration.name)
    status = session.session.status
    if status in ("held", "cancelled") or session.read_only:
        why = session.read_only or f"it is {status}"
        if plain:
            session.close()
            raise StoreError(Fault(path.name, why, "session-tui show reads it."))
    try:
        agenda = agendas.of(session.session, where.places.agendas.path)
    except StoreError:
        session.close()
        raise
    return hold(where, session, agenda, plain=plain, wait=wait)


def _needs_a_terminal(plain: bool) -> None:
    if not plain and not (sys.stdin.isatty() and sys.stdout.isatty()):
        what = "the full screen needs a terminal, and this is none"
        raise StoreError(Fault("", what, "--plain holds the session line by line."))


def _instead(living: tuple[Row, ...], plain: bool) -> Row | None:
    """The live session to go on with instead of beginning another; asked at a terminal, named where there is none."""
    row = living[0]
    assert row.session is not None  # shelf.live gives sound rows alone
    began = row.session.started_at
    since = f" since {began.astimezone():%d %b %H:%M}" if began else ""
    what = f"{harmless(row.session.account)} has a live session{since}: {row.id}"
    if plain:
        raise StoreError(Fault("", what, f"session-tui resume {row.id} goes on with it; --new begins another."))
    click.echo(what, err=True)
    choice = click.prompt(
        "r resume it, n begin another, q leave", type=click.Choice(["r", "n", "q"]), default="r", err=True
    )
    if choice == "q":
        raise click.Abort
    return row if choice == "r" else None


COMMANDS = {"run": run, "resume": resume, "demo": demo}
