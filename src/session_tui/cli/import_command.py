"""`import contacts`: an account's people from a CRM's export into its next session."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from session_tui.cli import session_options
from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import echo, print_faults
from session_tui.cli.prompt import confirm
from session_tui.cli.sessions import NO_SESSION, library
from session_tui.index.sessions import accounts_known
from session_tui.model import edits, formats
from session_tui.model.crm.contacts import Contact, ContactImport, import_of
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.model.similar_names import match
from session_tui.model.vocabulary import ROLE_WORDS
from session_tui.store import agendas, batch_edit, new_session, session_folder
from session_tui.store import contacts as store
from session_tui.store.deadline import SILENT
from session_tui.store.errors import StoreError, resolve
from session_tui.store.new_session import SessionRequest

_SHOWN = 6  # accounts in a message


@click.group(cls=CommandGroup, name="import")
def import_group() -> None:
    """Take data of a CRM's export into a session."""


@import_group.command()
@click.argument("file", type=PATH)
@click.option("--account", default="", help="The account; a part of its name is enough; left out: that of the file.")
@click.option("--zone", help="The zone of the session.")
@click.option("--opportunity", help="The deal of the session.")
@click.option("--new-account", is_flag=True, help="It is a new account, though its name is nearly a known one.")
@click.option("--yes", is_flag=True, help="Take them without a question.")
@click.pass_obj
def contacts(
    context: CommandContext,
    file: Path,
    account: str,
    zone: str | None,
    opportunity: str | None,
    new_account: bool,
    yes: bool,
) -> int:
    """The people of FILE into the account's next session, after a preview.

    The next session is the live or prepared one; without any, one is prepared. People who are in
    it already are recognised by name, and stay as they are.
    """
    places = context.places  # first: a folder that may not be written refuses before the file is read
    found = store.read(file)
    print_faults(found.remarks)
    print_faults(found.faults)
    wanted = _known(context, account, found.contacts) if account and not new_account else account
    wanted = wanted or _only_account(found.contacts, file)
    account, rows = session_options.account_and_rows(context, wanted, new=new_account)
    people, others = _of_account(found.contacts, (account, wanted))
    ready = session_folder.of_account(rows, account, "live", "prepared")
    there = session_folder.about(ready, zone, opportunity)
    request = SessionRequest(account=account, zone=zone, opportunity=opportunity)
    begun = None
    if there is None:
        programme = agendas.find(agendas.STANDARD, places.agendas.path)
        begun = new_session.begin(request, programme, rows, places, context.now(), context.rng, "prepared")
    session = begun.session if begun is not None else there
    assert session is not None  # one of the two
    made = import_of(session, people)
    _preview(made, session, people, others, fresh=begun is not None)
    if not made.added:
        return 1 if found.faults else 0
    if not yes:
        if not sys.stdin.isatty():
            raise StoreError(Fault("", "nothing was taken, since there is no terminal to ask at", "--yes takes them."))
        if not confirm("Take them?"):
            echo("Nothing was taken.", err=True)
            return 0
    if begun is not None:
        after = edits.apply(begun.session, made.edit)
        if isinstance(after, Fault):
            raise StoreError(after)
        opened = session_options.create(context, new_session.NewSession(after, begun.background))
        if not opened.close():
            opened.give_up()
            raise StoreError(opened.trouble or Fault(str(opened.path), SILENT))
    else:

        def edit(now: Session) -> Edit:
            return import_of(now, people).edit

        batch_edit.change(context.sessions / f"{session.id}.toml", places, edit, context.now())
    echo(f"{formats.count(len(made.added), 'person', 'people')} taken into {session.id}.")
    return 1 if found.faults else 0


def _known(context: CommandContext, typed: str, people: Iterable[Contact]) -> str:
    """The account of the sessions, the pipeline or the file that is meant by a name or a part of
    it; a name unlike all of them as it is, and `WrongName` where two match.
    """
    with library(context) as index:
        known = (*accounts_known(index, context.places), *(name for each in people for name in each.accounts))
    found = match(typed, known)
    return resolve(typed, found.several, NO_SESSION) if found.several else found.name or typed


def _only_account(people: Iterable[Contact], file: Path) -> str:
    """The account that all contacts of a file have; `StoreError` for none or several."""
    names = {name_key(name): name for each in people for name in each.accounts}
    if len(names) == 1:
        return next(iter(names.values()))
    do = "Say which with --account NAME."
    if not names:
        raise StoreError(Fault(str(file), "it does not say whose people they are", do))
    shown = ", ".join(sorted(names.values())[:_SHOWN])
    raise StoreError(Fault(str(file), f"it has people of {len(names):,} accounts, such as {shown}", do))


def _of_account(people: Iterable[Contact], names: tuple[str, ...]) -> tuple[list[Contact], int]:
    """The contacts of the account, or without any; and the number of all others."""
    keys = {name_key(name) for name in names}
    kept, others = [], 0
    for each in people:
        if not each.accounts or not keys.isdisjoint(map(name_key, each.accounts)):
            kept.append(each)
        else:
            others += 1
    return kept, others


def _preview(made: ContactImport, session: Session, people: list[Contact], others: int, *, fresh: bool) -> None:
    kind = "a new session, prepared" if fresh else f"{session.id}, {session.status}"
    echo(f"{formats.deal(session.account, session.opportunity, session.zone)}: {kind}")
    for person in made.added:
        role = f" ({ROLE_WORDS[person.buying_role]})" if person.buying_role != "unknown" else ""
        echo(f"  + {formats.person(person.name, person.title)}{role}")
    for each in made.known:
        echo(f"  = {formats.person(each.name, each.title)} (line {each.line}) is there already")
    if roles := list(dict.fromkeys(each.other for each in people if each.other)):
        more = ", …" if len(roles) > _SHOWN else ""
        echo(f"  {formats.plural(len(roles), 'role', 'roles')} unknown here: {', '.join(roles[:_SHOWN])}{more}")
    if others:
        echo(f"  {formats.count(others, 'contact')} of other accounts left out")
    if not made.added:
        echo("There is no person to add." if made.known else "The file has no person of this account.")


COMMANDS: dict[str, click.Command] = {"import": import_group}
