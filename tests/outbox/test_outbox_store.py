"""Covers: session_tui.outbox.store.

The outbox folder lists its content, broken files included, and never loses or doubles a message.
"""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import START
from messages import message
from posix_only import not_root
from profiles import examples
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.store import KEPT_DELIVERED, Outbox
from session_tui.store.errors import StoreError


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "state" / "outbox")


def file(outbox: Outbox, id: str = "msg_1") -> Path:
    return outbox.folder / f"{id}.toml"


def read(outbox: Outbox, id: str = "msg_1") -> OutboxMessage:
    found = outbox.find(id).message
    assert found is not None
    return found


def settle(outbox: Outbox, one: OutboxMessage, state: str = "delivered") -> None:
    outbox.put(one)
    outbox.record(replace(one, state=state, next_at=None))


def test_a_message_comes_back_as_it_was_stored_and_only_its_owner_can_read_it(outbox: Outbox) -> None:
    one = message(
        body='{"a": "Größe \\u001b \\"\\n"}\r\n\t', reason="x", etag='"v"', last_at=START, account="Acme Freight"
    )
    assert outbox.put(one) == one
    assert read(outbox) == one
    assert stat.S_IMODE(file(outbox).stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(), reason=st.text())
def test_any_text_survives_the_file_or_is_refused(outbox: Outbox, body: str, reason: str) -> None:
    one = message(body=body, reason=reason)
    outbox.put(message())
    outbox.record(one)
    assert read(outbox) == one


def test_half_a_character_is_refused_in_words(outbox: Outbox) -> None:
    with pytest.raises(StoreError, match="half a character"):
        outbox.put(message(body="\ud800"))


@pytest.mark.parametrize("state", ["waiting", "delivered"])
def test_what_is_there_already_stays_as_it_is(outbox: Outbox, state: str) -> None:
    outbox.put(message())
    there = message(state=state, attempts=3, next_at=None)
    outbox.record(there)
    assert outbox.put(message(created_at=START + timedelta(days=1))) == there
    assert read(outbox) == there


@pytest.mark.parametrize("state", ["rejected", "failed"])
def test_what_was_rejected_or_given_up_waits_again_when_it_is_put_again(outbox: Outbox, state: str) -> None:
    settle(outbox, message(), state)
    anew = message(created_at=START + timedelta(days=9), next_at=None)
    assert outbox.put(anew) == anew
    assert read(outbox) == anew


@pytest.mark.parametrize("id", ["../x", "a/b", "", ".x", "off", "a\0", "x" * 200, "a\n", "a b", "é"])
def test_an_id_never_leads_out_of_the_folder(outbox: Outbox, id: str) -> None:
    with pytest.raises(StoreError, match="not an id that a file"):
        outbox.put(message(id))
    assert not outbox.folder.exists()


