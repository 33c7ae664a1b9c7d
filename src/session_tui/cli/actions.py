"""`actions`, `done`, `reopen` and `assign`: the action items over all sessions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, groupby
from typing import Any

import click
from msgspec import Struct

from session_tui.cli.arguments import day_of
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_csv, print_json, width
from session_tui.cli.push import push_changed_sessions
from session_tui.cli.sessions import account_named, library, print_left_out
from session_tui.cli.table import Cell, Row, SpanningRow, TableColumn, table
from session_tui.index import sessions
from session_tui.model import dates, formats
from session_tui.model.analysis import ours
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.reports import action_tracking
from session_tui.model.reports.action_tracking import TrackedAction
from session_tui.model.session import Session
from session_tui.store.errors import StoreError, resolve

KEYS = ("session_id", "id", "text", "owner", "due", "status", "account", "overdue", "first_raised_in")
_NARROW = 100  # columns; below, the account is shortened, and the text of the action is not


@click.command()
@click.option("--owner", metavar="NAME", help='Theirs; a part of the name is enough, "" is nobody.')
@click.option("--account", metavar="NAME", help="Of this account; a part of its name is enough.")
@click.option("--open", "open_", is_flag=True, help="Neither done nor dropped.")
@click.option("--overdue", is_flag=True, help="Open, and their date has passed.")
@click.option("--due-before", metavar="DATE", help="Open and due before this day: fri, +2w, 2026-12-01.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.pass_obj
def actions(context: CommandContext, /, as_json: bool, as_csv: bool, **filters: Any) -> int:
    """What was promised, by owner and date; an action that was carried forward is one action."""
    choose_one(as_json=as_json, as_csv=as_csv)
    today = context.today
    with library(context) as index:
        print_left_out(index)
        if filters["account"]:
            filters["account"] = account_named(index, filters["account"])
        every = action_tracking.follow(index.sessions())
    if filters["owner"] and every:
        owners = (each.item.owner for each in every)
        filters["owner"] = resolve(
            filters["owner"], owners, "no action is owned by {}", "session-tui people shows ours."
        )
    wanted = _Wanted.of(filters, today)
    found = action_tracking.in_order(filter(wanted, every))
    if as_json:
        print_json([dict(zip(KEYS, _values(each, today), strict=True)) for each in found])
    elif as_csv:
        print_csv(KEYS, (_values(each, today) for each in found))
    elif found:
        _print(found, action_tracking.open_by_owner(every), today)
    else:
        none = "No action is like that." if any(filters.values()) else "Nothing was promised yet."
        echo(none, err=True)
    return 0


@click.command()
@click.argument("action")
@click.argument("result", nargs=-1)
@click.pass_obj
def done(context: CommandContext, action: str, result: tuple[str, ...]) -> int:
    """ACTION is done, with its RESULT: `session-tui done 7k3q:t2 they agreed`. `actions` shows
    what it is called.
    """
    words = " ".join(result)
    return _change(context, action, f"done {words}", "done", words)


@click.command()
@click.argument("action")
@click.pass_obj
def reopen(context: CommandContext, action: str) -> int:
    """ACTION is open again, neither done nor dropped."""
    return _change(context, action, "open", "open")


@click.command()
@click.argument("action")
@click.argument("name", required=False)
@click.option("--due", metavar="DATE", help="By when: fri, +3d, 30nov, 2026-12-01.")
@click.pass_obj
def assign(context: CommandContext, action: str, name: str | None, due: str | None) -> int:
    """ACTION is NAME's from now on; a part of the name of one of our people is enough."""
    from session_tui.model.capture.formatter import quoted

    if not name and not due:
        raise click.UsageError("Say who is to have it, or --due when.")
    owner = f"@{quoted(name)} " if name else ""
    return _change(context, action, f"{owner}{f'due:{due}' if due else ''}".strip(), "", assigned=bool(name))


