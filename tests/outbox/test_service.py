"""Covers: session_tui.outbox.service and session_tui.outbox.background.

From a session to the outbox, and from the outbox on when the program has ended: nothing of a
folder's is run.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

import session_tui
from conftest import context_of
from receiver import Receiver
from receivers import SETTING, held
from session_tui.index.scanner import ScannerProcess
from session_tui.model.fault import Fault
from session_tui.outbox.request import Request
from session_tui.outbox.retry import in_order
from session_tui.outbox.service import PushService, send_behind
from session_tui.store import paths
from session_tui.store.errors import StoreError

SOURCE = str(Path(session_tui.__file__).parent.parent)
ENDPOINT = 'schema = 1\n[[endpoints]]\nname = "team"\nkind = "webhook"\nurl = "{url}"\npush_on_end = true\n'
# The first import reports it, and goes on as if the package were missing.
HOSTILE = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').write_text('')\nraise ImportError\n"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def post_in(folder: Path, url: str) -> tuple[PushService, dict[str, str]]:
    """The user's own configuration and state in this folder, and the environment that says so."""
    (folder / "own.toml").write_text(ENDPOINT.format(url=url))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("SESSION_TUI")},
        "SESSION_TUI_STATE": str(folder / "state"),
        "SESSION_TUI_CONFIG": str(folder / "own.toml"),
        "PYTHONPATH": SOURCE,
    }
    return PushService(context_of(paths.find(folder, environment), environ=environment)), environment


def test_what_sends_behind_the_program_runs_nothing_that_lies_in_the_folder(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_service, environment = post_in(tmp_path, receiver.url)
    push_service.push(held(), push_service.endpoint("team"), "shared", SETTING)
    (tmp_path / "truststore.py").write_text(HOSTILE)
    (tmp_path / "msgspec.py").write_text(HOSTILE)
    monkeypatch.chdir(tmp_path)
    assert send_behind(push_service.context.places, environment | {"SESSION_TUI_BEHIND": "20"}) is None
    receiver.comes(1)
    assert list(tmp_path.glob("*.ran")) == []


def test_who_helps_to_read_runs_nothing_that_lies_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text(HOSTILE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    helper = ScannerProcess(tmp_path)
    helper.start([])
    list(helper.result())
    helper.close()
    assert list(tmp_path.glob("*.ran")) == []


def test_what_was_pushed_is_held_back_where_its_endpoint_is_another_one_by_now(tmp_path: Path) -> None:
    """Days later the file may name another address, or have come with a folder that is not
    trusted.
    """
    push_service, environment = post_in(tmp_path, "https://hooks.example/ours")
    message = push_service.push(held(), push_service.endpoint("team"), "shared", SETTING)
    assert isinstance(push_service.request(message), Request)
    elsewhere, _ = post_in(tmp_path, "https://hooks.example/theirs")
    assert "its address is another one" in str(elsewhere.request(message))
    (tmp_path / paths.CONFIG_NAME).write_text(ENDPOINT.format(url="https://hooks.example/ours"))
    del environment["SESSION_TUI_CONFIG"]
    found = PushService(context_of(paths.find(tmp_path, environment), environ=environment))
    assert "you have not said yes to it" in str(found.request(message))
    found.trust(found.endpoint("team"))
    assert isinstance(found.request(message), Request)
    assert "you have not said yes to it" in str(found.request(replace(message, detail="full")))


def test_of_two_endpoints_with_one_name_neither_is_used(tmp_path: Path) -> None:
    push_service, _ = post_in(tmp_path, "https://hooks.example/ours")
    message = push_service.push(held(), push_service.endpoint("team"), "shared", SETTING)
    one = ENDPOINT.format(url="https://hooks.example/ours")
    other = one.removeprefix("schema = 1\n").replace("ours", "theirs")
    (tmp_path / "own.toml").write_text(one + other)
    twice = PushService(
        context_of(paths.find(tmp_path, push_service.context.environ), environ=push_service.context.environ)
    )
    with pytest.raises(StoreError, match="2 endpoints are called team"):
        twice.endpoint("team")
    assert isinstance(twice.request(message), Fault)


def test_a_change_is_pushed_only_to_endpoints_that_received_the_session(tmp_path: Path) -> None:
    push_service, _ = post_in(tmp_path, "https://hooks.example/ours")
    assert push_service.push_changed_session(held()) == ()
    assert push_service.outbox.sound() == ()
    assert len(push_service.push_ended_session(held())) == 1
    assert len(push_service.push_changed_session(replace(held(), headline="Another one"))) == 1
    assert [each.type for each in in_order(push_service.outbox.sound())] == ["session.held", "session.updated"]


def test_what_is_held_at_the_end_gives_way_and_is_released_once(tmp_path: Path, receiver: Receiver) -> None:
    push_service, _ = post_in(tmp_path, receiver.url)
    now = push_service.context.now()
    session, until = held(), now + timedelta(minutes=10)
    push_service.hold_ended_session(session, until)
    (first,) = push_service.outbox.sound()
    assert first.held and push_service.outbox.due(now) == () and push_service.outbox.due(until) == (first,)
    # A change by another command within that time is held as well, in its place.
    push_service.push_changed_session(replace(session, headline="Changed"))
    (second,) = push_service.outbox.sound()
    assert second.held and second.next_at == first.next_at and second.type == "session.held" and second.id != first.id
    push_service.push_ended_session(replace(session, headline="Changed"))
    (third,) = push_service.outbox.sound()
    assert third.id == second.id and not third.held and push_service.outbox.due(push_service.context.now()) == (third,)
    # What was released is no longer dropped, nor held again.
    push_service.hold_ended_session(replace(session, headline="Changed"), until)
    assert push_service.drop_held(session.id) == 0 and push_service.outbox.sound() == (third,)
