"""The HTTP request that carries a message of the outbox: method, address, headers with the secret,
body.

Nothing is sent here: `http.py` alone opens connections.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from session_tui import __version__
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.outbox.kinds import team_server
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.secrets import Secret, key_of
from session_tui.store.errors import StoreError

_ETAG = lazy_pattern(r'(?:W/)?"[\x21\x23-\x7e]*"')


class Request(Struct, frozen=True):
    """One HTTP request; `http.py` adds only the headers that HTTP needs.

    Its headers may hold secrets.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __repr__(self) -> str:
        """Without path and headers: they may hold secrets, and the text may get into a log or a
        traceback.
        """
        return f"Request({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for Rich and Textual, which would print every field."""
        return [("method", self.method), ("host", urlsplit(self.url).netloc), ("bytes", len(self.body))]


def build_request(message: OutboxMessage, secret: Secret | str, now: datetime) -> Request:
    """The request for a message. `secret` may be empty; `now` is the moment of this attempt.

    Raises `StoreError` where the secret cannot sign.
    """
    token = secret.reveal() if isinstance(secret, Secret) else secret
    if message.kind == "team_server" and message.type == "test":
        return Request("GET", message.url, (*_agent(), ("Accept", "application/json"), *_bearer(token)))
    headers = (*_agent(), ("Content-Type", "application/json"), ("Idempotency-Key", message.id))
    body = message.body.encode()
    match message.kind:
        case "webhook":
            return Request("POST", message.url, (*headers, *_signature(message, token, now, body)), body)
        case "team_server":
            url = team_server.session_url(message.url, message.session)
            return Request("PUT", url, (*headers, *_bearer(token), _condition(message)), body)
        case _:
            return Request("POST", message.url, headers, body)


def _agent() -> tuple[tuple[str, str], ...]:
    return (("User-Agent", f"session-tui/{__version__}"),)


def _bearer(secret: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"Bearer {secret}"),) if secret else ()


def _condition(message: OutboxMessage) -> tuple[str, str]:
    """Replace only the version we know, or none.

    An invalid etag comes from a faulty server and is not sent.
    """
    return ("If-Match", message.if_match) if _ETAG.fullmatch(message.if_match) else ("If-None-Match", "*")


def _signature(message: OutboxMessage, secret: str, now: datetime, body: bytes) -> Iterator[tuple[str, str]]:
    """The headers of the Standard Webhooks specification; without a secret there is no
    signature.
    """
    timestamp = str(int(now.timestamp()))
    yield "webhook-id", message.id
    yield "webhook-timestamp", timestamp
    if secret:
        try:
            key = key_of(secret)
        except ValueError as error:
            raise StoreError(Fault(f'endpoint "{message.endpoint}"', f"its secret is wrong: {error}")) from None
        signature = hmac.new(key, f"{message.id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        yield "webhook-signature", f"v1,{base64.b64encode(signature).decode()}"
