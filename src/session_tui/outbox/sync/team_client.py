"""The team server as sync asks it: digest, inventory, contents, chains, PUT and DELETE.

docs/team-server.md is the contract. What a server answers is untrusted: it is read with limits,
and what is not an answer of the contract is a `Fault`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from msgspec import Struct

from session_tui import __version__
from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sync.content import Content, content_of, digest, encoded
from session_tui.model.sync.planner import Head
from session_tui.model.sync.revision import idempotency_key, named_by
from session_tui.model.sync.settlement import Moved, Stored
from session_tui.model.validation import ID
from session_tui.model.vocabulary import Detail
from session_tui.outbox.kinds.team_server import LARGEST, session_url
from session_tui.outbox.request import Request
from session_tui.outbox.response import Response, server_outcome
from session_tui.outbox.secrets import Secret
from session_tui.store.errors import StoreError

PAGE = 200  # sessions in one `fetch`
CHAIN = 60  # revisions that come with each
_ROWS = 5000  # rows of the inventory in one answer
_VERSIONS = 200  # revisions in one answer of the server
_MOST_VERSIONS = 20_000  # revisions of one session that are asked for
_MOST = 64 * 1024 * 1024  # bytes of an answer with many bodies; what is behind is asked for again
_FEW = 16 * 1024 * 1024  # bytes of an answer with a list
_DIGEST = lazy_pattern(r"[0-9a-f]{64}", re.ASCII)
_PATIENCE = (1.0, 3.0, 6.0)  # seconds between tries where the server is busy
_LONGEST_PAUSE = 15.0  # seconds, whatever it asks for
_NO_SYNC = "this server does not know sync as this program does"
_KEPT = "Nothing here was changed."
_MOST_FAILURES = 3  # answers of 500 one after the other: then it is the server, not a session
_ODD = Fault(
    "",
    "the server's answer is none that this program understands",
    f"Where the network wants a login in the browser, log in there first; else tell the team's administrator. {_KEPT}",
)

Send = Callable[[Request, int], Response]  # at most so many bytes of the body
Wait = Callable[[float], None]  # seconds; raises where sync is to stop


class StoppedError(StoreError):
    """The server cannot be asked any further; carries the fault to show."""


class ServerDigest(Struct, frozen=True):
    """The digest over all sessions that the user may see, in `detail`."""

    count: int
    detail: Detail
    root: str
    buckets: dict[str, str]


class Fetched(Struct, frozen=True):
    """A session as `fetch` gives it: its head, its content or why that is none, and its chain.

    `head` is None where the server has no such session. `whole`: the chain goes down to the first
    version. Revisions stand with their content digests, the newest first.
    """

    head: Head | None
    content: Content | Fault | None = None
    chain: tuple[tuple[str, str], ...] = ()
    whole: bool = False


class Hidden(Struct, frozen=True):
    """The server has this session, and the user may not see it."""


class TeamClient:
    """Asks one team server. `send` opens no new connection for each request."""

    def __init__(self, url: str, secret: Secret, detail: Detail, send: Send, wait: Wait) -> None:
        self.detail = detail
        self.requests = 0
        self._url, self._secret, self._send, self._wait = url, secret, send, wait
        self._refused: dict[str, Fault] = {}  # why it takes no such request at all, by method
        self._failures = 0  # of the server, one after the other

    def check(self) -> None:
        """`StoppedError` where sync is to end."""
        self._wait(0)

    # ---- many sessions --------------------------------------------------------------------------

    def digest(self) -> ServerDigest:
        """The digest over all sessions; takes the detail of the server's answer, where that is
        less than asked for.
        """
        found = self._object(self._get("digest"))
        buckets = found.get("buckets")
        if not isinstance(buckets, dict) or not isinstance(found.get("root"), str):
            raise StoppedError(Fault("", _NO_SYNC, "Bring this program and the server up to date."))
        if found.get("detail") == "shared":
            self.detail = "shared"
        count = found.get("count")
        return ServerDigest(
            count=count if isinstance(count, int) else 0,
            detail=self.detail,
            root=found["root"],
            buckets={str(key): str(value) for key, value in buckets.items()},
        )

    def inventory(self, bucket: str = "") -> dict[str, Head]:
        """The heads of all sessions, or of those in a bucket."""
        if bucket:
            return dict(self._heads(self._object(self._get("inventory", bucket=bucket))))
        heads: dict[str, Head] = {}
        after = ""
        while True:
            page = self._object(self._get("inventory", limit=str(_ROWS), **({"after": after} if after else {})))
            heads |= dict(self._heads(page))
            after, before = str(page.get("next") or ""), after
            if not after or after <= before:
                return heads

    def _heads(self, page: dict[str, Any]) -> Iterator[tuple[str, Head]]:
        rows = page.get("sessions")
        if not isinstance(rows, list):
            raise StoppedError(_ODD)
        for row in rows:
            if isinstance(row, dict) and ID.fullmatch(str(row.get("id"))):
                yield row["id"], _head(row)

    def fetch(self, sessions: Iterable[str]) -> dict[str, Fetched]:
        """Heads, contents and chains of at most `PAGE` sessions. One that is missing in the result
        did not fit into the answer.
        """
        body = msgspec.json.encode({"ids": list(sessions), "chain": CHAIN})
        response = self._answered(self._request("POST", self._address("fetch"), body), _MOST)
        if response.status != 200:
            raise StoppedError(_refused(response, self._secret))
        lines = response.body.split(b"\n")
        if lines.pop() and len(response.body) < _MOST:  # the last line is not whole
            raise StoppedError(Fault("", "the server broke off its answer", "The next sync goes on."))
        found: dict[str, Fetched] = {}
        for line in lines:
            row = _decoded(line)
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                raise StoppedError(_ODD)
            found[row["id"]] = self._fetched(row)
        if not found:
            raise StoppedError(_ODD)
        return found

    def _fetched(self, row: dict[str, Any]) -> Fetched:
        if row.get("state") == "none":
            return Fetched(None)
        head = _head(row)
        if not head.revision:
            return Fetched(head, _ODD)
        chain, whole = _chain(row.get("chain"), CHAIN)
        if head.state == "removed":
            head = Head(head.revision, chain[1][1] if len(chain) > 1 else "", "removed")
        content = self._content(row["id"], row["body"]) if "body" in row else None
        if isinstance(content, Fault) and content.kind == "newer":
            head = Head(head.revision, head.content, "newer")
        return Fetched(head, content, chain, whole)

    # ---- one session ----------------------------------------------------------------------------

    def chain(self, session: str) -> tuple[tuple[str, str], ...]:
        """All revisions of a session with their content digests, the newest first."""
        chain: list[tuple[str, str]] = []
        before = ""
        while len(chain) < _MOST_VERSIONS:
            query = {"before": before} if before else {}
            response = self._answered(self._request("GET", self._below(session, "revisions", **query)), _FEW)
            if response.status == 404:
                break
            rows = self._object(response).get("revisions")
            if not isinstance(rows, list):
                raise StoppedError(_ODD)
            page, _ = _chain([[row.get("revision"), row.get("content")] for row in rows if isinstance(row, dict)], 0)
            chain += page
            if len(page) < _VERSIONS or page[-1][0] == before:
                break
            before = page[-1][0]
        return tuple(chain)

    def content(self, session: str, revision: str) -> Content | Fault | None:
        """The content of one revision; None where the server has it no more."""
        response = self._answered(self._request("GET", self._below(session, "revisions", revision)), LARGEST + 1024)
        if response.status in (404, 410):
            return None
        if response.status != 200:
            return _refused(response, self._secret)
        return self._content(session, _decoded(response.body))

    def put(self, session: str, parent: str, content: Content) -> Stored | Moved | Hidden | Fault:
        """Give the server a content behind this parent; empty: it has no version."""
        if "PUT" in self._refused:
            return self._refused["PUT"]
        body = encoded(content)
        if len(body) > LARGEST:
            size = f"it has {len(body) / 1024 / 1024:.1f} MiB, and a team server takes 1 MiB"
            return Fault("", size, "It stays here alone. Go on in a new session on this account.")
        url = session_url(self._url, session)
        key = ("Idempotency-Key", idempotency_key(url, parent, digest(content)))
        return self._taken(self._request("PUT", url, body, key, self._condition(parent)))

    def delete(self, session: str, parent: str) -> Stored | Moved | Hidden | Fault:
        """Remove a session at the server, in place of this revision."""
        if "DELETE" in self._refused:
            return self._refused["DELETE"]
        return self._taken(self._request("DELETE", self._below(session), b"", self._condition(parent)))

    def _taken(self, request: Request) -> Stored | Moved | Hidden | Fault:
        response = self._answered(request, LARGEST)
        self._failures = self._failures + 1 if response.status == 500 else 0
        match response.status:
            case 200 | 201 | 204:
                named = named_by(response.header("etag"))
                if named is None or named[1] != self.detail:
                    what = "the server names versions in a way that this program does not know"
                    raise StoppedError(Fault("", what, "Bring this program and the server up to date."))
                return Stored(named[0])
            case 404 | 412:
                return Moved()
            case 403 if _problem(response) == "not-your-account":
                return Hidden()
            case 403 if _problem(response) == "not-yours":
                refused = _refused(response, self._secret)
                if request.method == "DELETE":
                    do = "session-tui restore ID brings it back here; or ask a facilitator to remove it for all."
                    refused = Fault("", "it is removed here, and the server lets facilitators alone remove", do)
                self._refused[request.method] = refused
                return refused
            case 403 if _problem(response) == "too-many-removals":
                self._refused["DELETE"] = refused = _refused(response, self._secret)
                return refused
            case 500 if self._failures >= _MOST_FAILURES:
                raise StoppedError(_refused(response, self._secret))
            case _:
                return _refused(response, self._secret)

    def _condition(self, parent: str) -> tuple[str, str]:
        if not parent:
            return "If-None-Match", "*"
        return "If-Match", f'"{parent}"' if self.detail == "full" else f'"{parent}.s"'

    def _content(self, session: str, body: Any) -> Content | Fault:
        found = content_of(body)
        if isinstance(found, Fault):
            return found
        if found.id != session:
            return Fault("", "what the server sent is another session", _KEPT)
        if found.detail != self.detail:
            return Fault("", f"what the server sent is not of the detail {self.detail}", _KEPT)
        return found

    # ---- requests -------------------------------------------------------------------------------

    def _get(self, name: str, **query: str) -> Response:
        return self._answered(self._request("GET", self._address(name, **query)), _FEW)

    def _request(self, method: str, url: str, body: bytes = b"", *more: tuple[str, str]) -> Request:
        headers = [("User-Agent", f"session-tui/{__version__}"), ("Accept", "application/json"), *more]
        if body:
            headers.append(("Content-Type", "application/json"))
        return Request(method, url, (*headers, ("Authorization", f"Bearer {self._secret.reveal()}")), body)

    def _address(self, name: str, **query: str) -> str:
        """The URL of a sibling of the sessions."""
        parts = urlsplit(self._url)
        above = parts.path.rstrip("/").rpartition("/")[0]
        return self._with_query(parts._replace(path=f"{above}/{name}").geturl(), query)

    def _below(self, session: str, *names: str, **query: str) -> str:
        parts = urlsplit(session_url(self._url, session))
        return self._with_query(parts._replace(path="/".join((parts.path, *names))).geturl(), query)

    def _with_query(self, url: str, query: dict[str, str]) -> str:
        parts = urlsplit(url)
        detail = [("detail", "shared")] if self.detail == "shared" else []
        pairs = [*parse_qsl(parts.query, keep_blank_values=True), *detail, *query.items()]
        return parts._replace(query=urlencode(pairs)).geturl()

    def _answered(self, request: Request, most: int) -> Response:
        """The answer; waits and asks again where the server is busy or the connection broke.

        Every request here may come twice: a PUT by its key, a DELETE by its condition.
        """
        for pause in (*_PATIENCE, None):
            self._wait(0)
            self.requests += 1
            response = self._send(request, most)
            busy = response.status in (429, 503)
            if pause is None or not (busy or (not response.status and "broke off" in response.trouble)):
                break
            asked = response.header("retry-after")
            seconds = float(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else pause
            self._wait(min(max(seconds, pause if busy else 0.1), _LONGEST_PAUSE))
        if not response.status:
            raise StoppedError(Fault("", response.trouble, "Nothing is lost; the next sync goes on."))
        if response.status in (401, 408, 425, 429) or response.status > 500:
            raise StoppedError(_refused(response, self._secret))
        return response

    def _object(self, response: Response) -> dict[str, Any]:
        if response.status == 404:
            raise StoppedError(Fault("", _NO_SYNC, "Bring this program and the server up to date."))
        if response.status != 200:
            raise StoppedError(_refused(response, self._secret))
        found = _decoded(response.body)
        if not isinstance(found, dict):
            raise StoppedError(_ODD)
        return found


def _refused(response: Response, secret: Secret) -> Fault:
    """Why the server did not do it, in its own words where it has some."""
    do = f"Ask the team's administrator for a new one. {_KEPT}" if response.status == 401 else _KEPT
    return Fault("", server_outcome(response, secret), do)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _head(row: dict[str, Any]) -> Head:
    """The head of a session in a server's answer. One that this program cannot read is not taken
    for none: it is a newer server's, and left alone.
    """
    revision, content = (str(row.get(key)) for key in ("revision", "content"))
    if not (_is_digest(revision) and _is_digest(content)):
        return Head("", "", "newer")
    match row.get("state"):
        case "here" | "hidden" as state:
            return Head(revision, content, state)
        case "removed":  # its content is that of the tombstone; the chain has that of what was removed
            return Head(revision, "", "removed")
        case _:
            return Head(revision, content, "newer")


def _chain(rows: Any, most: int) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Revisions with their contents, and whether there are no more."""
    if not isinstance(rows, list):
        return (), False
    pairs = [tuple(row) for row in rows if isinstance(row, list) and len(row) == 2 and all(map(_is_digest, row))]
    return tuple(pairs), len(pairs) == len(rows) < most


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _problem(response: Response) -> str:
    found = _decoded(response.body)
    named = found.get("type") if isinstance(found, dict) else ""
    return named.rpartition("/")[2] if isinstance(named, str) else ""
