"""Covers: session_tui.model.sync as a whole.

Members of both details and a server that does what the package says for a `PUT`: in the end all
see the same, nothing that was written is lost, and nothing private is removed by those who cannot
see it.
"""

import re
from random import Random

import msgspec
from hypothesis import given

from profiles import examples
from session_tui.model.merge.points import Choice
from session_tui.model.sync.content import Content, content_of_tables, digest, encoded, replaced, seen, session_of
from session_tui.model.sync.revision import Version, etag, named_by, next_version, revision
from session_tui.model.sync.three_way_merge import merge
from session_tui.model.vocabulary import PRIVATE, Detail
from team_contents import full_content, member_edit, plain, seeds

WRITTEN = re.compile(rb"(?:Ana|Ben|Mei) [0-9][0-9.e-]+")


class Server:
    """One session, as the package's docstring says."""

    def __init__(self) -> None:
        self.head: Content | None = None
        self.version: Version | None = None

    def put(self, condition: str, body: Content) -> str | None:
        """The new ETag; None for 412."""
        if condition != (etag(self.version, body.detail) if self.version else ""):
            return None
        self.head = replaced(self.head, body).content
        self.version = next_version(self.version, self.head)
        return etag(self.version, body.detail)


class Member:
    """A user with a file of everything that they know, and what they and the server last agreed
    upon.
    """

    def __init__(self, name: str, detail: Detail) -> None:
        self.name = name
        self.detail = detail
        self.file: Content | None = None
        self.agreed: Content | None = None
        self.replaced: set[bytes] = set()  # what this user took away, or chose against

    def edit(self, rnd: Random) -> None:
        if self.file is not None:
            after = as_file(member_edit(rnd, self.file, self.name))
            self.replaced |= texts(self.file) - texts(after)
            self.file = after

    def sync(self, server: Server) -> None:
        for _ in range(10):
            if server.head is None or server.version is None:
                if self.file is None:
                    return
                server.put("", seen(self.file, self.detail))
                continue
            theirs, tag = seen(server.head, self.detail), etag(server.version, self.detail)
            self.file = self.together(theirs) if self.file is not None else replaced(None, theirs).content
            self.agreed = theirs
            sent = seen(self.file, self.detail)
            if sent == theirs:
                return
            answer = server.put(tag, sent)
            named, parent = named_by(answer or ""), named_by(tag)
            assert named and parent
            # Another revision than that of what was sent: an entry stayed, and is taken back in
            # the next round.
            self.agreed = sent
            if named[0] == revision(parent[0], digest(sent)):
                return
        raise AssertionError(f"{self.name} and the server never agree")

    def together(self, theirs: Content) -> Content:
        assert self.file is not None
        mine = seen(self.file, self.detail)
        base = session_of(self.agreed) if self.agreed is not None else None
        made = merge(base, session_of(mine), session_of(theirs))
        choices: dict[str, Choice] = {}
        while made.asks:
            choices |= dict.fromkeys(made.asks, "theirs")
            made = merge(base, session_of(mine), session_of(theirs), choices)
        assert made.result is not None
        after = plain(content_of_tables(msgspec.to_builtins(made.result), self.detail))
        if choices:
            self.replaced |= (texts(mine) | texts(theirs)) - texts(after)
        return as_file(replaced(self.file, after).content)


def as_file(content: Content) -> Content:
    """As a file of today has it, in which every person is judged."""
    return plain(content_of_tables(msgspec.to_builtins(session_of(content))))


def texts(content: Content) -> set[bytes]:
    return set(WRITTEN.findall(encoded(content)))


@examples(60)
@given(seeds)
def test_all_members_agree_and_nothing_that_was_written_is_lost(rnd: Random) -> None:
    server = Server()
    members = [Member("Ana", "full"), Member("Ben", "full"), Member("Mei", "shared")]
    members[rnd.randrange(3)].file = as_file(full_content(rnd, newer=False))
    written: set[bytes] = set()
    for _ in range(20):
        member = rnd.choice(members)
        if rnd.random() < 0.6:
            member.edit(rnd)
            written |= texts(member.file) if member.file else set()
        else:
            member.sync(server)
    for member in members * 3:
        member.sync(server)
    assert server.head is not None
    files = [plain(each.file) for each in members]
    assert {digest(seen(each, "shared")) for each in (*files, server.head)} == {digest(seen(server.head, "shared"))}
    assert {digest(each) for each in files[:2]} == {digest(server.head)}
    there = set().union(*map(texts, files))
    assert written - there - set().union(*(each.replaced for each in members)) == set()


@examples(60)
@given(seeds)
def test_a_member_who_sees_shared_removes_nothing_private_from_others(rnd: Random) -> None:
    server = Server()
    ana, mei = Member("Ana", "full"), Member("Mei", "shared")
    ana.file = as_file(full_content(rnd, newer=False))
    for member in (ana, mei):
        member.sync(server)
    before = ana.file
    for _ in range(3):
        mei.edit(rnd)
        mei.sync(server)
    ana.sync(server)
    for name in ("stakeholders", "assumptions", "action_items"):
        after = {row["id"]: row for row in ana.file.session.get(name, ())}
        for row in before.session.get(name, ()):
            private = {key: row[key] for key in row.keys() & PRIVATE}
            assert not private or private.items() <= after[row["id"]].items()
    assert ana.file.session.get("notes") == before.session.get("notes")
