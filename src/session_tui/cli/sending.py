"""`push`, `outbox` and `endpoint`: what leaves the program, and how it went."""

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import click
from msgspec.structs import replace

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import print_csv, print_json, say, write_document
from session_tui.cli.prompt import ask, confirm
from session_tui.cli.push import left_behind
from session_tui.cli.shelves import find, rows_in
from session_tui.cli.table import Cell, Column, table
from session_tui.deliver.outbox import Entry
from session_tui.deliver.parcel import Parcel
from session_tui.deliver.pushing import Post, seconds_behind
from session_tui.deliver.rendering import Setting
from session_tui.deliver.worker import over_http, send_due
from session_tui.model import dates
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.words import Detail
from session_tui.store import document, toml
from session_tui.store.trouble import StoreError

KEYS = ("id", "endpoint", "session", "type", "state", "attempts", "next_at", "reason", "path", "error")
PATIENCE = 20.0  # seconds that a command waits for receivers; what is not settled by then is sent behind it


def post_of(context: CommandContext) -> Post:
    """Endpoints and outbox of the places in force."""
    return Post(context)


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
    post = post_of(context)
    session = _session(context, id)
    wanted = _wanted(post, names)
    setting = Setting(context.now().astimezone(), context.places.configuration.people)
    if preview:
        for endpoint in wanted:
            parcel = post.packed(session, endpoint, detail or endpoint.detail, setting)
            say(f"To {endpoint.name} ({endpoint.kind}), {len(parcel.body.encode())} bytes:", err=True)
            write_document(f"{parcel.body}\n")
        return 0
    put: list[Parcel] = []
    faults: list[Fault] = []
    for endpoint in wanted:
        try:
            _ask(post, replace(endpoint, detail=detail or endpoint.detail), asked=bool(names))
            put.append(post.push(session, endpoint, detail or endpoint.detail, setting))
        except StoreError as error:
            faults += error.faults
    settled = _send(post, put)
    _tell_parcels(post, settled, as_json=as_json)
    for fault in faults:
        say(f"session-tui: {fault}", err=True)
    return 1 if faults or any(parcel.state in ("failed", "rejected") for parcel in settled) else 0


def _session(context: CommandContext, id: str | None) -> Session:
    if id is None:
        held = next(rows_in(context, "held"), None)
        if held is None or held.session is None:
            what = f"no session in {context.sessions} was held yet"
            raise StoreError(Fault("", what, "session-tui run ACCOUNT begins one."))
        return held.session
    path = find(context, id)
    return document.read(toml.read_bytes(path), path).session


def _wanted(post: Post, names: tuple[str, ...]) -> tuple[Endpoint, ...]:
    if names:
        return tuple(post.endpoint_named(name) for name in dict.fromkeys(names))
    if not post.endpoints:
        config = post.context.places.config
        where = str(config.path) if config else "session-tui.toml"
        raise StoreError(Fault(where, "it has no endpoints", "[[endpoints]] names them; README shows an example."))
    return post.endpoints


def _ask(post: Post, endpoint: Endpoint, *, asked: bool) -> None:
    """Whoever names an endpoint at a terminal is asked about it; else it is a fault that says how."""
    question = post.question(endpoint)
    if question and asked and sys.stdin.isatty() and confirm(question):
        post.trust(endpoint)


def _send(post: Post, put: list[Parcel]) -> list[Parcel]:
    """Send what is due, waiting a little; gives how these parcels stand afterwards."""
    if any(parcel.state == "waiting" for parcel in put):
        names = ", ".join(dict.fromkeys(parcel.endpoint for parcel in put if parcel.state == "waiting"))
        if sys.stderr.isatty():
            say(f"Sending to {names} …", err=True)
        until = post.context.now() + timedelta(seconds=PATIENCE)
        report = send_due(post.outbox, post.request, over_http, post.context.now, post.context.rng.random, until=until)
        for fault in report.faults:
            say(f"session-tui: {fault}", err=True)
    there = {parcel.id: parcel for parcel in post.outbox.sound()}
    settled = [there.get(parcel.id, parcel) for parcel in put]
    if any(parcel.state == "waiting" for parcel in settled):
        for each in left_behind(post.context):
            say(f"session-tui: {each}", err=True)
    return settled


def _tell_parcels(post: Post, parcels: Iterable[Parcel], *, as_json: bool) -> None:
    if as_json:
        print_json([_data(Entry(post.outbox.folder / f"{each.id}.toml", each)) for each in parcels])
        return
    for parcel in parcels:
        say(f"{parcel.endpoint}: {_standing(parcel, post.context.now())}")


def _standing(parcel: Parcel, moment: datetime) -> str:
    """How a parcel stands, in a sentence."""
    reason = f": {parcel.reason}" if parcel.reason else ""
    if parcel.state != "waiting":
        return f"{parcel.state}{reason}"
    if parcel.next_at is None or parcel.next_at <= moment:
        return f"waits{reason}"
    return f"waits{reason}; tried again {_clock(parcel.next_at, moment)}"


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
    post = post_of(ctx.obj)
    entries = post.outbox.parcels()
    if (fault := post.outbox.off_fault()) is not None:
        say(str(fault), err=True)
    if as_json:
        print_json([_data(entry) for entry in entries])
    elif as_csv:
        print_csv(KEYS, ([_data(entry)[key] for key in KEYS] for entry in entries))
    elif not entries:
        say("The outbox is empty. session-tui push sends a session's summary.", err=True)
    else:
        _print(entries, post.context.now())
        for name in _switched_off(post, entries):
            say(f"Switched off, since it said that it is gone: {name}", err=True)
    return 0


