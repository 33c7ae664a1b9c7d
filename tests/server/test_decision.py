"""Covers: session_tui.server.decision and session_tui.server.access.

What becomes of changes does not depend on how they are put into batches, and holds to the
contract's promises.
"""

import hashlib
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from profiles import examples
from session_tui.model.fault import Fault
from session_tui.model.sync.content import Content, encoded
from session_tui.model.sync.revision import etag, named_by, revision
from session_tui.server.access import SEES, Role, TokenHolder, bearer, new_token, token_hash
from session_tui.server.decision import Answer, BatchDecision, Found, Head, Receipt, SessionChange, decide
from session_tui.server.rows import content_in
from team_contents import ID, full_content, seeds, shared_edit

AT = "2026-11-28T09:00:00Z"


class Rows:
    """The rows of a server, without a database."""

    def __init__(self) -> None:
        self.sequence = 0
        self.heads: dict[str, Head] = {}
        self.receipts: dict[tuple[str, str], Receipt] = {}
        self.revisions: list[dict[str, Any]] = []

    def take(self, changes: list[SessionChange]) -> tuple[Answer, ...]:
        """Decide, and write what was decided."""
        bodies = {
            key: content_in(row["body"])
            for key, head in self.heads.items()
            for row in self.revisions
            if row["revision"] == head.body_revision
        }
        decision: BatchDecision = decide(changes, Found(self.sequence, self.heads, self.receipts, bodies), AT)
        self.sequence = decision.sequence
        self.heads |= {head.session: head for head in decision.heads}
        self.revisions += decision.revisions
        for row in decision.receipts:
            assert (row["token"], row["key"]) not in self.receipts
            self.receipts[row["token"], row["key"]] = Receipt(row["request"], row["status"], row["etag"])
        return decision.answers


def holder(role: Role) -> TokenHolder:
    return TokenHolder("team", f"t_{role}", f"p_{role}", role, role, SEES[role])


def changes_by_chance(rnd: Random, rows: Rows, many: int) -> list[SessionChange]:
    """Changes of one session by two users, with conditions that hold and others, some of them
    sent twice.
    """
    found: list[SessionChange] = []
    known: list[str | None] = [None, *(etag(each.version, "full") for each in rows.heads.values())]
    for number in range(many):
        if found and rnd.random() < 0.2:
            found.append(rnd.choice(found))
            continue
        content = full_content(rnd)
        shared = rnd.random() < 0.4
        body: Content | Fault | None = shared_edit(rnd, content) if shared else content
        if not shared and rnd.random() < 0.2:
            body = rnd.choice([None, Fault("", "it is none")])
        key = f"k{rnd.randrange(3) if rnd.random() < 0.1 else number}"
        if body is None:
            digest, key = "", ""
        elif isinstance(body, Fault):
            digest = "bad"
        else:
            digest = hashlib.sha256(encoded(body)).hexdigest()
        change = SessionChange(
            reader=holder("member" if shared else "facilitator"),
            session=ID,
            body=body,
            detail="shared" if shared else "full",
            request=digest,
            key=key,
            if_match=rnd.choice(known) if body is not None else rnd.choice(known) or '"x"',
        )
        found.append(change)
        trial = Rows()
        trial.take(found)
        known += [etag(each.version, "full") for each in trial.heads.values()]
        known += [etag(each.version, "shared") for each in trial.heads.values()]
    return found


@examples(150)
@given(seeds, st.integers(1, 4))
def test_batches_change_nothing(rnd: Random, size: int) -> None:
    changes = changes_by_chance(rnd, Rows(), 8)
    alone, together = Rows(), Rows()
    one_by_one = [alone.take([each])[0] for each in changes]
    in_batches = [answer for at in range(0, len(changes), size) for answer in together.take(changes[at : at + size])]
    assert one_by_one == in_batches
    assert (alone.heads, alone.revisions, alone.receipts) == (together.heads, together.revisions, together.receipts)


@examples(150)
@given(seeds)
def test_what_is_acknowledged_is_in_the_one_chain_and_comes_once(rnd: Random) -> None:
    rows = Rows()
    changes = changes_by_chance(rnd, rows, 8)
    answers = [rows.take([each])[0] for each in changes]
    taken = [named_by(answer.etag) for answer in answers if answer.status < 300]
    names = {row["revision"] for row in rows.revisions} | {row["shared_revision"] for row in rows.revisions}
    assert all(found is not None and found[0] in names for found in taken)
    parents = [row["parent"] for row in rows.revisions]
    assert len(set(parents)) == len(parents) and parents[:1] in ([], [""])
    for before, row in zip(rows.revisions, rows.revisions[1:], strict=False):
        assert row["parent"] == before["revision"] and row["revision"] == revision(row["parent"], row["content"])
        assert row["number"] == before["number"] + 1
    assert rows.sequence == len(rows.revisions)
    # The same requests again change nothing, and those with a key are answered as they were.
    before_again = list(rows.revisions)
    for change, answer in zip(changes, answers, strict=True):
        if change.key and answer.status < 300:
            assert rows.take([change]) == (answer,)
    assert rows.revisions == before_again


def test_another_version_is_never_overwritten() -> None:
    rows = Rows()
    rnd = Random(1)
    first = SessionChange(holder("facilitator"), ID, full_content(rnd), "full", "1", if_match=None)
    (made,) = rows.take([first])
    second = replace(first, body=full_content(rnd), request="2", if_match=made.etag)
    third = replace(first, body=full_content(rnd), request="3", if_match=made.etag)
    assert [answer.status for answer in rows.take([second, third])] == [200, 412]
    assert rows.take([replace(first, conditions=0)])[0].status == 428
    assert rows.take([replace(first, conditions=2)])[0].status == 400


def test_the_same_content_makes_no_version() -> None:
    rows = Rows()
    first = SessionChange(holder("facilitator"), ID, full_content(Random(1)), "full", "1")
    (made,) = rows.take([first])
    (again,) = rows.take([replace(first, if_match=made.etag)])
    assert (again.status, again.etag, len(rows.revisions)) == (200, made.etag, 1)


def test_a_removed_session_comes_back_with_its_private_side() -> None:
    rows = Rows()
    content = full_content(Random(3))
    first = SessionChange(holder("facilitator"), ID, content, "full", "1")
    (made,) = rows.take([first])
    (gone,) = rows.take([replace(first, body=None, if_match=made.etag, reason="twofold")])
    assert gone.status == 204 and rows.heads[ID].state == "removed"
    assert rows.take([replace(first, body=None, if_match=gone.etag)])[0].status == 404
    assert rows.take([first])[0].status == 412
    shared = shared_edit(Random(3), content, may_remove=False)
    name = etag(rows.heads[ID].version, "shared")
    (back,) = rows.take([replace(first, body=shared, detail="shared", if_match=name)])
    assert back.status == 200 and rows.heads[ID].state == "here"
    assert content_in(rows.revisions[-1]["body"]).session.get("notes") == content.session.get("notes")


def test_tokens_are_chance_and_only_their_hash_is_kept() -> None:
    tokens = {new_token(Random(seed)) for seed in range(50)}
    assert len(tokens) == 50 and all(len(each) == len("stt_") + 64 for each in tokens)
    assert bearer(f"Bearer {min(tokens)}") == min(tokens) == bearer(f"bearer  {min(tokens)} ")
    assert bearer("Basic x") == bearer("") == bearer("Bearer") == ""
    assert not {token_hash(each) for each in tokens} & tokens