BROKEN = {
    "half": (b'schema = 1\nid = "half"\nendpo', "half.toml:3"),
    "empty": (b"", "is missing"),
    "binary": (b"\xff\xfe\x00", "UTF-8"),
    "other": (b"", "not what the file is called"),
    "newer": (b'schema = 99\nid = "newer"\n', "newer version of this program"),
    "wrong": (b"", 'wrong.toml:8:9: state: "sent" is not one of delivered, failed, rejected, waiting'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_an_entry_with_its_fault_and_stops_nothing(outbox: Outbox, name: str) -> None:
    outbox.put(message())
    content, words = BROKEN[name]
    if name == "other":
        content = file(outbox).read_bytes()
    if name == "wrong":
        content = b'schema = 1\nid = "wrong"\nendpoint = "t"\nkind = "slack"\nurl = "u"\ntype = "test"\nsession = "s"\n'
        content += b'state = "sent"\ncreated_at = 2026-11-23T09:00:00Z\nbody = ""\n'
    file(outbox, name).write_bytes(content)
    sound, broken = outbox.messages()
    assert sound.message == message()
    assert broken.id == name
    assert words in str(broken.fault)
    assert outbox.due(START) == (message(),)
    assert outbox.next_moment() == START
    assert outbox.retry(None, START) == (message(),)
    with outbox.lock(name) as mine:
        assert mine is None
    assert file(outbox, name).read_bytes() == content
    with pytest.raises(StoreError):
        outbox.retry(name, START)
    with pytest.raises(StoreError):
        outbox.put(message(name))
    assert file(outbox, name).read_bytes() == content
    outbox.drop(name)
    assert len(outbox.messages()) == 1


def test_a_file_that_may_not_be_read_or_is_a_folder_is_an_entry_too(outbox: Outbox) -> None:
    outbox.put(message())
    file(outbox, "folder").mkdir()
    file(outbox, "nowhere").symlink_to(outbox.folder / "gone")
    assert [each.id for each in outbox.messages()] == ["msg_1", "folder"]


def test_an_outbox_that_is_not_there_is_empty(outbox: Outbox) -> None:
    assert (outbox.messages(), outbox.due(START), outbox.next_moment()) == ((), (), None)
    assert outbox.switched_off() == frozenset()
    assert not outbox.folder.exists()


def test_newest_first_and_the_next_moment_is_the_earliest_that_waits(outbox: Outbox) -> None:
    for number, state in enumerate(["waiting", "waiting", "delivered"]):
        at = START + timedelta(minutes=number)
        outbox.put(message(f"m{number}", session=f"s{number}", created_at=at, next_at=at, state=state))
    assert [each.id for each in outbox.messages()] == ["m2", "m1", "m0"]
    assert outbox.next_moment() == START
    assert [one.id for one in outbox.due(START)] == ["m0"]
    assert [one.id for one in outbox.due(START + timedelta(hours=1))] == ["m0", "m1"]


def test_a_locked_message_has_one_holder_and_is_read_again(outbox: Outbox) -> None:
    outbox.put(message())
    other = Outbox(outbox.folder)
    with outbox.lock("msg_1") as mine:
        assert mine == message()
        with other.lock("msg_1") as theirs:
            assert theirs is None
        assert other.retry(None, START) == ()
        with pytest.raises(StoreError, match="being sent at this moment"):
            other.drop("msg_1")
        outbox.record(replace(message(), attempts=1))
    with other.lock("msg_1") as theirs:
        assert theirs == replace(message(), attempts=1)


def test_an_id_may_be_shortened_to_a_beginning_that_fits_one(outbox: Outbox) -> None:
    for id in ("msg_ab1", "msg_ab2", "msg_ab"):
        outbox.put(message(id, session=id))
    assert outbox.find("msg_ab").id == "msg_ab"
    assert outbox.find("msg_ab1").id == "msg_ab1"
    with pytest.raises(StoreError, match=r"msg_a fits 3 in the outbox: .*Write more of the id"):
        outbox.find("msg_a")
    for nothing in ("x", ""):
        with pytest.raises(StoreError, match="session-tui outbox lists"):
            outbox.find(nothing)


def test_trying_one_again_makes_what_must_arrive_before_it_due_too(outbox: Outbox) -> None:
    late = START + timedelta(hours=1)
    outbox.put(message("first", next_at=late))
    outbox.put(message("second", type="session.updated", next_at=late))
    outbox.put(message("third", session="another", next_at=late))
    settle(outbox, message("done", session="x"))
    assert {one.id for one in outbox.retry("second", START)} == {"first", "second"}
    assert [one.id for one in outbox.due(START)] == ["first"]
    assert {one.id for one in outbox.retry(None, START)} == {"first", "second", "third"}
    with pytest.raises(StoreError, match="delivered already"):
        outbox.retry("done", START)


def test_what_something_newer_has_overtaken_is_not_sent_after_it(outbox: Outbox) -> None:
    settle(outbox, message("old"), "failed")
    settle(outbox, message("new", created_at=START + timedelta(hours=1)))
    assert outbox.retry(None, START) == ()
    with pytest.raises(StoreError, match="something newer about its session was delivered since"):
        outbox.retry("old", START)
    assert read(outbox, "old").state == "failed"


def test_a_list_sees_each_change_of_a_file_by_any_process(outbox: Outbox) -> None:
    outbox.put(message())
    other = Outbox(outbox.folder)
    for number in range(1, 6):
        assert read(outbox).attempts == read(other).attempts == number - 1
        other.record(message(attempts=number))
    other.drop("msg_1")
    assert outbox.messages() == ()


def test_only_delivered_messages_beyond_the_newest_of_a_session_are_pruned(outbox: Outbox) -> None:
    for number in range(KEPT_DELIVERED + 3):
        settle(outbox, message(f"d{number}", created_at=START + timedelta(minutes=number)))
    settle(outbox, message("other", session="another"))
    settle(outbox, message("no", created_at=START - timedelta(days=1)), "rejected")
    outbox.put(message("waits", created_at=START - timedelta(days=1)))
    outbox.prune(outbox.sound())
    left = {each.id for each in outbox.messages()}
    assert left == {*(f"d{number}" for number in range(3, KEPT_DELIVERED + 3)), "other", "no", "waits"}
    last = outbox.last(message().url, message().session)
    assert last is not None and last.id == f"d{KEPT_DELIVERED + 2}"
    assert outbox.last(message().url, "nobody's") is None


def test_an_address_that_is_gone_is_remembered_until_it_is_switched_on(outbox: Outbox) -> None:
    outbox.switch_off("https://a.example/x", START)
    outbox.switch_off("https://b.example/y", START)
    outbox.switch_off("https://a.example/x", START)
    assert Outbox(outbox.folder).switched_off() == {"https://a.example/x", "https://b.example/y"}
    assert outbox.messages() == ()
    outbox.switch_on("https://a.example/x")
    outbox.switch_on("https://c.example/never")
    assert outbox.switched_off() == {"https://b.example/y"}


def test_a_broken_list_of_switched_off_addresses_is_reported_stops_no_delivery_and_is_not_written(
    outbox: Outbox,
) -> None:
    outbox.switch_off("https://a.example/x", START)
    file(outbox, "off").write_bytes(b"[[addresses")
    assert outbox.switched_off() == frozenset()
    assert "meanwhile it switches nothing off" in str(outbox.off_fault())
    with pytest.raises(StoreError):
        outbox.switch_off("https://b.example/y", START)
    assert file(outbox, "off").read_bytes() == b"[[addresses"


@not_root
def test_a_folder_that_may_not_be_written_is_said(outbox: Outbox) -> None:
    outbox.put(message())
    outbox.folder.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="Nothing was sent"):
            outbox.put(message("msg_2"))
    finally:
        outbox.folder.chmod(0o700)
