"""`due` and `gate`: the deals that need a session. Scripts use their exit statuses."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_json, width, write_document
from session_tui.cli.sessions import library, pipeline_in_force, print_left_out, sound_sessions
from session_tui.cli.table import TableColumn, paragraph, table
from session_tui.model import dates, formats
from session_tui.model.configuration import Cadence
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--ics", "as_ics", is_flag=True, help="A calendar: each a task.")
@click.option("--pipeline", "file", type=PATH, help="The CRM's export, a CSV file.")
@click.pass_obj
def due(context: CommandContext, as_json: bool, as_ics: bool, file: Path | None) -> int:
    """The deals whose session is due, and why; the longest due first.

    Exit status 1 where the pipeline cannot be read: the list then comes from the sessions alone.
    """
    if as_json and as_ics:
        raise click.UsageError("Choose one of --json and --ics.")
    context = context.with_pipeline(file)
    today = context.today
    rows = _pipeline(context)
    with library(context) as index:
        print_left_out(index)
        none = index.count() == index.count(broken=True)
        sessions = cadence.outlines_of(index.sessions())  # one at a time: ten thousand whole ones take 150 MB
    rules = context.places.configuration.cadence
    found = cadence.owed(sessions, rows, rules, today)
    if as_json:
        print_json([_as_data(each) for each in found])
    elif as_ics:
        from session_tui.export.calendar import due_calendar
        from session_tui.export.formats import Setting

        write_document(due_calendar(found, Setting(context.now().astimezone())))
    elif found:
        _print(found, today)
    if not found:
        echo(_nothing(context, rows, rules, none=none), err=True)
    if rows is None and context.places.pipeline is not None:
        echo("Only the sessions were asked: what the pipeline alone knows is missing.", err=True)
        return 1
    return 0


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


def _pipeline(context: CommandContext) -> tuple[PipelineRow, ...] | None:
    found = pipeline_in_force(context)
    if found is None:
        return None
    remarks = (*found.faults, *found.remarks)
    for remark in remarks[:_MOST_FAULTS]:
        echo(str(remark), err=True)
    if len(remarks) > _MOST_FAULTS:
        more = f"{len(remarks) - _MOST_FAULTS:,} more lines of the pipeline have faults"
        echo(f"{more}; session-tui pipeline check shows all.", err=True)
    return found.rows


def _nothing(context: CommandContext, rows: tuple[PipelineRow, ...] | None, rules: Cadence, *, none: bool) -> str:
    if none and not rows:
        nothing = f"there is no session in {context.sessions}, and no pipeline"
        return f"Nothing is due: {nothing}. session-tui run ACCOUNT begins."
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
    rows = (
        (dates.words(each.due_on, today), each.account, each.opportunity, "; ".join(each.reasons)) for each in found
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
    rows = pipeline.readable(context.places.pipeline)
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
