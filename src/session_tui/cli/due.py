"""`due` and `gate`: the deals that need a session. Scripts use their exit statuses."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from session_tui.cli.arguments import PATH, PERSON, own_name
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import WHOLE, choose_one, echo, print_csv, print_error, print_json, width, write_document
from session_tui.cli.sessions import account_named, library, pipeline_in_force, print_left_out, sound_sessions
from session_tui.cli.table import TableColumn, paragraph, table
from session_tui.model import dates, formats
from session_tui.model.configuration import Cadence
from session_tui.model.crm.cell import owners, person_key
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports import cadence
from session_tui.model.reports.cadence import Owed
from session_tui.model.sanitize import one_line
from session_tui.model.session import Session
from session_tui.model.similar_names import match
from session_tui.store import merge_readers, pipeline
from session_tui.store.errors import resolve
from session_tui.store.plans import files

_MOST_FAULTS = 20  # printed faulty lines; a file with more needs a new export
_NARROW = 100  # columns; below, opportunities are shortened, and the reasons are not
_TOO_NARROW = 60  # columns; below, a table would be cut
_NO = 3
KEYS = ("account", "opportunity", "phase", "last_session", "due_on", "reasons", "owner")


@click.command()
@click.option("--mine", is_flag=True, help="Deals of your own; your name is in the configuration.")
@click.option("--owner", type=PERSON, metavar="NAME", help="Deals of this owner; a part of the name is enough.")
@click.option("--account", metavar="NAME", help="Of this account; a part of its name is enough.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The N that are due longest.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values, one for each deal.")
@click.option("--ics", "as_ics", is_flag=True, help="A calendar: each an event of a whole day.")
@click.option("--tasks", is_flag=True, help="In the calendar tasks instead of events.")
@click.option("--pipeline", "file", type=PATH, help="The CRM's export, a CSV file.")
@click.pass_obj
def due(
    context: CommandContext,
    /,
    as_json: bool,
    as_csv: bool,
    as_ics: bool,
    tasks: bool,
    file: Path | None,
    **filters: Any,
) -> int:
    """The deals whose session is due, and why; the longest due first. In a pipe each reason is a
    line.

    Exit status 1 where the pipeline or a line of it cannot be read: a deal may be missing.
    """
    choose_one(as_json=as_json, as_csv=as_csv, as_ics=as_ics)
    if tasks and not as_ics:
        raise click.UsageError("--tasks belongs to --ics.")
    context = context.with_pipeline(file)
    today = context.today
    pipeline_file = _pipeline(context)
    rows = pipeline_file.rows if pipeline_file else None
    with library(context) as index:
        print_left_out(index)
        none = index.count() == index.count(broken=True)
        if filters["account"]:
            filters["account"] = account_named(index, filters["account"], (row.account for row in rows or ()))
        sessions = cadence.outlines_of(index.sessions())  # one at a time: ten thousand whole ones take 150 MB
    rules = context.places.configuration.cadence
    every = _selected(cadence.owed(sessions, rows, rules, today), filters, _owner(context, filters, sessions, rows))
    found = every[: filters["limit"]]
    if as_json:
        print_json([dict(zip(KEYS, _values(each), strict=True)) for each in found])
    elif as_csv:
        print_csv(KEYS, ((*values[:5], "; ".join(values[5]), values[6]) for values in map(_values, found)))
    elif as_ics:
        from session_tui.export.calendar import due_calendar
        from session_tui.export.formats import Setting

        write_document(due_calendar(found, Setting(context.now().astimezone(), tasks=tasks)))
    elif found:
        _print(found, today)
    if len(every) > len(found):
        left = len(every) - len(found)
        echo(f"{left:,} more {formats.plural(left, 'is', 'are')} due.", err=True)
    if not found:
        some = any(filters.values())
        echo("No deal that matches is due." if some else _nothing(context, rows, rules, none=none), err=True)
    if trouble := _trouble(context, pipeline_file):
        if as_json:
            print_error(trouble, "The list may lack a deal.", 1)
        else:
            echo(trouble, err=True)
        return 1
    return 0


def _trouble(context: CommandContext, found: pipeline.Pipeline | None) -> str:
    """The reason why the list may lack a deal; empty where it has all."""
    if found is None and context.places.pipeline is not None:
        return "Only the sessions were asked: what the pipeline alone knows is missing."
    many = len(found.faults) if found else 0
    return f"{formats.count(many, 'line')} of the pipeline gave no deal." if many else ""


def _owner(
    context: CommandContext, filters: dict[str, Any], sessions: Iterable[Session], rows: Iterable[PipelineRow] | None
) -> str:
    """The wanted owner, by the name that the deals have; empty for all.

    `WrongName` where no deal at all, due or not, has the owner of `--owner`.
    """
    if filters["mine"] and filters["owner"] is not None:
        raise click.UsageError("Choose one of --mine and --owner.")
    typed = own_name(context) if filters["mine"] else filters["owner"]
    if typed is None:
        return ""
    cells = dict.fromkeys((*(each.account_owner for each in sessions), *(row.owner for row in rows or ())))
    known = [name for cell in cells for name in owners(cell)]
    if filters["mine"]:
        return match(typed, known).name or typed
    return resolve(typed, known, "no deal is owned by {}")


def _selected(every: Iterable[Owed], filters: dict[str, Any], owner: str) -> tuple[Owed, ...]:
    account = name_key(filters["account"] or "")
    if not owner and not account:
        return tuple(every)
    return tuple(
        each for each in every if (not owner or _is_of(owner, each.owner)) and account in ("", name_key(each.account))
    )


def _is_of(owner: str, cell: str) -> bool:
    """Whether a deal is of the owner, alone or with others; the words of a name have any order, as
    in "Ruiz Gomez, Ana".
    """
    names = (cell, *owners(cell))
    return name_key(owner) in map(name_key, names) or person_key(owner) in map(person_key, names)


@click.command()
@click.argument("account")
@click.option("--opportunity", default="", help="The deal; left out: any of the account.")
@click.option("--within", type=click.IntRange(min=0, max=3650), metavar="DAYS", help="Instead of the gate's own days.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.pass_obj
def gate(context: CommandContext, account: str, opportunity: str, within: int | None, as_json: bool) -> int:
    """Was ACCOUNT reviewed? Exit status 0 is yes; 3 is no, and every reason is printed."""
    account, opportunity = one_line(account).strip(), one_line(opportunity).strip()
    if not account:
        raise click.UsageError("ACCOUNT is empty.")
    sessions = sound_sessions(context)
    account, opportunity = _resolve_deal(context, sessions, account, opportunity)
    rule = context.places.configuration.gate
    verdict = cadence.gate(sessions, account, opportunity, rule, within, context.today)
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
        echo(f"{formats.deal(account, opportunity)}: passed, by {verdict.session}")
    else:
        for reason in verdict.reasons:
            echo(reason)
    for remark in _readers_elsewhere(context, sessions, verdict.session):
        echo(remark, err=True)
    return 0 if verdict.passed else _NO


def _readers_elsewhere(context: CommandContext, sessions: Iterable[Session], id: str) -> Iterator[str]:
    """Remarks about conflicting copies of the readers' file: the session may not have all
    readers.
    """
    session = next((each for each in sessions if each.id == id), None)
    if session is not None and session.plan is not None:
        home = context.sessions.resolve().parent
        if path := files.of_source(session.plan.source, home, context.places.plans.path):
            yield from (
                f"Who read the plan: {each}" for each in merge_readers.conflicting_versions(files.readers_path(path))
            )


def _pipeline(context: CommandContext) -> pipeline.Pipeline | None:
    """The pipeline in force; what was unclear in it is printed on standard error."""
    found = pipeline_in_force(context)
    if found is None:
        return None
    remarks = (*found.faults, *found.remarks)
    for remark in remarks[:_MOST_FAULTS]:
        echo(str(remark), err=True)
    if len(remarks) > _MOST_FAULTS:
        more = f"{len(remarks) - _MOST_FAULTS:,} more lines of the pipeline have faults or remarks"
        echo(f"{more}; session-tui pipeline check shows all.", err=True)
    return found


def _nothing(context: CommandContext, rows: tuple[PipelineRow, ...] | None, rules: Cadence, *, none: bool) -> str:
    if none and not rows:
        nothing = f"there is no session in {context.sessions}, and no pipeline"
        return f"Nothing is due: {nothing}. session-tui run ACCOUNT begins."
    if rules == Cadence():
        return "Nothing is due. No cadence is set; [cadence] in the configuration says how often."
    return "Nothing is due."


def _values(each: Owed) -> tuple[Any, ...]:
    """The values of `KEYS`."""
    return (
        each.account,
        each.opportunity,
        each.phase,
        each.last_session or None,
        each.due_on.isoformat(),
        list(each.reasons),
        each.owner or None,
    )


def _print(found: tuple[Owed, ...], today: date) -> None:
    room = width()
    if room < _TOO_NARROW:
        for each in found:
            paragraph(f"{dates.words(each.due_on, today)}  {formats.deal(each.account, each.opportunity)}")
            paragraph("; ".join(each.reasons), indent=2)
        return
    narrow = room < _NARROW
    # Account and reasons are wrapped and never cut: they are the purpose of the list.
    account = TableColumn("Account", "fold", most=20 if narrow else 0)
    opportunity = TableColumn("Opportunity", "cut", most=16 if narrow else 0)
    # Programs read lines: in a pipe each reason is one, with its deal.
    rows = (
        (dates.words(each.due_on, today), each.account, each.opportunity, reason)
        for each in found
        for reason in (each.reasons if room == WHOLE else ("; ".join(each.reasons),))
    )
    table([TableColumn("Due"), account, opportunity, TableColumn("Why", "fold")], rows)


def _resolve_deal(
    context: CommandContext, sessions: Sequence[Session], account: str, opportunity: str
) -> tuple[str, str]:
    """The account and the deal in the spelling of the sessions and the pipeline.

    `WrongName` where a name matches two, or is nearly a known one: a typing error must not look
    like an account without a review. A name unlike all known ones is a deal that has no session
    yet.
    """
    rows = pipeline.readable(context.places.pipeline, lambda: sessions)
    deals = [*((one.account, one.opportunity) for one in sessions), *((row.account, row.opportunity) for row in rows)]
    account = _resolve(account, (name for name, _ in deals), "there is no account {}")
    wanted = name_key(account)
    return account, _resolve(
        opportunity, (deal for name, deal in deals if name_key(name) == wanted), "there is no deal {}"
    )


def _resolve(typed: str, known: Iterable[str], unknown: str) -> str:
    found = match(typed, known)
    if found.near or found.several:
        return resolve(typed, (*found.near, *found.several), unknown)
    return found.name or typed


COMMANDS: dict[str, click.Command] = {"due": due, "gate": gate}
