"""Messages made from summaries: one message for one endpoint.

The same summary gives the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime

from msgspec import Struct

from session_tui.export.formats import Setting
from session_tui.export.summary import Summary, moment_of
from session_tui.model.configuration import Endpoint
from session_tui.model.dates import file_moment
from session_tui.model.fault import Fault
from session_tui.outbox.endpoint_url import address_of
from session_tui.outbox.kinds import slack, team_server, teams, webhook
from session_tui.outbox.message import Kind, OutboxMessage
from session_tui.store.errors import StoreError

TEST_TEXT = "session-tui: a test of this endpoint. It holds nothing of any session, and nothing needs to be done."


class _Occasion(Struct, frozen=True):
    """Why and when a body is made. Both moments come from the session, not from the clock."""

    kind: Kind
    at: datetime
    today: date


class _Body(Struct, frozen=True):
    """How the body for a kind of endpoint is made, and its limit in bytes, as `size`
    counts them.
    """

    make: Callable[[Summary, _Occasion], str]
    make_test: Callable[[datetime], str]
    largest: int
    size: Callable[[str], int] = lambda body: len(body.encode())


_BODIES: dict[str, _Body] = {
    "webhook": _Body(
        lambda summary, as_: webhook.body(summary, as_.kind, as_.at),
        lambda at: webhook.test_body(TEST_TEXT, at),
        webhook.LARGEST,
    ),
    "slack": _Body(
        lambda summary, as_: slack.body(summary, as_.kind, as_.today),
        lambda at: slack.test_body(TEST_TEXT),
        slack.LARGEST,
    ),
    "teams": _Body(
        lambda summary, as_: teams.body(summary, as_.kind, as_.today),
        lambda at: teams.test_body(TEST_TEXT),
        teams.LARGEST,
        teams.size,
    ),
    # The test of a team server is a GET: there is no harmless content to store there.
    "team_server": _Body(lambda summary, as_: team_server.body(summary), lambda at: "", team_server.LARGEST),
}


def build_message(
    endpoint: Endpoint, summary: Summary, setting: Setting, earlier: Iterable[OutboxMessage], now: datetime
) -> OutboxMessage:
    """The message with a session for an endpoint; `StoreError` where it cannot be made.

    `earlier` are all messages of the outbox. Where this address has received, or will receive,
    another version of the session, the type is `session.updated`; messages that failed or were
    rejected do not count. Where nothing has changed since the last message, the result has its id
    and body.
    """
    url = address_of(endpoint).url
    if summary.status != "held":
        what = f"{summary.id} is {summary.status}, and only a held session can be pushed"
        raise StoreError(Fault(_named(endpoint), what, "Nothing was sent. End the session first."))
    known = [each for each in _in_order(earlier) if _for(each, endpoint, url, summary.id)]
    counted = [each for each in known if each.state not in ("failed", "rejected")]
    kind, body = _type_and_body(endpoint, summary, setting, counted)
    _check_size(endpoint, summary, body)
    return OutboxMessage(
        id=_id(url, endpoint.kind, body, known),
        endpoint=endpoint.name,
        kind=endpoint.kind,
        url=url,
        type=kind,
        session=summary.id,
        account=summary.account,
        detail=summary.detail,
        created_at=file_moment(now),
        next_at=file_moment(now),
        if_match=known_version(known),
        body=body,
    )


def build_test_message(endpoint: Endpoint, now: datetime) -> OutboxMessage:
    """A test message, without the content of any session; each moment gives another id."""
    url, at = address_of(endpoint).url, file_moment(now)
    body = _BODIES[endpoint.kind].make_test(at)
    return OutboxMessage(
        id=_digest(url, endpoint.kind, body, at.isoformat()),
        endpoint=endpoint.name,
        kind=endpoint.kind,
        url=url,
        type="test",
        session="test",
        created_at=at,
        next_at=at,
        body=body,
    )


def known_version(earlier: Iterable[OutboxMessage]) -> str:
    """The etag of the version that a team server received last; empty where there is none.

    `earlier` are the messages with one session for one address. The sender looks again before each
    attempt, because another version may have been delivered since this message was made.
    """
    delivered = [each for each in _in_order(earlier) if each.state == "delivered" and each.etag]
    return max(delivered, key=lambda each: each.last_at or each.created_at).etag if delivered else ""


def _type_and_body(
    endpoint: Endpoint, summary: Summary, setting: Setting, sent: list[OutboxMessage]
) -> tuple[Kind, str]:
    at = moment_of(summary)
    today = at.astimezone(setting.now.tzinfo).date()
    make = _BODIES[endpoint.kind].make
    choices: tuple[tuple[Kind, str], ...] = tuple(
        (kind, make(summary, _Occasion(kind, at, today))) for kind in ("session.held", "session.updated")
    )
    if not sent:
        return choices[0]
    return next(((sent[-1].type, body) for _, body in choices if body == sent[-1].body), choices[1])


def _id(url: str, kind: str, body: str, known: list[OutboxMessage]) -> str:
    """The digest of receiver and content.

    Where an entry was changed and changed back, the same content is sent a second time. The
    receiver would ignore an id that it has seen, so the id of the message between is then part of
    the digest.
    """
    digest = _digest(url, kind, body)
    if not known or known[-1].body == body:
        return known[-1].id if known else digest
    return _digest(url, kind, body, known[-1].id) if any(each.id == digest for each in known) else digest


def _digest(*parts: str) -> str:
    # No URL and no body contains NUL, so two lists of parts never give the same text.
    return "msg_" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _for(message: OutboxMessage, endpoint: Endpoint, url: str, session: str) -> bool:
    return (message.kind, message.url, message.session) == (endpoint.kind, url, session)


def _in_order(messages: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    return sorted(messages, key=lambda each: each.created_at)


def _check_size(endpoint: Endpoint, summary: Summary, body: str) -> None:
    kind = _BODIES[endpoint.kind]
    size, largest = kind.size(body), kind.largest
    if size > largest:
        what = f"{summary.id} comes to {size / 1024:,.0f} KB, and {largest / 1024:,.0f} KB is the most that it takes"
        do = "Nothing was sent, and the session is as it was. session-tui export writes it to a file."
        raise StoreError(Fault(_named(endpoint), what, do))


def _named(endpoint: Endpoint) -> str:
    return f'endpoint "{endpoint.name}"'
