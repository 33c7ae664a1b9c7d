"""Covers: session_tui.model.sync.settlement, session_tui.model.sync.content_merge.

One session against a server that stops, lies, is older, or keeps more than was sent.
"""

from typing import Any

import pytest

from session_tui.model.fault import Fault
from session_tui.model.sync.content import Content, content_of_tables, digest, seen
from session_tui.model.sync.content_merge import contains, merged
from session_tui.model.sync.ledger import Agreed
from session_tui.model.sync.planner import Head, Local
from session_tui.model.sync.revision import revision
from session_tui.model.sync.settlement import (
    Ask,
    Delete,
    Effect,
    KeepLosses,
    MoveFile,
    PutContent,
    ReadAgreed,
    ReadContent,
    ReadFile,
    ReadHead,
    ReadLosses,
    Remember,
    Settlement,
    Stored,
    WriteFile,
    settle,
)
from sync_simulation import Member, Server
from team_contents import plain

ID = "2026-11-16-acme-freight-2m9x"
BASE = {"id": ID, "status": "prepared", "agenda": "strategy-30", "account": "Acme Freight"}
PERSON = {"id": "s1", "name": "Ruth Vale", "note": "Doubts the payback"}
FULL = BASE | {"last_ids": {"s": 1}, "stakeholders": [PERSON]}


def content(tables: dict[str, Any], **more: Any) -> Content:
    return plain(content_of_tables(tables | more))


class Machine:
    """Answers effects as a member's machine and a server would; `lies` replaces answers."""

    def __init__(self, file: Content | None, server: Server, *, shared: bool = False) -> None:
        self.member = Member("Ana", "shared" if shared else "full")
        self.server = server
        self.lies: dict[type[Any], Any] = {}
        self.effects: list[Effect] = []
        if file is not None:
            self.member.files[ID] = file

    def settled(self, most: int = 1000) -> Settlement | None:
        """Settled, or ended after so many effects."""
        steps = settle(self.member.detail)
        answer: Any = None
        while True:
            try:
                effect: Effect = steps.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            self.effects.append(effect)
            if len(self.effects) > most:
                return None
            answer = self.lies[type(effect)] if type(effect) in self.lies else self.answer(effect)

    def answer(self, effect: Effect) -> Any:
        member, server, detail = self.member, self.server, self.member.detail
        match effect:
            case ReadFile():
                return member.local(ID)
            case ReadAgreed():
                return member.ledger.get(ID)
            case ReadHead():
                return server.head(ID, detail)
            case ReadContent(name):
                return server.content(ID, name, detail)
            case WriteFile(_, made):
                member.files[ID] = made
                return True
            case MoveFile():
                member.removed[ID] = member.files.pop(ID)
                return True
            case Remember(agreed):
                member.ledger[ID] = agreed
                return None
            case PutContent(parent, made):
                return server.put(ID, parent, made)
            case Ask() | ReadLosses() | KeepLosses():
                return None
            case _:
                return server.chain(ID, detail)


def test_the_file_is_written_before_it_is_remembered() -> None:
    server = Server()
    server.put(ID, "", content(FULL))
    machine = Machine(None, server)
    assert machine.settled() == Settlement(received=True)
    assert [type(each) for each in machine.effects[-2:]] == [WriteFile, Remember]
    assert machine.member.files[ID] == content(FULL)


def merging() -> Machine:
    """Both sides changed what was agreed."""
    server = Server()
    machine = Machine(content(FULL), server)
    machine.settled()
    machine.member.files[ID] = content(FULL, zone="EMEA")
    server.put(ID, server.chain(ID, "full")[0], content(FULL, headline="Go on"))
    machine.effects.clear()
    return machine


def test_ended_after_any_effect_it_goes_on_to_the_same_end() -> None:
    whole = merging()
    assert whole.settled() == Settlement(merged=True, received=True)
    for most in range(len(whole.effects)):
        machine = merging()
        assert machine.settled(most) is None
        machine.effects.clear()
        machine.settled()
        assert machine.member.files == whole.member.files
        assert machine.member.files[ID] == content(FULL, zone="EMEA", headline="Go on")
        assert machine.server.chain(ID, "full") == whole.server.chain(ID, "full")


def test_a_session_in_step_asks_nothing_more() -> None:
    machine = Machine(content(FULL), Server())
    assert machine.settled() == Settlement(sent=True)
    machine.effects.clear()
    assert machine.settled() == Settlement()
    assert machine.effects == [ReadFile(), ReadAgreed(), ReadHead()]


