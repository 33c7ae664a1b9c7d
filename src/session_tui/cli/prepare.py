"""`prepare`: a session that is not live yet."""

from typing import Any

import click
from msgspec.structs import replace

from session_tui.cli import session_options
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, need_screen
from session_tui.cli.session_options import request_of, with_session_options
from session_tui.model import carry_forward, credit, plan_readers
from session_tui.model.agenda import questions
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.store import agendas, open_session, session_folder
from session_tui.store import new_session as store
from session_tui.store.deadline import SILENT
from session_tui.store.errors import StoreError
from session_tui.store.new_session import PriorSessions
from session_tui.store.open_session import OpenedSession
from session_tui.store.paths import command
from session_tui.tui import raw_mode


@click.command()
@click.argument("account")
@with_session_options
@click.option("--until", default="", metavar="TIME", help="End at this time of day, as 13:00; pauses do not move it.")
@click.option("--take-assumptions", is_flag=True, help="Take over the assumptions that the plan lists.")
@click.option("--plain", is_flag=True, help="Prepare from the options alone, without a full screen.")
@click.pass_obj
def prepare(
    context: CommandContext,
    /,
    *,
    account: str,
    agenda: str | None,
    new: bool,
    new_account: bool,
    until: str,
    take_assumptions: bool,
    plain: bool,
    **options: Any,
) -> int:
    """Prepare a session on ACCOUNT: who comes, the plan, the credit split. The clock stands until
    `run` starts it.

    A session that is prepared already is opened again, and takes these options in addition.
    """
    if not plain:
        need_screen("--plain prepares from the options alone.")
    account, known = session_options.account_and_rows(context, account, new=new_account)
    request = request_of(account, options)
    prepared = () if new else session_folder.of_account(known, request.account, "prepared")
    there = session_folder.about(prepared, request.zone, request.opportunity)
    if there is not None:
        path = context.sessions / f"{there.id}.toml"
        session = open_session.open_session(path, context.state, context.places.configuration.name)
        background = PriorSessions()
        try:
            if plain or not session.read_only:  # line by line, no other line would report the refused options
                session_options.add_options(context, session, request, agenda)
                if until:
                    session_options.fix_end(context, session, until)
            if not session.read_only:
                background = session_options.bring_up_to_date(context, session)
        except StoreError:
            session.close()
            raise
    else:
        programme = agendas.find(agenda or agendas.STANDARD, context.places.agendas.path)
        begun = store.begin(request, programme, known, context.places, context.now(), context.rng, "prepared")
        if until:
            begun = replace(begun, session=session_options.fixed(begun.session, until, context.now()))
        session, background = session_options.create(context, begun), begun.background
    try:
        if take_assumptions:
            _take_assumptions(context, session)
        if plain:
            return _plain(context, session, background)
        raw_mode.begin()
        from session_tui.cli.launch import prepare_screen

        return prepare_screen(context, session, background)
    finally:
        session.close()


def _take_assumptions(context: CommandContext, session: OpenedSession) -> None:
    found = store.assumptions_of_plan(session.session, context.places)
    if isinstance(found, Fault):
        raise StoreError(found)
    edit = carry_forward.imported(session.session, found.texts)
    if edit is None:
        echo(found.why_none or carry_forward.ALL_IMPORTED, err=True)
    elif fault := session.change(edit, context.now()):
        raise StoreError(fault)


def _plain(context: CommandContext, opened_: OpenedSession, background: PriorSessions) -> int:
    """Print the content with which the session begins."""
    if not opened_.close():
        opened_.give_up()
        raise StoreError(opened_.trouble or Fault(str(opened_.path), SILENT))
    if opened_.conflict is not None:
        do = f"Ours is in {opened_.ours.name}; session-tui merge {opened_.session.id} puts both together."
        raise StoreError(Fault(opened_.path.name, "another program changed this file meanwhile", do))
    session = opened_.session
    lines = [*background.remarks, *opened_.notices]
    lines.append(
        " · ".join(each for each in (session.account, session.zone, session.opportunity, session.agenda) if each)
    )
    if session.ends_at is not None:
        lines.append(f"Ends at {session.ends_at.astimezone():%H:%M}; pauses do not move it")
    people = ", ".join(f"{each.name} ({each.role})" if each.role else each.name for each in session.attendees)
    lines.append(f"Attendees: {people or 'nobody yet'}")
    lines.append(f"Credit split: {credit.text(session.credit_split) or 'none'}; {credit.words(session.credit_split)}")
    if session.plan is None:
        lines.append("Plan: none; --plan FILE attaches one")
    else:
        read, missing = plan_readers.read_by(session.plan), plan_readers.not_read_by(session)
        lines.append(f"Plan: {session.plan.source}, read by {', '.join(read) or 'nobody yet'}")
        if missing:
            lines.append(f"Not read by {', '.join(missing)}: session-tui read {session.plan.source}")
        if before := plan_readers.read_before(session.plan):
            lines.append(f"Changed since {', '.join(before)} read it")
        found = store.assumptions_of_plan(session, context.places)
        here = {name_key(each.text) for each in session.assumptions}
        fresh = [] if isinstance(found, Fault) else [text for text in found.texts if name_key(text) not in here]
        lines += [f"The plan assumes: {text}" for text in fresh]
        if fresh:
            lines.append("--take-assumptions takes them over")
    programme = agendas.of(session, context.places.agendas.path)
    lines += [f"For {role}: {text}" for _, role, text in (questions(programme) if programme else ())]
    for line in lines:
        echo(line)
    echo(f'Prepared. {command(context.places, context.sessions)} run "{session.account}" starts it. {opened_.path}')
    return 0


COMMANDS: dict[str, click.Command] = {"prepare": prepare}
