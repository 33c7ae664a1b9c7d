"""From a summary to a parcel: what one endpoint is sent, to the letter. The same summary gives the same bytes."""

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

TRIAL = "session-tui: a test of this endpoint. It holds nothing of any session, and nothing needs to be done."


class _Telling(Struct, frozen=True):
    """What a body is made from beside the summary: all of it from the session's own moments, nothing from the clock."""

    kind: Kind
    at: datetime
    today: date


class _Body(Struct, frozen=True):
    """How one kind of endpoint is told, how it is tested, and how many bytes it takes, as it counts them."""

    told: Callable[[Summary, _Telling], str]
    trial: Callable[[datetime], str]
    largest: int
    size: Callable[[str], int] = lambda body: len(body.encode())


_BODIES: dict[str, _Body] = {
    "webhook": _Body(
        lambda summary, as_: webhook.body(summary, as_.kind, as_.at),
        lambda at: webhook.trial(TRIAL, at),
        webhook.LARGEST,
    ),
    "slack": _Body(
        lambda summary, as_: slack.body(summary, as_.kind, as_.today), lambda at: slack.trial(TRIAL), slack.LARGEST
    ),
    "teams": _Body(
        lambda summary, as_: teams.body(summary, as_.kind, as_.today),
        lambda at: teams.trial(TRIAL),
        teams.LARGEST,
        teams.size,
    ),
    # A team server is tested by asking for it: there is nothing harmless to put there.
    "team_server": _Body(lambda summary, as_: team_server.body(summary), lambda at: "", team_server.LARGEST),
}


def build_message(
    endpoint: Endpoint, summary: Summary, setting: Setting, earlier: Iterable[OutboxMessage], now: datetime
) -> OutboxMessage:
    """The parcel with a session for an endpoint; `StoreError` where it cannot be.

    `earlier` are the parcels of the outbox, whoever they are for. A session that this address has (or is about to have:
    a parcel that failed or was rejected does not count) with other words is told as updated. The parcel that was packed
    last comes out again, by its id and its body, where nothing has changed since.
    """
    url = address_of(endpoint).url
    if summary.status != "held":
        what = f"{summary.id} is {summary.status}, and what is told of is a session that was held"
        raise StoreError(Fault(_named(endpoint), what, "Nothing was sent. End the session first."))
    known = [each for each in _in_order(earlier) if _for(each, endpoint, url, summary.id)]
    kind, body = _told(endpoint, summary, setting, [each for each in known if each.state not in ("failed", "rejected")])
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


def pack_test(endpoint: Endpoint, now: datetime) -> OutboxMessage:
    """A message that says it is a test and holds nothing of any session; another at every moment."""
    url, at = address_of(endpoint).url, file_moment(now)
    body = _BODIES[endpoint.kind].trial(at)
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
    """What the team server called the version it took last, of parcels with one session for one address; empty: none.

    Whoever sends asks again before each attempt, with what was delivered since the parcel was packed.
    """
    taken = [each for each in _in_order(earlier) if each.state == "delivered" and each.etag]
    return max(taken, key=lambda each: each.last_at or each.created_at).etag if taken else ""


def _told(endpoint: Endpoint, summary: Summary, setting: Setting, sent: list[OutboxMessage]) -> tuple[Kind, str]:
    at = moment_of(summary)
    today = at.astimezone(setting.now.tzinfo).date()
    told = _BODIES[endpoint.kind].told
    choices: tuple[tuple[Kind, str], ...] = tuple(
        (kind, told(summary, _Telling(kind, at, today))) for kind in ("session.held", "session.updated")
    )
    if not sent:
        return choices[0]
    return next(((sent[-1].type, body) for _, body in choices if body == sent[-1].body), choices[1])


def _id(url: str, kind: str, body: str, known: list[OutboxMessage]) -> str:
    """Receiver and content, and nothing else, but where a content comes back after another (an entry was changed, and
    changed back): a receiver that knows the id would pass over it, so what came between is part of the new one.
    """
    found = _digest(url, kind, body)
    if not known or known[-1].body == body:
        return known[-1].id if known else found
    return _digest(url, kind, body, known[-1].id) if any(each.id == found for each in known) else found


def _digest(*words: str) -> str:
    """No part of an address or a body has the character between them."""
    return "msg_" + hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


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
