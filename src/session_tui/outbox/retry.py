"""What becomes of a parcel after a try: delivered, rejected, given up, or tried again, and when. It is pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.outbox.answers import meaning
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Answer

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_ASKED = timedelta(days=1)  # what a receiver may ask for with Retry-After
HELD_BACK = timedelta(minutes=15)  # until it is looked again whether an endpoint may be used
LONGEST_REASON = 500  # characters
LONGEST_ETAG = 500

_GONE = 410
_LATER = frozenset({408, 425, 429})  # with every 5xx: not now, but perhaps later
_SECOND = timedelta(seconds=1)


def trying(message: OutboxMessage, now: datetime, rng: float) -> OutboxMessage:
    """The parcel as it stands on disk while it is sent: a crash then leaves it waiting, the try counted."""
    tried = message.attempts + 1
    after_crash = _whole(now + pause(tried, rng))
    return replace(
        message,
        attempts=tried,
        last_at=now.replace(microsecond=0),
        next_at=after_crash,
        reason="sent, not answered yet",
    )


def after(message: OutboxMessage, answer: Answer, now: datetime, rng: float) -> OutboxMessage:
    """The parcel after the answer to its last try (which `attempts` counts already). `chance` is 0 or more, under 1.

    2xx is delivered. No answer, 408, 425, 429 and 5xx are tried again, after pauses that double and vary; Retry-After
    is obeyed, at most a day of it. Three days after it was made a parcel is given up. All else is the receiver's no.
    """
    if 200 <= answer.status < 300:
        return replace(message, state="delivered", next_at=None, reason="", etag=_etag(answer))
    reason = meaning(message, answer)[:LONGEST_REASON]
    if not tried_again(answer):
        return replace(message, state="rejected", next_at=None, reason=reason)
    end = message.created_at + GIVEN_UP_AFTER
    asked = retry_after(answer, now)
    at = _whole(now + pause(message.attempts, rng) if asked is None else asked)
    # What is asked for is obeyed or given up; our own pause may end early, for one last try.
    if now >= end or (asked is not None and at > end):
        return replace(message, state="failed", next_at=None, reason=f"given up after three days: {reason}")
    return replace(message, state="waiting", next_at=min(at, _whole(end)), reason=reason)


def held_back(message: OutboxMessage, fault: Fault, now: datetime) -> OutboxMessage:
    """The parcel when it may not be sent: it waits with the reason, and is given up like any other."""
    reason = str(fault)[:LONGEST_REASON]
    if now >= message.created_at + GIVEN_UP_AFTER:
        return replace(message, state="failed", next_at=None, reason=f"given up after three days: {reason}")
    return replace(message, state="waiting", next_at=_whole(now + HELD_BACK), reason=reason)


def again(message: OutboxMessage, now: datetime) -> OutboxMessage:
    """The parcel when it is to be tried now; one that was delivered stays so."""
    if message.state == "delivered":
        return message
    return replace(message, state="waiting", next_at=now.replace(microsecond=0))


def overtaken(message: OutboxMessage, messages: Iterable[OutboxMessage]) -> bool:
    """What is newer than this about its session was delivered to its address: sent now, it would undo that."""
    known = in_order({one.id: one for one in (*messages, message)}.values())
    return any(thread(one) == thread(message) and one.state == "delivered" for one in known[known.index(message) + 1 :])


def tried_again(answer: Answer) -> bool:
    """What came back says: not now, but perhaps later."""
    return answer.status == 0 or answer.status in _LATER or 500 <= answer.status < 600


def gone(answer: Answer) -> bool:
    """The receiver says that it is there no more, and wants nothing again."""
    return answer.status == _GONE


def pause(attempts: int, rng: float) -> timedelta:
    """How long to wait after so many tries: between half and the whole of a span that doubles up to an hour.

    Half of it is certain, so pauses grow; the other half is chance, so that many do not come back at one moment.
    """
    span = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(max(attempts, 1) - 1, 20)))
    return span * (0.5 + min(max(rng, 0.0), 1.0) / 2)


def retry_after(answer: Answer, now: datetime) -> datetime | None:
    """When the receiver wants to be asked again, from seconds or a date; None where it does not say.

    A date that has passed is now, though never within the same second: a receiver cannot make us ask without a pause.
    """
    said = answer.header("retry-after").strip()
    if said.isascii() and said.isdigit():
        asked = now + timedelta(seconds=min(int(said) if len(said) < 9 else 10**9, LONGEST_ASKED.total_seconds()))
    else:
        try:
            told = parsedate_to_datetime(said)
            asked = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(max(asked, now + _SECOND), now + LONGEST_ASKED)


def is_due(message: OutboxMessage, now: datetime) -> bool:
    """It waits, and its time has come."""
    return message.state == "waiting" and (message.next_at is None or message.next_at <= now)


def in_order(messages: Iterable[OutboxMessage]) -> tuple[OutboxMessage, ...]:
    """Oldest first; of one second that of the session held before that of its change."""
    return tuple(sorted(messages, key=lambda one: (one.created_at, one.type == "session.updated", one.id)))


def thread(message: OutboxMessage) -> tuple[str, str]:
    """What must arrive in order: all about one session at one address."""
    return message.url, message.session


def heads(messages: Iterable[OutboxMessage]) -> tuple[OutboxMessage, ...]:
    """Of those that wait, the first of each thread: a change is never told before what it changes."""
    first: dict[tuple[str, str], OutboxMessage] = {}
    for one in in_order(messages):
        if one.state == "waiting":
            first.setdefault(thread(one), one)
    return tuple(first.values())


def _etag(answer: Answer) -> str:
    """What is given back to the letter, or nothing: cut or mended it would name another version."""
    etag = answer.header("etag")
    return etag if len(etag) <= LONGEST_ETAG and etag.isascii() and etag.isprintable() else ""


def _whole(moment: datetime) -> datetime:
    """Files know whole seconds; never earlier than was said."""
    floor = moment.replace(microsecond=0)
    return floor if floor == moment else floor + _SECOND
