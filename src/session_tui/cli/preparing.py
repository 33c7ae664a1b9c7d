"""Before a session: prepare it."""

import sys
from typing import Any

import click

from session_tui.cli import beginning
from session_tui.cli.beginning import asked, wish_of
from session_tui.cli.output import say
from session_tui.cli.where import Where, now
from session_tui.model import carrying, credit, preread
from session_tui.model.agenda import questions
from session_tui.model.fault import Fault
from session_tui.store import agendas, opened, shelf
from session_tui.store import beginning as store
from session_tui.store.beginning import Background
from session_tui.store.opened import OpenedSession
from session_tui.store.places import command
from session_tui.store.trouble import StoreError


@click.command()
@click.argument("account")
@asked
@click.option("--take-assumptions", is_flag=True, help="Take over the assumptions that the plan lists.")
@click.option("--plain", is_flag=True, help="Prepare from the options alone, without a full screen.")
@click.pass_obj
def prepare(
    where: Where, /, *, account: str, agenda: str | None, new: bool, take_assumptions: bool, plain: bool, **options: Any
) -> int:
    """Prepare a session on ACCOUNT: who comes, the plan, the credit split. The clock stands until `run` starts it.

    A session that is prepared already is opened again, and takes what is said in addition.
    """
    if not plain and not (sys.stdin.isatty() and sys.stdout.isatty()):
        what = "the full screen needs a terminal, and this is none"
        raise StoreError(Fault("", what, "--plain prepares from the options alone."))
    wish = wish_of(account, options)
    desk = beginning.desk(where, account)
    prepared = () if new else shelf.of_account(desk.rows, wish.account, "prepared")
    there = shelf.about(prepared, wish.zone, wish.opportunity)
    if there is not None:
        path = where.sessions / f"{there.id}.toml"
        session = opened.open_session(path, where.state, where.places.configuration.name)
        background = Background()
        try:
            if not session.read_only:
                beginning.asked_again(where, session, wish, agenda)
                background = beginning.bring_up_to_date(where, session)
        except StoreError:
            session.close()
            raise
    else:
        programme = agendas.find(agenda or agendas.STANDARD, where.places.agendas.path)
        begun = store.begin(wish, programme, desk, "prepared")
        session, background = beginning.create(where, begun), begun.background
    try:
        if take_assumptions:
            _take_assumptions(where, session)
        if plain:
            return _plain(where, session, background)
        from session_tui.cli.screens import prepare_screen

        return prepare_screen(where, session, background)
    finally:
        session.close()


def _take_assumptions(where: Where, session: OpenedSession) -> None:
    found = store.assumptions_of_plan(session.session, where.places)
    if isinstance(found, Fault):
        raise StoreError(found)
    edit = carrying.imported(session.session, found)
    if edit is not None and (fault := session.change(edit, now())):
        raise StoreError(fault)


def _plain(where: Where, opened_: OpenedSession, background: Background) -> int:
    """What the session begins with, line by line."""
    if not opened_.close():
        raise StoreError(opened_.trouble or Fault(str(opened_.path), "the disk does not answer"))
    session = opened_.session
    told = [*background.remarks, *opened_.notices]
    told.append(
        " · ".join(each for each in (session.account, session.zone, session.opportunity, session.agenda) if each)
    )
    people = ", ".join(f"{each.name} ({each.role})" if each.role else each.name for each in session.attendees)
    told.append(f"Attendees: {people or 'nobody yet'}")
    told.append(f"Credit split: {credit.text(session.credit_split) or 'none'}; {credit.words(session.credit_split)}")
    if session.plan is None:
        told.append("Plan: none; --plan FILE attaches one")
    else:
        read, missing = preread.read_by(session.plan), preread.not_read_by(session)
        told.append(f"Plan: {session.plan.source}, read by {', '.join(read) or 'nobody yet'}")
        if missing:
            told.append(f"Not read by {', '.join(missing)}: session-tui read {session.plan.source}")
        if before := preread.read_before(session.plan):
            told.append(f"Changed since {', '.join(before)} read it")
        found = store.assumptions_of_plan(session, where.places)
        here = {each.text.casefold() for each in session.assumptions}
        fresh = [] if isinstance(found, Fault) else [text for text in found if text.casefold() not in here]
        told += [f"The plan assumes: {text}" for text in fresh]
        if fresh:
            told.append("--take-assumptions takes them over")
    programme = agendas.of(session, where.places.agendas.path)
    told += [f"For {role}: {text}" for _, role, text in (questions(programme) if programme else ())]
    for line in told:
        say(line)
    say(f'Prepared. {command(where.places, where.sessions)} run "{session.account}" starts it. {opened_.path}')
    return 0


COMMANDS: dict[str, click.Command] = {"prepare": prepare}