@outbox.command()
@click.argument("id", required=False)
@click.pass_obj
def retry(context: CommandContext, id: str | None) -> int:
    """Try ID now, or all that did not arrive."""
    post = post_of(context)
    chosen = post.outbox.retry(id, context.now())
    if not chosen:
        say("Nothing waits.", err=True)
        return 0
    settled = _send(post, list(chosen))
    _tell_parcels(post, settled, as_json=False)
    return 1 if any(parcel.state in ("failed", "rejected") for parcel in settled) else 0


@outbox.command()
@click.argument("id")
@click.pass_obj
def drop(context: CommandContext, id: str) -> int:
    """Take ID out of the outbox for good; it is not sent."""
    entry = post_of(context).outbox.drop(id)
    about = f" ({entry.parcel.session} to {entry.parcel.endpoint})" if entry.parcel else ""
    say(f"Dropped {entry.id}{about}. The session is as it was; session-tui push makes it anew.")
    return 0


@outbox.command(hidden=True)
@click.pass_obj
def work(context: CommandContext) -> int:
    """Send what waits for some minutes, and end: the process that goes on when the program has ended."""
    from session_tui.deliver.afterwards import work_for

    post = post_of(context)
    work_for(seconds_behind(context.environ), post.outbox, post.request, over_http, context.now, context.rng.random)
    return 0


def _switched_off(post: Post, entries: tuple[Entry, ...]) -> list[str]:
    """The names of what is switched off: an address may be as good as a secret, and is not for a screen."""
    names = {each.parcel.url: each.parcel.endpoint for each in entries if each.parcel is not None}
    return sorted(names.get(url, "an address that nothing here is for any more") for url in post.outbox.switched_off())


def _data(entry: Entry) -> dict[str, Any]:
    path = str(entry.path)
    one = entry.parcel
    if one is None:
        return dict.fromkeys(KEYS) | {"id": entry.id, "path": path, "error": str(entry.fault)}
    next_at = one.next_at.isoformat() if one.next_at else None
    reason = one.reason or None
    values = (one.id, one.endpoint, one.session, one.type, one.state, one.attempts, next_at, reason, path, None)
    return dict(zip(KEYS, values, strict=True))


def _print(entries: tuple[Entry, ...], now: datetime) -> None:
    table(
        [Column("Id"), Column("Session"), Column("To"), Column("State", "fold")],
        (_cells(each, now) for each in entries),
    )


def _cells(entry: Entry, now: datetime) -> tuple[Cell, ...]:
    one = entry.parcel
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
    post = post_of(ctx.obj)
    if not post.endpoints:
        say("No endpoint. [[endpoints]] in session-tui.toml names one; README shows how.", err=True)
    for each in post.endpoints:
        told = f"{each.name}: {each.kind}, {each.detail}{', at the end of every session' if each.push_on_end else ''}"
        try:
            post.check(each)
            said = "ready"
        except StoreError as error:
            fault = error.faults[0]
            said = f"{fault.what}. {fault.do}".strip()
        say(f"{told}; {said}")
    return 0


@endpoint.command()
@click.argument("name")
@click.pass_obj
def test(context: CommandContext, name: str) -> int:
    """Send a harmless test message to endpoint NAME, and explain what came back."""
    from session_tui.deliver.packing import pack_test
    from session_tui.deliver.posting import meaning

    post = post_of(context)
    found = post.endpoint_named(name)
    _ask(post, found, asked=True)
    if post.question(found):
        post.check(found)
    parcel = pack_test(found, context.now())
    request = post.request(parcel)
    if isinstance(request, Fault):
        raise StoreError(request)
    answer = over_http(request)
    if 200 <= answer.status < 300:
        post.outbox.switch_on(parcel.url)
        signed = " It was signed." if any(key.lower() == "webhook-signature" for key, _ in request.headers) else ""
        say(f"{name}: the test arrived ({answer.status}).{signed}")
        return 0
    raise StoreError(Fault(f'endpoint "{name}"', meaning(parcel, answer), _advice(answer.status)))


@endpoint.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Say yes without being asked, as in a script.")
@click.pass_obj
def trust(context: CommandContext, name: str, yes: bool) -> int:
    """Say yes to endpoint NAME, which came with a folder: to its address, its kind and its secret's name."""
    post = post_of(context)
    found = post.endpoint_named(name)
    question = post.question(found)
    if not question:
        say(f"{name} needs no yes, or has it.")
        return 0
    say(question, err=True)
    if not yes:
        if not sys.stdin.isatty():
            raise StoreError(Fault(name, "nobody is there to say yes", "--yes says it."))
        confirm("Yes?", abort=True)
    post.trust(found)
    say(f"{name} may be used from now on, as long as it stays what it is.")
    return 0


@endpoint.command()
@click.argument("name")
@click.pass_obj
def secret(context: CommandContext, name: str) -> int:
    """Store the secret of endpoint NAME in the system's keyring, or say which variable to set."""
    from session_tui.deliver.secrets import keep_secret

    found = post_of(context).endpoint_named(name)
    if not found.secret_keyring and found.secret_env:
        say(f"{name} reads its secret from the environment: set {found.secret_env}.")
        return 0
    value = ""
    if found.secret_keyring:
        at_terminal = sys.stdin.isatty()
        value = ask("Secret", hide_input=True) if at_terminal else sys.stdin.readline().strip()
    keep_secret(found, value)
    say(f"The keyring has it as {found.secret_keyring}.")
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
