"""Covers: session_tui.outbox.service at the end of a session.

A session that ends on the full screen is sent once, although the program ends at the same time.
"""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver import Handler, Receiver
from session_tui.model.session_end import REOPENS_FOR
from session_tui.outbox.message import OutboxMessage
from session_tui.outbox.store import Outbox
from session_tui.store import session_file

pytest.importorskip("pty", reason="no pseudo-terminals on this system: the real terminal is not tested here")

from stories.test_real_terminal import program

pytestmark = pytest.mark.slow

ENDPOINT = 'schema = 1\n[[endpoints]]\nname = "channel"\nkind = "slack"\nurl = "{url}"\npush_on_end = true\n'


def slowly(handler: Handler) -> None:
    """As a chat does: it has the message, and answers when the program is gone."""
    handler.server.receiver.over.wait(1.0)
    handler.says(200)


@pytest.fixture
def channel() -> Iterator[Receiver]:
    with Receiver(slowly) as found:
        yield found


def settled(home: Path) -> OutboxMessage:
    """The one message, once it is sent."""
    outbox, turn = Outbox(home / "state" / "outbox"), threading.Event()
    for _ in range(400):
        (one,) = outbox.sound()
        if one.state != "waiting":
            return one
        turn.wait(0.05)
    raise AssertionError("it still waits")


def held(home: Path) -> OutboxMessage:
    """The one message, once it waits for the end of the time in which the session is reopened."""
    outbox, turn = Outbox(home / "state" / "outbox"), threading.Event()
    for _ in range(400):
        if found := outbox.sound():
            (one,) = found
            assert one.held and one.next_at == one.held_until
            return one
        turn.wait(0.05)
    raise AssertionError("it is not in the outbox")


def configured(home: Path, url: str) -> str:
    (home / "own.toml").write_text(ENDPOINT.format(url=url))
    return str(home / "own.toml")


def test_a_chat_is_told_once_of_a_session_whose_screen_closes_at_once(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "30")
    with program(tmp_path, "--config", configured(tmp_path, channel.url), "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.leaves()
        terminal.waits_for(lambda text: "On its way to channel; session-tui outbox tells how it went." in text)
        assert terminal.ends() == 0
    delivered = settled(tmp_path)
    assert (delivered.state, delivered.attempts) == ("delivered", 1)
    assert len(channel.requests) == 1


def test_a_session_held_from_the_library_is_sent_while_the_library_is_open(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "0")
    config = configured(tmp_path, channel.url)
    with program(tmp_path, "--config", config, "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types("/leave\r")
        terminal.waits_for(lambda text: "Leave this session?" in text)
        terminal.types("l")
        terminal.ends()
    with program(tmp_path, "--config", config) as terminal:
        terminal.waits_for(lambda text: "Acme Freight" in text)
        terminal.types("r")
        terminal.waits_for(lambda text: "❯" in text and "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.waits_for(lambda text: "What now" in text)
        terminal.rests()
        terminal.types("/library\r")
        terminal.waits_for(lambda text: "Held." in text)
        assert settled(tmp_path).state == "delivered"
    assert len(channel.requests) == 1


def test_a_window_closed_over_the_last_screen_still_sends(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "30")
    with program(tmp_path, "--config", configured(tmp_path, channel.url), "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.waits_for(lambda text: "What now" in text)
        held(tmp_path)
        assert channel.requests == [], "nothing is sent while it can be opened again"
        terminal.hangs_up()
        terminal.ends()
    assert settled(tmp_path).state == "delivered"
    assert len(channel.requests) == 1


def test_a_program_killed_on_the_last_screen_has_queued_what_it_sends_at_the_end(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "0")
    config = configured(tmp_path, channel.url)
    with program(tmp_path, "--config", config, "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.waits_for(lambda text: "What now" in text)
        one = held(tmp_path)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
    (path,) = (tmp_path / "sessions").glob("*.toml")
    ended = session_file.read(path.read_bytes()).session.ended_at
    assert ended is not None and one.held_until == ended + REOPENS_FOR
    outbox = Outbox(tmp_path / "state" / "outbox")
    assert outbox.due(ended) == () and outbox.due(ended + REOPENS_FOR) == (one,)
    assert channel.requests == []


def test_what_waits_at_the_end_is_dropped_when_the_session_is_opened_again(
    tmp_path: Path, channel: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_TUI_BEHIND", "0")
    config = configured(tmp_path, channel.url)
    outbox = Outbox(tmp_path / "state" / "outbox")
    with program(tmp_path, "--config", config, "run", "Acme Freight") as terminal:
        terminal.waits_for(lambda text: "● saved" in text)
        terminal.types('/end hold "Later"\r')
        terminal.waits_for(lambda text: "What now" in text)
        held(tmp_path)
        terminal.rests()
        terminal.types("/reopen\r")
        terminal.waits_for(lambda text: "What now" not in text and "❯" in text)
        terminal.waits_for(lambda _: outbox.sound() == ())
        terminal.types('/end hold "Really"\r')
        terminal.waits_for(lambda text: "What now" in text)
        assert "Really" in held(tmp_path).body
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
    (path,) = (tmp_path / "sessions").glob("*.toml")
    with program(tmp_path, "--config", config, "reopen-session", path.stem) as terminal:
        terminal.waits_for(lambda text: "1 message of its end was not sent yet, and dropped." in text)
        terminal.ends()
    assert outbox.sound() == () and channel.requests == []