def _change(
    context: CommandContext, wanted: str, marks: str, state: str, result: str = "", *, assigned: bool = False
) -> int:
    """Change an action by the grammar of the capture line, in the newest session that has it."""
    from session_tui.store import batch_edit

    moment = context.now()
    with library(context) as index:
        action = sessions.find_action(index, wanted)
        before = index.row_named(action.session_id)
    item = action.item
    if state and item.status == state and not result:
        raise StoreError(Fault(action.handle, f"{item.text}: it is {state} already"))
    path = context.sessions / f"{action.session_id}.toml"
    session, _ = batch_edit.change(
        path, context.places, batch_edit.marked(item.id, marks, context.places, moment), moment
    )
    push_changed_sessions(context, session)
    after = next(each for each in session.action_items if each.id == item.id)
    today = moment.astimezone().date()
    by = f", due {dates.words(after.due, today)}" if after.due else ""
    change = f"{action.handle} is {after.status}" if state else f"{action.handle} is {after.owner or 'nobody'}'s{by}"
    echo(f"{change}: {after.text}  ({session.account}, {session.id})")
    if state == "done":
        echo(f"session-tui reopen {action.handle} takes it back.", err=True)
    if assigned and before is not None and before.session is not None and _is_new(context, after.owner, before.session):
        echo(f"{after.owner} is new: nobody here had that name before.", err=True)
    if assigned and after.owner:
        with library(context) as index:
            many = action_tracking.open_by_owner(action_tracking.follow(index.sessions())).get(name_key(after.owner), 0)
        echo(f"{after.owner} has {formats.count(many, 'open action')} now.", err=True)
    return 0


def _is_new(context: CommandContext, owner: str, session: Session) -> bool:
    """Whether neither the session nor the configured people have this name, which may be a typing
    error.
    """
    configured = (person.name for person in context.places.configuration.people)
    known = (*ours(session, configured), *(person.name for person in session.stakeholders))
    return name_key(owner) not in {name_key(name) for name in known}


class _Wanted(Struct, frozen=True):
    """The filters of the options, as a predicate."""

    owner: str | None
    account: str
    is_open: bool
    overdue: bool
    before: date | None
    today: date

    @classmethod
    def of(cls, filters: dict[str, Any], today: date) -> "_Wanted":
        before = day_of(filters["due_before"], "--due-before", today, dates.read, dates.KNOWN)
        owner = filters["owner"]
        return cls(
            owner if owner is None else name_key(owner),
            name_key(filters["account"] or ""),
            filters["open_"] or filters["overdue"] or before is not None,
            filters["overdue"],
            before,
            today,
        )

    def __call__(self, action: TrackedAction) -> bool:
        owner, item = name_key(action.item.owner), action.item
        return (
            (self.owner is None or self.owner == owner)
            and self.account in ("", name_key(action.account))
            and (action.is_open or not self.is_open)
            and (action.overdue(self.today) or not self.overdue)
            and (self.before is None or (item.due is not None and item.due < self.before))
        )


def _values(action: TrackedAction, today: date) -> tuple[Any, ...]:
    item = action.item
    due = item.due.isoformat() if item.due else None
    return (
        action.session_id,
        item.id,
        item.text,
        item.owner or None,
        due,
        item.status,
        action.account,
        action.overdue(today),
        action.first_raised_in,
    )


def _print(found: Sequence[TrackedAction], owing: Mapping[str, int], today: date) -> None:
    """Print actions under their owners; `owing` has the number of open actions by owner, over all
    accounts.
    """
    # With little room the account is shortened, so that the action's text is whole.
    account = TableColumn("Account", "cut", most=18) if width() < _NARROW else TableColumn("Account")
    columns = [
        TableColumn("Action"),
        TableColumn("Due"),
        TableColumn("What", "fold"),
        account,
        TableColumn("Slipped", right=True),
    ]
    table(columns, _rows(found, owing, today))


def _rows(found: Sequence[TrackedAction], owing: Mapping[str, int], today: date) -> Iterator[Row]:
    for owner, theirs in groupby(found, key=lambda action: name_key(action.item.owner)):
        first = next(theirs)
        many = f"  {owing.get(owner, 0)} open" if owner else ""
        yield SpanningRow(((first.item.owner or "nobody's yet", "bold"), (many, "dim")))
        for action in chain((first,), theirs):
            yield _cells(action, today)


def _cells(action: TrackedAction, today: date) -> tuple[Cell, ...]:
    item, overdue = action.item, action.overdue(today)
    when = dates.words(item.due, today) if item.due else "no date"
    tone = "" if action.is_open else "dim"
    return (
        f"  {action.handle}",
        (f"{'▲' if overdue else ' '} {when if action.is_open else item.status}", "bold" if overdue else tone),
        (f"{item.text}: {item.result}" if item.result else item.text, tone),
        action.account,
        f"{action.slips}×" if action.slips else "",
    )


COMMANDS: dict[str, click.Command] = {"actions": actions, "done": done, "reopen": reopen, "assign": assign}
