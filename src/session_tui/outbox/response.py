"""The response to a request, and the outcome in words: the meaning of its status, and the
receiver's reason.
"""

import json
from http import HTTPStatus

from msgspec import Struct

from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import one_line, safe_text
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.request import Request
from session_tui.outbox.secrets import HIDDEN, Secret

MOST_READ = 1024 * 1024  # bytes of a response's body; the rest is not read
LONGEST_OUTCOME = 200  # characters
REASON_READ = 64 * 1024  # bytes of a body that are searched for a reason
_SECRETS = lazy_pattern(r"(?i)\b(bearer\s+)\S+|(whsec_)\S+")

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
# The one-word responses of Slack and Teams.
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


class Response(Struct, frozen=True):
    """A response. `status` 0 is no response, and `trouble` is the reason, as a sentence.

    `headers` have lower-case names; `body` is at most `MOST_READ` bytes of untrusted text.
    """

    status: int
    trouble: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header, by its name in lower case; empty where it is missing."""
        return next((value for key, value in self.headers if key == name), "")


def scrubbed(request: Request, response: Response) -> Response:
    """The response without the request's token, in case the receiver repeats it: the reason is
    stored.
    """
    for name, value in request.headers:
        if name.lower() == "authorization" and (token := value.rpartition(" ")[2]):
            headers = tuple((key, each.replace(token, "…")) for key, each in response.headers)
            return Response(
                response.status, response.trouble, headers, response.body.replace(token.encode(), "…".encode())
            )
    return response


def outcome(message: OutboxMessage, response: Response, secret: Secret | str = "") -> str:
    """The outcome of a request in one line: the meaning of the status, and the receiver's own
    reason.

    The reason is untrusted text: it is sanitised and shortened, and a page of HTML gives none. The
    line is stored in the outbox, so a secret that the receiver repeats is hidden.
    """
    chat = message.kind in ("slack", "teams")
    return _outcome(response, secret, chat=chat)


def server_outcome(response: Response, secret: Secret | str = "") -> str:
    """The same for an answer of the team server to a sync."""
    return _outcome(response, secret).replace("the receiver", "the server", 1)


def _outcome(response: Response, secret: Secret | str, *, chat: bool = False) -> str:
    if not response.status:
        return _shortened(response.trouble or "no answer came")
    if 200 <= response.status < 300:
        text = f"the receiver took it ({response.status})"
    elif 300 <= response.status < 400:
        text = f"the receiver points to another address, which is not followed ({response.status})"
    else:
        text = f"{_STATUS.get(response.status, _plain_status(response.status))} ({response.status})"
    # Without a full stop: the outcome becomes `what` of a fault, and a sentence follows it.
    reason = "" if response.status < 300 else _reason(response, chat=chat).rstrip(" .")
    return _shortened(_hidden(f"{text}: {reason}" if reason else text, secret))


def _plain_status(status: int) -> str:
    try:
        return f"the receiver answered {HTTPStatus(status).phrase.lower()}"
    except ValueError:
        return "the receiver refuses" if status < 500 else "the receiver has a fault of its own"


def _reason(response: Response, *, chat: bool) -> str:
    text = response.body[:REASON_READ].decode("utf-8", "replace").strip()
    media = response.header("content-type").partition(";")[0].strip().lower()
    if media.endswith("json") or text[:1] in ("{", "["):
        return _json_reason(text)
    if "html" in media or text[:1] == "<":
        return ""
    if chat and (known := _REASONS.get(text)):
        return f"{known} ({text})"
    return text


def _json_reason(text: str) -> str:
    """Title and detail of problem details (RFC 9457), else the usual keys of other formats."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    if isinstance(inner := data.get("error"), dict):  # as workflows of Teams respond
        data = inner
    texts = [each for key in ("title", "detail") if isinstance(each := data.get(key), str) and each.strip()]
    if not texts:
        others = (data.get(key) for key in ("message", "error", "type", "code"))
        texts = [each for each in others if isinstance(each, str) and each not in ("", "about:blank")][:1]
    return ": ".join(texts)


def _hidden(text: str, secret: Secret | str) -> str:
    known = secret.reveal() if isinstance(secret, Secret) else secret
    if known:
        text = text.replace(known, HIDDEN)
    return _SECRETS.sub(lambda match: f"{match[1] or match[2]}{HIDDEN}", text)


def _shortened(text: str) -> str:
    line = " ".join(safe_text(one_line(text)).split())
    return line if len(line) <= LONGEST_OUTCOME else f"{line[: LONGEST_OUTCOME - 1].rstrip()}…"