def test_a_body_that_is_not_what_its_digest_says_changes_nothing() -> None:
    server = Server()
    server.put(ID, "", content(FULL))
    machine = Machine(content(FULL, zone="EMEA"), server)
    machine.lies[ReadContent] = content(BASE)
    found = machine.settled()
    assert found is not None and found.waits and found.fault is not None and "digest" in found.fault.what
    assert machine.member.files[ID] == content(FULL, zone="EMEA") and not machine.member.ledger


def test_a_question_leaves_the_file_as_it_is_and_sends_nothing() -> None:
    server = Server()
    server.put(ID, "", content(FULL, headline="Go on"))
    machine = Machine(content(FULL, headline="Stop"), server)
    assert machine.settled() == Settlement(waits=True, asks=("headline",))
    assert not any(isinstance(each, WriteFile | PutContent | Remember) for each in machine.effects)


def test_an_entry_that_the_server_kept_comes_back_to_who_sees_less() -> None:
    server = Server()
    server.put(ID, "", content(FULL))
    machine = Machine(None, server, shared=True)
    machine.settled()
    machine.member.files[ID] = content(BASE, last_ids={"s": 1})
    assert machine.settled() == Settlement(sent=True)
    assert seen(machine.member.files[ID], "shared") == server.content(ID, server.chain(ID, "shared")[0], "shared")
    assert "stakeholders" in machine.member.files[ID].session
    assert machine.settled() == Settlement()


def test_a_server_that_drops_what_it_does_not_know_removes_nothing_here() -> None:
    server = Server()
    mine = content(FULL, zone="EMEA")
    machine = Machine(mine, server)
    stored = content(FULL)
    machine.lies[PutContent] = Stored(revision("", digest(stored)))
    machine.lies[ReadContent] = stored
    found = machine.settled()
    assert found is not None and found.waits and found.fault is not None and "Update the server" in found.fault.do
    assert machine.member.files[ID] == mine and not machine.member.ledger


def test_a_server_that_moves_on_each_time_is_left_for_the_next_sync() -> None:
    server = Server()
    server.put(ID, "", content(FULL))
    machine = Machine(content(FULL, zone="EMEA"), server)
    machine.lies[ReadHead] = Head("f" * 64, digest(content(BASE)))
    found = machine.settled()
    assert found is not None and found.waits and isinstance(found.fault, Fault)
    assert machine.member.files[ID] == content(FULL, zone="EMEA")


def test_many_removals_wait_for_a_user() -> None:
    server = Server()
    server.put(ID, "", content(FULL))
    machine = Machine(content(FULL), server)
    machine.settled()
    server.delete(ID, server.chain(ID, "full")[0], "full")
    machine.lies[MoveFile] = None
    assert machine.settled() == Settlement(waits=True, needs_yes=True)
    assert ID in machine.member.files and isinstance(machine.member.ledger[ID], Agreed)
    del machine.lies[MoveFile]
    assert machine.settled() == Settlement(removed=True, notices=("removed",))
    assert machine.member.local(ID) == Local("removed", content(FULL))


def test_many_late_removals_wait_for_a_user() -> None:
    server = Server()
    server.put(ID, "", content(FULL))
    machine = Machine(None, server)
    machine.member.removed[ID] = content(FULL)
    machine.lies[Delete] = None
    assert machine.settled() == Settlement(waits=True, needs_yes=True)
    assert machine.effects[-1] == Delete(server.chain(ID, "full")[0], late=True) and not machine.member.ledger


# ---- keys that this program does not know -------------------------------------------------------


def newer(value: str, *, person: str = "") -> Content:
    row = PERSON | ({"newer": person} if person else {})
    return content(FULL | {"stakeholders": [row]}, newer=value)


def test_unknown_keys_of_both_sides_are_in_the_result() -> None:
    base = newer("a")
    ours = content(FULL | {"stakeholders": [PERSON]}, newer="a", zone="EMEA")
    theirs = newer("b", person="x")
    found = merged(base, ours, theirs).content
    assert found == content(theirs.session, zone="EMEA")


def test_an_unknown_key_that_both_changed_is_asked() -> None:
    ours, theirs = newer("b", person="x"), newer("c", person="y")
    found = merged(newer("a"), ours, theirs)
    assert found.content is None and set(found.asks) == {"newer", "stakeholders.s1.newer"}
    answers = merged(newer("a"), ours, theirs, {"newer": "ours", "stakeholders.s1.newer": "theirs"})
    assert answers.content == newer("b", person="y")


@pytest.mark.parametrize("less", [FULL | {"stakeholders": []}, BASE, FULL | {"stakeholders": [PERSON | {"note": ""}]}])
def test_a_content_contains_what_has_less(less: dict[str, Any]) -> None:
    assert contains(content(FULL), content(less))
    assert not contains(content(less), content(FULL))
