"""From a parcel to a request, and from an answer to what it means; nothing is sent here."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

from session_tui import __version__
from session_tui.model.fault import Fault
from session_tui.model.sanitize import one_line, safe_text
from session_tui.outbox.kinds import team_server
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Answer, Request
from session_tui.outbox.secrets import HIDDEN, Secret, key_of
from session_tui.store.errors import StoreError

LONGEST = 200  # characters of what an answer means
READ = 64 * 1024  # bytes of an answer that are looked at for a reason
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_SECRETS = re.compile(r"(?i)\b(bearer\s+)\S+|(whsec_)\S+")

_STATUS: dict[int, str] = {
    400: "the receiver does not understand what was sent",
    401: "the receiver does not accept the secret",
    403: "the receiver refuses",
    404: "the receiver knows no such address",
    408: "the receiver waited too long",
    409: "the receiver is still at an earlier attempt, or has other content under this id",
    410: "the receiver is gone for good",
    412: "the receiver has another version of this session",
    413: "the receiver takes nothing this large",
    422: "the receiver does not take this content",
    428: "the receiver wants to know which version is replaced",
    429: "the receiver asks for fewer messages",
    500: "the receiver has a fault of its own",
    502: "the receiver cannot be reached behind its gateway",
    503: "the receiver is out of service",
    504: "the receiver did not answer its gateway in time",
}
# What Slack and Teams answer in one word.
_REASONS: dict[str, str] = {
    "action_prohibited": "an administrator does not allow it",
    "channel_is_archived": "its channel is archived",
    "channel_not_found": "its channel is gone",
    "invalid_blocks": "it does not take the layout",
    "invalid_payload": "it does not understand the message",
    "invalid_token": "the address is no longer valid",
    "no_active_hooks": "the webhook is switched off",
    "no_service": "the webhook was removed or switched off",
    "no_service_id": "the address is not whole",
    "no_team": "the address is not whole, or the workspace is gone",
    "no_text": "the message is empty",
    "team_disabled": "the workspace is switched off",
    "too_many_attachments": "the message has too many parts",
    "user_not_found": "who it was for is gone",
}


def request_of(message: OutboxMessage, secret: Secret | str, now: datetime) -> Request:
    """The request for a parcel, at the moment of this attempt; `secret` may be empty where none is named."""
    known = secret.reveal() if isinstance(secret, Secret) else secret
    if message.kind == "team_server" and message.type == "test":
        return Request("GET", message.url, (*_agent(), ("Accept", "application/json"), *_bearer(known)))
    headers = (*_agent(), ("Content-Type", "application/json"), ("Idempotency-Key", message.id))
    body = message.body.encode()
    match message.kind:
        case "webhook":
            return Request("POST", message.url, (*headers, *_signed(message, known, now, body)), body)
        case "team_server":
            url = team_server.place(message.url, message.session)
            return Request("PUT", url, (*headers, *_bearer(known), _condition(message)), body)
        case _:
            return Request("POST", message.url, headers, body)


def meaning(message: OutboxMessage, answer: Answer, secret: Secret | str = "") -> str:
    """What an answer means, in one line for people: what its status says, and the receiver's own reason.

    The reason is the receiver's text, made harmless and cut; a page of HTML is none. Should the receiver repeat our
    secret, it is hidden: what is said here stands in the outbox.
    """
    if not answer.status:
        return _shortened(answer.trouble or "no answer came")
    if 200 <= answer.status < 300:
        said = f"the receiver took it ({answer.status})"
    elif 300 <= answer.status < 400:
        said = f"the receiver points to another address, which is not followed ({answer.status})"
    else:
        said = f"{_STATUS.get(answer.status, _plain_status(answer.status))} ({answer.status})"
    reason = "" if answer.status < 300 else _reason(message, answer)
    return _shortened(_hidden(f"{said}: {reason}" if reason else said, secret))


def _agent() -> tuple[tuple[str, str], ...]:
    return (("User-Agent", f"session-tui/{__version__}"),)


def _bearer(secret: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"Bearer {secret}"),) if secret else ()


def _condition(message: OutboxMessage) -> tuple[str, str]:
    """Replace the version we know, or nothing at all. What is no tag came from a faulty server, and is not repeated."""
    return ("If-Match", message.if_match) if _ETAG.fullmatch(message.if_match) else ("If-None-Match", "*")


def _signed(message: OutboxMessage, secret: str, now: datetime, body: bytes) -> Iterator[tuple[str, str]]:
    """The headers of the Standard Webhooks specification; without a secret there is no signature."""
    moment = str(int(now.timestamp()))
    yield "webhook-id", message.id
    yield "webhook-timestamp", moment
    if secret:
        try:
            key = key_of(secret)
        except ValueError as error:
            raise StoreError(Fault(f'endpoint "{message.endpoint}"', f"its secret is wrong: {error}")) from None
        signature = hmac.new(key, f"{message.id}.{moment}.".encode() + body, hashlib.sha256).digest()
        yield "webhook-signature", f"v1,{base64.b64encode(signature).decode()}"


def _plain_status(status: int) -> str:
    try:
        return f"the receiver answered {HTTPStatus(status).phrase.lower()}"
    except ValueError:
        return "the receiver refuses" if status < 500 else "the receiver has a fault of its own"


def _reason(message: OutboxMessage, answer: Answer) -> str:
    text = answer.body[:READ].decode("utf-8", "replace").strip()
    media = answer.header("content-type").partition(";")[0].strip().lower()
    if media.endswith("json") or text[:1] in ("{", "["):
        return _of_json(text)
    if "html" in media or text[:1] == "<":
        return ""
    if message.kind in ("slack", "teams") and (known := _REASONS.get(text)):
        return f"{known} ({text})"
    return text


def _of_json(text: str) -> str:
    """Of problem details (RFC 9457) title and detail, or the type where it has neither; of others what is usual."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    if isinstance(inner := found.get("error"), dict):  # as workflows of Teams answer
        found = inner
    told = [each for key in ("title", "detail") if isinstance(each := found.get(key), str) and each.strip()]
    if not told:
        others = (found.get(key) for key in ("message", "error", "type", "code"))
        told = [each for each in others if isinstance(each, str) and each not in ("", "about:blank")][:1]
    return ": ".join(told)


def _hidden(text: str, secret: Secret | str) -> str:
    known = secret.reveal() if isinstance(secret, Secret) else secret
    if known:
        text = text.replace(known, HIDDEN)
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", text)


def _shortened(text: str) -> str:
    said = " ".join(safe_text(one_line(text)).split())
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1].rstrip()}…"
