"""`show`: one session on standard output; the screen is not loaded."""

import sys
from typing import Any

import click
import msgspec

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_json, width, write_document
from session_tui.cli.sessions import before, find
from session_tui.cli.table import paragraph
from session_tui.model.judgements import drop_unjudged
from session_tui.model.session import Session
from session_tui.store import session_file, session_folder, toml

# Bold and dim only: the user chooses the colours of the terminal.
TONES = {"strong": "bold", "key": "bold", "warn": "bold", "muted": "dim"}


@click.command()
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="The session with the keys of its file.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Markdown, to be copied or sent.")
@click.option("--map", "as_map", is_flag=True, help="The stakeholder map in about ten lines of plain words.")
@click.pass_obj
def show(context: CommandContext, id: str, as_json: bool, as_markdown: bool, as_map: bool) -> int:
    """One session: ID, the beginning of it, or `latest`."""
    choose_one(as_json=as_json, as_markdown=as_markdown, as_map=as_map)
    path = find(context, id)
    found = session_file.read(toml.read_bytes(path), path)
    if as_json:
        full = msgspec.to_builtins(found.session)
        drop_unjudged(full["stakeholders"])
        print_json(_overlaid(full, msgspec.to_builtins(found.tables)))
    elif as_map:
        from session_tui.model import history
        from session_tui.model.stakeholder_map.description import describe_map

        chain, _ = before(context, found.session)
        for line in describe_map(found.session, history.past(chain)):
            echo(line)
    else:
        _print_session(context, found.session, as_markdown=as_markdown)
    return 0


def _print_session(context: CommandContext, session: Session, *, as_markdown: bool) -> None:
    """Print the session in the layout of the reading pane, with its history in the later
    sessions.
    """
    from session_tui.model.reports.session_report import sheet

    today = context.today
    report = sheet(session, today, session_folder.after(context.sessions, session))
    if as_markdown:
        from session_tui.export.markdown import session_markdown

        write_document(session_markdown(report, today))
        return
    from session_tui.tui.drawings.session_report import WIDEST, lines

    room = width()
    for line in lines(report, min(WIDEST, room) if sys.stdout.isatty() else room):
        paragraph(*((words, TONES.get(tone, "")) for words, tone in line.pieces), fit="whole")


def _overlaid(full: Any, raw: Any) -> Any:
    """All keys with their defaults, overwritten by the keys of the file, the unknown ones
    included.
    """
    if isinstance(full, dict) and isinstance(raw, dict):
        return {
            key: _overlaid(full.get(key), raw[key]) if key in raw else full[key]
            for key in (*full, *(k for k in raw if k not in full))
        }
    if isinstance(full, list) and isinstance(raw, list) and len(full) == len(raw):
        return [_overlaid(one, other) for one, other in zip(full, raw, strict=True)]
    return raw


COMMANDS: dict[str, click.Command] = {"show": show}
