"""`push`, and the push that follows a held or changed session.

Many commands import this module, so the sending itself is imported only where an endpoint is
configured.
"""

from itertools import product
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_error, write_document
from session_tui.cli.sessions import find, rows_in
from session_tui.context import AppContext
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.vocabulary import Detail
from session_tui.store import session_file, toml
from session_tui.store.errors import StoreError

if TYPE_CHECKING:
    from session_tui.model.configuration import Endpoint
    from session_tui.outbox.message import OutboxMessage
    from session_tui.outbox.service import PushService

_PATIENCE = 60.0  # seconds for a sync; the next one goes on


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--to", "names", multiple=True, metavar="NAME", help="This endpoint alone; may be given again.")
@click.option("--detail", type=click.Choice(["shared", "full"]), help="Instead of what the endpoint's own detail says.")
@click.option("--preview", is_flag=True, help="Print exactly what would leave, and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.pass_obj
def push(
    context: CommandContext,
    ids: tuple[str, ...],
    names: tuple[str, ...],
    detail: Detail | None,
    preview: bool,
    as_json: bool,
) -> int:
    """Send the summary of each session ID to the endpoints of the configuration; without ID of the
    one held last.

    It is in the outbox before it is sent: what does not arrive now is tried again, for three days.
    The same content is never delivered twice. An endpoint with `sync = true` is synced instead.
    """
    from session_tui.cli.endpoint import ask_for_trust
    from session_tui.cli.outbox import print_states, send
    from session_tui.export.formats import Setting
    from session_tui.outbox.service import PushService

    push_service = PushService(context)
    sessions = _sessions(context, ids)
    endpoints = _chosen_endpoints(push_service, names)
    setting = Setting(context.now().astimezone(), context.places.configuration.people)
    if preview:
        for session, endpoint in product(sessions, endpoints):
            message = push_service.build_message(session, endpoint, detail or endpoint.detail, setting)
            echo(f"To {endpoint.name} ({endpoint.kind}), {len(message.body.encode())} bytes:", err=True)
            write_document(f"{message.body}\n")
        return 0
    queued: list[OutboxMessage] = []
    synced: list[OutboxMessage] = []
    faults: list[Fault] = []
    for endpoint in endpoints:
        if endpoint.sync:
            try:
                if names:
                    ask_for_trust(push_service, endpoint)
                synced += _synced(push_service, sessions, endpoint, detail or endpoint.detail)
            except StoreError as error:
                faults += error.faults
    for session, endpoint in product(sessions, (each for each in endpoints if not each.sync)):
        try:
            if names:
                ask_for_trust(push_service, replace(endpoint, detail=detail or endpoint.detail))
            queued.append(push_service.push(session, endpoint, detail or endpoint.detail, setting))
        except StoreError as error:
            faults += error.faults
    settled = [*synced, *send(push_service, queued)]
    print_states(push_service, settled, as_json=as_json)
    if faults and as_json:
        print_error("; ".join(dict.fromkeys(fault.words for fault in faults)), "", 1)
    for fault in dict.fromkeys(faults if not as_json else ()):
        echo(f"session-tui: {fault.words}", err=True)
    return 1 if faults or any(message.state in ("failed", "rejected") for message in settled) else 0


def _sessions(context: CommandContext, ids: tuple[str, ...]) -> tuple[Session, ...]:
    if not ids:
        held = next(rows_in(context, "held"), None)
        if held is None or held.session is None:
            what = f"no session in {context.sessions} was held yet"
            raise StoreError(Fault("", what, "session-tui run ACCOUNT begins one."))
        return (held.session,)
    paths = dict.fromkeys(find(context, id) for id in ids)
    return tuple(session_file.read(toml.read_bytes(path), path).session for path in paths)


def _synced(
    push_service: "PushService", sessions: tuple[Session, ...], endpoint: "Endpoint", detail: Detail
) -> "list[OutboxMessage]":
    """Sync with an endpoint; returns how each session stands there, as messages that are stored
    nowhere.

    `StoreError` where the sync did not come to its end.
    """
    from session_tui.export.formats import Setting
    from session_tui.outbox.sync.queued_messages import REASON
    from session_tui.outbox.sync.team_sync import TeamSync

    if detail != endpoint.detail:
        what = f"it is kept in step with detail {endpoint.detail}, and nothing is sent beside that"
        raise StoreError(Fault(f'endpoint "{endpoint.name}"', what, "Leave --detail out."))
    report = TeamSync(push_service.context, endpoint).run(limit=_PATIENCE)
    if report.stopped is not None:
        raise StoreError(replace(report.stopped, where=endpoint.name))
    waits = {each.session: each.sentence for each in report.waits}
    setting = Setting(push_service.context.now().astimezone(), push_service.context.places.configuration.people)
    found = []
    for session in sessions:
        message = push_service.build_message(session, endpoint, detail, setting)
        message = replace(message, state="delivered", reason=REASON, next_at=None)
        if session.id in waits:
            message = replace(message, state="waiting", reason=waits[session.id])
        elif session.id in report.not_taken:
            reason = "the server does not take it from you; the file stays where it is"
            message = replace(message, state="rejected", reason=reason)
        found.append(message)
    return found


def _chosen_endpoints(push_service: "PushService", names: tuple[str, ...]) -> "tuple[Endpoint, ...]":
    if names:
        return tuple(push_service.endpoint_named(name) for name in dict.fromkeys(names))
    if not push_service.endpoints:
        config = push_service.context.places.config
        where = str(config.path) if config else "session-tui.toml"
        raise StoreError(
            Fault(where, "it has no endpoints", "[[endpoints]] names them; docs/guide/endpoints.md shows how.")
        )
    return push_service.endpoints


def push_ended_session(context: AppContext, session: Session) -> tuple[str, ...]:
    """Push a session that has just ended to the endpoints with `push_on_end`.

    The messages are sent by a process that outlives this one. Returns the lines to print.
    """
    from session_tui.outbox.service import PushService

    results = PushService(context).push_ended_session(session)
    return (*map(str, results), *_send_in_background(context)) if results else ()


def push_changed_sessions(context: CommandContext, *sessions: Session) -> None:
    """Push changed sessions to the endpoints that received them at their end, and print the
    results.

    Sessions that are not held are passed over.
    """
    if not context.places.configuration.endpoints:
        return
    from session_tui.outbox.service import PushService

    push_service = PushService(context)
    held = [session for session in sessions if session.status == "held"]
    lines = [str(result) for session in held for result in push_service.push_changed_session(session)]
    # One process for all of them: a handover changes hundreds at once.
    for line in dict.fromkeys((*lines, *(_send_in_background(context) if lines else ()))):
        echo(line, err=True)


def _send_in_background(context: AppContext) -> tuple[str, ...]:
    """Start the process that sends.

    Returns the reason why it did not start, if it did not, as a line to print.
    """
    from session_tui.outbox.service import send_behind

    fault = send_behind(context.places, context.environ)
    return (str(fault),) if fault else ()


COMMANDS: dict[str, click.Command] = {"push": push}
