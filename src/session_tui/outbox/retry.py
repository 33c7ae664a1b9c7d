"""The rules of delivery: the next state of a message after an attempt, and the moment of the next
attempt. Pure.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.response import Response, outcome

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_RETRY_AFTER = timedelta(days=1)  # the longest pause that Retry-After may ask for
HELD_BACK = timedelta(minutes=15)  # until the next check whether the endpoint may be used
LONGEST_REASON = 500  # characters
LONGEST_ETAG = 500

_GONE = 410
_TRANSIENT = frozenset({408, 425, 429})  # with every 5xx
_SECOND = timedelta(seconds=1)


def start_attempt(message: OutboxMessage, now: datetime, rng: float) -> OutboxMessage:
    """The message as it is recorded before the request.

    After a crash it is waiting, with the attempt counted.

    `rng` is a random number from 0 to under 1, here and below.
    """
    attempts = message.attempts + 1
    after_crash = _whole_seconds(now + pause(attempts, rng))
    return replace(
        message,
        attempts=attempts,
        last_at=now.replace(microsecond=0),
        next_at=after_crash,
        reason="sent, not answered yet",
    )


def finish_attempt(message: OutboxMessage, response: Response, now: datetime, rng: float) -> OutboxMessage:
    """The message after the response to its last attempt, which `attempts` counts already.

    2xx: delivered. No response, 408, 425, 429 and 5xx: tried again, after pauses that double and
    vary; Retry-After is obeyed, up to a day. Three days after its creation the message fails. Any
    other status: rejected.
    """
    if 200 <= response.status < 300:
        return replace(message, state="delivered", next_at=None, reason="", etag=_etag(response))
    reason = outcome(message, response)[:LONGEST_REASON]
    if not is_retryable(response):
        return replace(message, state="rejected", next_at=None, reason=reason)
    end = message.created_at + GIVEN_UP_AFTER
    requested = retry_after(response, now)
    at = _whole_seconds(now + pause(message.attempts, rng) if requested is None else requested)
    # Our own pause may be cut for a last attempt; a requested one may not, so the message fails.
    if now >= end or (requested is not None and at > end):
        return replace(message, state="failed", next_at=None, reason=f"given up after three days: {reason}")
    return replace(message, state="waiting", next_at=min(at, _whole_seconds(end)), reason=reason)


def held_back(message: OutboxMessage, fault: Fault, now: datetime) -> OutboxMessage:
    """The message when it may not be sent now: it waits, with the reason, and fails after three
    days.
    """
    reason = fault.words[:LONGEST_REASON]
    if now >= message.created_at + GIVEN_UP_AFTER:
        return replace(message, state="failed", next_at=None, reason=f"given up after three days: {reason}")
    return replace(message, state="waiting", next_at=_whole_seconds(now + HELD_BACK), reason=reason)


def make_due(message: OutboxMessage, now: datetime) -> OutboxMessage:
    """The message, due now; a delivered message is returned unchanged."""
    if message.state == "delivered":
        return message
    return replace(message, state="waiting", next_at=now.replace(microsecond=0))


def superseded(message: OutboxMessage, messages: Iterable[OutboxMessage]) -> bool:
    """Whether a newer message of the same conversation was delivered.

    Sent now, this one would undo it.
    """
    known = in_order({one.id: one for one in (*messages, message)}.values())
    newer = known[known.index(message) + 1 :]
    key = conversation_key(message)
    return any(conversation_key(one) == key and one.state == "delivered" for one in newer)


def is_retryable(response: Response) -> bool:
    """Whether a later attempt may succeed."""
    return response.status == 0 or response.status in _TRANSIENT or 500 <= response.status < 600


def is_gone(response: Response) -> bool:
    """Whether the receiver says that the address is gone for good (410)."""
    return response.status == _GONE


def pause(attempts: int, rng: float) -> timedelta:
    """The pause after this many attempts: between half and all of a span that doubles, up to an
    hour.

    Half of it is fixed, so that pauses grow; the other half is random, so that many programs do
    not send at the same moment.
    """
    span = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(max(attempts, 1) - 1, 20)))
    return span * (0.5 + min(max(rng, 0.0), 1.0) / 2)


def retry_after(response: Response, now: datetime) -> datetime | None:
    """The moment of the Retry-After header, from seconds or a date; None where there is none.

    At least a second from now, so that a receiver cannot make the program send without a pause.
    """
    value = response.header("retry-after").strip()
    if value.isascii() and value.isdigit():
        seconds = int(value) if len(value) < 9 else 10**9
        moment = now + timedelta(seconds=min(seconds, LONGEST_RETRY_AFTER.total_seconds()))
    else:
        try:
            date = parsedate_to_datetime(value)
            moment = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(max(moment, now + _SECOND), now + LONGEST_RETRY_AFTER)


def is_due(message: OutboxMessage, now: datetime) -> bool:
    """Whether the message waits and its next attempt is due."""
    return message.state == "waiting" and (message.next_at is None or message.next_at <= now)


def in_order(messages: Iterable[OutboxMessage]) -> tuple[OutboxMessage, ...]:
    """Oldest first; within one second the held session before its update."""
    return tuple(sorted(messages, key=lambda one: (one.created_at, one.type == "session.updated", one.id)))


def conversation_key(message: OutboxMessage) -> tuple[str, str]:
    """Address and session: the messages with the same key must arrive in order."""
    return message.url, message.session


def heads(messages: Iterable[OutboxMessage]) -> tuple[OutboxMessage, ...]:
    """The first waiting message of each conversation, so that an update never arrives before its
    session.
    """
    first: dict[tuple[str, str], OutboxMessage] = {}
    for one in in_order(messages):
        if one.state == "waiting":
            first.setdefault(conversation_key(one), one)
    return tuple(first.values())


def _etag(response: Response) -> str:
    """The etag unchanged, or empty: a shortened or repaired one would name another version."""
    etag = response.header("etag")
    return etag if len(etag) <= LONGEST_ETAG and etag.isascii() and etag.isprintable() else ""


def _whole_seconds(moment: datetime) -> datetime:
    """The moment rounded up to a second, as files hold it."""
    floor = moment.replace(microsecond=0)
    return floor if floor == moment else floor + _SECOND
