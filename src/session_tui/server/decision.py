"""What becomes of a batch of changes: a pure function of the rows there are and the requests.

The order in which a server looks is the contract's: key, condition, body (the token was looked at
before). Requests of one batch see one another, in their order.
"""

import hashlib
import math
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.sync import limits
from session_tui.model.sync.content import Content, encoded, replaced, seen
from session_tui.model.sync.revision import Version, etag, named_by, next_version, revision
from session_tui.model.vocabulary import Detail
from session_tui.server.access import TokenHolder, account_of

LARGEST = 1024 * 1024  # bytes of a body, asked and answered
MOST_REMOVED = 100  # sessions that one token removes in `REMOVED_IN`
REMOVED_IN = timedelta(hours=1)

State: TypeAlias = Literal["here", "removed"]
Row: TypeAlias = dict[str, Any]


class HeadRow(Struct, frozen=True):
    """The newest version of a session. `sequence` and `shared_sequence` are the team's number when
    the content, or what is shared of it, became what it is.
    """

    session: str
    number: int
    version: Version
    body_revision: str
    state: State
    account: str
    status: str
    sequence: int
    shared_sequence: int


class Receipt(Struct, frozen=True):
    """How a `PUT` was answered; `request` is the digest of its address and body."""

    request: str
    status: int
    etag: str


class SessionChange(Struct, frozen=True):
    """A `PUT` or a `DELETE` of a session. `body` is None for the latter.

    `if_match` is the header's text, and None where the request is for a session that is not there
    (`If-None-Match: *`). `conditions` says how many of the two headers came. An empty `key` means
    that no receipt is kept. `claimed` is the ETag that the client computed for its content behind
    the version it names; empty where it computes none.
    """

    reader: TokenHolder
    session: str
    body: Content | Fault | None
    detail: Detail
    request: str
    key: str = ""
    conditions: int = 1
    if_match: str | None = None
    reason: str = ""
    claimed: str = ""


class Answer(Struct, frozen=True):
    """The answer to a change. `problem` names what stands in the way; `words` say more of it.
    `after` are the seconds after which it may come again.
    """

    status: int
    etag: str = ""
    problem: str = ""
    words: str = ""
    after: int = 0


class Found(Struct, frozen=True):
    """What a batch needs of the tables. `bodies` are the full contents of those heads that a
    shared body replaces, or that are named by their shared version; `receipts` are by token and
    key. `removals` are by token the moments of `REMOVED_IN` at which it removed a session.
    """

    sequence: int
    heads: Mapping[str, HeadRow]
    receipts: Mapping[tuple[str, str], Receipt]
    bodies: Mapping[str, Content]
    removals: Mapping[str, tuple[str, ...]] = {}


class BatchDecision(Struct, frozen=True):
    """The answers in the order of the requests, and what is to be written: the heads of the
    sessions that changed, rows of `revisions` and of `receipts`, and the team's new number.
    """

    answers: tuple[Answer, ...]
    sequence: int
    heads: tuple[HeadRow, ...]
    revisions: tuple[Row, ...]
    receipts: tuple[Row, ...]


class _Batch(Struct):
    sequence: int
    heads: dict[str, HeadRow]
    receipts: dict[tuple[str, str], Receipt]
    bodies: dict[str, Content]
    changed: dict[str, HeadRow]
    rows: list[Row]
    kept: list[Row]
    removals: dict[str, tuple[str, ...]]


def decide(changes: Iterable[SessionChange], found: Found, at: str) -> BatchDecision:
    """What is answered to these changes, and what is written. `at` is the present moment."""
    batch = _Batch(
        sequence=found.sequence,
        heads=dict(found.heads),
        receipts=dict(found.receipts),
        bodies=dict(found.bodies),
        changed={},
        rows=[],
        kept=[],
        removals=dict(found.removals),
    )
    answers = tuple(_answer(each, batch, at) for each in changes)
    return BatchDecision(answers, batch.sequence, tuple(batch.changed.values()), tuple(batch.rows), tuple(batch.kept))


def _answer(change: SessionChange, batch: _Batch, at: str) -> Answer:
    where = (change.reader.token, change.key)
    if change.key and (receipt := batch.receipts.get(where)):
        if receipt.request != change.request:
            return Answer(409, problem="key-used-before")
        return Answer(receipt.status, receipt.etag)
    answer = _taken(change, batch, at)
    if change.key and answer.status < 300:
        batch.receipts[where] = Receipt(change.request, answer.status, answer.etag)
        row = {"token": change.reader.token, "key": change.key, "request": change.request}
        batch.kept.append(row | {"status": answer.status, "etag": answer.etag, "at": at})
    return answer


def _taken(change: SessionChange, batch: _Batch, at: str) -> Answer:
    head = batch.heads.get(change.session)
    if head is not None and not change.reader.may_see(head.account):
        return Answer(403, problem="not-your-account")
    if refused := _refused(change, head, batch.bodies.get(change.session)):
        return refused
    if change.body is None:
        assert head is not None
        return _removed(change, head, batch, at)
    if isinstance(change.body, Fault):
        return Answer(422, problem="no-session", words=str(change.body))
    if change.body.id != change.session:
        return Answer(422, problem="other-id", words=f"The body has the id {change.body.id}")
    if not change.reader.may_see(account_of(change.body.session)):
        return Answer(403, problem="not-your-account")
    if change.claimed and change.claimed != _computed(change.body, head, change.detail):
        return Answer(422, problem="digest-differs")
    return _replaced(change, change.body, head, batch, at)


