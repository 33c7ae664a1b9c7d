"""Keeping the discipline: due and gate. Their exit statuses are for whoever asks in a script."""

import difflib
import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from session_tui.cli.output import say, write_out
from session_tui.cli.reading import print_json
from session_tui.cli.shelves import library, say_broken, sound_sessions
from session_tui.cli.where import Where, now
from session_tui.model import cadence, dates
from session_tui.model.cadence import Owed
from session_tui.model.clean import one_line
from session_tui.model.configuration import Cadence
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow, key
from session_tui.model.session import Session
from session_tui.store import pipeline

_TOLD = 20  # faulty lines; who has more wants another export, not a longer list
_NARROW = 100  # columns; below, opportunities are shortened so that why something is due never is
_TOO_NARROW = 60  # columns; below, a table would cut
_NO = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--ics", "as_ics", is_flag=True, help="A calendar: each a task.")
@click.option("--pipeline", "file", type=click.Path(path_type=Path), help="The CRM's export, a CSV file.")
@click.pass_obj
def due(where: Where, as_json: bool, as_ics: bool, file: Path | None) -> int:
    """The deals whose session is due, and why; the longest due first."""
    if as_json and as_ics:
        raise click.UsageError("Choose one of --json and --ics.")
    where = where.with_pipeline(file)
    today = now().astimezone().date()
    rows = _pipeline(where)
    with library(where) as index:
        say_broken(index)
        none = index.count() == index.count(broken=True)
        sessions = cadence.told(index.sessions())  # one at a time: ten thousand whole ones take 150 MB
    rules = where.places.configuration.cadence
    found = cadence.owed(sessions, rows, rules, today)
    if as_json:
        print_json([_as_data(each) for each in found])
    elif as_ics:
        from session_tui.deliver.calendar import due_calendar
        from session_tui.deliver.rendering import Setting

        write_out(due_calendar(found, Setting(now().astimezone())))
    elif found:
        _print(found, today)
    if not found:
        say(_nothing(where, rows, rules, none=none), err=True)
    return 0


@click.command()
@click.argument("account")
@click.option("--opportunity", default="", help="The deal; left out: any of the account.")
@click.option("--within", type=click.IntRange(min=0, max=3650), metavar="DAYS", help="Instead of the gate's own days.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.pass_obj
def gate(where: Where, account: str, opportunity: str, within: int | None, as_json: bool) -> int:
    """Was ACCOUNT reviewed? Exit status 0 is yes; 3 is no, and every reason is printed."""
    account, opportunity = one_line(account).strip(), one_line(opportunity).strip()
    if not account:
        raise click.UsageError("ACCOUNT is empty.")
    sessions = sound_sessions(where)
    rule = where.places.configuration.gate
    verdict = cadence.gate(sessions, account, opportunity, rule, within, now().astimezone().date())
    if as_json:
        print_json(
            {
                "account": verdict.account,
                "opportunity": verdict.opportunity,
                "passed": verdict.passed,
                "reasons": list(verdict.reasons),
                "session": verdict.session or None,
            }
        )
    elif verdict.passed:
        say(f"{_deal(account, opportunity)}: passed, by {verdict.session}")
    else:
        for reason in verdict.reasons:
            say(reason)
    if not verdict.session and (near := _near(sessions, account, opportunity)):
        say(f"Did you mean {near}?", err=True)
    return 0 if verdict.passed else _NO


def _pipeline(where: Where) -> tuple[PipelineRow, ...] | None:
    place = where.places.pipeline
    if place is None:
        return None
    found = pipeline.read(place.path)
    _say(found.faults)
    return found.rows


def _say(faults: tuple[Fault, ...]) -> None:
    for fault in faults[:_TOLD]:
        say(str(fault), err=True)
    if len(faults) > _TOLD:
        say(f"{len(faults) - _TOLD:,} more lines of the pipeline are faulty.", err=True)


def _nothing(where: Where, rows: tuple[PipelineRow, ...] | None, rules: Cadence, *, none: bool) -> str:
    if none and not rows:
        return (
            f"Nothing is due: there is no session in {where.sessions}, and no pipeline. session-tui run ACCOUNT begins."
        )
    if rules == Cadence():
        return "Nothing is due. No cadence is set; [cadence] in the configuration says how often."
    return "Nothing is due."


def _as_data(each: Owed) -> dict[str, object]:
    return {
        "account": each.account,
        "opportunity": each.opportunity,
        "phase": each.phase,
        "last_session": each.last_session or None,
        "due_on": each.due_on.isoformat(),
        "reasons": list(each.reasons),
    }


def _print(found: tuple[Owed, ...], today: date) -> None:
    from rich.table import Table as Grid

    from session_tui.cli.printing import Output
    from session_tui.tui.text import Text

    # Whoever reads from a pipe wants whole lines, whatever the terminal's width.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 1000
    console = Output(width)
    if console.width < _TOO_NARROW:
        for each in found:
            console.print(Text(f"{dates.words(each.due_on, today)}  {_deal(each.account, each.opportunity)}"))
            console.print(Text(f"  {'; '.join(each.reasons)}"))
        return
    narrow = console.width < _NARROW
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    grid.add_column("Due", no_wrap=True)
    # Account and why are wrapped and never cut: they are what the list is for.
    grid.add_column("Account", overflow="fold", max_width=20 if narrow else None)
    grid.add_column("Opportunity", overflow="ellipsis", no_wrap=True, max_width=16 if narrow else None)
    grid.add_column("Why", overflow="fold")
    for each in found:
        day = dates.words(each.due_on, today)
        cells = (day, each.account, each.opportunity, "; ".join(each.reasons))
        grid.add_row(*(Text(cell) for cell in cells))
    console.print(grid)


def _deal(account: str, opportunity: str) -> str:
    return f"{account} · {opportunity}" if opportunity else account


def _near(sessions: Iterable[Session], account: str, opportunity: str) -> str:
    """The account that may have been meant, or of a known account the opportunity; empty where nothing is near."""
    accounts: dict[str, str] = {}
    deals: dict[str, str] = {}
    for session in sessions:
        accounts.setdefault(key(session.account), session.account)
        if key(session.account) == key(account) and session.opportunity:
            deals.setdefault(key(session.opportunity), session.opportunity)
    known, wanted = (deals, key(opportunity)) if key(account) in accounts else (accounts, key(account))
    near = difflib.get_close_matches(wanted, [each for each in known if each != wanted], 1)
    return known[near[0]] if near else ""


COMMANDS: dict[str, click.Command] = {"due": due, "gate": gate}
