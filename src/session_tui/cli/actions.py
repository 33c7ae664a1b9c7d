"""`actions`: the action items over all sessions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, groupby
from typing import Any

import click
from msgspec import Struct

from session_tui.cli.arguments import PERSON, day_of, own_name
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_csv, print_json, width
from session_tui.cli.sessions import account_named, library, print_left_out
from session_tui.cli.table import Cell, Row, SpanningRow, TableColumn, table
from session_tui.model import dates
from session_tui.model.name_keys import name_key
from session_tui.model.reports import action_tracking
from session_tui.model.reports.action_tracking import TrackedAction
from session_tui.model.similar_names import match
from session_tui.store.errors import resolve

KEYS = (
    "session_id", "id", "text", "owner", "due", "status", "account", "overdue", "first_raised_in",
    "zone", "opportunity", "result", "slips", "done_on",
)  # fmt: skip
_NARROW = 100  # columns; below, the account is shortened, and the text of the action is not


@click.command()
@click.option("--mine", is_flag=True, help="Your own; your name is in the configuration.")
@click.option(
    "--owner", type=PERSON, metavar="NAME", help='Of this owner; a part of the name is enough, "" is without one.'
)
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
    if filters["mine"] and filters["owner"] is not None:
        raise click.UsageError("Choose one of --mine and --owner.")
    today = context.today
    with library(context) as index:
        print_left_out(index)
        if filters["account"]:
            filters["account"] = account_named(index, filters["account"])
        every = action_tracking.follow(index.sessions())
    owners = (each.item.owner for each in every)
    if filters["mine"]:
        mine = own_name(context)
        filters["owner"] = match(mine, owners).name or mine
    elif filters["owner"] and every:
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
        none = "No action matches." if any(filters.values()) else "Nothing was promised yet."
        echo(none, err=True)
    return 0


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
        action.zone,
        action.opportunity,
        item.result,
        action.slips,
        item.done_on.isoformat() if item.done_on else None,
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


COMMANDS: dict[str, click.Command] = {"actions": actions}