def _computed(body: Content, head: HeadRow | None, detail: Detail) -> str:
    """The ETag of what was sent, by itself: not of what it becomes together with what stays."""
    return etag(next_version(head.version if head is not None else None, body), detail)


def _refused(change: SessionChange, head: HeadRow | None, body: Content | None) -> Answer | None:
    """The answer where the condition does not hold. `body` is the head's content, where it is
    needed.
    """
    if change.conditions == 0:
        return Answer(428, problem="no-condition")
    if change.conditions > 1:
        return Answer(400, problem="two-conditions")
    here = etag(head.version, change.detail) if head else ""
    if change.if_match is None:
        if head is None:
            return None
        return Answer(412, here, "removed-session" if head.state == "removed" else "another-version")
    if head is None:
        return Answer(412, problem="no-version")
    named = named_by(change.if_match)
    if named is not None:
        wanted, detail = named
        same = wanted == (head.version.revision if detail == "full" else head.version.shared_revision)
        # The name of a shared version says nothing of the private side, which a full body
        # replaces.
        unseen = detail == "shared" and change.detail == "full" and (body is None or _has_private(body))
        if same and not unseen:
            return Answer(404, problem="no-session-there") if _is_gone(change, head) else None
    return Answer(412, here, "another-version")


def _has_private(content: Content) -> bool:
    return seen(content, "shared").session != content.session


def _is_gone(change: SessionChange, head: HeadRow) -> bool:
    return change.body is None and head.state == "removed"


def _replaced(change: SessionChange, body: Content, head: HeadRow | None, batch: _Batch, at: str) -> Answer:
    made = replaced(batch.bodies.get(change.session), body)
    stored = encoded(made.content)
    if body.detail == "shared" and head is not None:  # what stayed and what came may be too much together
        if limits.exceeded(made.content.session) is not None:  # the number would tell how much is private
            return Answer(422, problem="too-many-entries")
        if len(stored) > LARGEST:
            return Answer(413, problem="too-large")
    parent = head.version if head is not None else None
    version = next_version(parent, made.content)
    status = 200 if head is not None else 201
    if parent != version:
        row = _row(change, head, version, at) | {"state": "kept", "body": zlib.compress(stored, 1)}
        session = made.content.session
        account, status_here = account_of(session), str(session.get("status", ""))
        _advance(change.session, head, version, (version.revision, "here", account, status_here), batch, row)
        batch.bodies[change.session] = made.content
    return Answer(status, etag(version, change.detail))


def _removed(change: SessionChange, head: HeadRow, batch: _Batch, at: str) -> Answer:
    """A tombstone is a version as any other: what comes after it is chained to it.

    A stolen token shall not empty a team: it removes a hundred sessions in an hour at most.
    """
    token = change.reader.token
    removals = sorted(batch.removals.get(token, ()))
    if len(removals) >= MOST_REMOVED:
        waits = datetime.fromisoformat(removals[-MOST_REMOVED]) + REMOVED_IN - datetime.fromisoformat(at)
        seconds = max(1, int(waits.total_seconds()))
        words = f"Nothing was removed. The next one may be in {math.ceil(seconds / 60)} minutes."
        return Answer(403, problem="too-many-removals", words=words, after=seconds)
    batch.removals[token] = (*removals, at)
    tombstone = {"removed": {"at": at, "by": change.reader.name, "reason": change.reason}}
    stored = msgspec.json.encode(tombstone, order="sorted")
    content = hashlib.sha256(stored).hexdigest()
    was = head.version
    version = Version(revision(was.revision, content), content, revision(was.shared_revision, content), content)
    row = _row(change, head, version, at) | {"state": "removed", "body": zlib.compress(stored, 1)}
    _advance(change.session, head, version, (head.body_revision, "removed", head.account, head.status), batch, row)
    return Answer(204, etag(version, change.detail))


def _row(change: SessionChange, head: HeadRow | None, version: Version, at: str) -> Row:
    """A row of `revisions`, but for its state and its body."""
    parent = head.version if head is not None else None
    before = parent.shared_revision if parent is not None else ""
    return {
        "session": change.session,
        "revision": version.revision,
        "number": head.number + 1 if head is not None else 1,
        "parent": parent.revision if parent is not None else "",
        "content": version.content,
        "shared_revision": version.shared_revision,
        "shared_parent": None if before == version.shared_revision else before,
        "shared_content": version.shared_content,
        "at": at,
        "person": change.reader.person,
        "token": change.reader.token,
    }


def _advance(
    session: str,
    head: HeadRow | None,
    version: Version,
    fields: tuple[str, State, str, str],
    batch: _Batch,
    row: Row,
) -> None:
    batch.sequence += 1
    body_revision, state, account, status = fields
    made = HeadRow(
        session, row["number"], version, body_revision, state, account, status, batch.sequence, batch.sequence
    )
    if head is not None and row["shared_parent"] is None:
        made = replace(made, shared_sequence=head.shared_sequence)
    batch.heads[session] = batch.changed[session] = made
    batch.rows.append(row)
