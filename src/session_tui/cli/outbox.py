"""`outbox`: the messages of the outbox with their states; `retry` and `drop`."""

import sys
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.command_group import CommandGroup
from session_tui.cli.output import echo, print_csv, print_json
from session_tui.cli.table import Cell, TableColumn, table
from session_tui.model import dates
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.sender import over_http, send_due
from session_tui.outbox.service import PushService, seconds_behind, send_behind
from session_tui.outbox.store import Entry

KEYS = ("id", "endpoint", "session", "type", "state", "attempts", "next_at", "reason", "path", "error")
PATIENCE = 20.0  # seconds that a command waits for receivers; the rest is sent in the background


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.pass_context
def outbox(ctx: click.Context, as_json: bool, as_csv: bool) -> int:
    """What was pushed and how it went: waiting, delivered, failed (given up after three days),
    rejected.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    push_service = PushService(ctx.obj)
    entries = push_service.outbox.messages()
    if (fault := push_service.outbox.off_fault()) is not None:
        echo(str(fault), err=True)
    if as_json:
        print_json([_data(entry) for entry in entries])
    elif as_csv:
        print_csv(KEYS, ([_data(entry)[key] for key in KEYS] for entry in entries))
    elif not entries:
        echo("The outbox is empty. session-tui push sends a session's summary.", err=True)
    else:
        _print(entries, push_service.context.now())
        for name in _switched_off(push_service, entries):
            echo(f"Switched off, since it said that it is gone: {name}", err=True)
    return 0


@outbox.command()
@click.argument("id", required=False)
@click.pass_obj
def retry(context: CommandContext, id: str | None) -> int:
    """Try ID now, or all that did not arrive."""
    push_service = PushService(context)
    chosen = push_service.outbox.retry(id, context.now())
    if not chosen:
        echo("Nothing waits.", err=True)
        return 0
    settled = send_and_print(push_service, chosen, as_json=False)
    return 1 if any(message.state in ("failed", "rejected") for message in settled) else 0


@outbox.command()
@click.argument("id")
@click.pass_obj
def drop(context: CommandContext, id: str) -> int:
    """Take ID out of the outbox for good; it is not sent."""
    entry = PushService(context).outbox.drop(id)
    about = f" ({entry.message.session} to {entry.message.endpoint})" if entry.message else ""
    echo(f"Dropped {entry.id}{about}. The session is as it was; session-tui push makes it anew.")
    return 0


@outbox.command(hidden=True)
@click.pass_obj
def work(context: CommandContext) -> int:
    """Send what waits for some minutes, sync, and end: the process that goes on when the program
    has ended.
    """
    from session_tui.outbox.background import work_for

    syncing: threading.Thread | None = None
    if any(each.sync for each in context.configuration.endpoints):
        from session_tui.outbox.sync.sync_worker import sync_for

        seconds = float(seconds_behind(context.environ))
        syncing = threading.Thread(target=sync_for, args=(seconds, context), name="sync", daemon=True)
        syncing.start()

    push_service = PushService(context)
    work_for(
        seconds_behind(context.environ),
        push_service.outbox,
        push_service.request,
        over_http,
        context.now,
        context.rng.random,
    )
    if syncing is not None:
        syncing.join()
    return 0


def _switched_off(push_service: PushService, entries: tuple[Entry, ...]) -> list[str]:
    """The names of the endpoints whose address is switched off; the address itself may be a
    secret.
    """
    names = {each.message.url: each.message.endpoint for each in entries if each.message is not None}
    return sorted(
        names.get(url, "an address that nothing here is for any more") for url in push_service.outbox.switched_off()
    )


def _data(entry: Entry) -> dict[str, Any]:
    path = str(entry.path)
    one = entry.message
    if one is None:
        return dict.fromkeys(KEYS) | {"id": entry.id, "path": path, "error": entry.fault.words if entry.fault else ""}
    next_at = one.next_at.isoformat() if one.next_at else None
    reason = one.reason or None
    values = (one.id, one.endpoint, one.session, one.type, one.state, one.attempts, next_at, reason, path, None)
    return dict(zip(KEYS, values, strict=True))


def _print(entries: tuple[Entry, ...], now: datetime) -> None:
    table(
        [TableColumn("Id"), TableColumn("Session"), TableColumn("To"), TableColumn("State", "fold")],
        (_cells(each, now) for each in entries),
    )


def _cells(entry: Entry, now: datetime) -> tuple[Cell, ...]:
    one = entry.message
    if one is None:
        return (entry.id, "", "", f"▲ {entry.fault}")
    tries = f" ({one.attempts} tries)" if one.attempts > 1 else ""
    return (_short(one.id), one.session, one.endpoint, f"{_state_words(one, now)}{tries}")


def _short(id: str) -> str:
    """The beginning of an id; commands accept any unique beginning."""
    return id[:12]


# ---- sending ------------------------------------------------------------------------------------


def send_and_print(push_service: PushService, queued: Sequence[OutboxMessage], *, as_json: bool) -> list[OutboxMessage]:
    """Send these messages, print their states, and return them as they are then."""
    settled = send(push_service, queued)
    print_states(push_service, settled, as_json=as_json)
    return settled


def send(push_service: PushService, queued: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    """Send what is due, for at most `PATIENCE` seconds; returns these messages as they are
    then.
    """
    if any(message.state == "waiting" for message in queued):
        names = ", ".join(dict.fromkeys(message.endpoint for message in queued if message.state == "waiting"))
        if sys.stderr.isatty():
            echo(f"Sending to {names} …", err=True)
        until = push_service.context.now() + timedelta(seconds=PATIENCE)
        report = send_due(
            push_service.outbox,
            push_service.request,
            over_http,
            push_service.context.now,
            push_service.context.rng.random,
            until=until,
        )
        for fault in report.faults:
            echo(f"session-tui: {fault.words}", err=True)
    there = {message.id: message for message in push_service.outbox.sound()}
    settled = [there.get(message.id, message) for message in queued]
    if any(message.state == "waiting" for message in settled):
        context = push_service.context
        if (trouble := send_behind(context.places, context.environ)) is not None:
            echo(f"session-tui: {trouble.words}", err=True)
    return settled


def print_states(push_service: PushService, messages: Iterable[OutboxMessage], *, as_json: bool) -> None:
    """Print how each of these messages stands."""
    if as_json:
        print_json([_data(Entry(push_service.outbox.folder / f"{each.id}.toml", each)) for each in messages])
        return
    for message in messages:
        echo(f"{message.endpoint}: {_state_words(message, push_service.context.now())}")


def _state_words(message: OutboxMessage, moment: datetime) -> str:
    """The state of a message in words, with its reason and its next attempt."""
    reason = f": {message.reason}" if message.reason else ""
    if message.state != "waiting":
        return f"{message.state}{reason}"
    if message.next_at is None or message.next_at <= moment:
        return f"waits{reason}"
    then = "sent at" if message.held else "tried again"
    return f"waits{reason}; {then} {_clock(message.next_at, moment)}"


def _clock(at: datetime, moment: datetime) -> str:
    local, today = at.astimezone(), moment.astimezone().date()
    day = "" if local.date() == today else f"{dates.words(local.date(), today)}, "
    return f"{day}{local:%H:%M}"


COMMANDS: dict[str, click.Command] = {"outbox": outbox}
