"""Settles messages of the outbox for an endpoint whose sessions sync brings in step.

Two writers at one address would undo each other: what sync has brought there is not sent again.
"""

import contextlib
from pathlib import Path

from msgspec.structs import replace

from session_tui.model.configuration import Endpoint
from session_tui.outbox.endpoint_url import address_of
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.service import PushService
from session_tui.outbox.sync.report import SyncReport
from session_tui.store import removed_sessions
from session_tui.store.errors import StoreError

REASON = "brought there by sync"


def settle_messages(push_service: PushService, endpoint: Endpoint, report: SyncReport) -> tuple[str, ...]:
    """Record each message for this endpoint as delivered whose session this sync brought in step;
    return their ids. Never raises `StoreError`: what could not be recorded is settled next time.

    A message about a session of another folder stays, and so does one about a session that waits
    or that the server does not take.
    """
    if report.stopped is not None:
        return ()
    waits = report.not_taken | {each.session for each in report.waits}
    settled = []
    with contextlib.suppress(StoreError):
        url = address_of(endpoint).url
        for each in push_service.outbox.sound():
            if not _is_for(each, endpoint, url) or each.session in waits:
                continue
            if not _is_here(push_service.context.sessions, each.session):
                continue
            with push_service.outbox.lock(each.id) as current:
                if current is not None and current.state != "delivered":
                    now = push_service.context.now().replace(microsecond=0)
                    done = replace(current, state="delivered", next_at=None, last_at=now, reason=REASON)
                    push_service.outbox.record(done)
                    settled.append(each.id)
    return tuple(settled)


def _is_for(message: OutboxMessage, endpoint: Endpoint, url: str) -> bool:
    return (
        message.state != "delivered"
        and message.kind == "team_server"
        and message.endpoint == endpoint.name
        and message.url == url
    )


def _is_here(folder: Path, session: str) -> bool:
    path = folder / f"{session}.toml"
    return path.exists() or removed_sessions.place(path).exists()
