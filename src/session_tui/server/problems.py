"""Answers that are not 2xx: problem details (RFC 9457), in sentences for the user.

A sentence repeats nothing of a token, and nothing of a session that the asker does not hold.
"""

from contextvars import ContextVar

import msgspec
from starlette.responses import Response

from session_tui.model.sync import limits
from session_tui.server.decision import Answer

_AGAIN_AFTER = 2  # seconds

# The name of the problem that the present request was answered with, for the log and the counters.
ANSWERED_WITH: ContextVar[str] = ContextVar("answered_with", default="")

# The name of a problem: its title, and what to do.
PROBLEMS: dict[str, tuple[str, str]] = {
    "another-version": ("Another version is here", "Nothing was overwritten."),
    "bad-key": ("The Idempotency-Key is not a key", "Printable ASCII, at most 200 characters."),
    "bad-request": ("This is not a request of the contract", ""),
    "busy": ("The server has too much to do", "The same request may come again."),
    "cursor-lost": ("This place in the list of changes is not known", "Compare the inventory."),
    "database": ("The server cannot write at the moment", "Nothing was changed; the same request may come again."),
    "digest-differs": (
        "Your program and the server name this content differently",
        "Nothing was changed. One of the two is older: bring it up to date.",
    ),
    "failed": ("The server failed", "Nothing was changed; the same request may come again."),
    "key-used-before": ("This Idempotency-Key came before, with another body", "Nothing was changed."),
    "media-type": ("This is not application/json in UTF-8", ""),
    "method": ("This is not done here", ""),
    "no-condition": ("Neither If-Match nor If-None-Match came", "Nothing was changed."),
    "no-form": ("This is not application/x-www-form-urlencoded in UTF-8", ""),
    "no-json": ("The body is not JSON", ""),
    "no-place": ("There is nothing at this address", ""),
    "no-session": ("The body is not a session", ""),
    "no-session-there": ("There is no such session", ""),
    "no-version": ("There is no version of this session here", ""),
    "not-whole": ("Your role sees what is shared, and the body is a full one", 'Set detail = "shared".'),
    "not-yours": ("Your role reads, and does not write", "An administrator gives another role."),
    "not-your-account": ("The token is not for this account", ""),
    "other-id": ("The body has the id of another session", ""),
    "removed-session": ("The session was removed", "A PUT with If-Match of this ETag brings it back."),
    "too-large": ("The body is larger than 1 MiB", ""),
    "too-many-entries": (
        "The session would have more entries than a team's session has",
        f"At most {limits.ENTRIES:,} of a kind and {limits.CHANGES:,} changes, with those that you do not see.",
    ),
    "too-many-failures": (
        "Too many requests without a good token came from this address",
        "Nothing was looked at; the same request may come again later.",
    ),
    "too-many-removals": (
        "This token removed too many sessions in the last hour",
        "Nothing was removed.",
    ),
    "too-often": ("This token asks too often", "Nothing was changed; the same request may come again later."),
    "too-slow": ("The body did not arrive in time", ""),
    "two-conditions": ("Both If-Match and If-None-Match came", "Nothing was changed."),
    "unknown-token": ("The token is missing, unknown or expired", "session-tui endpoint secret sets another."),
}


def problem(status: int, name: str, words: str = "", *, etag: str = "", after: int = 0) -> Response:
    """The answer for a problem of this name; `words` replace what to do. `after` are the seconds
    after which the request may come again.
    """
    ANSWERED_WITH.set(name)
    title, advice = PROBLEMS[name]
    body = {"type": f"/problems/{name}", "title": title, "status": status, "detail": words or advice}
    headers = {"ETag": etag} if etag else {}
    if after or status in (429, 503):
        headers["Retry-After"] = str(after or _AGAIN_AFTER)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(body), status, headers, "application/problem+json")


def answered(answer: Answer) -> Response:
    """The answer to a change as a response."""
    if answer.status < 300:
        return Response(None, answer.status, {"ETag": answer.etag})
    return problem(answer.status, answer.problem, answer.words, etag=answer.etag, after=answer.after)
