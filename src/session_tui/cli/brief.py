"""`brief` and `value`: one page about an account, and the worth of its sessions."""

from pathlib import Path
from typing import Any

import click
import msgspec

from session_tui.cli.arguments import PATH
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_faults, print_json, screen_fault, write_document
from session_tui.cli.sessions import account_named, library, pipeline_in_force, print_left_out, sound_sessions
from session_tui.cli.table import TableColumn, paragraph, table
from session_tui.model import session_value
from session_tui.model.fault import Fault
from session_tui.model.pipeline import PipelineRow
from session_tui.model.reports.account_brief import brief as brief_of
from session_tui.model.session_value import Return
from session_tui.store.errors import StoreError
from session_tui.tui import raw_mode


@click.command()
@click.argument("account")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.option("--screen", is_flag=True, help="To read on the full screen.")
@click.option("--pipeline", "export", type=PATH, help="The CRM's export.")
@click.pass_obj
def brief(context: CommandContext, account: str, as_json: bool, screen: bool, export: Path | None) -> int:
    """One page about ACCOUNT, over all its zones, as Markdown: to prepare for it or take it
    over.
    """
    here = context.with_pipeline(export)
    deals = _deals(here)
    with library(here) as index:
        print_left_out(index)
        account = account_named(index, account, (row.account for row in deals))
        sessions = tuple(index.sessions())
    today = context.today
    found = brief_of(account, sessions, deals, today)
    if found is None:
        known = ", ".join(sorted({one.account for one in sessions if one.status == "held"})[:6])
        do = f"There is: {known}." if known else "session-tui run ACCOUNT holds the first."
        raise StoreError(Fault("", f"no session on {account} was held yet", do))
    if as_json:
        print_json(msgspec.to_builtins(found))
    elif screen and not screen_fault():
        raw_mode.begin()
        from session_tui.cli.launch import brief_screen

        return brief_screen(here, account, sessions, deals)
    else:
        from session_tui.export.brief import markdown

        write_document(markdown(found, today))
    return 0


@click.command()
@click.option("--account", help="One account alone.")
@click.option("--json", "as_json", is_flag=True, help="An object.")
@click.pass_obj
def value(context: CommandContext, account: str | None, as_json: bool) -> int:
    """What the sessions cost and saved: hours saved (an estimate) by hours invested, and the
    minutes of each part.
    """
    sessions = sound_sessions(context, account)
    found = session_value.report(sessions)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return 0
    if not found.total.sessions:
        echo(f"No session was held yet{f' on {account}' if account else ''}.", err=True)
        return 0
    titles = ("Sessions", "Hours invested", "Of them estimated", "Hours saved *", "Return *")
    figures = [TableColumn(title, right=True) for title in titles]
    table(
        [TableColumn("Account"), *figures], (_cells(*each) for each in (*found.accounts.items(), ("All", found.total)))
    )
    made = f"made in {found.total.estimated} of {found.total.sessions} sessions"
    paragraph(f"* an estimate, {made}; the return is what they saved, divided by the hours invested in them")
    if many := found.total.without_cost:
        subject = "1 more estimate is of a session" if many == 1 else f"{many} more estimates are of sessions"
        paragraph(f"{subject} without time or people on record, and not counted")
    echo()
    minutes = [TableColumn(title, right=True) for title in ("Sessions", "Minutes planned", "Minutes spent")]
    table(
        [TableColumn("Part"), *minutes],
        (
            (use.title, str(use.sessions), f"{use.planned_minutes:.0f}", f"{use.spent_minutes:.0f}")
            for use in found.parts
        ),
    )
    return 0


def _cells(name: str, one: Return) -> tuple[str, ...]:
    ratio = f"{one.ratio:.1f} times" if one.ratio is not None else "not estimated"
    return (
        name,
        str(one.sessions),
        f"{one.hours_invested:.1f}",
        f"{one.hours_estimated:.1f}" if one.estimated else "-",
        f"{one.hours_saved:.1f}" if one.estimated else "-",
        ratio,
    )


def _deals(context: CommandContext) -> tuple[PipelineRow, ...]:
    found = pipeline_in_force(context)
    if found is None:
        return ()
    print_faults(found.faults)
    return found.rows


COMMANDS: dict[str, Any] = {"brief": brief, "value": value}
