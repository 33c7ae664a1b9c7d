"""`push`, `outbox` and `endpoint`: what leaves the program, and how it went."""

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import click
from msgspec.structs import replace

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_csv, print_json, write_document
from session_tui.cli.prompt import ask, confirm
from session_tui.cli.push import left_behind
from session_tui.cli.sessions import find, rows_in
from session_tui.cli.table import Cell, TableColumn, table
from session_tui.export.formats import Setting
from session_tui.model import dates
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.sender import over_http, send_due
from session_tui.outbox.service import PushService, seconds_behind
from session_tui.outbox.store import Entry
from session_tui.store import session_file, toml
from session_tui.store.errors import StoreError

KEYS = ("id", "endpoint", "session", "type", "state", "attempts", "next_at", "reason", "path", "error")
PATIENCE = 20.0  # seconds that a command waits for receivers; what is not settled by then is sent behind it


def post_of(context: CommandContext) -> PushService:
    """Endpoints and outbox of the places in force."""
    return PushService(context)


# ---- push -----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("id", required=False)
@click.option("--to", "names", multiple=True, metavar="NAME", help="This endpoint alone; may be given again.")
@click.option("--detail", type=click.Choice(["shared", "full"]), help="Instead of what the endpoint's own detail says.")
@click.option("--preview", is_flag=True, help="Print exactly what would leave, and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.pass_obj
def push(
    context: CommandContext, id: str | None, names: tuple[str, ...], detail: Detail | None, preview: bool, as_json: bool
) -> int:
    """Send the summary of session ID to the endpoints of the configuration; without ID of the one held last.

    It is in the outbox before it is sent: what does not arrive now is tried again, for three days. The same content is
    never delivered twice.
    """
    push_service = post_of(context)
    session = _session(context, id)
    wanted = _wanted(push_service, names)
    setting = Setting(context.now().astimezone(), context.places.configuration.people)
    if preview:
        for endpoint in wanted:
            message = push_service.packed(session, endpoint, detail or endpoint.detail, setting)
            echo(f"To {endpoint.name} ({endpoint.kind}), {len(message.body.encode())} bytes:", err=True)
            write_document(f"{message.body}\n")
        return 0
    put: list[OutboxMessage] = []
    faults: list[Fault] = []
    for endpoint in wanted:
        try:
            _ask(push_service, replace(endpoint, detail=detail or endpoint.detail), asked=bool(names))
            put.append(push_service.push(session, endpoint, detail or endpoint.detail, setting))
        except StoreError as error:
            faults += error.faults
    settled = _send(push_service, put)
    _tell_parcels(push_service, settled, as_json=as_json)
    for fault in faults:
        echo(f"session-tui: {fault}", err=True)
    return 1 if faults or any(message.state in ("failed", "rejected") for message in settled) else 0


def _session(context: CommandContext, id: str | None) -> Session:
    if id is None:
        held = next(rows_in(context, "held"), None)
        if held is None or held.session is None:
            what = f"no session in {context.sessions} was held yet"
            raise StoreError(Fault("", what, "session-tui run ACCOUNT begins one."))
        return held.session
    path = find(context, id)
    return session_file.read(toml.read_bytes(path), path).session


def _wanted(push_service: PushService, names: tuple[str, ...]) -> tuple[Endpoint, ...]:
    if names:
        return tuple(push_service.endpoint_named(name) for name in dict.fromkeys(names))
    if not push_service.endpoints:
        config = push_service.context.places.config
        where = str(config.path) if config else "session-tui.toml"
        raise StoreError(Fault(where, "it has no endpoints", "[[endpoints]] names them; README shows an example."))
    return push_service.endpoints


def _ask(push_service: PushService, endpoint: Endpoint, *, asked: bool) -> None:
    """Whoever names an endpoint at a terminal is asked about it; else it is a fault that says how."""
    question = push_service.question(endpoint)
    if question and asked and sys.stdin.isatty() and confirm(question):
        push_service.trust(endpoint)


def _send(push_service: PushService, put: list[OutboxMessage]) -> list[OutboxMessage]:
    """Send what is due, waiting a little; gives how these parcels stand afterwards."""
    if any(message.state == "waiting" for message in put):
        names = ", ".join(dict.fromkeys(message.endpoint for message in put if message.state == "waiting"))
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
            echo(f"session-tui: {fault}", err=True)
    there = {message.id: message for message in push_service.outbox.sound()}
    settled = [there.get(message.id, message) for message in put]
    if any(message.state == "waiting" for message in settled):
        for each in left_behind(push_service.context):
            echo(f"session-tui: {each}", err=True)
    return settled


def _tell_parcels(push_service: PushService, messages: Iterable[OutboxMessage], *, as_json: bool) -> None:
    if as_json:
        print_json([_data(Entry(push_service.outbox.folder / f"{each.id}.toml", each)) for each in messages])
        return
    for message in messages:
        echo(f"{message.endpoint}: {_standing(message, push_service.context.now())}")


def _standing(message: OutboxMessage, moment: datetime) -> str:
    """How a parcel stands, in a sentence."""
    reason = f": {message.reason}" if message.reason else ""
    if message.state != "waiting":
        return f"{message.state}{reason}"
    if message.next_at is None or message.next_at <= moment:
        return f"waits{reason}"
    return f"waits{reason}; tried again {_clock(message.next_at, moment)}"


def _clock(at: datetime, moment: datetime) -> str:
    local, today = at.astimezone(), moment.astimezone().date()
    day = "" if local.date() == today else f"{dates.words(local.date(), today)}, "
    return f"{day}{local:%H:%M}"


# ---- the outbox -----------------------------------------------------------------------------------------------------


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.pass_context
def outbox(ctx: click.Context, as_json: bool, as_csv: bool) -> int:
    """What was pushed and how it went: waiting, delivered, failed (given up after three days), rejected."""
    if ctx.invoked_subcommand is not None:
        return 0
    push_service = post_of(ctx.obj)
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
    push_service = post_of(context)
    chosen = push_service.outbox.retry(id, context.now())
    if not chosen:
        echo("Nothing waits.", err=True)
        return 0
    settled = _send(push_service, list(chosen))
    _tell_parcels(push_service, settled, as_json=False)
    return 1 if any(message.state in ("failed", "rejected") for message in settled) else 0


@outbox.command()
@click.argument("id")
@click.pass_obj
def drop(context: CommandContext, id: str) -> int:
    """Take ID out of the outbox for good; it is not sent."""
    entry = post_of(context).outbox.drop(id)
    about = f" ({entry.message.session} to {entry.message.endpoint})" if entry.message else ""
    echo(f"Dropped {entry.id}{about}. The session is as it was; session-tui push makes it anew.")
    return 0


@outbox.command(hidden=True)
@click.pass_obj
def work(context: CommandContext) -> int:
    """Send what waits for some minutes, and end: the process that goes on when the program has ended."""
    from session_tui.outbox.background import work_for

    push_service = post_of(context)
    work_for(
        seconds_behind(context.environ),
        push_service.outbox,
        push_service.request,
        over_http,
        context.now,
        context.rng.random,
    )
    return 0


def _switched_off(push_service: PushService, entries: tuple[Entry, ...]) -> list[str]:
    """The names of what is switched off: an address may be as good as a secret, and is not for a screen."""
    names = {each.message.url: each.message.endpoint for each in entries if each.message is not None}
    return sorted(
        names.get(url, "an address that nothing here is for any more") for url in push_service.outbox.switched_off()
    )


def _data(entry: Entry) -> dict[str, Any]:
    path = str(entry.path)
    one = entry.message
    if one is None:
        return dict.fromkeys(KEYS) | {"id": entry.id, "path": path, "error": str(entry.fault)}
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
    return (_short(one.id), one.session, one.endpoint, f"{_standing(one, now)}{tries}")


def _short(id: str) -> str:
    """As much of an id as tells it from others; any unique beginning is understood."""
    return id[:12]


# ---- endpoints ------------------------------------------------------------------------------------------------------


@click.group(invoke_without_command=True)
@click.pass_context
def endpoint(ctx: click.Context) -> int:
    """The endpoints of the configuration: where a summary may go, and what stands in the way."""
    if ctx.invoked_subcommand is not None:
        return 0
    push_service = post_of(ctx.obj)
    if not push_service.endpoints:
        echo("No endpoint. [[endpoints]] in session-tui.toml names one; README shows how.", err=True)
    for each in push_service.endpoints:
        told = f"{each.name}: {each.kind}, {each.detail}{', at the end of every session' if each.push_on_end else ''}"
        try:
            push_service.check(each)
            said = "ready"
        except StoreError as error:
            fault = error.faults[0]
            said = f"{fault.what}. {fault.do}".strip()
        echo(f"{told}; {said}")
    return 0


@endpoint.command()
@click.argument("name")
@click.pass_obj
def test(context: CommandContext, name: str) -> int:
    """Send a harmless test message to endpoint NAME, and explain what came back."""
    from session_tui.outbox.answers import meaning
    from session_tui.outbox.messages import pack_test

    push_service = post_of(context)
    found = push_service.endpoint_named(name)
    _ask(push_service, found, asked=True)
    if push_service.question(found):
        push_service.check(found)
    message = pack_test(found, context.now())
    request = push_service.request(message)
    if isinstance(request, Fault):
        raise StoreError(request)
    answer = over_http(request)
    if 200 <= answer.status < 300:
        push_service.outbox.switch_on(message.url)
        signed = " It was signed." if any(key.lower() == "webhook-signature" for key, _ in request.headers) else ""
        echo(f"{name}: the test arrived ({answer.status}).{signed}")
        return 0
    raise StoreError(Fault(f'endpoint "{name}"', meaning(message, answer), _advice(answer.status)))


@endpoint.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Say yes without being asked, as in a script.")
@click.pass_obj
def trust(context: CommandContext, name: str, yes: bool) -> int:
    """Say yes to endpoint NAME, which came with a folder: to its address, its kind and its secret's name."""
    push_service = post_of(context)
    found = push_service.endpoint_named(name)
    question = push_service.question(found)
    if not question:
        echo(f"{name} needs no yes, or has it.")
        return 0
    echo(question, err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise StoreError(Fault(name, "nobody is there to say yes", "--yes says it."))
        confirm("Yes?", abort=True)
    push_service.trust(found)
    echo(f"{name} may be used from now on, as long as it stays what it is.")
    return 0


@endpoint.command()
@click.argument("name")
@click.pass_obj
def secret(context: CommandContext, name: str) -> int:
    """Store the secret of endpoint NAME in the system's keyring, or say which variable to set."""
    from session_tui.outbox.secrets import keep_secret

    found = post_of(context).endpoint_named(name)
    if not found.secret_keyring and found.secret_env:
        echo(f"{name} reads its secret from the environment: set {found.secret_env}.")
        return 0
    value = ""
    if found.secret_keyring:
        at_terminal = sys.stdin.isatty()
        value = ask("Secret", hide_input=True) if at_terminal else sys.stdin.readline().strip()
    keep_secret(found, value)
    echo(f"The keyring has it as {found.secret_keyring}.")
    return 0


def _advice(status: int) -> str:
    """What whoever set the endpoint up can do about an answer."""
    if status in (401, 403):
        return "Is the secret the one that the receiver knows? session-tui endpoint secret sets it."
    if status in (404, 410):
        return "Is the address in the configuration still the right one?"
    if status in (408, 425, 429) or status >= 500 or status == 0:
        return "A summary would wait in the outbox, and be tried again."
    return "The receiver says why; a summary would be rejected the same way."


COMMANDS: dict[str, click.Command] = {"push": push, "outbox": outbox, "endpoint": endpoint}
